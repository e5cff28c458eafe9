"""Everything one kind of group brings with it, read and set together: form, columns, route, theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.typesetting import theme_of
from editorial.articles import themes
from editorial.errors import Invalid, Problem
from editorial.groups import kinds
from editorial.groups.groups import Kind
from editorial.groups.kinds import FormField, GroupKind
from editorial.people.people import Person
from editorial.review import routes
from editorial.topics import columns


@dataclass(frozen=True)
class Ways:
    """Where stories from groups of a kind go: ids of their usual columns, of their route (none: the house's), their theme."""

    columns: frozenset[int] = frozenset()
    route: int | None = None
    theme: str = ""


def ways_of(session: Session, row: GroupKind) -> Ways:
    """The ways of a kind."""
    usual = frozenset(one.id for one in columns.everyone(session, retired=True) if row.kind in one.group_kinds)
    route = routes.of_kind(session, row.kind)
    return Ways(usual, route.id if route else None, row.theme)


def change(session: Session, kind: Kind, form: Sequence[FormField], ways: Ways, *, by: Person) -> GroupKind:
    """Set all of it. Raises Invalid naming `fields…`, `columns`, `route` or `theme`."""
    if ways.theme and theme_of(session, themes.pinned(session, ways.theme)) is None:
        raise Invalid(Problem("theme", "There is no theme called {theme}.", {"theme": ways.theme}))
    row = kinds.change(session, kind, form, theme=ways.theme, by=by)
    columns.set_usual(session, kind, ways.columns, by=by)
    routes.claim(session, kind, ways.route, by=by)
    return row
