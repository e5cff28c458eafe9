"""A probe through the real queue: placed by one sweep, answered by whoever drains its lane. `readyz` reads its age."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.base import Base

LANE = "probe"
EVERY = timedelta(seconds=20)
FRESH = timedelta(seconds=60)


class Probe(Base):
    """The one probe of the house."""

    __tablename__ = "probe"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    placed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


def place(session: Session) -> None:
    """Place a probe unless a young one is there."""
    probe = session.get(Probe, 1)
    if probe is None or clock.now() - probe.placed_at >= EVERY:
        session.merge(Probe(id=1, placed_at=clock.now(), answered_at=probe.answered_at if probe else None))


def waiting(session: Session) -> list[str]:
    """The probe's lane when a probe waits for an answer."""
    probe = session.get(Probe, 1)
    if probe is None or (probe.answered_at is not None and probe.answered_at >= probe.placed_at):
        return []
    return [LANE]


def answer(session: Session) -> int:
    """The queue works: say so. Commits."""
    probe = session.get(Probe, 1)
    if probe is not None:
        probe.answered_at = clock.now()
        session.commit()
    return 1 if probe else 0


def is_fresh(session: Session) -> bool:
    """Whether a probe went through within the last minute."""
    probe = session.get(Probe, 1)
    return bool(probe and probe.answered_at and clock.now() - probe.answered_at <= FRESH)
