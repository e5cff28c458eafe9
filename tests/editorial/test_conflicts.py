"""Conflicts of the calendar: whatever is planted into a generated calendar is found, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock, days, house, special_days
from editorial.audit import AuditEntry
from editorial.calendar import conflicts, editions, haste
from editorial.calendar.conflicts import Clash
from editorial.calendar.seats import Seat, pairs_of, taken_between
from editorial.days import Day
from editorial.errors import Invalid, NotAllowed
from editorial.measuring.trail import trail_of
from editorial.people import people as persons
from editorial.people.people import Person
from editorial.release import embargoes, releases
from editorial.review import emergencies
from editorial.special_days import Kind, SpecialDay
from tests import factories

ZONE = "Asia/Shanghai"
RULES = {"slot_minutes": 60, "subject_days": 7, "department_week": 1, "blackout": "block"}
MONDAY = datetime(2026, 10, 12, 9, 0)
NOUNS = "水泵 试车台 食堂 夜班 焊缝 年会 仓库 图纸 球赛 江堤 码头 宿舍 车队 模具 展厅 花园 讲台 電站 钟楼 钓鱼".split()
TAILS = "的一天 背后的人 换了新颜 开到深夜 第一次比武 走出国门 的老照片 里的新面孔".split()


def seat(number: int, wall: datetime, title: str, account: int = 1, department: str = "", column: str = "") -> Seat:
    """A seat of one article."""
    return Seat(
        number, account, f"号{account}", clock.from_wall(wall, ZONE), wall, (title,), frozenset({department} - {""}),
        frozenset({column} - {""}),
    )


def found_in(seats: list[Seat], known: dict[date, Day] | None = None) -> set[tuple[int, Clash, int | None]]:
    taken = sorted(seats, key=lambda one: one.at)
    every = conflicts.of_all(seats, taken, known or {}, RULES)
    return {(mine, one.clash, one.edition_id) for mine, ones in every.items() for one in ones}


def planted(dice: random.Random, count: int) -> Iterator[tuple[list[Seat], set[tuple[int, Clash, int | None]]]]:
    """A calm calendar, two weeks between any two, each with one pair that is in conflict about exactly one thing."""
    kinds = [Clash.SLOT, Clash.LEAD, Clash.SUBJECT, Clash.COLUMN, Clash.DEPARTMENT]
    for number in range(count):
        first, second = 2 * number + 1, 2 * number + 2
        wall = MONDAY + timedelta(days=21 * number, hours=dice.randint(0, 4))
        one, other = dice.sample(NOUNS, 2)
        tail, another = dice.sample(TAILS, 2)
        clash = kinds[number % len(kinds)]
        words = {
            Clash.SLOT: (timedelta(minutes=dice.randint(0, 59)), {}, {}),
            Clash.LEAD: (timedelta(minutes=dice.randint(60, 300)), {}, {}),
            Clash.SUBJECT: (timedelta(days=dice.randint(1, 7)), {"account": 2}, {}),
            Clash.COLUMN: (timedelta(days=dice.randint(1, 7)), {"account": 2}, {"column": "人物"}),
            Clash.DEPARTMENT: (timedelta(days=dice.randint(1, 6)), {"account": 2}, {"department": "制造部"}),
        }
        later, only_second, both = words[clash]
        title, second_title = f"{one}{tail}", f"{other}{another}"
        if clash == Clash.SUBJECT:
            second_title = f"{another[:2]}：{title}"
        yield (
            [seat(first, wall, title, **both), seat(second, wall + later, second_title, **{**both, **only_second})],
            {(first, clash, second), (second, clash, first)},
        )


@pytest.mark.parametrize("seed", range(10))
def test_every_planted_conflict_is_found_and_nothing_else(seed: int) -> None:
    seats: list[Seat] = []
    expected: set[tuple[int, Clash, int | None]] = set()
    for pair, clashes in planted(random.Random(seed), 100):
        seats += pair
        expected |= clashes
    assert found_in(seats) == expected
    assert {clash for _, clash, _ in expected} == {Clash.SLOT, Clash.LEAD, Clash.SUBJECT, Clash.COLUMN, Clash.DEPARTMENT}


@pytest.mark.parametrize("seed", range(5))
def test_a_crowded_calendar_is_judged_as_by_looking_at_every_pair(seed: int) -> None:
    dice = random.Random(seed)
    seats = [
        seat(number, MONDAY + timedelta(days=dice.randint(0, 40), minutes=dice.randint(0, 600)),
             dice.choice(NOUNS) + dice.choice(TAILS), dice.randint(1, 2), dice.choice(["", "甲部", "乙部", "丙部"]),
             dice.choice(["", "", "人物", "车间"]))
        for number in range(1, 121)
    ]
    assert found_in(seats) == set(_by_looking(seats))


def _by_looking(seats: list[Seat]) -> Iterator[tuple[int, Clash, int | None]]:
    for one in seats:
        same_week = sorted(
            (other for other in seats if other is not one and other.wall.isocalendar()[:2] == one.wall.isocalendar()[:2]
             and one.departments & other.departments), key=lambda other: other.at)
        if same_week:
            yield one.edition_id, Clash.DEPARTMENT, same_week[0].edition_id
        for other in seats:
            if other is one:
                continue
            if one.account_id == other.account_id and abs((one.wall - other.wall).total_seconds()) < 3600:
                yield one.edition_id, Clash.SLOT, other.edition_id
            elif one.account_id == other.account_id and one.wall.date() == other.wall.date():
                yield one.edition_id, Clash.LEAD, other.edition_id
            if abs((one.wall.date() - other.wall.date()).days) <= 7:
                mine, theirs = pairs_of(one.lead), pairs_of(other.lead)
                if len(mine & theirs) >= 3 and len(mine & theirs) * 2 >= min(len(mine), len(theirs)):
                    yield one.edition_id, Clash.SUBJECT, other.edition_id
                if one.columns & other.columns:
                    yield one.edition_id, Clash.COLUMN, other.edition_id


def test_days_that_speak_against_it() -> None:
    blackout = SpecialDay(kind=Kind.BLACKOUT, name="静默", begins_on=MONDAY.date(), ends_on=MONDAY.date(), yearly=False,
                          from_time="08:00", to_time="10:00")
    night = SpecialDay(kind=Kind.BLACKOUT, name="夜里", begins_on=MONDAY.date(), ends_on=MONDAY.date(), yearly=False,
                       from_time="20:00", to_time="")
    sensitive = SpecialDay(kind=Kind.SENSITIVE_DATE, name="纪念日", begins_on=MONDAY.date(), ends_on=MONDAY.date(), yearly=False)
    for known, special, holiday, clashes in (
        (True, (blackout, night), "", {Clash.BLACKOUT}), (True, (night,), "", set()),
        (True, (sensitive,), "", {Clash.SENSITIVE_DATE}),
        (True, (), "National Day", {Clash.PUBLIC_HOLIDAY}), (False, (), "", {Clash.UNKNOWN_YEAR}), (True, (), "", set()),
    ):
        day = Day(MONDAY.date(), True, known, holiday, special=special)
        assert {clash for _, clash, _ in found_in([seat(1, MONDAY, "江边的水泵")], {day.date: day})} == clashes


def test_an_edition_is_told_before_it_is_scheduled(session: Session, people: dict[str, Person]) -> None:
    """Through the database: the same account, hour, department and subject, a blackout, an embargo and a spent quota."""
    at = clock.from_wall(datetime(2027, 3, 3, 10, 0), ZONE)
    account = factories.account(session)
    first = factories.scheduled(session, people, at=at, of=account, mode="mass_send")
    article = factories.signed_off(session, people, title="试车台手记之一，再记")
    embargoes.put(session, article, at + timedelta(hours=1), zone=ZONE, by=people["desk_editor"])
    special_days.write(session, kind="blackout", name="搬迁", begins_on=date(2027, 3, 3), by=people["desk_editor"])
    edition = editions.plan(
        session, account=str(account.id), mode="mass_send", article_ids=[str(article.id)], by=people["publisher"])
    found = conflicts.of_edition(session, edition, at + timedelta(minutes=30), ZONE)
    assert {one.clash for one in found} == {
        Clash.SLOT, Clash.SUBJECT, Clash.DEPARTMENT, Clash.BLACKOUT, Clash.EMBARGO, Clash.QUOTA, Clash.UNKNOWN_YEAR}
    assert {one.clash for one in found if one.blocks} == {Clash.BLACKOUT, Clash.EMBARGO, Clash.QUOTA}
    assert {one.edition_id for one in found if one.clash in (Clash.SLOT, Clash.SUBJECT)} == {first.id}
    with pytest.raises(Invalid):
        releases.schedule(session, edition, at + timedelta(hours=2), by=people["publisher"])


def test_a_house_may_only_want_to_be_told_of_a_blackout(session: Session, people: dict[str, Person]) -> None:
    at = clock.now() + timedelta(days=3)
    special_days.write(session, kind="blackout", name="静默", begins_on=clock.to_wall(at).date(), by=people["desk_editor"])
    with pytest.raises(Invalid):
        factories.scheduled(session, people, at=at)
    house.change(session, "blackout", "warn", by=people["admin"])
    edition = editions.get(session, 1)
    releases.schedule(session, edition, at, by=people["publisher"])
    assert [one.blocks for one in conflicts.of_edition(session, edition, at, ZONE) if one.clash == Clash.BLACKOUT] == [False]


def test_seats_take_one_query_whatever_their_number(session: Session, people: dict[str, Person]) -> None:
    edition = factories.scheduled(session, people, at=clock.now() + timedelta(hours=1), count=3)
    people["contributor"].department = persons.named_department(session, "装配二车间")
    session.flush()
    [seat] = taken_between(session, clock.now(), clock.now() + timedelta(hours=2), ZONE)
    assert seat.titles == ("试车台手记之1", "试车台手记之2", "试车台手记之3") and seat.departments == {"装配二车间"}
    assert seat.edition_id == edition.id and days.known(2026)


def test_a_blackout_lets_pass_only_what_goes_out_in_haste(session: Session, people: dict[str, Person]) -> None:
    at = clock.now() + timedelta(days=3)
    special_days.write(session, kind="blackout", name="静默", begins_on=clock.to_wall(at).date(), by=people["desk_editor"])
    duty = factories.person(session, "emergency_publisher", "值班", "duty@chengjiang.example")
    first, second = (factories.signed_off(session, people, title=title) for title in ("台风红色预警", "泵房夜班"))
    edition = editions.plan(
        session, account=str(factories.account(session).id), mode="release", article_ids=[str(first.id), str(second.id)],
        by=people["publisher"])
    for article in (first, second):
        assert haste.of_edition(session, edition) is None, "one article that can wait makes the edition wait"
        with pytest.raises(Invalid):
            releases.schedule(session, edition, at, by=people["publisher"])
        with pytest.raises(NotAllowed):
            emergencies.declare(session, article, reason="台风", by=people["publisher"])
        emergencies.declare(session, article, reason="台风红色预警", by=duty)
    embargoes.put(session, second, at + timedelta(hours=1), zone=ZONE, by=people["desk_editor"])
    with pytest.raises(Invalid, match="embargo"):
        releases.schedule(session, edition, at, by=people["publisher"])
    embargoes.lift(session, second, reason="已公布", by=people["editor_in_chief"])
    releases.schedule(session, edition, at, by=people["publisher"])
    found = [one for one in conflicts.of_edition(session, edition, at, ZONE) if one.clash == Clash.BLACKOUT]
    assert [one.blocks for one in found] == [False], "it is still said"
    entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "schedule_edition")).one()
    assert entry.details["reason"] == "台风红色预警"
    assert [one.kind for one in trail_of(session, first).later] == ["emergency"]
    emergencies.stand_down(session, second, by=duty)
    assert haste.of_editions(session, [edition.id]) == {}
    assert [one.kind for one in trail_of(session, second).later] == ["emergency", "emergency_ended"]
