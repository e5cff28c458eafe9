"""After a restore the world may be ahead of the database: what was under way is looked into before anything is sent."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from editorial import audit, clock
from editorial.outbox.attempts import Timing
from editorial.outbox.deliveries import TO_GROUPS, Attempt, Delivery, Purpose, State, shift

RESTORED = "restored"
"""In the memory of a publication that may have gone on without us: its shares may stand in their groups already."""
REASON = "The database was restored from a backup; whether this went out meanwhile is being found out."


def settle(session: Session, timing: Timing) -> int:
    """Turn what is in flight, and what was due by now, into unknown outcomes that are read. Returns how many.

    Nobody else may use the database meanwhile. Doing it again changes nothing that was found out since.
    """
    now = clock.now()
    session.execute(
        update(Attempt).where(Attempt.verdict == "under_way").values(verdict="abandoned", ended_at=now)
    )
    due = session.scalars(select(Delivery).where(Delivery.state == State.WAITING, Delivery.due_at <= now)).all()
    for delivery in due:
        shift(session, delivery, State.WAITING, State.IN_FLIGHT, fence=delivery.fence + 1)
    in_flight = session.scalars(select(Delivery).where(Delivery.state == State.IN_FLIGHT)).all()
    for delivery in in_flight:
        shift(
            session, delivery, State.IN_FLIGHT, State.OUTCOME_UNKNOWN, fence=delivery.fence + 1, reads=0, reason=REASON,
            read_at=now + timing.settle_after(delivery.purpose),
        )
    _mark(session)
    audit.record(session, "restore", "house", None, details={"unsettled": len(in_flight)})
    return len(in_flight)


def may_be_ahead(session: Session, edition_id: int) -> bool:
    """Whether readers may have seen more of an edition than the restored database knows."""
    query = select(Delivery).where(Delivery.edition_id == edition_id, Delivery.purpose.not_in(TO_GROUPS))
    return any(RESTORED in delivery.memory for delivery in session.scalars(query))


def _mark(session: Session) -> None:
    open_states = (State.OUTCOME_UNKNOWN, State.ACCEPTED, State.NEEDS_PERSON)
    final = (Purpose.RELEASE, Purpose.MASS_SEND, Purpose.MANUAL)
    query = select(Delivery).where(Delivery.state.in_(open_states), Delivery.purpose.in_(final))
    for delivery in session.scalars(query).all():
        delivery.memory = {**delivery.memory, RESTORED: "1"}
