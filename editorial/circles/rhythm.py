"""When the rounds of a circle open, are due and close: pure functions of its start, its rhythm and its pauses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from editorial import clock

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Round:
    """One round. A piece is in time until `due_at`, late until `closes_at`; both instants belong to the time before them."""

    number: int
    opens_at: datetime
    due_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class Rhythm:
    """A round every `days` days that are not paused, due on the last of them at `due_time` (HH:MM) on the wall of `zone`.

    `pauses` are first and last days, in any order; they may overlap. Days of grace are days that are not paused, too.
    """

    starts_on: date
    days: int
    due_time: str
    grace_days: int
    pauses: tuple[tuple[date, date], ...] = ()
    zone: str = clock.DEFAULT_ZONE

    def round(self, number: int) -> Round:
        """The round of this number, counted from 1."""
        last = number * self.days
        opens_at = self._instant(self._day(1), "00:00") if number == 1 else self._due(last - self.days)
        return Round(number, opens_at, self._due(last), self._due(last + self.grace_days))

    def at(self, instant: datetime) -> Round:
        """The round that pieces are written for at `instant`; before the start the first."""
        number = max(1, -(-self._counted(clock.to_wall(instant, self.zone).date()) // self.days))
        found = self.round(number)
        return found if instant <= found.due_at else self.round(number + 1)

    def is_paused(self, on: date) -> bool:
        """Whether this day does not count."""
        return any(first <= on <= last for first, last in self._spans)

    @cached_property
    def _spans(self) -> list[tuple[date, date]]:
        """The pauses from the start on, in order, none touching another."""
        spans: list[tuple[date, date]] = []
        for first, last in sorted((max(first, self.starts_on), last) for first, last in self.pauses if last >= self.starts_on):
            if spans and first <= spans[-1][1] + DAY:
                spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
            else:
                spans.append((first, last))
        return spans

    def _day(self, count: int) -> date:
        """The day on which so many days have counted."""
        on = self.starts_on + (count - 1) * DAY
        for first, last in self._spans:
            if first <= on:
                on += last - first + DAY
        return on

    def _counted(self, on: date) -> int:
        """How many days have counted by the end of `on`; 0 before the start."""
        paused = sum(((min(last, on) - first).days + 1 for first, last in self._spans if first <= on), 0)
        return max(0, (on - self.starts_on).days + 1 - paused)

    def _due(self, count: int) -> datetime:
        return self._instant(self._day(count), self.due_time)

    def _instant(self, on: date, at: str) -> datetime:
        """A wall time that the zone skips lies where its clocks stand after the jump."""
        return datetime.combine(on, time.fromisoformat(at), ZoneInfo(self.zone)).astimezone(UTC)
