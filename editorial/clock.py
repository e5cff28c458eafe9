"""The only reader of the clock, and house time both ways. Instants are aware UTC everywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from editorial.errors import Invalid, Problem

DEFAULT_ZONE = "Asia/Shanghai"
_set_to: ContextVar[datetime | None] = ContextVar("set_to", default=None)


def now() -> datetime:
    """The present instant, aware UTC."""
    return _set_to.get() or real()


def real() -> datetime:
    """The instant on the wall, whatever `at` says."""
    return datetime.now(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Work at another instant, where the clock stands still: for demo history and tests.

    Holds for this thread only. Threads started inside read the real clock, as talking to a platform must.
    """
    before = _set_to.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(before)


def to_wall(instant: datetime, zone: str = DEFAULT_ZONE) -> datetime:
    """`instant` as people in `zone` read it off the wall."""
    return instant.astimezone(ZoneInfo(zone))


def from_wall(wall: datetime, zone: str = DEFAULT_ZONE) -> datetime:
    """The instant of a naive wall time in `zone`; of two possible instants (autumn) the first.

    Raises Invalid for a wall time that the zone skips (spring).
    """
    found = readings(wall, zone)
    if not found:
        raise Invalid(Problem("publish_at", "This time does not exist in {zone}: the clocks are put forward.", {"zone": zone}))
    return found[0]


def readings(wall: datetime, zone: str = DEFAULT_ZONE) -> tuple[datetime, ...]:
    """The instants at which the wall in `zone` shows this naive time: one, in spring none, in autumn two."""
    found = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
    return tuple(dict.fromkeys(one for one in found if one.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall))
