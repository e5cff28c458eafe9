"""The house's rules for groups: whether a charter is asked of all, and how long a group may lack somebody."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web.words import field_errors
from editorial import house
from editorial.errors import Invalid, Problem
from editorial.people import people
from editorial.people.permissions import Action

pages = Blueprint("group_rules", __name__)

NUMBERS = {
    "flash_hours": (1, 72), "handover_hours": (1, 23), "roles_within_days": (1, 365), "most_shares_in_week": (1, 100),
    "evidence_days": (1, 365),
}
"""Least and most of each number."""


@pages.route("/settings/groups", methods=["GET", "POST"])
@guard(Action.MANAGE_SETTINGS)
def rules() -> ResponseReturnValue:
    """What the house asks of groups; POST changes it."""
    if request.method == "GET":
        return _page({}, {})
    by_id, typed = person_now().id, request.form.to_dict()
    try:
        said = _read(typed)
        with deciding() as scoped:
            session = scoped()
            before, by = house.settings(session, *said), people.get(session, by_id)
            for name, value in said.items():
                if value != before[name]:
                    house.change(session, name, value, by=by)
    except Invalid as error:
        return _page(typed, field_errors(error)), 422
    flash(_("Saved."))
    return redirect(url_for("group_rules.rules"), 303)


def _read(typed: dict[str, str]) -> dict[str, int | bool]:
    """What a form says. Raises Invalid naming the field."""
    problems = [
        Problem(name, "Choose a number from {least} to {most}.", {"least": least, "most": most})
        for name, (least, most) in NUMBERS.items() if not _is_between(typed.get(name, ""), least, most)
    ]
    if problems:
        raise Invalid(*problems)
    return {"charter_required": typed.get("charter_required") == "1", **{name: int(typed[name]) for name in NUMBERS}}


def _is_between(said: str, least: int, most: int) -> bool:
    return said.isascii() and said.isdigit() and len(said) < 6 and least <= int(said) <= most


def _page(typed: dict[str, str], errors: dict[str, str]) -> str:
    values = house.settings(db.session(), "charter_required", *NUMBERS)
    return render_template("settings/groups.html", values=values | typed, errors=errors, numbers=NUMBERS)
