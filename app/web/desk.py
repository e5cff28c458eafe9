"""Today: what waits for this person, the most urgent first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth import can, guard, person_now
from app.extensions import db
from app.web import deciding_next, playbook
from editorial import clock
from editorial.articles.articles import Article
from editorial.articles.workflow import State
from editorial.calendar import editions
from editorial.calendar.editions import Edition, EditionState
from editorial.intake.submissions import Submission, SubmissionState
from editorial.outbox import deliveries
from editorial.outbox.deliveries import Delivery
from editorial.people.people import Person
from editorial.people.permissions import Action
from editorial.release import releases
from editorial.topics import duties

pages = Blueprint("desk", __name__)

SHOWN = 8
LATE_AFTER = timedelta(days=1)


@pages.get("/today")
@guard(Action.SEE_DESK)
def today() -> ResponseReturnValue:
    """What waits for me, what failed, what goes out today; nothing at all is said in a good sentence."""
    person, session = person_now(), _database()
    now = clock.now()
    found: dict[str, Any] = {
        "to_decide": deciding_next.to_decide(session, person, SHOWN),
        "to_change": _my_articles(session, person, State.RETURNED),
        "drafts": _my_articles(session, person, State.DRAFTING),
        "tasks": duties.owed(session, person, SHOWN), "late_tasks": duties.late(session, SHOWN, person=person),
        **playbook.of_person(person),
        "inbox": _inbox(session) if can(Action.TRIAGE) else [],
        "to_plan": _signed_off(session) if can(Action.PLAN) else [],
        "trouble": _trouble(session) if can(Action.SEE_DELIVERIES) else [],
        "due": _due_today(session, now) if can(Action.SEE_EDITIONS) else [],
    }
    counts = {"inbox": _count_inbox(session)} if found["inbox"] else {"inbox": 0}
    return render_template(
        "desk/today.html", person=person, now=now, late=now - LATE_AFTER, counts=counts, morning=_wall(now).hour, **found
    )


def _my_articles(session: Session, person: Person, state: State) -> list[Article]:
    query = select(Article).where(Article.state == state, Article.editor_id == person.id)
    return list(session.scalars(query.order_by(Article.waiting_since).limit(SHOWN)))


def _inbox(session: Session) -> list[Submission]:
    query = select(Submission).where(Submission.state == SubmissionState.RECEIVED).order_by(Submission.id)
    return list(session.scalars(query.limit(SHOWN)))


def _count_inbox(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Submission).where(Submission.state == SubmissionState.RECEIVED)) or 0


def _signed_off(session: Session) -> list[Article]:
    query = select(Article).where(Article.state == State.SIGNED_OFF).order_by(Article.waiting_since)
    return list(session.scalars(query.limit(SHOWN)))


def _trouble(session: Session) -> list[Delivery]:
    query = select(Delivery).where(deliveries.wants_person())
    return list(session.scalars(query.order_by(Delivery.id).limit(SHOWN)))


def _due_today(session: Session, now: datetime) -> list[tuple[Edition, str]]:
    """Editions of the house's day, and those whose time has passed without being out, with the state people see."""
    begin = _wall(now).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    first, last = (clock.from_wall(day, _zone()) for day in (begin, begin + timedelta(days=1)))
    late = (
        select(Edition).where(Edition.state == EditionState.SCHEDULED, Edition.publish_at < first)
        .order_by(Edition.publish_at.desc()).limit(SHOWN)
    )
    found = [*session.scalars(late), *editions.between(session, first, last)]
    return [(edition, releases.shown_state(session, edition)) for edition in found if edition.places]


def _wall(now: datetime) -> datetime:
    return clock.to_wall(now, _zone())


def _zone() -> str:
    zone: str = current_app.extensions["settings"].zone
    return zone


def _database() -> Session:
    session: Session = db.session()
    return session
