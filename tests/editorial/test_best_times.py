"""A best hour is named only where enough editions carry it, and always with their number and an interval."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.calendar.editions import Edition, EditionState, Mode
from editorial.measuring import best_times
from editorial.measuring.best_times import judge
from editorial.people.people import Person
from editorial.share_back.clicks import PEOPLE, ROBOTS, Click
from editorial.share_back.links import TrackedLink
from tests import factories


def test_few_editions_say_nothing() -> None:
    found = judge([(20, 500)] * 20 + [(9, 1)] * 9)
    assert (found.n, found.enough, found.hour) == (29, False, None)


def test_a_clear_hour_is_named_with_its_interval() -> None:
    dice = random.Random(7)
    found = judge([(20, dice.randint(80, 120)) for _ in range(15)] + [(9, dice.randint(20, 60)) for _ in range(30)])
    assert (found.n, found.hour, found.in_hour) == (45, 20, 15)
    assert found.others < found.low < found.mean < found.high and 90 < found.mean < 110


@pytest.mark.parametrize("seed", range(5))
def test_chance_alone_names_no_hour(seed: int) -> None:
    dice = random.Random(seed)
    editions = [(hour, people) for hour in (9, 12, 20) for people in dice.sample(range(100), 12)]
    shuffled = [people for _, people in editions]
    found = judge([(hour, sum(shuffled) // len(shuffled) + dice.choice([-40, 0, 40])) for hour, _ in editions])
    assert found.enough and (found.hour is None or found.low > found.others)


def test_one_lucky_edition_makes_no_hour() -> None:
    assert judge([(21, 5_000)] + [(9, 20)] * 40).hour is None


def test_only_people_within_a_day_count(session: Session, people: dict[str, Person]) -> None:
    account = factories.account(session)
    article = factories.signed_off(session, people)
    group = factories.group(session, "hours")
    for number in range(40):
        at = clock.now() - timedelta(days=3 + number)
        at = at.replace(hour=12 if number % 4 == 0 else 1, minute=0)
        edition = Edition(account=account, mode=Mode.RELEASE, state=EditionState.PUBLISHED, publish_at=at, published_at=at,
                          planned_by_id=people["publisher"].id)
        session.add(edition)
        session.flush()
        link = TrackedLink(code=f"c{number}", article_id=article.id, group_id=group.id, edition_id=edition.id, target="https://x.cn")
        session.add(link)
        session.flush()
        _click(session, link, at, 30 if number % 4 == 0 else 10)
    found = best_times.of_account(session, account)
    assert (found.n, found.hour, found.in_hour, found.mean, found.others) == (40, 20, 10, 30.0, 10.0)
    assert session.scalar(select(Click.id).where(Click.kind == ROBOTS).limit(1))


def _click(session: Session, link: TrackedLink, at: datetime, count: int) -> None:
    rows = [(PEOPLE, timedelta(minutes=visit)) for visit in range(count)] + [(PEOPLE, timedelta(days=1)), (ROBOTS, timedelta(0))]
    for visit, (kind, later) in enumerate(rows):
        session.add(Click(link_id=link.id, at=at + later, kind=kind, visitor=f"{link.code}-{visit}"))
    session.flush()
