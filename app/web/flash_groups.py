"""A flash group on its page: from when to when, what came of it, and its steward who may open it again."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.auth import allow, guard, person_now
from app.extensions import db, deciding
from app.web import groups as group_pages
from app.web.charters import chosen
from app.web.members import keepers
from app.web.slots import house_zone
from app.web.words import field_errors
from editorial import clock
from editorial.errors import Invalid, Problem
from editorial.groups import flash as flash_groups
from editorial.people import people
from editorial.people.permissions import Action

pages = Blueprint("flash_groups", __name__)


@pages.post("/groups/<slug>/flash")
@guard(Action.LOOK_AFTER_GROUP)
def plan(slug: str) -> ResponseReturnValue:
    """Say from when to when; a closed flash group is opened again by its steward alone."""
    allow(Action.LOOK_AFTER_GROUP, keepers(_database(), chosen(_database(), slug)))
    typed, person_id = request.form.to_dict(), person_now().id
    try:
        starts_at, ends_at = (_instant(typed, name) for name in ("starts_at", "ends_at"))
        with deciding() as scoped:
            session = scoped()
            flash_groups.plan(session, chosen(session, slug), starts_at, ends_at, by=people.get(session, person_id))
    except Invalid as error:
        return group_pages.group_page(slug, typed, field_errors(error)), 422
    flash(_("The flash group stands. At its end it closes by itself, says good-bye, and its report stands here."))
    return redirect(url_for("groups.group", slug=slug, _anchor="flash"), 303)


def _instant(typed: dict[str, str], field: str) -> datetime:
    try:
        return clock.from_wall(datetime.fromisoformat(typed.get(field, "")).replace(tzinfo=None), house_zone())
    except Invalid:
        raise Invalid(Problem(field, "This time does not exist: the clocks are put forward.")) from None
    except ValueError:
        raise Invalid(Problem(field, "Give a day and a time.")) from None


def _database() -> Session:
    session: Session = db.session()
    return session
