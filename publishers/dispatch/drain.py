"""Work one lane until nothing is due. The caller holds the lane's lock; `session` lives on the lock's connection.

The database is touched by this thread only; platforms are spoken to in a small pool, with no transaction open.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from sqlalchemy.orm import Session

from editorial import clock
from editorial.crash import crash_point
from editorial.outbox import attempts
from editorial.outbox.attempts import Ticket, Timing
from editorial.outbox.deliveries import Delivery, Purpose, State, shift
from publishers.connector import Connector, Failure, OutcomeUnknown, Parcel, Reading, Receipt, Remember
from publishers.dispatch import gate, outcomes, parcels
from publishers.dispatch.connectors import ConnectorOf, connector_for
from publishers.dispatch.parcels import Known, Materials, NothingToSend

log = logging.getLogger("qunsheng.dispatch")
STALE_CLAIM_SECONDS = 2.0
"""A claim that grew this old before its first byte is given back: somebody may have waited for us in vain."""
TOGETHER_SECONDS = 0.03
NOT_OUR_TURN = 50
"""How many looks that the platform's rations put off are passed over in one round."""


@dataclass(frozen=True)
class Outfit:
    """What the dispatcher is handed: connectors, materials, a way to save remote ids at once, and the clockwork."""

    connector_of: ConnectorOf
    materials: Materials
    remembering: Callable[[Ticket], Remember]
    timing: Timing
    senders: int = 1
    stop: Callable[[], bool] = lambda: False
    zone: str = clock.DEFAULT_ZONE
    """Whose wall says when a group has its quiet hours and when a week begins."""


@dataclass(frozen=True)
class _Job:
    delivery_id: int
    act: str
    ticket: Ticket
    connector: Connector
    parcel: Parcel
    claimed_at: float


class _GivenBack(Exception):
    """The claim was too old to be used."""


Result = Receipt | Reading | Failure | _GivenBack


def drain(session: Session, lane: str, outfit: Outfit) -> int:
    """Recover what a dead owner left, then send and read until nothing in `lane` is due. Returns how many were worked."""
    crash_point("recover.before_commit")
    for delivery_id in attempts.recover(session, lane, outfit.timing):
        outcomes.tell(session, delivery_id)
    session.commit()
    crash_point("recover.after_commit")
    worked = 0
    pending: dict[Future[Result], _Job] = {}
    with ThreadPoolExecutor(outfit.senders, thread_name_prefix="sender") as pool:
        while True:
            if not outfit.stop():
                for job in _take(session, lane, outfit, outfit.senders - len(pending), _busy(pending)):
                    pending[pool.submit(_work, job, outfit)] = job
            if not pending:
                return worked
            wait(pending, return_when=FIRST_COMPLETED)
            # Those that end together are recorded together: one transaction instead of many.
            done, _ = wait(pending, timeout=TOGETHER_SECONDS)
            _record_together(session, [(pending.pop(future), future.result()) for future in done], outfit)
            worked += len(done)
            crash_point("record.before_commit")
            session.commit()
            crash_point("record.after_commit")


def _busy(pending: dict[Future[Result], _Job]) -> set[int]:
    return {job.delivery_id for job in pending.values()}


def _take(session: Session, lane: str, outfit: Outfit, room: int, busy: set[int]) -> list[_Job]:
    """Claim up to `room` pieces of work in one transaction: attempt rows are durable before the first byte."""
    if room <= 0:
        return []
    now = clock.now()
    jobs: list[_Job] = []
    for delivery in attempts.work_in(session, lane, attempts.ready_to_read(now), room + len(busy) + NOT_OUR_TURN):
        if len(jobs) < room and delivery.id not in busy:
            jobs.extend(_begin_look(session, delivery, outfit))
    due = attempts.work_in(session, lane, attempts.ready_to_start(now), 2 * room)
    desk = gate.desk_for(session, due, room, outfit.zone)
    leaving: list[Delivery] = []
    for delivery in due:
        if len(jobs) + len(leaving) < room and gate.may_leave(session, delivery, outfit.connector_of, desk):
            leaving.append(delivery)
    for delivery, ticket in attempts.claim(session, leaving):
        jobs.extend(_job(session, delivery, "send", ticket, outfit, Known(desk.digests, desk.noise.habits)))
    crash_point("claim.before_commit")
    session.commit()
    crash_point("claim.after_commit")
    if len(jobs) > 1:
        crash_point("share.batch_claimed")
    return jobs


def _begin_look(session: Session, delivery: Delivery, outfit: Outfit) -> list[_Job]:
    act = "poll" if delivery.state == State.ACCEPTED else "read"
    if not gate.may_look(session, delivery, act, outfit.timing):
        return []
    ticket = attempts.begin_reading(session, delivery, act)
    # A death during the reading must not make it come at once again: readings are rationed.
    delivery.read_at = attempts.next_reading(delivery, outfit.timing)
    session.flush()
    return _job(session, delivery, act, ticket, outfit)


def _job(
    session: Session, delivery: Delivery, act: str, ticket: Ticket, outfit: Outfit, known: Known | None = None
) -> list[_Job]:
    try:
        connector = connector_for(session, delivery, outfit.connector_of)
        parcel = parcels.build(session, delivery, outfit.materials, known)
    except (NothingToSend, FileNotFoundError) as error:
        reason = str(error) if isinstance(error, NothingToSend) else "A picture of this article is missing."
        expected = State.IN_FLIGHT if act == "send" else delivery.state
        shift(session, delivery, expected, State.NEEDS_PERSON, reason=reason, read_at=None)
        attempts.end_reading(session, ticket, attempts.Verdict("not_sent", reason))
        outcomes.tell(session, ticket.delivery_id)
        return []
    return [_Job(delivery.id, act, ticket, connector, parcel, time.monotonic())]


def _work(job: _Job, outfit: Outfit) -> Result:
    """Speak to the platform. Whatever happens comes back as a value; a surprise is an unknown outcome."""
    try:
        if job.act == "send":
            if time.monotonic() - job.claimed_at > STALE_CLAIM_SECONDS:
                return _GivenBack()
            crash_point("send.before_call")
            receipt = job.connector.send(job.parcel, outfit.remembering(job.ticket))
            crash_point("send.after_call")
            return receipt
        if job.act == "poll":
            crash_point("confirm.before_call")
            answer = job.connector.confirm(job.parcel)
            crash_point("confirm.after_call")
            return answer
        crash_point("read.before_call")
        reading = job.connector.find_out(job.parcel)
        crash_point("read.after_call")
        return reading
    except Failure as failure:
        return failure
    except Exception as error:
        # The text of a foreign exception may hold an address with a secret in it; its kind is enough.
        log.error("a connector failed unexpectedly", extra={"action": "connector_bug", "kind": type(error).__name__})
        return OutcomeUnknown("Something unexpected happened while speaking to the platform.")


def _record_together(session: Session, ended: Sequence[tuple[_Job, Result]], outfit: Outfit) -> None:
    """Shares that were taken are recorded in one go, since nothing follows from them; all else one by one."""
    taken: list[tuple[Ticket, str]] = []
    for job, result in ended:
        if isinstance(result, Receipt) and result.final and job.act == "send" and job.ticket.purpose == Purpose.SHARE:
            taken.append((job.ticket, result.remote_id))
        else:
            _record(session, job, result, outfit)
    attempts.settle_sent(session, taken)
    for _ in taken:
        crash_point("share.one_recorded")


def _record(session: Session, job: _Job, result: Result, outfit: Outfit) -> None:
    timing = outfit.timing
    if isinstance(result, _GivenBack):
        attempts.give_back(session, job.ticket)
        return
    if job.act == "send":
        if isinstance(result, Receipt):
            outcomes.record_receipt(session, job.ticket, result, timing)
        elif isinstance(result, Failure):
            reads_back = job.connector.abilities.reads_back
            outcomes.record_failure(session, job.ticket, result, timing, reads_back=reads_back)
        crash_point("share.one_recorded")
        return
    delivery = session.get_one(Delivery, job.delivery_id, populate_existing=True)
    if delivery.fence != job.ticket.fence or delivery.state not in (State.ACCEPTED, State.OUTCOME_UNKNOWN):
        attempts.end_reading(session, job.ticket, attempts.Verdict("overtaken"))
    elif isinstance(result, Failure):
        outcomes.record_failed_look(session, delivery, job.ticket, result, timing)
    elif isinstance(result, Receipt):
        outcomes.record_poll(session, delivery, job.ticket, result, timing)
    else:
        crash_point("read.before_commit")
        outcomes.record_reading(session, delivery, job.ticket, result, timing)
        crash_point("read.after_commit")
