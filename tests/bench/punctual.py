"""From the due instant to the first byte at the platform, for editions of several accounts spread over some seconds."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import WRITES
from editorial import clock
from editorial.outbox.deliveries import Attempt, Delivery, Purpose, State
from tests import factories
from tests.bench.machine import Machine, machine, until
from tests.bench.measures import heading, median, percentile, report

EDITIONS = 30
SPREAD_SECONDS = 20.0
LEAD_SECONDS = 20.0
"""Enough to write the plan and to start the worker: a worker that is not there yet is not what is measured."""
BUDGET = 2.0


def run() -> None:
    """Measure with one worker; each edition goes to an account of its own."""
    heading(f"{EDITIONS} editions due within {SPREAD_SECONDS:.0f} s")
    with machine() as one:
        due = _schedule(one)
        one.worker()
        until(lambda: _drafted(one) >= EDITIONS, LEAD_SECONDS + SPREAD_SECONDS + 60, 0.5)
        late = _lateness(one, due)
        report(
            "due → first byte", f"p50 {median(late):.2f}  p99 {percentile(late, 99):.2f}  earliest {min(late):.3f} s"
            f"   budget {BUDGET:.0f} s, never early", percentile(late, 99) <= BUDGET and min(late) >= 0,
        )


def _schedule(one: Machine) -> dict[int, float]:
    """Due instants (epoch seconds) by delivery of the first step."""
    begin = clock.now() + timedelta(seconds=LEAD_SECONDS)
    with Session(one.engine.execution_options(**WRITES)) as session:
        everyone = factories.one_of_each(session)
        for number in range(EDITIONS):
            account = factories.account(session, f"wx00000000000{number:05d}")
            at = begin + timedelta(seconds=SPREAD_SECONDS * number / EDITIONS)
            factories.scheduled(session, everyone, at=at, of=account)
        session.commit()
        steps = session.scalars(select(Delivery).where(Delivery.purpose == Purpose.DRAFT))
        return {step.id: step.due_at.timestamp() for step in steps}


def _drafted(one: Machine) -> int:
    with Session(one.engine) as session:
        query = select(Delivery.id).where(Delivery.purpose == Purpose.DRAFT, Delivery.state == State.SENT)
        return len(session.scalars(query).all())


def _lateness(one: Machine, due: dict[int, float]) -> list[float]:
    """Each edition's first call, by the sandbox's own clock: the first one after the claim of its delivery."""
    calls = sorted(call["at"] for call in one.sandbox.calls())
    with Session(one.engine) as session:
        query = select(Attempt.delivery_id, Attempt.at).where(Attempt.delivery_id.in_(due)).order_by(Attempt.id.desc())
        claimed = {delivery_id: at.timestamp() for delivery_id, at in session.execute(query)}
    return [next(at for at in calls if at >= claimed[delivery]) - instant for delivery, instant in due.items()]
