"""Days and months as the platforms count them: China time, whatever the machine's zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def wall(at: float) -> datetime:
    """The instant (epoch seconds) as people in China read it off the wall."""
    return datetime.fromtimestamp(at, CHINA)


def day(at: float) -> date:
    """The calendar day of an instant."""
    return wall(at).date()


def month(at: float) -> tuple[int, int]:
    """Year and natural month of an instant."""
    return wall(at).year, wall(at).month
