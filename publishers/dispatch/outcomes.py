"""What came back, as a state, with everything that follows from it: publication, shares, holds, notices."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from editorial import accounts, clock, pauses
from editorial.calendar.editions import Edition
from editorial.groups import flash
from editorial.notices import failing
from editorial.outbox import attempts, holds, restoring
from editorial.outbox.attempts import Ticket, Timing, Verdict
from editorial.outbox.deliveries import TO_GROUPS, Delivery, Purpose, State, shift
from editorial.release import releases, take_downs
from editorial.release.take_downs import TakeDown
from editorial.share_back import shares, spotlights, withdrawing
from editorial.story_calls import messages as call_messages
from publishers.connector import (
    ASKED_BEFORE,
    ONE_BY_ONE,
    Absent,
    CannotTell,
    Failure,
    Found,
    HandOver,
    OutcomeUnknown,
    Reading,
    Receipt,
    Refused,
    Results,
    SwitchedOff,
    Told,
    TryLater,
)
from publishers.dispatch.parcels import share_of

AFTER_TERM = timedelta(seconds=5)
"""How long after the end of a term the platform is asked what came of it."""
ABSENT_TWICE = 5
"""A publish step is sent again only when reading found it absent twice, this many settling times apart."""
TASK_POLLS = 15
"""... and as many first polls apart: a task under way whose id was lost shows nowhere, and its draft is still there."""
REFUSED_NOW = "It was refused now, but an earlier request may have gone through. Look on the platform before you decide."
NEVER_CLEAR = "It was sent several times under the same number, and no answer was ever clear. Please ask the receiver."
SEEN_ONCE = (Purpose.RELEASE, Purpose.MASS_SEND)
OWNER = "owner"
"""Whom a mass send into customer groups awaits; the connector itself says when there is no more hope."""
NO_RIGHT = ("48001", "48003", "48008")


def verdict_of(failure: Failure) -> Verdict:
    """A failure as evidence."""
    words = {
        TryLater: "try_later", Refused: "refused", SwitchedOff: "switched_off", HandOver: "hand_over",
        OutcomeUnknown: "outcome_unknown",
    }
    return Verdict(words[type(failure)], failure.reason, failure.code, failure.rid, failure.http_status)


def record_receipt(session: Session, ticket: Ticket, receipt: Receipt, timing: Timing) -> None:
    """The platform took it, for good or as a task."""
    now = clock.now()
    if receipt.final:
        settled = attempts.settle(
            session, ticket, State.SENT, Verdict("sent"), remote_id=receipt.remote_id, settled_at=now, read_at=None
        )
        if settled:
            _after_sent(session, session.get_one(Delivery, ticket.delivery_id), receipt.permalinks)
        return
    by_person = receipt.awaiting == "person"
    attempts.settle(
        session, ticket, State.ACCEPTED, Verdict("accepted"), remote_id=receipt.remote_id, awaiting=receipt.awaiting,
        reads=0, read_at=None if by_person else _in_time(now + timedelta(seconds=timing.poll), receipt),
    )
    if by_person:
        tell(session, ticket.delivery_id)


def record_failure(session: Session, ticket: Ticket, failure: Failure, timing: Timing, *, reads_back: bool) -> None:
    """One of the words instead of a receipt."""
    delivery = session.get_one(Delivery, ticket.delivery_id)
    verdict = verdict_of(failure)
    now = clock.now()
    if isinstance(failure, TryLater):
        if failure.whole_channel:
            until = now + timedelta(seconds=failure.after if failure.after is not None else 60)
            holds.hold(session, delivery.hold_target, failure.reason, until=until)
        spent = State.NEEDS_PERSON if delivery.memory.get(ASKED_BEFORE) else State.REFUSED
        attempts.try_later(session, ticket, verdict, failure.after, spent=spent)
    elif isinstance(failure, OutcomeUnknown):
        wait = timing.settle_after(delivery.purpose) if reads_back else timedelta(0)
        attempts.settle(session, ticket, State.OUTCOME_UNKNOWN, verdict, reads=0, read_at=now + wait)
    else:
        _record_no(session, ticket, delivery, failure, verdict)
    tell(session, ticket.delivery_id, failure.told)


def _record_no(session: Session, ticket: Ticket, delivery: Delivery, failure: Failure, verdict: Verdict) -> None:
    """Certainly no effect this time. Of what was asked for before and lost, a person must look what became of that."""
    if isinstance(failure, SwitchedOff):
        _pause(session, delivery, failure)
    if isinstance(failure, HandOver):
        _withdraw_right(session, delivery, failure)
    if delivery.memory.get(ASKED_BEFORE):
        attempts.settle(session, ticket, State.NEEDS_PERSON, replace(verdict, reason=REFUSED_NOW), read_at=None)
    elif isinstance(failure, HandOver):
        attempts.settle(session, ticket, State.ACCEPTED, verdict, awaiting="person", read_at=None, reads=0)
    else:
        attempts.settle(session, ticket, State.REFUSED, verdict, settled_at=clock.now())


def record_reading(session: Session, delivery: Delivery, ticket: Ticket, reading: Reading, timing: Timing) -> None:
    """What reading showed about an unknown outcome."""
    if isinstance(reading, Found):
        attempts.end_reading(session, ticket, Verdict("found"))
        _found(session, delivery, reading.receipt, timing)
    elif isinstance(reading, Absent):
        attempts.end_reading(session, ticket, Verdict("absent"))
        _absent(session, delivery, timing)
    else:
        attempts.end_reading(session, ticket, Verdict("cannot_tell", reading.reason))
        _undecided(session, delivery, reading, timing)
    tell(session, ticket.delivery_id)


def record_poll(session: Session, delivery: Delivery, ticket: Ticket, receipt: Receipt, timing: Timing) -> None:
    """What the platform says of an accepted task."""
    _keep_results(session, delivery, receipt.results)
    if receipt.final:
        attempts.end_reading(session, ticket, Verdict("sent"))
        changes = {"remote_id": receipt.remote_id or delivery.remote_id, "settled_at": clock.now(), "read_at": None}
        if shift(session, delivery, State.ACCEPTED, State.SENT, awaiting="", reason="", **changes):
            _after_sent(session, delivery, receipt.permalinks)
        return
    attempts.end_reading(session, ticket, Verdict("still_waiting"))
    if delivery.reads >= attempts.MOST_POLLS and receipt.awaiting != OWNER:
        shift(session, delivery, State.ACCEPTED, State.NEEDS_PERSON, read_at=None,
              reason="The platform has not said for a long time what became of it.")
        tell(session, ticket.delivery_id)
        return
    delivery.read_at = _in_time(attempts.next_reading(delivery, timing), receipt)
    delivery.awaiting = receipt.awaiting


def record_failed_look(session: Session, delivery: Delivery, ticket: Ticket, failure: Failure, timing: Timing) -> None:
    """A poll or reading failed. A refusal ends an accepted task; anything else is asked again later."""
    attempts.end_reading(session, ticket, verdict_of(failure))
    _keep_results(session, delivery, failure.results)
    if isinstance(failure, Refused) and delivery.state == State.ACCEPTED:
        shift(session, delivery, State.ACCEPTED, State.REFUSED, reason=failure.reason, code=failure.code,
              read_at=None, settled_at=clock.now())
    else:
        _undecided(session, delivery, CannotTell(failure.reason, final=_is_told_no_again(delivery, failure)), timing)
    tell(session, ticket.delivery_id, failure.told)


def _keep_results(session: Session, delivery: Delivery, results: Results) -> None:
    """For whoever looks at the delivery: no page asks the platform."""
    if results:
        said = {"task": delivery.remote_id, "at": clock.now().isoformat(), "results": results}
        delivery.memory = {**delivery.memory, ONE_BY_ONE: json.dumps(said)}
        session.flush()


def _is_told_no_again(delivery: Delivery, failure: Failure) -> bool:
    """Whether the platform keeps refusing our question about a task."""
    return isinstance(failure, OutcomeUnknown) and bool(failure.code) and delivery.reads >= attempts.MOST_READS


def _found(session: Session, delivery: Delivery, receipt: Receipt, timing: Timing) -> None:
    if receipt.final:
        if shift(session, delivery, State.OUTCOME_UNKNOWN, State.SENT, remote_id=receipt.remote_id, read_at=None,
                 reason="", settled_at=clock.now()):
            _remember_draft(delivery, receipt)
            _after_sent(session, delivery, receipt.permalinks)
        return
    shift(session, delivery, State.OUTCOME_UNKNOWN, State.ACCEPTED, remote_id=receipt.remote_id, reason="", reads=0,
          awaiting=receipt.awaiting, read_at=_in_time(clock.now() + timedelta(seconds=timing.poll), receipt))


def _absent(session: Session, delivery: Delivery, timing: Timing) -> None:
    now = clock.now()
    if delivery.purpose in SEEN_ONCE:
        first = float(delivery.memory.get("absent_at", "0") or 0)
        apart = max(timing.settle * ABSENT_TWICE, timing.poll * TASK_POLLS)
        if not first or now.timestamp() - first < apart:
            delivery.memory = {**delivery.memory, "absent_at": str(first or now.timestamp())}
            delivery.read_at = now + timedelta(seconds=apart)
            return
    if delivery.purpose in TO_GROUPS:
        _repeat(session, delivery)
        return
    again = {ASKED_BEFORE: "1"} if delivery.purpose in SEEN_ONCE else {}
    delivery.memory = again | {
        name: value for name, value in delivery.memory.items() if name not in ("absent_at", restoring.RESTORED)
    }
    session.flush()
    shift(session, delivery, State.OUTCOME_UNKNOWN, State.WAITING, due_at=now, late_ok=True, read_at=None, reason="")


def _repeat(session: Session, delivery: Delivery) -> None:
    """Tell a receiver again who knows a repeat by its number: after our own back-off, and not for ever."""
    tries = delivery.tries + 1
    if tries >= attempts.MOST_TRIES:
        shift(session, delivery, State.OUTCOME_UNKNOWN, State.NEEDS_PERSON, read_at=None, tries=tries, reason=NEVER_CLEAR)
        return
    due_at = clock.now() + timedelta(seconds=attempts.backoff(tries))
    shift(session, delivery, State.OUTCOME_UNKNOWN, State.WAITING, due_at=due_at, late_ok=True, read_at=None, tries=tries,
          reason="")


def _undecided(session: Session, delivery: Delivery, reading: CannotTell, timing: Timing) -> None:
    spent = delivery.reads >= (attempts.MOST_READS if delivery.state == State.OUTCOME_UNKNOWN else attempts.MOST_POLLS)
    if reading.final or spent:
        shift(session, delivery, delivery.state, State.NEEDS_PERSON, read_at=None, reason=reading.reason)
        return
    delivery.memory = {name: value for name, value in delivery.memory.items() if name != "absent_at"}
    delivery.reason = reading.reason
    delivery.read_at = attempts.next_reading(delivery, timing)


def _in_time(planned: datetime, receipt: Receipt) -> datetime:
    """When to ask again: as planned, but not later than when the platform has decided at the latest."""
    if receipt.decided_by is None:
        return planned
    decided = datetime.fromtimestamp(receipt.decided_by, UTC) + AFTER_TERM
    return min(planned, decided) if decided > clock.now() else planned


def _withdraw_right(session: Session, delivery: Delivery, failure: HandOver) -> None:
    """The platform wants a person: the account's level follows, so that what is due later goes on by hand."""
    if failure.code in NO_RIGHT and delivery.target_kind == "account" and delivery.purpose != Purpose.TAKE_DOWN:
        right = str(delivery.purpose) if delivery.purpose in SEEN_ONCE else "draft"
        accounts.withdraw_right(session, accounts.get(session, delivery.target_id), right)

def _pause(session: Session, delivery: Delivery, failure: SwitchedOff) -> None:
    """Nothing more goes to this target until somebody, or a later look at the account, finds it well."""
    if delivery.purpose == Purpose.NOTICE:
        failing.switched_off(session, delivery, failure.reason, failure.code)
    elif delivery.target_kind == "account":
        account = accounts.get(session, delivery.target_id)
        pauses.pause(session, account, failure.reason, cause=failure.code, rid=failure.rid)
    else:
        holds.hold(session, delivery.hold_target, failure.reason, cause=failure.code)


def _remember_draft(delivery: Delivery, receipt: Receipt) -> None:
    if delivery.purpose == Purpose.DRAFT:
        delivery.memory = {**delivery.memory, "media_id": receipt.remote_id}


def _after_sent(session: Session, delivery: Delivery, permalinks: tuple[str, ...]) -> None:
    if delivery.purpose == Purpose.TAKE_DOWN:
        withdrawing.record(session, session.get_one(TakeDown, delivery.owner_id))
    if delivery.purpose not in releases.FINAL_PURPOSES:
        return
    edition = session.get_one(Edition, delivery.edition_id)
    releases.record_published(session, edition, permalinks)
    shares.promise_all(session, edition)


def tell(session: Session, delivery_id: int, circle: Told | None = None) -> None:
    """Whoever must know of the present state learns of it, once: the publishers, and the circle that can mend it."""
    delivery = session.get_one(Delivery, delivery_id)
    if delivery.purpose == Purpose.NOTICE:
        failing.settle(session, delivery)
    elif delivery.purpose == Purpose.SHARE:
        share = share_of(session, delivery)
        if share is not None:
            shares.tell_trouble(session, delivery, share)
    elif delivery.purpose == Purpose.STORY_CALL:
        call_messages.tell_trouble(session, delivery)
    elif delivery.purpose == Purpose.SPOTLIGHT:
        spotlights.tell_trouble(session, delivery)
    elif delivery.purpose == Purpose.CLOSING:
        flash.tell_trouble(session, delivery)
    elif delivery.purpose == Purpose.TAKE_DOWN:
        take_downs.tell_trouble(session, delivery)
    elif delivery.edition_id is not None:
        releases.tell_trouble(session, delivery, session.get_one(Edition, delivery.edition_id), circle or "")
