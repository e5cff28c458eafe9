"""Whether one hour of the day is better for publishing than the others, said only where our own clicks carry it.

Each edition counts once, by the people who clicked within a day of its publishing. The interval is a bootstrap's.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, column, func, select, values
from sqlalchemy.orm import Session

from editorial import clock
from editorial.accounts import OfficialAccount
from editorial.calendar.editions import Edition
from editorial.share_back.clicks import PEOPLE, Click
from editorial.share_back.links import TrackedLink

NEEDED = 30
"""Fewer editions say nothing about hours."""
NEEDED_IN_HOUR = 8
LOOKED_AT = 400
YEAR, DAY = timedelta(days=365), timedelta(days=1)
DRAWS = 1_000


@dataclass(frozen=True)
class BestTime:
    """What is known of an account. `n` editions were compared; `hour` is none where no hour is clearly better.

    `mean`, `low` and `high`: people a day of the editions of that hour, with a 95 % interval; `others`: of all the rest.
    """

    n: int
    hour: int | None = None
    in_hour: int = 0
    mean: float = 0.0
    low: float = 0.0
    high: float = 0.0
    others: float = 0.0

    @property
    def enough(self) -> bool:
        return self.n >= NEEDED


def of_account(session: Session, account: OfficialAccount, zone: str = clock.DEFAULT_ZONE) -> BestTime:
    """The best hour of one account, by the editions of the last year that are at least a day out."""
    now = clock.now()
    query = (
        select(Edition.id, Edition.published_at).where(Edition.account_id == account.id)
        .where(Edition.published_at >= now - YEAR, Edition.published_at < now - DAY)
        .order_by(Edition.published_at.desc()).limit(LOOKED_AT)
    )
    published = {edition_id: at for edition_id, at in session.execute(query) if at is not None}
    people = _people(session, published)
    return judge([(clock.to_wall(at, zone).hour, people[edition_id]) for edition_id, at in published.items()])


def judge(editions: list[tuple[int, int]]) -> BestTime:
    """The best hour among editions, each as (hour on the wall, people). Better is one whose interval lies above the others."""
    by_hour: dict[int, list[int]] = defaultdict(list)
    for hour, people in editions:
        by_hour[hour].append(people)
    able = {hour: counts for hour, counts in by_hour.items() if len(counts) >= NEEDED_IN_HOUR}
    rest = {hour: [people for other, people in editions if other != hour] for hour in able}
    if len(editions) < NEEDED or not able or not all(rest.values()):
        return BestTime(len(editions))
    best = max(able, key=lambda hour: (_mean(able[hour]), -hour))
    low, high = _interval(able[best])
    others = _mean(rest[best])
    if low <= others:
        return BestTime(len(editions))
    return BestTime(len(editions), best, len(able[best]), _mean(able[best]), low, high, others)


def _people(session: Session, published: dict[int, datetime]) -> dict[int, int]:
    """People who clicked on a link of each edition within a day of its publishing."""
    counts = dict.fromkeys(published, 0)
    if not published:
        return counts
    kind = Edition.published_at.type
    listed = values(column("id", BigInteger), column("first", kind), column("last", kind), name="listed")
    day = listed.data([(edition_id, at, at + DAY) for edition_id, at in published.items()]).cte("day")
    query = (
        select(day.c.id, func.count()).join(TrackedLink, TrackedLink.edition_id == day.c.id)
        .join(Click, Click.link_id == TrackedLink.id)
        .where(Click.kind == PEOPLE, Click.at >= day.c.first, Click.at < day.c.last).group_by(day.c.id)
    )
    return counts | dict(session.execute(query).all())


def _interval(counts: list[int]) -> tuple[float, float]:
    """Of the mean, 95 %, by drawing the same editions again and again; the same figures for the same editions."""
    dice = random.Random(len(counts))  # noqa: S311
    means = sorted(_mean(dice.choices(counts, k=len(counts))) for _ in range(DRAWS))
    return means[int(DRAWS * 0.025)], means[int(DRAWS * 0.975) - 1]


def _mean(counts: list[int]) -> float:
    return sum(counts) / len(counts)
