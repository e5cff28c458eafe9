"""Is it alive, is it ready; and the picture files."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, current_app, jsonify, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app import schema
from app.auth import everybody, signed_in
from app.extensions import db
from app.uploads.pictures import small_variant
from editorial.articles import assets
from editorial.outbox import probes

bp = Blueprint("system", __name__)
YEAR = 365 * 24 * 3600


def register(app: Flask) -> None:
    """Register the probes and the files."""
    app.register_blueprint(bp)


@bp.get("/healthz")
@everybody
def healthz() -> Response:
    """Answers while the process lives."""
    return jsonify(status="alive")


@bp.get("/readyz")
@everybody
def readyz() -> tuple[Response, int]:
    """Ready only if the database answers, the schema is current, and a probe went through the real queue lately."""
    checks = {"database": False, "schema": False, "queue": False}
    try:
        db.session.execute(text("SELECT 1"))
        checks["database"] = True
        checks["schema"] = schema.is_current(db.session())
        checks["queue"] = checks["schema"] and probes.is_fresh(db.session())
    except SQLAlchemyError:
        db.session.rollback()
    ready = all(checks.values())
    return jsonify(status="ready" if ready else "not ready", checks=checks), 200 if ready else 503


@bp.get("/assets/<sha256>.<extension>")
@signed_in
def asset(sha256: str, extension: str) -> Response:
    """A picture by its content hash, as the type we encoded it to and nothing else; with `w=320` small, for lists."""
    row = assets.by_hash(db.session(), sha256)
    if row is None or not row.url.endswith(f".{extension}"):
        abort(404)
    small = request.args.get("w") == str(assets.THUMB_WIDTH)
    try:
        if small:
            variant = small_variant(row)
            content, content_type = variant.content, variant.content_type
        else:
            content, content_type = current_app.extensions["media"].read(sha256), row.content_type
    except FileNotFoundError:
        abort(404)
    answer = Response(content, content_type=content_type)
    answer.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.set_etag(f"{sha256}-{assets.THUMB_WIDTH}" if small else sha256)
    return answer
