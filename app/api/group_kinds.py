"""Kinds of groups: the form their contributors fill in, the columns, the route and the theme of their stories."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.shapes import Body, Id, Shape, Text
from app.auth import guard, person_now
from app.extensions import db
from app.group_kinds import Ways, change, ways_of
from editorial.errors import NotFound
from editorial.groups import kinds
from editorial.groups.groups import Kind
from editorial.groups.kinds import FieldKind, FormField, GroupKind
from editorial.people.permissions import Action

noun = Noun("group_kinds")


class Field(Body):
    """One question; `choices` are needed by the kind `choice`."""

    label: str
    kind: FieldKind = FieldKind.SHORT_TEXT
    required: bool = False
    hint: Text = ""
    choices: list[str] = []


class KindBody(Body):
    """What a kind of group brings with it: all of it; what is left out is taken away."""

    fields: list[Field] = []
    columns: list[Id] = []
    """Ids of the columns its stories usually stand in."""
    route: Id | None = None
    """The id of a review route; none for the house's. An article's column may name another one."""
    theme: Text = ""
    """The theme its articles begin in; empty for the house's."""


class FieldShown(Shape):
    """One question."""

    label: str
    kind: FieldKind
    required: bool
    hint: str
    choices: list[str]


class KindShown(Shape):
    """A kind of group. `route` is none while its stories take the house's."""

    kind: Kind
    fields: list[FieldShown]
    columns: list[str]
    route: str | None
    theme: str


class Kinds(Shape):
    """Every kind."""

    items: list[KindShown]


@noun.get("/group-kinds", guard(Action.SEE_GROUPS))
def everyone() -> Kinds:
    """All kinds of groups."""
    session = db.session()
    return Kinds(items=[_shown(session, kinds.of(session, kind)) for kind in Kind])


@noun.get("/group-kinds/<kind>", guard(Action.SEE_GROUPS))
def one(kind: str) -> KindShown:
    """One kind of group."""
    return _shown(db.session(), kinds.of(db.session(), _named(kind)))


@noun.put("/group-kinds/<kind>", guard(Action.MANAGE_ROUTES))
def put(kind: str, body: KindBody) -> KindShown:
    """Set what a kind of group brings with it. Submissions keep what they were asked."""
    named = _named(kind)
    with acting() as act:
        form = [FormField(one.label, one.kind, one.required, one.hint, tuple(one.choices)) for one in body.fields]
        ways = Ways(frozenset(map(int, body.columns)), int(body.route) if body.route else None, body.theme)
        return act.done(_shown(act.session, change(act.session, named, form, ways, by=person_now())))


def _named(kind: str) -> Kind:
    if kind not in set(Kind):
        raise NotFound()
    return Kind(kind)


def _shown(session: Session, row: GroupKind) -> KindShown:
    ways = ways_of(session, row)
    return KindShown(
        kind=row.kind, theme=row.theme, columns=[str(one) for one in sorted(ways.columns)],
        route=str(ways.route) if ways.route else None,
        fields=[FieldShown(**{**field.__dict__, "choices": list(field.choices)}) for field in row.form],
    )
