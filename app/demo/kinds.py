"""What the demo company's kinds of groups ask, and where their stories go; all of them take the house's route."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app import group_kinds
from app.demo.agenda import Agenda
from app.demo.company import Cast
from app.demo.stories import HOUR, Stories
from app.group_kinds import Ways
from editorial import clock
from editorial.groups import kinds
from editorial.groups.groups import Kind
from editorial.groups.kinds import FormField
from editorial.people.people import Role
from editorial.topics import columns

SAID: dict[str, Any] = json.loads((Path(__file__).parent / "kinds.json").read_text(encoding="utf-8"))
ASKED_DAYS_AGO = 94


def plan(agenda: Agenda, stories: Stories, cast: Cast) -> None:
    """Put the forms on the agenda, and later the ways: the stories told before went the house's."""
    agenda.add(stories.wall(-ASKED_DAYS_AGO, "10:30"), partial(_ask, cast=cast))
    agenda.add(clock.now() - HOUR / 2, partial(_lead, cast=cast))


def _ask(session: Session, *, cast: Cast) -> None:
    for kind in Kind:
        kinds.change(session, kind, _form(kind), by=cast.first(session, Role.EDITOR_IN_CHIEF))


def _lead(session: Session, *, cast: Cast) -> None:
    known = {column.name: column.id for column in columns.everyone(session)}
    for kind in Kind:
        said = SAID[kind]
        chosen = Ways(frozenset(known[name] for name in said.get("columns", [])), theme=said.get("theme", ""))
        group_kinds.change(session, kind, _form(kind), chosen, by=cast.first(session, Role.EDITOR_IN_CHIEF))


def _form(kind: Kind) -> list[FormField]:
    return [FormField(**{**field, "choices": tuple(field.get("choices", ()))}) for field in SAID[kind]["fields"]]
