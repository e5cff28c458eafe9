"""What speaks against a time for an edition: other editions, days of the calendar, an embargo, a quota."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from app.api.calls import Noun
from app.api.shapes import Body, Instant, Shape
from app.auth import guard
from app.errors import say
from app.extensions import db
from editorial.calendar import conflicts, editions
from editorial.calendar.conflicts import Clash
from editorial.errors import Invalid, Problem
from editorial.people.permissions import Action

noun = Noun("conflicts")


class AskedTime(Body):
    """Which time; left out it is the edition's own."""

    publish_at: Instant | None = None


class ConflictShown(Shape):
    """One conflict, explained. `edition` is the other one; `blocks`: it cannot be scheduled so, else it is advice."""

    clash: Clash
    message: str
    edition: str | None
    blocks: bool


class Conflicts(Shape):
    """Everything that speaks against the time."""

    publish_at: datetime
    items: list[ConflictShown]


@noun.get("/editions/<id:edition_id>/conflicts", guard(Action.SEE_EDITIONS))
def of_edition(edition_id: int, query: AskedTime) -> Conflicts:
    """What speaks against a time for this edition."""
    session, edition = db.session(), editions.get(db.session(), edition_id)
    at = query.publish_at or edition.publish_at
    if at is None:
        raise Invalid(Problem("publish_at", "This is needed."))
    found = conflicts.of_edition(session, edition, at, current_app.extensions["settings"].zone) if edition.places else []
    return Conflicts(publish_at=at, items=[
        ConflictShown(
            clash=one.clash, message=say(one.said), edition=str(one.edition_id) if one.edition_id else None, blocks=one.blocks,
        ) for one in found
    ])
