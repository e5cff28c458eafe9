"""Service levels (服务时限): first answer, review, share-back. The clocks run in working time; what was late is listed exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, load_only

from editorial import clock, days, house
from editorial.articles.articles import Article
from editorial.calendar.editions import Edition
from editorial.days import WorkingTime
from editorial.intake.submissions import Submission, SubmissionState
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.review.rows import OPEN, ReviewStage

MOST = 500
EDITIONS_AT_ONCE = 50


class Level(StrEnum):
    """What is to be done within working time of the house."""

    FIRST_ANSWER = "first_answer"
    REVIEW = "review"
    SHARE_BACK = "share_back"


@dataclass(frozen=True)
class Breach:
    """One thing that was late or is late now. `done_at` none: it still waits. `late` counts whole working minutes."""

    level: Level
    title: str
    detail: str
    who: str
    began_at: datetime
    due_at: datetime
    done_at: datetime | None
    late: int
    thing: str
    thing_id: int


@dataclass(frozen=True)
class Kept:
    """How a level was kept over a period: how many things fell into it, and those that were late."""

    level: Level
    count: int
    breaches: tuple[Breach, ...]


def kept(session: Session, level: Level, first: datetime, last: datetime, zone: str = clock.DEFAULT_ZONE) -> Kept:
    """The level over what began in [first, last). At most MOST breaches, the latest begun first."""
    working = days.working_time(session, zone)
    counted, found = {
        Level.FIRST_ANSWER: (_handed_in, _answers), Level.REVIEW: (_opened, _reviews), Level.SHARE_BACK: (_promised, _shares),
    }[level]
    breaches = sorted(found(session, first, last, working), key=lambda one: one.began_at, reverse=True)
    return Kept(level, counted(session, first, last), tuple(breaches[:MOST]))


def _handed_in(session: Session, first: datetime, last: datetime) -> int:
    query = select(func.count()).select_from(Submission)
    return session.scalar(query.where(*_clocked(first, last))) or 0


def _clocked(first: datetime, last: datetime) -> tuple[ColumnElement[bool], ...]:
    return Submission.created_at >= first, Submission.created_at < last, Submission.answer_due_at.is_not(None)


def _answers(session: Session, first: datetime, last: datetime, working: WorkingTime) -> Iterator[Breach]:
    now, answered = clock.now(), func.coalesce(Submission.answered_at, Submission.decided_at)
    waits = and_(Submission.state == SubmissionState.RECEIVED, Submission.answer_due_at < now)
    late = or_(answered > Submission.answer_due_at, waits)
    query = select(Submission).where(*_clocked(first, last), late).order_by(Submission.id.desc()).limit(MOST)
    light = load_only(
        Submission.number, Submission.title, Submission.created_at, Submission.answer_due_at, Submission.answered_at,
        Submission.decided_at, Submission.decided_by_id,
    )
    for one in session.scalars(query.options(light, joinedload(Submission.decided_by))):
        due_at, done_at = one.answer_due_at, one.answered_at or one.decided_at
        if due_at is not None:
            yield Breach(
                Level.FIRST_ANSWER, one.title, f"{one.number} · {one.group.name}", one.decided_by.name if one.decided_by else "",
                one.created_at, due_at, done_at, working.minutes(due_at, done_at or now), "submission", one.id,
            )


def _opened(session: Session, first: datetime, last: datetime) -> int:
    query = select(func.count()).select_from(ReviewStage).where(ReviewStage.opened_at >= first, ReviewStage.opened_at < last)
    return session.scalar(query) or 0


def _reviews(session: Session, first: datetime, last: datetime, working: WorkingTime) -> Iterator[Breach]:
    now = clock.now()
    late = or_(ReviewStage.decided_at > ReviewStage.due_at, and_(ReviewStage.state.in_(OPEN), ReviewStage.due_at < now))
    query = (
        select(ReviewStage).where(ReviewStage.opened_at >= first, ReviewStage.opened_at < last, late)
        .options(joinedload(ReviewStage.article), joinedload(ReviewStage.decided_by), joinedload(ReviewStage.claimed_by))
        .order_by(ReviewStage.id.desc()).limit(MOST)
    )
    for row in session.scalars(query):
        person = row.decided_by or row.claimed_by
        if row.due_at is not None:
            yield Breach(
                Level.REVIEW, row.article.title, row.name, person.name if person else "", row.opened_at, row.due_at,
                row.decided_at, working.minutes(row.due_at, row.decided_at or now), "article", row.article_id,
            )


def _promised(session: Session, first: datetime, last: datetime) -> int:
    query = (
        select(func.count()).select_from(Delivery).join(Edition, Edition.id == Delivery.edition_id)
        .where(Delivery.purpose == Purpose.SHARE, Edition.published_at >= first, Edition.published_at < last)
    )
    return session.scalar(query) or 0


def _shares(session: Session, first: datetime, last: datetime, working: WorkingTime) -> Iterator[Breach]:
    now, minutes = clock.now(), round(60 * house.setting(session, "share_back_hours"))
    query = select(Edition.id, Edition.published_at).where(Edition.published_at >= first, Edition.published_at < last)
    begun: dict[int, datetime] = {row.id: row.published_at for row in session.execute(query)}
    due = {number: working.add(at, minutes) for number, at in begun.items()}
    numbers = sorted(due, reverse=True)
    for begin in range(0, len(numbers), EDITIONS_AT_ONCE):
        late = or_(*(
            and_(Delivery.edition_id == number, or_(Delivery.settled_at > due[number], _still_open(due[number] < now)))
            for number in numbers[begin:begin + EDITIONS_AT_ONCE]
        ))
        found = select(Delivery).where(Delivery.purpose == Purpose.SHARE, Delivery.state != State.CALLED_OFF, late)
        for delivery in session.scalars(found.limit(MOST)):
            number, done_at = delivery.edition_id or 0, delivery.settled_at
            yield Breach(
                Level.SHARE_BACK, delivery.target_name, _lead(session, number), "", begun[number], due[number], done_at,
                working.minutes(due[number], done_at or now), "edition", number,
            )


def _still_open(overdue: bool) -> ColumnElement[bool]:
    return Delivery.settled_at.is_(None) if overdue else Delivery.id < 0


def _lead(session: Session, edition_id: int) -> str:
    lead: Article = session.get_one(Edition, edition_id).lead
    return lead.title


def period(length: timedelta) -> tuple[datetime, datetime]:
    """From so long ago up to now."""
    now = clock.now()
    return now - length, now
