"""Targets that must not be spoken to now. A hold with an end is a pause; one without waits for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import DateTime, String, Text, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit, clock
from editorial.base import Base

EVERYTHING = "everything"
BY_PERSON = "person"


class Hold(Base):
    """`target` is `kind:id` as in a delivery, a lane, or EVERYTHING. `cause`: the platform's code, or BY_PERSON."""

    __tablename__ = "hold"

    target: Mapped[str] = mapped_column(String(60), primary_key=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    since: Mapped[datetime] = mapped_column(default=clock.now)
    until: Mapped[datetime | None]
    cause: Mapped[str] = mapped_column(String(40), default="")
    rid: Mapped[str] = mapped_column(String(80), default="")


class Pace(Base):
    """The instants (epoch seconds) of our latest sends to one robot or chat, or through one application, newest last."""

    __tablename__ = "pace"

    target: Mapped[str] = mapped_column(String(60), primary_key=True)
    sends: Mapped[list[float]] = mapped_column(default=list)
    touched_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), default=clock.now)


def hold(
    session: Session, target: str, reason: str, *, until: datetime | None = None, cause: str = "", rid: str = "", by: Any = None
) -> None:
    """Stop speaking to `target`. A pause that ends by itself does not shorten one that waits for a person."""
    standing = session.get(Hold, target)
    if until is not None and standing is not None and standing.until is None:
        return
    session.merge(Hold(target=target, reason=reason, since=clock.now(), until=until, cause=cause, rid=rid))
    if until is None:
        audit.record(session, "hold", "target", None, by=by, details={"target": target, "reason": reason})


def release_hold(session: Session, target: str, *, by: Any = None) -> None:
    """Speak to `target` again."""
    if session.get(Hold, target) is not None:
        session.execute(delete(Hold).where(Hold.target == target))
        audit.record(session, "release_hold", "target", None, by=by, details={"target": target})


def rename(session: Session, before: str, after: str) -> None:
    """What was paused stands under another name from now on."""
    session.execute(delete(Hold).where(Hold.target == after))
    session.execute(update(Hold).where(Hold.target == before).values(target=after))


def holding(session: Session, *targets: str) -> Hold | None:
    """The hold in force on any of `targets`, the lasting ones first."""
    return foremost(standing(session, *targets), *targets)


def standing(session: Session, *targets: str) -> dict[str, Hold]:
    """The holds in force on `targets` and on everything, by target."""
    now = clock.now()
    rows = session.scalars(select(Hold).where(Hold.target.in_([EVERYTHING, *targets])))
    return {row.target: row for row in rows if row.until is None or row.until > now}


def foremost(standing: Mapping[str, Hold], *targets: str) -> Hold | None:
    """Of the holds in force the one that counts for `targets`, the lasting ones first."""
    rows = [standing[target] for target in (EVERYTHING, *targets) if target in standing]
    return min(rows, key=lambda row: row.until is not None, default=None)


def take_turn(session: Session, rates: Sequence[tuple[str, int, float]], known: dict[str, Pace]) -> datetime | None:
    """Count one send for every rate (key, most, seconds), or say when the next one is allowed. `known` are paces read before.

    The windows slide: at no time do more than `most` sends of one key stand within `seconds`. Clock steps can only make us
    wait, never longer than the window.
    """
    now = clock.now()
    rows = {key: _pace(session, key, known) for key, _, _ in rates}
    waits = [wait for key, most, seconds in rates if (wait := _wait(rows[key].sends, most, seconds, now.timestamp())) > 0]
    if waits:
        return now + timedelta(seconds=max(waits) + 0.05)
    for key, row in rows.items():
        longest = max(seconds for name, _, seconds in rates if name == key)
        row.sends = [*(at for at in row.sends if 0 <= now.timestamp() - at < longest), now.timestamp()]
        row.touched_at = now
        session.add(row)
    return None


def _pace(session: Session, key: str, known: dict[str, Pace]) -> Pace:
    if key not in known:
        known[key] = session.get(Pace, key) or Pace(target=key, sends=[])
    return known[key]


def _wait(sends: Sequence[float], most: int, seconds: float, now: float) -> float:
    """Seconds until the window has room again; 0 when it has."""
    recent = [at for at in sends if 0 <= now - at < seconds]
    return recent[-most] + seconds - now if len(recent) >= most else 0.0
