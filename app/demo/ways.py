"""The demo's second way through review, for columns that want more eyes, and a substitute for days away."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.demo.agenda import Agenda
from app.demo.company import Cast
from app.demo.stories import HOUR, Stories
from editorial import clock
from editorial.people.people import Role
from editorial.review import deciders, plans, routes
from editorial.review.plans import PROOF_TRACK, Plan, Stage

NAME = "重要稿件：会签加两校"
DAYS_AGO, DAYS_AWAY = 80, 6


def plan(agenda: Agenda, stories: Stories, cast: Cast) -> None:
    """Put it on the agenda."""
    agenda.add(stories.wall(-DAYS_AGO, "15:30"), lambda session: _draw(session, cast))
    agenda.add(clock.now() - HOUR, lambda session: _go_away(session, cast))


def _draw(session: Session, cast: Cast) -> None:
    """No kind of group takes it: a column names it, or nobody does."""
    stages = (
        *plans.serial(plans.REVIEWS).stages,
        Stage("legal", "legal", step=2, title="法务", on_finding="legal"), Stage("expert", "expert", step=2, title="技术会签"),
        Stage("proof_1", "proof", PROOF_TRACK, 1, due_minutes=4 * 60),
        Stage("proof_2", "proof", PROOF_TRACK, 2, due_minutes=4 * 60),
    )
    routes.add(session, NAME, Plan(stages), by=cast.first(session, Role.EDITOR_IN_CHIEF))


def _go_away(session: Session, cast: Cast) -> None:
    head, other = cast.get(session, "zhou.mingyuan"), cast.get(session, "he.lanqiu")
    begins = clock.now() + timedelta(days=3)
    deciders.name_substitute(session, head, other, begins_at=begins, ends_at=begins + timedelta(days=DAYS_AWAY))
