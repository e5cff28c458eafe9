"""GET /s/<code>: count and redirect; nothing else happens on this path, and nobody waits for the database to write."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, abort, current_app, request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Request as WsgiRequest

from app import hits, kits
from app.auth import everybody
from app.extensions import db
from editorial import clock
from editorial.articles import embargo
from editorial.articles.workflow import State
from editorial.share_back import links as tracked
from editorial.share_back.clicks import Hit
from publishers.clicks import classify

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

bp = Blueprint("links", __name__)


def register(app: Flask) -> None:
    """Register the redirect: as a route, and before the routes, where it costs a quarter."""
    settings = app.extensions["settings"]
    app.extensions["spool"] = hits.Spool(settings.hits)
    app.register_blueprint(bp)
    app.wsgi_app = Shortcut(app, app.wsgi_app)  # type: ignore[method-assign]


class Shortcut:
    """Answers known tracked links itself; everything else goes on to the application."""

    def __init__(self, app: Flask, onward: WSGIApplication) -> None:
        self._app, self._onward = app, onward

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/s/") and "/" not in path[3:] and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            try:
                answer = _answer(self._app, path[3:], WsgiRequest(environ))
            except SQLAlchemyError:
                # The route below meets the same trouble, inside the error handlers.
                answer = None
            if answer is not None:
                return answer(environ, start_response)
        return self._onward(environ, start_response)


@bp.get("/s/<code>")
@everybody
def follow(code: str) -> Response:
    """Write the visit down and send the visitor on. Targets come from published articles only."""
    answer = _answer(current_app, code, request)
    if answer is None:
        abort(404)
    return answer


def _answer(app: Flask, code: str, visit: WsgiRequest) -> Response | None:
    target = _target(app, code)
    if target is None:
        return None
    now = clock.now()
    agent = visit.headers.get("User-Agent", "")
    kind = classify(visit.method, agent, visit.headers)
    visitor = _visitor(app.secret_key, visit.remote_addr or "", agent, f"{now:%Y-%m-%d}")
    try:
        app.extensions["spool"].write(Hit(code, now.timestamp(), kind, visitor))
    except OSError as error:
        # A full disk must not keep readers from the article; the log says that a visit is missing.
        app.logger.error("a visit could not be written down", extra={"action": "visit_lost", "reason": error.strerror})
    return Response(status=302, headers={
        "Location": target, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
    })


@bp.get("/s/<code>/cover")
@everybody
def cover(code: str) -> Response:
    """The cover on a group's card. Only a published article has tracked links, so nothing shows before its time."""
    link = tracked.by_code(db.session(), code)
    out = link is not None and link.article.state in (State.PUBLISHED, State.CORRECTED)
    if link is None or not out or embargo.embargoed(link.article, clock.now()):
        abort(404)
    shown = kits.cover_of(db.session(), link.article)
    return Response(shown.content, content_type=shown.content_type)


def _target(app: Flask, code: str) -> str | None:
    if len(code) > 16 or not code.isascii() or not code.isprintable():
        return None
    known: dict[str, str] = app.extensions.setdefault("link_targets", {})
    if code not in known:
        with app.app_context(), Session(db.engine) as session:
            target = tracked.open_target(session, code)
        if target is None:
            return None
        if len(known) > 20_000:
            known.clear()
        # A target never changes once its link is open, and what is published gets no embargo any more: it may be remembered.
        known[code] = target
    return known[code]


def _visitor(secret: str | bytes | None, address: str, agent: str, day: str) -> str:
    """A visitor of one day without their address: a keyed hash that nobody can turn back."""
    key = secret.encode() if isinstance(secret, str) else secret or b""
    return hmac.new(key, f"{day}\n{address}\n{agent}".encode(), hashlib.sha256).hexdigest()[:32]
