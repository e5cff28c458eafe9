"""One row of the tables of codes, and short ways to write one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from publishers.connector import Told


class Word(Enum):
    """Which of the words a code folds into."""

    LATER = "later"
    TOMORROW = "tomorrow"
    REFUSED = "refused"
    OFF = "off"
    PERSON = "person"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """What a code means. `after`: seconds; `channel`: the whole account waits, not only this parcel."""

    word: Word
    reason: str
    told: Told
    field: str = ""
    after: float | None = None
    channel: bool = False


def later(reason: str, after: float | None = None, *, channel: bool = False, told: Told = Told.OPERATOR) -> Verdict:
    """Without effect, and worth another try."""
    return Verdict(Word.LATER, reason, told, after=after, channel=channel)


def tomorrow(reason: str, told: Told = Told.OPERATOR) -> Verdict:
    """A quota of the day is used up."""
    return Verdict(Word.TOMORROW, reason, told)


def refused(reason: str, field: str = "", *, told: Told = Told.EDITOR) -> Verdict:
    """Never taken as it is."""
    return Verdict(Word.REFUSED, reason, told, field)


def off(reason: str) -> Verdict:
    """The account or its credentials do not work."""
    return Verdict(Word.OFF, reason, Told.OWNER)


def person(reason: str, told: Told = Told.OWNER) -> Verdict:
    """The platform wants a person."""
    return Verdict(Word.PERSON, reason, told)


def unknown(reason: str, told: Told = Told.OPERATOR) -> Verdict:
    """It may have had its effect."""
    return Verdict(Word.UNKNOWN, reason, told)


def every(codes: tuple[int, ...], verdict: Verdict) -> Mapping[int, Verdict]:
    """The same row for several codes."""
    return dict.fromkeys(codes, verdict)


OUR_FAULT = refused(
    "WeChat did not understand our request. This is a fault of this program: please report the code.", told=Told.OWNER
)
