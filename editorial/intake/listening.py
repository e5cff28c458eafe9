"""How the long connection of an application stands: who asked for it, since when it is there or not, and why."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, ForeignKey, Text, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.base import Base

SIGN_SECONDS = 15.0
"""How often whoever keeps a connection says that it still does."""
LAST_SIGN = timedelta(seconds=75)
"""Whoever keeps a connection and says nothing for so long has died. Storing one message may be tried for most of it."""
STEADY = timedelta(seconds=60)
"""A connection that is lost sooner has never really stood: it is missing since the loss before."""


class Listening(Base):
    """One application's, as long as somebody wants it.

    `lost_at`: since when it was missing before it stood, or is missing now; `seen_at`: the last sign of whoever keeps it.
    `is_refused`: a person must mend it; `reason` says what in words for people, empty while it stands.
    """

    __tablename__ = "listening"

    application_id: Mapped[int] = mapped_column(ForeignKey("platform_application.id"), primary_key=True, autoincrement=False)
    wanted_at: Mapped[datetime]
    connected_at: Mapped[datetime | None]
    lost_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    is_refused: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")

    @property
    def stands_since(self) -> datetime | None:
        """Since when it is there; None while it is not."""
        is_alive = self.seen_at is not None and clock.now() - self.seen_at < LAST_SIGN
        return self.connected_at if is_alive else None

    @property
    def missing_since(self) -> datetime | None:
        """Since when it is not there; None while it is."""
        if self.stands_since is not None:
            return None
        return self.seen_at if self.connected_at is not None else self.lost_at

    @property
    def is_kept(self) -> bool:
        """Whether somebody tries to keep it at all."""
        return self.seen_at is not None and clock.now() - self.seen_at < LAST_SIGN


def of(session: Session, application_id: int) -> Listening | None:
    """How it stands; None for an application that is not to be listened to."""
    return session.get(Listening, application_id)


def is_wanted(connection: Connection) -> bool:
    """Whether anything is to be listened to, asked in plain SQL: whoever only waits shall not build what queries need."""
    return connection.execute(text("SELECT 1 FROM listening LIMIT 1")).first() is not None


def want(session: Session, application_id: int) -> None:
    """Somebody wants it from now on, or wants it tried anew at once."""
    row = of(session, application_id)
    if row is None:
        row = Listening(application_id=application_id, lost_at=clock.now(), is_refused=False, reason="")
        session.add(row)
    row.wanted_at, row.told_at = clock.now(), None
    if row.connected_at is None:
        row.lost_at, row.is_refused, row.reason = clock.now(), False, ""


def give_up(session: Session, application_id: int) -> None:
    """Nobody wants it any more."""
    if (row := of(session, application_id)) is not None:
        session.delete(row)


def note_connected(session: Session, application_id: int) -> None:
    """It stands."""
    row = of(session, application_id)
    if row is None:
        return
    row.connected_at = row.seen_at = clock.now()
    row.is_refused, row.reason = False, ""


def note_lost(session: Session, application_id: int, reason: str, *, refused: bool = False) -> None:
    """It does not stand; it is missing from now, or from when it was lost before if it came back only for a moment."""
    row, now = of(session, application_id), clock.now()
    if row is None:
        return
    if row.lost_at is None or (row.connected_at is not None and now - row.connected_at > STEADY):
        row.lost_at = now
    row.connected_at, row.seen_at = None, now
    row.is_refused, row.reason = refused, reason


def note_sign(session: Session, application_id: int) -> None:
    """Whoever keeps it is alive."""
    if (row := of(session, application_id)) is not None:
        row.seen_at = clock.now()
