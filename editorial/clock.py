"""The only reader of the clock, and house time both ways. Instants are aware UTC everywhere else."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from editorial.errors import Invalid, Problem

DEFAULT_ZONE = "Asia/Shanghai"


def now() -> datetime:
    """The present instant, aware UTC."""
    return datetime.now(UTC)


def to_wall(instant: datetime, zone: str = DEFAULT_ZONE) -> datetime:
    """`instant` as people in `zone` read it off the wall."""
    return instant.astimezone(ZoneInfo(zone))


def from_wall(wall: datetime, zone: str = DEFAULT_ZONE) -> datetime:
    """The instant of a naive wall time in `zone`; of two possible instants (autumn) the first.

    Raises Invalid for a wall time that the zone skips (spring).
    """
    instant = wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall:
        raise Invalid(Problem("publish_at", "This time does not exist in {zone}: the clocks are put forward.", {"zone": zone}))
    return instant
