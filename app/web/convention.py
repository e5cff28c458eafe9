"""The convention as everybody reads it: its versions, what changed between them, and the page where a new one is written."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.addresses import whole
from app.auth import guard, person_now, signed_in
from app.extensions import db, deciding
from app.web import comparing
from app.web.conduct_words import in_words
from app.web.words import field_errors
from editorial.conduct import cases, versions
from editorial.errors import Invalid, Stale
from editorial.people import people
from editorial.people.permissions import Action

pages = Blueprint("convention", __name__, url_prefix="/convention")

LABELLED = "unfriendly"


@pages.get("")
@signed_in
def read() -> ResponseReturnValue:
    """The version in force, or the one asked for; with `since` what changed from another one to it."""
    session = db.session()
    present = versions.current(session)
    number = request.args.get("version", present.number, type=whole)
    shown = present if number == present.number else versions.numbered(session, number)
    since = request.args.get("since", type=whole)
    before = versions.numbered(session, since) if since is not None else None
    return render_template(
        "conduct/convention.html", convention=shown, present=present, history=versions.history(session), before=before,
        pieces=comparing.pieces(versions.in_plain_lines(before), versions.in_plain_lines(shown)) if before else [],
        in_words=in_words,
    )


@pages.get("/labels")
@guard(Action.MODERATE)
def labels() -> ResponseReturnValue:
    """How often each item was found broken."""
    session = db.session()
    convention = versions.current(session)
    found = {one.code: cases.by_item(session, one.code) for one in convention.classes}
    return render_template("conduct/labels.html", convention=convention, found=found, labelled=LABELLED, in_words=in_words)


@pages.route("/next", methods=["GET", "POST"])
@guard(Action.CHANGE_CONVENTION)
def change() -> ResponseReturnValue:
    """Write and publish the next version."""
    if request.method == "GET":
        return _page({}, {})
    typed, person_id = request.form.to_dict(), person_now().id
    base = request.form.get("base", 0, type=whole)
    words = {
        code.removeprefix("zh-"): (text, typed.get(code.replace("zh-", "en-", 1), ""))
        for code, text in typed.items() if code.startswith("zh-")
    }
    try:
        with deciding() as session:
            published = versions.publish(
                session(), words, base=base, note=typed.get("note", ""), by=people.get(session(), person_id)
            ).number
    except Stale as error:
        return _page(typed, field_errors(error)), 409
    except Invalid as error:
        return _page(typed, field_errors(error)), 422
    if published == base:
        flash(_("Nothing was changed: version %(number)s stands.", number=published))
        return redirect(url_for("convention.read"), 303)
    flash(_("Version %(number)s is published. Decisions made before keep the version they were made under.", number=published))
    return redirect(url_for("convention.read", since=base), 303)


def _page(typed: dict[str, str], errors: dict[str, str]) -> str:
    session = db.session()
    convention = versions.current(session)
    following = {one.code: versions.next_number(session, one.code) for one in convention.classes}
    return render_template(
        "conduct/change.html", convention=convention, following=following, typed=typed, errors=errors, in_words=in_words,
    )
