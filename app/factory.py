"""Build the web application from settings. Nobody imports this but wsgi.py, the commands that serve, and tests."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import Forbidden
from werkzeug.middleware.proxy_fix import ProxyFix

from app import errors, filters, media
from app.auth import can, current_person, is_api
from app.config import Settings
from app.engine import tune
from app.extensions import babel, csrf, db, limiter
from app.navigation import doors, navigation
from app.templating import TemplatesByLanguage
from app.turns import Turns
from app.web import signs
from app.wiring import Wiring
from editorial import crash
from editorial.errors import Invalid, NotFound, Problem
from editorial.vault import vault

ROOT = Path(__file__).resolve().parent
AREAS = tuple(sorted(path.stem for path in (ROOT / "translations/zh/LC_MESSAGES").glob("*.po")))


KEYED = ("/callbacks/", "/r/", "/unsubscribe/")
"""Addresses that are their own key: no session of a reader stands behind them, and a page without a referrer has no origin."""


def create_app(settings: Settings) -> Flask:
    """The application: settings, stores, edges, errors, words, headers."""
    app = Flask("app", root_path=str(ROOT), static_folder="static", template_folder=str(ROOT.parent / "templates"))
    app.jinja_environment = TemplatesByLanguage
    _configure(app, settings)
    vault.open_with(settings.secret_key)
    crash.arm_as_told(settings.crash_at)
    _open_database(app, settings)
    app.extensions["settings"] = settings
    app.extensions["media"] = media.Store(settings)
    app.extensions["wiring"] = Wiring(settings)
    babel.init_app(app, locale_selector=choose_language)
    csrf.init_app(app)
    limiter.init_app(app)
    errors.register(app)
    filters.register(app)
    app.wsgi_app = Turns(app.wsgi_app)  # type: ignore[method-assign]
    _register_edges(app)
    _trust_proxy(app, settings)
    _dress_pages(app, settings)
    app.before_request(_refuse_foreign)
    app.before_request(_refuse_unstorable)
    app.after_request(_protect)
    return app


def choose_language() -> str:
    """The person's own choice, then this browser's, then Chinese."""
    if is_api():
        return request.accept_languages.best_match(["zh", "en"], "zh") or "zh"
    chosen = request.cookies.get("language", "")
    if chosen in ("zh", "en"):
        return chosen
    return request.accept_languages.best_match(["zh", "en"], "zh") or "zh"


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": not settings.on_sqlite, "hide_parameters": True},
        MAX_CONTENT_LENGTH=settings.upload_bytes + 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=timedelta(days=7),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        RATELIMIT_ENABLED=True,
        BABEL_DEFAULT_LOCALE="zh",
        BABEL_DEFAULT_TIMEZONE=settings.zone,
        BABEL_TRANSLATION_DIRECTORIES=";".join(["translations"] * max(len(AREAS), 1)),
        BABEL_DOMAIN=";".join(AREAS) or "messages",
        JSON_AS_ASCII=False,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]


def _trust_proxy(app: Flask, settings: Settings) -> None:
    """Outermost, so that tracked links learn the visitor's address too."""
    if settings.public_is_reachable:
        # Somebody in front of us speaks for the world; without one nobody's word about addresses is taken.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=0)  # type: ignore[method-assign]


def _open_database(app: Flask, settings: Settings) -> None:
    settings.instance.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        tune(db.engine)


def _register_edges(app: Flask) -> None:
    from app import addresses, api, callbacks, links, system, web

    addresses.register(app)
    for edge in (system, links, web, callbacks, api):
        edge.register(app)


def _dress_pages(app: Flask, settings: Settings) -> None:
    """What every page may use: nonce, built files, words of state, who is there and where they can go."""
    manifest = _manifest(ROOT / "static/dist/manifest.json")

    def asset(name: str) -> str:
        return f"{app.static_url_path}/dist/{manifest.get(name, name)}"

    app.jinja_env.globals.update(csp_nonce=nonce, csrf_token=generate_csrf, can=can, asset=asset)
    signs.register(app, asset("icons.svg"))

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        return {
            "current_person": current_person() if not is_api() else None, "nav": navigation(), "doors": doors(),
            "sandbox_url": settings.sandbox_url or None, "locale": choose_language(),
        }


def nonce() -> str:
    """The nonce of this answer's Content-Security-Policy."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    value: str = g.nonce
    return value


def _refuse_foreign() -> None:
    """A page of somebody else's house must not act in a reader's name, whatever token it came by.

    Sec-Fetch-Site is the browser's own word, which no page can write; older browsers and plain http send Origin alone.
    Programs send neither, and carry no session of a browser.
    """
    if request.method in ("GET", "HEAD", "OPTIONS") or is_api() or request.path.startswith(KEYED):
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in ("same-origin", "none"):
        raise Forbidden()
    ours = {request.host, urlsplit(current_app.extensions["settings"].public_url).netloc}
    if site is None and origin is not None and urlsplit(origin).netloc not in ours:
        raise Forbidden()


def _refuse_unstorable() -> None:
    """No database stores U+0000; a form that holds it was not typed by anybody. The API looks for itself."""
    if any("\x00" in str(value) for value in (request.view_args or {}).values()):
        raise NotFound()
    if is_api() or request.path.startswith("/callbacks/"):
        return
    held = [name for name, value in [*request.args.items(multi=True), *request.form.items(multi=True)] if "\x00" in value]
    if held:
        raise Invalid(*(Problem(name, "This text holds characters that cannot be stored.") for name in held))


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    if "Content-Security-Policy" not in headers:
        headers["Content-Security-Policy"] = (
            "default-src 'self'; "
            f"script-src 'self' 'nonce-{g.get('nonce', 'none')}'; style-src 'self' 'nonce-{g.get('nonce', 'none')}'; "
            "img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'"
        )
    if not request.path.startswith(("/static/", "/assets/", "/s/")):
        headers.setdefault("Cache-Control", "private, no-store")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _manifest(path: Path) -> dict[str, str]:
    """Built file names by their plain ones; none before the first build."""
    if not path.is_file():
        return {}
    names: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return names
