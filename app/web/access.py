"""Settings of the door: the ways in, who needs a second proof, and how long a session lasts without a sign of life."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web.sign_in_ways import WAY_KINDS
from app.web.words import field_errors
from editorial import house
from editorial.errors import Invalid, Problem
from editorial.joining import ways
from editorial.people import people, second_factor
from editorial.people.people import Person
from editorial.people.permissions import Action

pages = Blueprint("access", __name__)

MOST_HOURS = 168
"""A session ends after a week whatever the house says: the browser's own copy of it does."""


@pages.get("/settings/access")
@guard(Action.MANAGE_SETTINGS)
def index() -> ResponseReturnValue:
    """How people come in."""
    return _page({}, {})


@pages.post("/settings/access")
@guard(Action.MANAGE_SETTINGS)
def change_rules() -> ResponseReturnValue:
    """The rules of the door."""
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as session:
            _take_rules(session(), typed, people.get(session(), person_id))
    except Invalid as error:
        return _page(typed, field_errors(error)), 422
    flash(_("Saved."))
    return redirect(url_for("access.index"), 303)


def _take_rules(session: Session, typed: dict[str, str], by: Person) -> None:
    rule, hours = typed.get("second_factor", ""), typed.get("idle_hours", "")
    if rule not in ("off", "staff"):
        raise Invalid(Problem("second_factor", "Choose one of the two."))
    if not (hours.isascii() and hours.isdigit() and 1 <= int(hours) <= MOST_HOURS):
        raise Invalid(Problem("idle_hours", "Write a whole number from {least} to {most}.", {"least": 1, "most": MOST_HOURS}))
    if rule == "staff" and not second_factor.is_on(session, by) and house.setting(session, "second_factor") != rule:
        raise Invalid(Problem("second_factor", "Set up your own second proof first, so that nobody is locked out."))
    for name, value in (("second_factor", rule), ("idle_hours", int(hours))):
        if value != house.setting(session, name):
            house.change(session, name, value, by=by)


def _page(typed: dict[str, str], errors: dict[str, str]) -> str:
    session: Session = db.session()
    return render_template(
        "settings/access.html", rules={**house.settings(session, "second_factor", "idle_hours"), **typed}, errors=errors,
        without=second_factor.without(session), most=MOST_HOURS, ways=ways.everyone(session), kinds=WAY_KINDS,
    )
