"""Imports on pages: a file or pasted words become Markdown for the text field; nothing is written into an article here."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.auth import guard, person_now
from app.errors import problem_document
from app.importing import Taken, take_address, take_file, take_paste
from app.web.words import field_errors
from editorial.errors import Invalid, Problem
from editorial.people.permissions import Action

pages = Blueprint("imports", __name__)


@pages.post("/imports", endpoint="file")
@guard(Action.HAND_IN)
def import_file() -> ResponseReturnValue:
    """One file, or the page at `url`; the answer holds its Markdown, its pictures in order, and what could not be kept."""
    file, address = request.files.get("file"), request.form.get("url", "").strip()
    try:
        if address:
            return jsonify(_shown(take_address(address, by=person_now()))), 201
        if file is None or not file.filename:
            raise Invalid(Problem("file", "Choose a file."))
        taken = take_file(file.stream, file.filename, by=person_now())
    except Invalid as error:
        return _refused(error)
    return jsonify(_shown(taken)), 201


@pages.post("/imports/paste", endpoint="paste")
@guard(Action.HAND_IN)
def import_paste() -> ResponseReturnValue:
    """What was pasted as HTML, as JSON `{html}`; the answer is that of a file."""
    given = request.get_json(silent=True)
    html = given.get("html") if isinstance(given, dict) else None
    if not isinstance(html, str):
        return problem_document(400)
    try:
        taken = take_paste(html, by=person_now())
    except Invalid as error:
        return _refused(error)
    return jsonify(_shown(taken))


def _refused(error: Invalid) -> ResponseReturnValue:
    return problem_document(422, next(iter(field_errors(error).values()), ""), error.problems)


def _shown(taken: Taken) -> dict[str, object]:
    return {
        "markdown": taken.markdown, "title": taken.title,
        "assets": [
            {"id": str(one.id), "url": one.url, "width": one.width, "height": one.height, "alt": one.alt_text}
            for one in taken.assets
        ],
        "lost": [
            {"rule": one.rule, "count": one.count, "message": gettext(one.message).format(count=one.count), "where": one.where}
            for one in taken.lost
        ],
    }
