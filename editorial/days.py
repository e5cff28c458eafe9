"""What a day is to the house, worked or not, known or not, and how much working time lies between two instants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import almanac, clock, house, special_days
from editorial.almanac import Holiday, OldDay
from editorial.errors import Invalid, Problem
from editorial.special_days import Kind, SpecialDay, works

HOURS = "working_hours"
SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24):([0-5]\d)")
FARTHEST = timedelta(days=3660)


@dataclass(frozen=True)
class Day:
    """One day of the wall calendar. `known`: its year's holidays are known; else `works` is read off the weekday."""

    date: date
    works: bool
    known: bool
    holiday: str = ""
    """The public holiday's English name, if it is a day off for one."""
    makeup: bool = False
    term: str = ""
    old: OldDay | None = None
    special: tuple[SpecialDay, ...] = ()

    def of(self, kind: Kind) -> tuple[SpecialDay, ...]:
        """What the house has written on it of one kind."""
        return tuple(one for one in self.special if one.kind == kind)


@dataclass(frozen=True)
class WorkingTime:
    """The house's working time, read once and then asked as often as needed. `spans` are minutes of the wall's day."""

    spans: tuple[tuple[int, int], ...]
    rows: tuple[SpecialDay, ...]
    zone: str
    _known: dict[date, list[tuple[datetime, datetime]]] = field(default_factory=dict, compare=False)
    """Worked spans of the days that were asked for."""

    def minutes(self, begin: datetime, end: datetime) -> int:
        """Whole working minutes from `begin` to `end`; 0 when `end` is not later."""
        seconds = sum(
            (min(closes, end) - max(opens, begin)).total_seconds()
            for opens, closes in self._open(begin, end) if opens < end and closes > begin
        )
        return int(seconds // 60)

    def add(self, begin: datetime, minutes: int) -> datetime:
        """The instant at which `minutes` working minutes after `begin` are over; of 0, the next moment that is worked."""
        left = timedelta(minutes=minutes)
        for opens, closes in self._open(begin, begin + FARTHEST):
            start = max(opens, begin)
            if closes <= start:
                continue
            if left <= closes - start:
                return start + left
            left -= closes - start
        raise Invalid(Problem(HOURS, "With these working hours this never comes to an end."))

    def _open(self, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Worked spans of the days that touch [begin, end], in order."""
        on, last = clock.to_wall(begin, self.zone).date(), clock.to_wall(end, self.zone).date()
        while on <= last:
            yield from self._known[on] if on in self._known else self._spans_of(on)
            on += timedelta(days=1)

    def _spans_of(self, on: date) -> list[tuple[datetime, datetime]]:
        open_then = self.spans if works(on, list(self.rows)) else ()
        found = self._known[on] = [(self._instant(on, opens), self._instant(on, closes)) for opens, closes in open_then]
        return found

    def _instant(self, on: date, minute: int) -> datetime:
        """A wall time that the zone skips lies where its clocks stand after the jump."""
        wall = datetime.combine(on, time()) + timedelta(minutes=minute)
        return wall.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


def known(year: int) -> bool:
    """Whether the public holidays of `year` are known; a year that is not must be shown as unknown."""
    return almanac.known(year)


def day(session: Session, on: date) -> Day:
    """What `on` is to the house."""
    return between(session, on, on)[0]


def between(session: Session, first: date, last: date) -> list[Day]:
    """Every day from `first` to `last`, in order, in one query."""
    rows = special_days.touching(session, first, last)
    return [_day(on, rows) for on in (first + timedelta(days=number) for number in range((last - first).days + 1))]


def is_workday(session: Session, on: date) -> bool:
    """Whether the house works on this day: its own rows first, then the holidays, then the weekday."""
    return day(session, on).works


def working_time(session: Session, zone: str = clock.DEFAULT_ZONE) -> WorkingTime:
    """The working time in force, in two queries; for a list of many instants read it once."""
    query = select(SpecialDay).where(SpecialDay.kind.in_([Kind.PUBLIC_HOLIDAY, Kind.MAKEUP_WORKDAY]))
    return WorkingTime(_spans(house.setting(session, HOURS)), tuple(session.scalars(query)), zone)


def working_minutes(session: Session, begin: datetime, end: datetime, zone: str = clock.DEFAULT_ZONE) -> int:
    """Whole working minutes between two aware instants. A year whose holidays are unknown counts by weekday."""
    return working_time(session, zone).minutes(begin, end)


def add_working_minutes(session: Session, begin: datetime, minutes: int, zone: str = clock.DEFAULT_ZONE) -> datetime:
    """When so many working minutes after `begin` are over. Raises Invalid where nothing is ever worked."""
    return working_time(session, zone).add(begin, minutes)


def change_hours(session: Session, spans: list[str], *, by: Any) -> None:
    """Set the hours of a working day, as `09:00-12:00`. Raises Invalid naming `working_hours`."""
    taken = sorted(span.strip() for span in spans if span.strip())
    if not taken or not all(SPAN.fullmatch(span) for span in taken):
        raise Invalid(Problem(HOURS, "Working hours are written as 09:00-12:00, one line for each part of the day."))
    read = _spans(taken)
    if any(opens >= closes or closes > 24 * 60 for opens, closes in read) or any(
        one[1] > after[0] for one, after in zip(read, read[1:], strict=False)
    ):
        raise Invalid(Problem(HOURS, "Each part of the day ends after it begins, and before the next one begins."))
    house.change(session, HOURS, taken, by=by)


def _day(on: date, rows: list[SpecialDay]) -> Day:
    own = tuple(row for row in rows if row.holds_on(on))
    said = almanac.holiday(on)
    named = next((row.name for row in own if row.kind == Kind.PUBLIC_HOLIDAY), said.name if said and said.off else "")
    worked = works(on, list(own))
    return Day(
        on, worked, known(on.year), "" if worked else named, worked and _made_up(own, said), almanac.solar_term(on),
        almanac.old_day(on), own,
    )


def _made_up(own: tuple[SpecialDay, ...], said: Holiday | None) -> bool:
    return any(row.kind == Kind.MAKEUP_WORKDAY for row in own) or (said is not None and not said.off)


def _spans(written: list[str]) -> tuple[tuple[int, int], ...]:
    return tuple(
        (int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4]))
        for found in map(SPAN.fullmatch, written) if found is not None
    )
