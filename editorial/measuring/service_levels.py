"""Service levels (服务时限): first answer, review, share-back. The clocks run in working time; what was late is listed exactly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, load_only

from editorial import clock, days, house
from editorial.calendar.editions import Edition
from editorial.days import WorkingTime
from editorial.intake.submissions import Submission, SubmissionState
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.review.rows import OPEN, ReviewStage


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
    """How a level was kept over a period: how many things fell into it, how many of them were late, and which."""

    level: Level
    count: int
    late: int
    waiting: bool
    """Whether something late still waits."""
    breaches: tuple[Breach, ...]


def kept(
    session: Session, level: Level, first: datetime, last: datetime, zone: str = clock.DEFAULT_ZONE, *, most: int | None = None
) -> Kept:
    """The level over what began in [first, last), with at most `most` breaches, those that began last."""
    lateness = {Level.FIRST_ANSWER: _answers, Level.REVIEW: _reviews, Level.SHARE_BACK: _shares}[level]
    return lateness(session, first, last, days.working_time(session, zone), most)


def _answers(session: Session, first: datetime, last: datetime, working: WorkingTime, most: int | None) -> Kept:
    now, answered = clock.now(), func.coalesce(Submission.answered_at, Submission.decided_at)
    clocked = (Submission.created_at >= first, Submission.created_at < last, Submission.answer_due_at.is_not(None))
    waits = and_(Submission.state == SubmissionState.RECEIVED, Submission.answer_due_at < now)
    late = or_(answered > Submission.answer_due_at, waits)
    query = select(Submission).where(*clocked, late).order_by(Submission.created_at.desc(), Submission.id.desc()).limit(most)
    light = load_only(
        Submission.number, Submission.title, Submission.created_at, Submission.answer_due_at, Submission.answered_at,
        Submission.decided_at, Submission.decided_by_id,
    )
    breaches = []
    for one in session.scalars(query.options(light, joinedload(Submission.decided_by))):
        due_at, done_at = one.answer_due_at, one.answered_at or one.decided_at
        if due_at is not None:
            breaches.append(Breach(
                Level.FIRST_ANSWER, one.title, f"{one.number} · {one.group.name}", one.decided_by.name if one.decided_by else "",
                one.created_at, due_at, done_at, working.minutes(due_at, done_at or now), "submission", one.id,
            ))
    return _kept(session, Level.FIRST_ANSWER, Submission, clocked, late, waits, breaches)


def _reviews(session: Session, first: datetime, last: datetime, working: WorkingTime, most: int | None) -> Kept:
    now, opened = clock.now(), (ReviewStage.opened_at >= first, ReviewStage.opened_at < last)
    waits = and_(ReviewStage.state.in_(OPEN), ReviewStage.due_at < now)
    late = or_(ReviewStage.decided_at > ReviewStage.due_at, waits)
    query = (
        select(ReviewStage).where(*opened, late)
        .options(joinedload(ReviewStage.article), joinedload(ReviewStage.decided_by), joinedload(ReviewStage.claimed_by))
        .order_by(ReviewStage.opened_at.desc(), ReviewStage.id.desc()).limit(most)
    )
    breaches = []
    for row in session.scalars(query):
        person = row.decided_by or row.claimed_by
        if row.due_at is not None and row.opened_at is not None:
            breaches.append(Breach(
                Level.REVIEW, row.article.title, row.name, person.name if person else "", row.opened_at, row.due_at,
                row.decided_at, working.minutes(row.due_at, row.decided_at or now), "article", row.article_id,
            ))
    return _kept(session, Level.REVIEW, ReviewStage, opened, late, waits, breaches)


def _kept(
    session: Session, level: Level, of: type[Submission | ReviewStage], begun: tuple[ColumnElement[bool], ...],
    late: ColumnElement[bool], waits: ColumnElement[bool], breaches: list[Breach],
) -> Kept:
    """With the exact numbers beside the breaches that are told."""
    tally = select(func.count(), func.count(case((late, 1))), func.count(case((waits, 1)))).select_from(of).where(*begun)
    count, number, waiting = session.execute(tally).one()
    return Kept(level, count, number, bool(waiting), tuple(breaches))


def _shares(session: Session, first: datetime, last: datetime, working: WorkingTime, most: int | None) -> Kept:
    now, minutes = clock.now(), round(60 * house.setting(session, "share_back_hours"))
    query = select(Edition.id, Edition.published_at).where(Edition.published_at >= first, Edition.published_at < last)
    begun: dict[int, datetime] = {row.id: row.published_at for row in session.execute(query)}
    due = {number: working.add(at, minutes) for number, at in begun.items()}
    shares = session.execute(
        select(Delivery.edition_id, Delivery.target_name, Delivery.settled_at, Delivery.state)
        .where(Delivery.purpose == Purpose.SHARE, Delivery.edition_id.in_(query.with_only_columns(Edition.id)))
    ).all()
    late = [one for one in shares if one.state != State.CALLED_OFF and (one.settled_at or now) > due[one.edition_id]]
    late.sort(key=lambda one: (begun[one.edition_id], one.edition_id, one.target_name), reverse=True)
    breaches = tuple(
        Breach(
            Level.SHARE_BACK, one.target_name, session.get_one(Edition, one.edition_id).lead.title, "", begun[one.edition_id],
            due[one.edition_id], one.settled_at, working.minutes(due[one.edition_id], one.settled_at or now), "edition",
            one.edition_id,
        )
        for one in late[:most]
    )
    return Kept(Level.SHARE_BACK, len(shares), len(late), any(one.settled_at is None for one in late), breaches)


def period(length: timedelta) -> tuple[datetime, datetime]:
    """From so long ago up to now."""
    now = clock.now()
    return now - length, now
