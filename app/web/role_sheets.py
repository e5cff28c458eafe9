"""The role sheet of a group: who does what in it, and who stands in during holidays."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth import allow, guard, person_now
from app.extensions import db, deciding
from app.web.charters import chosen
from app.web.members import keepers
from app.web.slots import house_zone
from app.web.words import GROUP_PARTS, field_errors
from editorial.errors import Invalid, NotFound
from editorial.groups.groups import Group
from editorial.members import role_sheet
from editorial.members.role_sheet import Part
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action

pages = Blueprint("role_sheets", __name__)


@pages.get("/groups/<slug>/roles")
@guard(Action.LOOK_AFTER_GROUP)
def sheet(slug: str) -> ResponseReturnValue:
    """The four roles, each with its form."""
    allow(Action.LOOK_AFTER_GROUP, keepers(db.session(), chosen(db.session(), slug)))
    return _page(slug, "", {}, {})


@pages.post("/groups/<slug>/roles/<part>")
@guard(Action.LOOK_AFTER_GROUP)
def change(slug: str, part: str) -> ResponseReturnValue:
    """Change one line of the sheet."""
    allow(Action.LOOK_AFTER_GROUP, keepers(db.session(), chosen(db.session(), slug)))
    if part not in set(Part):
        raise NotFound()
    by_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as scoped:
            session = scoped()
            role_sheet.change(session, chosen(session, slug), Part(part), typed, by=people.get(session, by_id))
    except Invalid as error:
        return _page(slug, part, typed, field_errors(error)), 422
    flash(_("The role sheet is saved."))
    return redirect(url_for("role_sheets.sheet", slug=slug, _anchor=part), 303)


def on_group(group: Group) -> dict[str, Any]:
    """What a group's page shows of its roles."""
    return {"roles": role_sheet.sheet(db.session(), group, house_zone()), "part_words": GROUP_PARTS, "duties": role_sheet.DUTIES}


def _page(slug: str, part: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    session: Session = db.session()
    group = chosen(session, slug)
    active = select(Person.email, Person.name).where(Person.active).order_by(Person.name)
    return render_template(
        "groups/roles.html", group=group, part=part, typed=typed, errors=errors, persons=session.execute(active).all(),
        named_here=role_sheet.NAMED_HERE, **on_group(group),
    )
