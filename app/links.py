"""GET /s/<code>: count and redirect; nothing else happens on this path, and nobody waits for the database to write."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from flask import Blueprint, Flask, Response, abort, current_app, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import hits
from app.auth import everybody
from app.extensions import db
from editorial import clock
from editorial.articles import assets, revisions
from editorial.articles.workflow import State
from editorial.share_back import links as tracked
from editorial.share_back.clicks import Hit
from publishers.clicks import classify

bp = Blueprint("links", __name__)


def register(app: Flask) -> None:
    """Register the redirect."""
    settings = app.extensions["settings"]
    app.extensions["spool"] = hits.Spool(settings.hits)
    app.register_blueprint(bp)


@bp.get("/s/<code>")
@everybody
def follow(code: str) -> Response:
    """Write the visit down and send the visitor on. Targets come from published articles only."""
    target = _target(code)
    if target is None:
        abort(404)
    now = clock.now()
    agent = request.headers.get("User-Agent", "")
    kind = classify(request.method, agent, request.headers)
    visitor = _visitor(current_app.secret_key, request.remote_addr or "", agent, f"{now:%Y-%m-%d}")
    current_app.extensions["spool"].write(Hit(code, now.timestamp(), kind, visitor))
    answer = Response(status=302)
    answer.headers["Location"] = target
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@bp.get("/s/<code>/cover")
@everybody
def cover(code: str) -> Response:
    """The cover on a group's card. Only a published article has tracked links, so nothing shows before its time."""
    link = tracked.by_code(db.session(), code)
    if link is None or link.article.state not in (State.PUBLISHED, State.CORRECTED):
        abort(404)
    newest = revisions.numbered(db.session(), link.article_id, link.article.revision)
    sha256 = newest.cover or next(iter(assets.shown_in(newest.body)), "")
    asset = assets.by_hash(db.session(), sha256) if sha256 else None
    if asset is None:
        return Response(_drawn(newest.content_hash), content_type="image/png")
    return Response(current_app.extensions["media"].read(sha256), content_type=asset.content_type)


def _target(code: str) -> str | None:
    if len(code) > 16:
        return None
    known: dict[str, str] = current_app.extensions.setdefault("link_targets", {})
    if code not in known:
        with Session(db.engine) as session:
            target = session.scalar(select(tracked.TrackedLink.target).where(tracked.TrackedLink.code == code))
        if target is None:
            return None
        if len(known) > 20_000:
            known.clear()
        # A target never changes once its link exists, so it may be remembered.
        known[code] = target
    return known[code]


def _visitor(secret: str | bytes | None, address: str, agent: str, day: str) -> str:
    """A visitor of one day without their address: a keyed hash that nobody can turn back."""
    key = secret.encode() if isinstance(secret, str) else secret or b""
    return hmac.new(key, f"{day}\n{address}\n{agent}".encode(), hashlib.sha256).hexdigest()[:32]


@lru_cache(maxsize=64)
def _drawn(seed: str) -> bytes:
    from publishers.pictures import drawn_cover

    return drawn_cover(seed)
