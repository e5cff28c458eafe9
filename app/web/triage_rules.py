"""The rules of the inbox: what editors say most when they return or decline, when we answer and remind, when a group is silent."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web.words import field_errors
from editorial import house
from editorial.errors import Invalid, Problem
from editorial.intake import overdue
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action

pages = Blueprint("triage_rules", __name__)

NUMBERS: dict[str, tuple[int, str]] = {
    "first_answer_hours": (400, "Give whole working hours from 1 to {most}."),
    "share_back_hours": (400, "Give whole working hours from 1 to {most}."),
    "remind_hours": (720, "Give whole hours from 1 to {most}."),
    "silent_days": (3650, "Give whole days from 1 to {most}."),
}
"""What is counted: up to how much, and the sentence when it is not that."""
REASONS = ("return_reasons", "decline_reasons")
MOST_REASONS, MOST_CHARACTERS = 20, 200


@pages.route("/settings/triage", methods=["GET", "POST"])
@guard(Action.MANAGE_TRIAGE)
def rules() -> ResponseReturnValue:
    """The reasons, the hours and the days; POST sets them."""
    if request.method == "GET":
        return _page({}, {})
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        values = _read(typed)
        with deciding() as scoped:
            _change(scoped(), values, people.get(scoped(), person_id))
    except Invalid as error:
        return _page(typed, field_errors(error)), 422
    flash(_("Saved. Stories that wait are promised their answer by the new hours."))
    return redirect(url_for("triage_rules.rules"), 303)


def _read(typed: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    problems = []
    for name, (most, sentence) in NUMBERS.items():
        said = typed.get(name, "").strip()
        if not said.isascii() or not said.isdigit() or len(said) > 6 or not 0 < int(said) <= most:
            problems.append(Problem(name, sentence, {"most": most}))
        else:
            values[name] = int(said)
    for name in REASONS:
        lines = [line.strip() for line in typed.get(name, "").splitlines() if line.strip()]
        if len(lines) > MOST_REASONS or any(len(line) > MOST_CHARACTERS for line in lines):
            problems.append(Problem(name, "At most {most} lines of {characters} characters.",
                                    {"most": MOST_REASONS, "characters": MOST_CHARACTERS}))
        values[name] = list(dict.fromkeys(lines))
    if problems:
        raise Invalid(*problems)
    return values


def _change(session: Session, values: dict[str, Any], by: Person) -> None:
    before = house.settings(session, *NUMBERS, *REASONS)
    for name, value in values.items():
        if value != before[name]:
            house.change(session, name, value, by=by)
    session.flush()
    if values["first_answer_hours"] != before["first_answer_hours"]:
        overdue.recount(session, current_app.extensions["settings"].zone)


def _page(typed: dict[str, str], errors: dict[str, str]) -> str:
    now = house.settings(db.session(), *NUMBERS, *REASONS, "working_hours")
    shown = {name: typed.get(name, "\n".join(now[name]) if name in REASONS else now[name]) for name in (*NUMBERS, *REASONS)}
    return render_template("settings/triage.html", shown=shown, errors=errors, working_hours=now["working_hours"])
