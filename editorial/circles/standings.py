"""What the clock says: of a piece, of a comment duty, of rounds missed in a row. Pure; whoever asks brings the instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from editorial.circles.rhythm import Round


class Standing(StrEnum):
    """How a member stands in a round."""

    HANDED_IN = "handed_in"
    LATE = "late"
    WAITING = "waiting"
    """Not due yet."""
    OVERDUE = "overdue"
    """Due, and can still be handed in late."""
    MISSED = "missed"
    EXCUSED = "excused"
    """A round off: nothing was due."""


class DutyStanding(StrEnum):
    """How a comment duty stands."""

    WRITTEN = "written"
    WAITING = "waiting"
    UNWRITTEN = "unwritten"
    """Its time has passed."""
    LAPSED = "lapsed"
    """There is nothing to comment on, or its writer has left."""


class Consequence(StrEnum):
    """What the written rule brings; never money, never points."""

    ROUND_OFF = "round_off"
    LEFT_BY_RULE = "left_by_rule"


NO_PIECE = frozenset({Standing.MISSED, Standing.EXCUSED})


def standing(turn: Round, handed_at: datetime | None, now: datetime, *, excused: bool = False) -> Standing:
    """How a member stands in `turn` at `now`, who handed in at `handed_at`. A piece counts even in a round off."""
    if handed_at is not None:
        return Standing.HANDED_IN if handed_at <= turn.due_at else Standing.LATE
    if excused:
        return Standing.EXCUSED
    if now <= turn.due_at:
        return Standing.WAITING
    return Standing.OVERDUE if now <= turn.closes_at else Standing.MISSED


def duty_standing(*, written: bool, author: Standing, writer_is_there: bool, due_at: datetime, now: datetime) -> DutyStanding:
    """How a duty stands at `now`; `author` is how the other one stands in that round, `due_at` when comments are due."""
    if written:
        return DutyStanding.WRITTEN
    if author in NO_PIECE or not writer_is_there:
        return DutyStanding.LAPSED
    return DutyStanding.WAITING if now <= due_at else DutyStanding.UNWRITTEN


def misses_in_row(standings: Sequence[Standing]) -> int:
    """How many rounds were missed in a row at the end of `standings`; rounds off neither count nor break the row."""
    count = 0
    for one in reversed(standings):
        if one == Standing.MISSED:
            count += 1
        elif one != Standing.EXCUSED:
            break
    return count


def consequence(misses: int, *, off_after: int, out_after: int) -> Consequence | None:
    """What the rule says of so many misses in a row; 0 switches a step off."""
    if out_after and misses >= out_after:
        return Consequence.LEFT_BY_RULE
    return Consequence.ROUND_OFF if off_after and misses == off_after else None
