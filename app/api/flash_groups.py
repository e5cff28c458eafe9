"""Flash groups: the occasion of a group, and what came of it."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.shapes import Body, Instant, Shape
from app.auth import allow, guard, person_now
from app.extensions import db
from editorial.errors import Invalid, Problem
from editorial.groups import flash, groups
from editorial.groups.flash import FlashRun
from editorial.members import role_sheet
from editorial.people.permissions import Action

noun = Noun("flash_groups")


class Occasion(Body):
    """From when to when; both are needed."""

    starts_at: Instant | None = None
    ends_at: Instant | None = None


class OccasionShown(Shape):
    """One occasion. `report` has `members`, `stories`, `sent` and `clicks` once it is over."""

    starts_at: datetime
    ends_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    report: dict[str, int]
    final: bool


class OccasionsShown(Shape):
    """The occasions of a group, the last one first; none for one that never was a flash group."""

    items: list[OccasionShown]


@noun.get("/groups/<id:group_id>/flash", guard(Action.SEE_GROUPS))
def occasions(group_id: int) -> OccasionsShown:
    """The occasions of a group."""
    found = flash.of_group(db.session(), groups.get(db.session(), group_id))
    return OccasionsShown(items=[_shown(run) for run in found])


@noun.put("/groups/<id:group_id>/flash", guard(Action.LOOK_AFTER_GROUP))
def plan(group_id: int, body: Occasion) -> OccasionShown:
    """Make a group a flash group; one that is over is opened again by its steward alone."""
    with acting() as act:
        group = groups.get(act.session, group_id)
        zone = current_app.extensions["settings"].zone
        allow(Action.LOOK_AFTER_GROUP, role_sheet.keepers(act.session, group, zone))
        if body.starts_at is None or body.ends_at is None:
            raise Invalid(Problem("starts_at" if body.starts_at is None else "ends_at", "Give a day and a time."))
        return act.done(_shown(flash.plan(act.session, group, body.starts_at, body.ends_at, by=person_now())))


def _shown(run: FlashRun) -> OccasionShown:
    return OccasionShown(
        starts_at=run.starts_at, ends_at=run.ends_at, opened_at=run.opened_at, closed_at=run.closed_at, report=run.report,
        final=run.final,
    )
