"""Keeping promises: what is due, claim, record, recover. Whoever calls holds the lane's lock and commits."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, inspect, or_, select, update
from sqlalchemy.orm import Session, aliased

from editorial import clock
from editorial.base import compare_and_set
from editorial.outbox.deliveries import Attempt, Delivery, Purpose, State, shift

BACKOFF_FIRST = 5.0
BACKOFF_MOST = 900.0
MOST_TRIES = 8
MOST_DEATHS = 3
READ_STEPS = (1, 2, 5, 15, 30, 60)
"""Waits before the readings of an unknown outcome, as multiples of the settling time; after the last a person is asked."""
MOST_READS = len(READ_STEPS)
POLL_STEPS = (1, 2, 5, 15, 30, 60, 180, 360)
"""Waits before the polls of an accepted task, as multiples of the first poll. Polling is rationed: 100 a day."""
MOST_POLLS = 40
DRAFT_SETTLES = 0.1
"""A draft is private, a second one harms nobody: its doubt is looked into after a tenth of the settling time."""


# Built once: an alias costs more to make than its question to answer, and this is asked twice a second.
_BEFORE = aliased(Delivery)
_PREDECESSOR_SENT = select(_BEFORE.id).where(_BEFORE.id == Delivery.after_id, _BEFORE.state == State.SENT).exists()


@dataclass(frozen=True)
class Timing:
    """Seconds: the least wait before an unknown outcome is looked into, and before the first poll of an accepted task."""

    settle: float = 60.0
    poll: float = 10.0

    def settle_after(self, purpose: str) -> timedelta:
        return timedelta(seconds=self.settle * (DRAFT_SETTLES if purpose == Purpose.DRAFT else 1.0))


@dataclass(frozen=True)
class Ticket:
    """The right to make one attempt, and what for."""

    delivery_id: int
    fence: int
    attempt_id: int
    purpose: str


@dataclass(frozen=True)
class Verdict:
    """How an attempt ended, for the evidence."""

    word: str
    reason: str = ""
    code: str = ""
    rid: str = ""
    http_status: int | None = None


def ready_to_start(now: datetime) -> ColumnElement[bool]:
    """The condition of a waiting delivery that is due and whose predecessor is sent. Never early."""
    return and_(
        Delivery.state == State.WAITING, Delivery.due_at <= now, or_(Delivery.after_id.is_(None), _PREDECESSOR_SENT)
    )


def ready_to_read(now: datetime) -> ColumnElement[bool]:
    """The condition of an accepted or unknown delivery whose next reading is due."""
    return and_(Delivery.state.in_([State.ACCEPTED, State.OUTCOME_UNKNOWN]), Delivery.read_at <= now)


def lanes_with_work(session: Session) -> list[str]:
    """Lanes in which something can be done now, an abandoned attempt included; the longest due first."""
    now = clock.now()
    stuck = Delivery.state == State.IN_FLIGHT
    found: dict[str, datetime] = {}
    for condition in (stuck, ready_to_read(now), ready_to_start(now)):
        for lane, due_at in session.execute(
            select(Delivery.lane, func.min(Delivery.due_at)).where(condition).group_by(Delivery.lane)
        ):
            found[lane] = min(found.get(lane, due_at), due_at)
    return sorted(found, key=lambda lane: found[lane])


def next_instant(session: Session) -> datetime | None:
    """When the next waiting delivery falls due or the next reading is owed."""
    due = session.scalar(
        select(Delivery.due_at).where(Delivery.state == State.WAITING, Delivery.due_at > clock.now())
        .order_by(Delivery.due_at).limit(1)
    )
    read = session.scalar(
        select(Delivery.read_at).where(Delivery.state.in_([State.ACCEPTED, State.OUTCOME_UNKNOWN]))
        .where(Delivery.read_at.is_not(None)).order_by(Delivery.read_at).limit(1)
    )
    return min((instant for instant in (due, read) if instant is not None), default=None)


def work_in(session: Session, lane: str, condition: ColumnElement[bool], limit: int) -> Sequence[Delivery]:
    """The deliveries of `lane` that meet `condition`, oldest first."""
    query = select(Delivery).where(Delivery.lane == lane, condition).order_by(Delivery.due_at, Delivery.id)
    return session.scalars(query.limit(limit)).all()


def claim(session: Session, chosen: Sequence[Delivery]) -> list[tuple[Delivery, Ticket]]:
    """Take the right to one attempt at each: in flight, with an attempt row. Left out: where somebody was faster."""
    if not chosen:
        return []
    session.flush()
    taken = session.execute(
        update(Delivery).where(Delivery.id.in_([delivery.id for delivery in chosen]), Delivery.state == State.WAITING)
        .values(state=State.IN_FLIGHT, fence=Delivery.fence + 1, awaiting="", reason="", code="")
        .returning(Delivery.id, Delivery.fence).execution_options(synchronize_session=False)
    )
    made = {delivery_id: Attempt(delivery_id=delivery_id, fence=fence, act="send") for delivery_id, fence in taken}
    session.add_all(made.values())
    session.flush()
    ours = select(Delivery).where(Delivery.id.in_(made)).order_by(Delivery.due_at, Delivery.id)
    return [
        (delivery, Ticket(delivery.id, delivery.fence, made[delivery.id].id, delivery.purpose))
        for delivery in session.scalars(ours.execution_options(populate_existing=True))
    ]


def give_back(session: Session, ticket: Ticket) -> None:
    """The claim grew old before the first byte: the attempt is void, certainly without effect."""
    settle(session, ticket, State.WAITING, Verdict("given_back"))


def settle(session: Session, ticket: Ticket, to: State, verdict: Verdict, **changes: Any) -> bool:
    """Record how an attempt ended. False: the claim is no longer ours, and only the evidence was kept."""
    moved = compare_and_set(
        session,
        update(Delivery)
        .where(Delivery.id == ticket.delivery_id, Delivery.state == State.IN_FLIGHT, Delivery.fence == ticket.fence)
        .values(state=to, reason=verdict.reason, code=verdict.code, **changes),
    )
    end_reading(session, ticket, verdict)
    _expire(session, ticket.delivery_id)
    return moved


def settle_sent(session: Session, taken: Sequence[tuple[Ticket, str]]) -> None:
    """Record attempts that were taken for good, with the platform's ids, where nothing follows from it: two statements.

    Of a claim that is no longer ours only the evidence is kept.
    """
    if not taken:
        return
    now = clock.now()
    session.connection().execute(
        update(Delivery)
        .where(Delivery.id == bindparam("delivery"), Delivery.state == State.IN_FLIGHT, Delivery.fence == bindparam("ours"))
        .values(state=State.SENT, reason="", code="", remote_id=bindparam("remote"), settled_at=now, read_at=None),
        [{"delivery": ticket.delivery_id, "ours": ticket.fence, "remote": remote_id} for ticket, remote_id in taken],
    )
    session.connection().execute(
        update(Attempt).where(Attempt.id == bindparam("attempt")).values(ended_at=now, verdict="sent"),
        [{"attempt": ticket.attempt_id} for ticket, _ in taken],
    )
    for ticket, _ in taken:
        _expire(session, ticket.delivery_id)


def _expire(session: Session, delivery_id: int) -> None:
    """What was read of this delivery is read anew when it is asked for; nothing else changed."""
    held = session.identity_map.get(inspect(Delivery).identity_key_from_primary_key((delivery_id,)))
    if held is not None:
        session.expire(held)


def try_later(
    session: Session, ticket: Ticket, verdict: Verdict, after: float | None, *, spent: State = State.REFUSED
) -> None:
    """Certainly no effect: waiting again after the platform's word or our own back-off; `spent` when tries run out."""
    delivery = session.get_one(Delivery, ticket.delivery_id)
    tries = delivery.tries + 1
    if tries >= MOST_TRIES:
        settle(session, ticket, spent, verdict, tries=tries, settled_at=clock.now())
        return
    seconds = after if after is not None else backoff(tries)
    settle(session, ticket, State.WAITING, verdict, tries=tries, due_at=clock.now() + timedelta(seconds=seconds), late_ok=True)


def backoff(tries: int) -> float:
    """Seconds to wait before the next try: 5 s × 2ⁿ with full jitter, at least one second, at most 15 minutes."""
    return max(1.0, random.uniform(0, min(BACKOFF_MOST, BACKOFF_FIRST * 2.0 ** (tries - 1))))  # noqa: S311


def recover(session: Session, lane: str, timing: Timing) -> list[int]:
    """Turn what a dead owner left in flight into an unknown outcome; returns the ids of these deliveries.

    Only the holder of the lane's lock may call.
    A delivery whose owners died three times while it was in flight is poisoned and goes to a person.
    """
    left = session.scalars(select(Delivery).where(Delivery.lane == lane, Delivery.state == State.IN_FLIGHT)).all()
    now = clock.now()
    for delivery in left:
        _close_abandoned(session, delivery.id)
        deaths = delivery.deaths + 1
        if deaths >= MOST_DEATHS:
            shift(session, delivery, State.IN_FLIGHT, State.NEEDS_PERSON, deaths=deaths,
                  reason="The sending process died here three times.", fence=delivery.fence + 1)
        else:
            shift(session, delivery, State.IN_FLIGHT, State.OUTCOME_UNKNOWN, deaths=deaths, fence=delivery.fence + 1,
                  reads=0, read_at=now + timing.settle_after(delivery.purpose),
                  reason="The sending process died before the answer was recorded.")
    return [delivery.id for delivery in left]


def _close_abandoned(session: Session, delivery_id: int) -> None:
    """Whoever made these attempts died before they could say how they ended."""
    session.execute(
        update(Attempt).where(Attempt.delivery_id == delivery_id, Attempt.verdict == "under_way")
        .values(verdict="abandoned", ended_at=clock.now())
    )


def begin_reading(session: Session, delivery: Delivery, act: str) -> Ticket:
    """Note that a reading starts: it is rationed, so it counts even if it does not end. Pushes the next one back."""
    _close_abandoned(session, delivery.id)
    attempt = Attempt(delivery_id=delivery.id, fence=delivery.fence, act=act)
    session.add(attempt)
    delivery.reads += 1
    session.flush()
    return Ticket(delivery.id, delivery.fence, attempt.id, delivery.purpose)


def end_reading(session: Session, ticket: Ticket, verdict: Verdict) -> None:
    """Keep what a reading showed."""
    session.execute(
        update(Attempt).where(Attempt.id == ticket.attempt_id).values(
            ended_at=clock.now(), verdict=verdict.word, reason=verdict.reason, code=verdict.code, rid=verdict.rid,
            http_status=verdict.http_status,
        ).execution_options(synchronize_session=False)
    )


def next_reading(delivery: Delivery, timing: Timing) -> datetime:
    """When to look again, by the steps of its state."""
    unknown = delivery.state == State.OUTCOME_UNKNOWN
    steps = READ_STEPS if unknown else POLL_STEPS
    unit = timing.settle_after(delivery.purpose).total_seconds() if unknown else timing.poll
    step = steps[min(delivery.reads, len(steps) - 1)]
    return clock.now() + timedelta(seconds=unit * step)
