"""Domain errors to status and words: a problem document for programs, a page or a fragment for people."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext
from flask_limiter.errors import RateLimitExceeded
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from app.auth import is_api
from app.extensions import db
from editorial.errors import EditorialError, Problem

STATUS = {"invalid": 422, "not_allowed": 403, "not_found": 404, "conflict": 409}
TITLES = {
    400: "The request cannot be read.",
    401: "Please sign in.",
    403: "You may not do this.",
    404: "This does not exist, or you may not see it.",
    405: "This address does not take that method.",
    409: "This cannot be done in the present state.",
    413: "This is too large.",
    415: "This kind of content is not taken here.",
    422: "Some fields need your attention.",
    429: "Too many tries. Please wait a moment.",
    500: "Something broke on our side. Nothing was changed.",
    503: "The database does not answer. Please try again in a moment.",
    507: "The disk is full. What you typed is still here; tell the administrator.",
}


def say(problem: Problem) -> str:
    """A problem in the reader's language, with what to do about it."""
    said = [gettext(sentence).format(**problem.params) for sentence in (problem.message, problem.remedy) if sentence]
    return " ".join(said)


def problem_document(status: int, detail: str = "", problems: list[Problem] | None = None) -> Response:
    """RFC 9457: `type, title, detail, errors: [{field, message}]`."""
    body: dict[str, Any] = {
        "type": "about:blank", "title": gettext(TITLES.get(status, TITLES[500])), "status": status,
        "detail": detail or gettext(TITLES.get(status, TITLES[500])),
        "errors": [{"field": problem.field, "message": say(problem)} for problem in problems or []],
    }
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def answer(status: int, detail: str = "", problems: list[Problem] | None = None) -> Response:
    """The error in the form the caller reads."""
    if is_api() or request.path.startswith(("/callbacks/", "/s/")):
        return problem_document(status, detail, problems)
    page = render_template(
        "errors/error.html", status=status, title=gettext(TITLES.get(status, TITLES[500])), detail=detail,
        problems=[(problem.field, say(problem)) for problem in problems or []],
    )
    return Response(page, status=status)


def register(app: Flask) -> None:
    """Hand every family of errors to the edge it came from."""

    @app.errorhandler(EditorialError)
    def editorial(error: EditorialError) -> Response:
        detail = gettext(error.message).format(**error.params)
        return answer(STATUS[error.family], detail, error.problems)

    @app.errorhandler(StaleDataError)
    @app.errorhandler(IntegrityError)
    def lost_race(error: Exception) -> Response:
        db.session.rollback()
        app.logger.warning("a race was lost", extra={"action": "lost_race", "kind": type(error).__name__})
        return answer(409, gettext("Somebody else has changed this in the meantime. Compare before you save again."))

    @app.errorhandler(DataError)
    def does_not_fit(error: DataError) -> Response:
        db.session.rollback()
        app.logger.warning("a value did not fit its column", extra={"action": "does_not_fit", "kind": type(error.orig).__name__})
        return answer(422)

    @app.errorhandler(OperationalError)
    def database(error: OperationalError) -> Response:
        db.session.rollback()
        full = "disk is full" in str(error.orig) or "No space left" in str(error.orig)
        app.logger.error("the database did not answer", extra={"action": "database_error", "kind": type(error.orig).__name__})
        return answer(507 if full else 503)

    @app.errorhandler(RateLimitExceeded)
    def too_many(error: RateLimitExceeded) -> Response:
        return answer(429)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        if error.response is not None:
            return Response.force_type(error.response)
        response = answer(error.code or 500)
        for name, value in error.get_headers():
            if name.lower() in ("allow", "retry-after"):
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        db.session.rollback()
        app.logger.exception("a request failed", extra={"action": "request_failed"})
        return answer(500)
