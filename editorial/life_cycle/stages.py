"""The stage of a group's life, from facts: pure, so that it can be held against what people say."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

WINDOW_DAYS = 30
WINDOWS = 6
STORY_WEIGHT = 10
"""A story handed in counts as much as so many clicks of people."""
NEW_DAYS = 45
SILENT_DAYS = 60
"""Without any sign for so long a group is lost, unless it is new."""
FALLING, RISING = 0.6, 1.3
"""The last window beside the mean of the two before it."""


class Stage(StrEnum):
    """Where a group is in its life."""

    NEWCOMER = "newcomer"
    GROWTH = "growth"
    MATURE = "mature"
    DECLINE = "decline"
    CHURN = "churn"


@dataclass(frozen=True)
class Facts:
    """What is known of a group. Of `stories`, `clicks` and `shares` the last 30 days come first; clicks are those of people.

    `quiet_days`: since the last story, share or click; since it was opened when there was none.
    """

    age_days: int
    quiet_days: int
    stories: tuple[int, ...] = ()
    clicks: tuple[int, ...] = ()
    shares: tuple[int, ...] = ()
    contributors: int = 0
    shares_in_week: int = 0
    advertising: int = 0

    def pulse(self, window: int) -> int:
        """How lively one window was."""
        return STORY_WEIGHT * _at(self.stories, window) + _at(self.clicks, window)

    @property
    def before(self) -> float:
        """How lively the two windows before the last were, as far as the group was there."""
        there = [window for window in (1, 2) if self.age_days >= (window + 0.5) * WINDOW_DAYS]
        return sum(self.pulse(window) for window in there) / len(there) if there else 0.0


@dataclass(frozen=True)
class Judgement:
    """A stage and the three facts that led to it, as sentences of the catalogue with their values."""

    stage: Stage
    reasons: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def judge(facts: Facts) -> Judgement:
    """The stage that the facts speak for."""
    age = ("The group is {days} days old.", {"days": facts.age_days})
    quiet = ("The last story, share or click was {days} days ago.", {"days": facts.quiet_days})
    stories = ("{now} stories in 30 days, {before} in the 30 before.", _pair(facts.stories))
    clicks = ("{now} people clicked in 30 days, {before} in the 30 before.", _pair(facts.clicks))
    who = ("{count} people handed something in during 30 days.", {"count": facts.contributors})
    if facts.quiet_days >= SILENT_DAYS and facts.age_days >= SILENT_DAYS:
        return Judgement(Stage.CHURN, [quiet, stories, age])
    if facts.age_days < NEW_DAYS:
        return Judgement(Stage.NEWCOMER, [age, stories, who])
    if facts.quiet_days >= WINDOW_DAYS or facts.pulse(0) <= FALLING * facts.before:
        return Judgement(Stage.DECLINE, [stories, clicks, quiet])
    if facts.pulse(0) >= RISING * facts.before:
        return Judgement(Stage.GROWTH, [stories, clicks, who])
    return Judgement(Stage.MATURE, [stories, clicks, who])


def flags(facts: Facts, *, silent_days: int, most_in_week: int) -> list[str]:
    """What is wrong with a group's health: `silent`, `overload`, `advertising`."""
    found = {
        "silent": facts.quiet_days >= silent_days, "overload": facts.shares_in_week > most_in_week,
        "advertising": facts.advertising > 1,
    }
    return [name for name, is_so in found.items() if is_so]


def _at(counts: tuple[int, ...], window: int) -> int:
    return counts[window] if window < len(counts) else 0


def _pair(counts: tuple[int, ...]) -> dict[str, Any]:
    return {"now": _at(counts, 0), "before": _at(counts, 1)}
