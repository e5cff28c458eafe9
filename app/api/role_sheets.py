"""The role sheet of a group: who does what in it, and who stands in."""

from __future__ import annotations

from datetime import date

from flask import current_app
from sqlalchemy.orm import Session

from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.shapes import Body, PersonShown, Shape, Text
from app.auth import allow, guard, person_now
from app.extensions import db
from editorial.errors import NotFound
from editorial.groups import groups
from editorial.groups.groups import Group
from editorial.members import role_sheet
from editorial.members.role_sheet import Part
from editorial.people.permissions import Action

noun = Noun("role_sheets")


class RoleBody(Body):
    """One line of the sheet; addresses and days. Steward and deputy are named on the group itself."""

    person: Text = ""
    duties: Text = ""
    substitute: Text = ""
    substitute_from: Text = ""
    substitute_until: Text = ""


class RoleShown(Shape):
    """One line. Empty `duties`: those of the house. `acting`: who does it today."""

    part: Part
    person: PersonShown | None
    duties: str
    substitute: PersonShown | None
    substitute_from: date | None
    substitute_until: date | None
    acting: PersonShown | None


class Sheet(Shape):
    """The four roles of a group."""

    items: list[RoleShown]


@noun.get("/groups/<id:group_id>/roles", guard(Action.SEE_GROUPS))
def sheet(group_id: int) -> Sheet:
    """The role sheet of a group, as of today."""
    return _sheet(db.session(), groups.get(db.session(), group_id))


@noun.put("/groups/<id:group_id>/roles/<part>", guard(Action.LOOK_AFTER_GROUP))
def change_role(group_id: int, part: str, body: RoleBody) -> Sheet:
    """Change one line of the role sheet."""
    with acting() as act:
        group = groups.get(act.session, group_id)
        allow(Action.LOOK_AFTER_GROUP, role_sheet.keepers(act.session, group, _zone()))
        if part not in set(Part):
            raise NotFound()
        role_sheet.change(act.session, group, Part(part), body.model_dump(), by=person_now())
        return act.done(_sheet(act.session, group))


def _sheet(session: Session, group: Group) -> Sheet:
    return Sheet(items=[
        RoleShown(
            part=line.part, person=PersonShown.of(line.person), duties=line.duties, substitute=PersonShown.of(line.substitute),
            substitute_from=line.substitute_from, substitute_until=line.substitute_until, acting=PersonShown.of(line.acting),
        ) for line in role_sheet.sheet(session, group, _zone())
    ])


def _zone() -> str:
    zone: str = current_app.extensions["settings"].zone
    return zone
