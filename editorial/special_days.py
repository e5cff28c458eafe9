"""Days that the house itself has written into its calendar, for once or for every year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import almanac, audit
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, Problem

LONGEST = timedelta(days=366)
HOUR = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
MIDNIGHT = "24:00"


class Kind(StrEnum):
    """What a day of the house's own is. The first two say whether it is worked, over the data."""

    PUBLIC_HOLIDAY = "public_holiday"
    MAKEUP_WORKDAY = "makeup_workday"
    COMPANY_DAY = "company_day"
    BLACKOUT = "blackout"
    SENSITIVE_DATE = "sensitive_date"
    CALENDAR_NOTE = "calendar_note"


class SpecialDay(Numbered, Dated, Base):
    """One day, or days on end, by the house's wall calendar; `yearly` ones come again by month and day.

    A blackout may hold for hours only: from `from_time` to before `to_time` on each of its days.
    """

    __tablename__ = "special_day"

    kind: Mapped[Kind] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(100))
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    yearly: Mapped[bool] = mapped_column(default=False)
    from_time: Mapped[str] = mapped_column(String(5), default="")
    to_time: Mapped[str] = mapped_column(String(5), default="")
    note: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (Index("ix_special_day_ends", "ends_on"),)

    def holds_on(self, on: date) -> bool:
        """Whether it is this day; of a yearly one, in whatever year."""
        if not self.yearly:
            return self.begins_on <= on <= self.ends_on
        return any(begins <= on <= begins + (self.ends_on - self.begins_on) for begins in _yearly(self.begins_on, on.year))

    def holds_at(self, wall: str) -> bool:
        """Whether it holds at this time of one of its days, `HH:MM`."""
        return (self.from_time or "00:00") <= wall < (self.to_time or MIDNIGHT)


def touching(session: Session, first: date, last: date, *kinds: Kind) -> list[SpecialDay]:
    """The house's own days that may touch [first, last], of these kinds or of all; the yearly ones always."""
    query = select(SpecialDay).where(
        (SpecialDay.yearly) | ((SpecialDay.ends_on >= first) & (SpecialDay.begins_on <= last))
    )
    if kinds:
        query = query.where(SpecialDay.kind.in_(kinds))
    return list(session.scalars(query.order_by(SpecialDay.begins_on, SpecialDay.id)))


def works(on: date, rows: list[SpecialDay]) -> bool:
    """Whether `on` is worked, given the house's own rows."""
    kinds = {row.kind for row in rows if row.holds_on(on)}
    if kinds & {Kind.PUBLIC_HOLIDAY, Kind.MAKEUP_WORKDAY}:
        return Kind.MAKEUP_WORKDAY in kinds
    said = almanac.holiday(on)
    return not said.off if said else on.weekday() < 5


def write(
    session: Session, *, kind: str, name: str, begins_on: date, ends_on: date | None = None, yearly: bool = False,
    from_time: str = "", to_time: str = "", note: str = "", by: Any,
) -> SpecialDay:
    """Write something on a day or on days. Raises Invalid naming the field."""
    last = ends_on or begins_on
    problems = list(_problems(kind, name, begins_on, last, from_time, to_time))
    if problems:
        raise Invalid(*problems)
    row = SpecialDay(
        kind=Kind(kind), name=name.strip(), begins_on=begins_on, ends_on=last, yearly=yearly,
        from_time=from_time, to_time=to_time, note=note.strip(),
    )
    session.add(row)
    session.flush()
    audit.record(session, "write_day", "special_day", row.id, by=by, details=_told(row))
    return row


def strike(session: Session, special_day_id: int, *, by: Any) -> None:
    """Take it off the calendar. Of what is off already nothing is left to do."""
    row = session.get(SpecialDay, special_day_id)
    if row is None:
        return
    audit.record(session, "strike_day", "special_day", row.id, by=by, details=_told(row))
    session.delete(row)


def _yearly(begins: date, year: int) -> Iterator[date]:
    """When days that begin on this day of any year begin in `year` and the year before; 29 February only where there is one."""
    for one in (year, year - 1):
        try:
            yield begins.replace(year=one)
        except ValueError:
            continue


def _told(row: SpecialDay) -> dict[str, Any]:
    return {"kind": row.kind, "name": row.name, "begins_on": row.begins_on.isoformat(), "ends_on": row.ends_on.isoformat()}


def _problems(kind: str, name: str, first: date, last: date, from_time: str, to_time: str) -> Iterator[Problem]:
    if kind not in set(Kind):
        yield Problem("kind", "Choose one of: {choices}.", {"choices": ", ".join(Kind)})
    if not name.strip():
        yield Problem("name", "A name is needed.")
    elif len(name.strip()) > 100:
        yield Problem("name", "At most {limit} characters, now {count}.", {"limit": 100, "count": len(name.strip())})
    if not timedelta(0) <= last - first < LONGEST:
        yield Problem("ends_on", "The last day is the first one or later, at most a year on.")
    yield from _hour_problems(kind, from_time, to_time)


def _hour_problems(kind: str, from_time: str, to_time: str) -> Iterator[Problem]:
    if not from_time and not to_time:
        return
    if kind != Kind.BLACKOUT:
        yield Problem("from_time", "Only a blackout can hold for some hours of a day.")
    if from_time and not HOUR.fullmatch(from_time):
        yield Problem("from_time", "A time is written as 09:30.")
    if to_time and to_time != MIDNIGHT and not HOUR.fullmatch(to_time):
        yield Problem("to_time", "A time is written as 09:30.")
    if (from_time or "00:00") >= (to_time or MIDNIGHT):
        yield Problem("to_time", "The hours end after they begin.")
