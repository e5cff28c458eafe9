"""Days of the house: every holiday and make-up workday of the data, unknown years, and working time by them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy.orm import Session

from editorial import days, special_days
from editorial.days import WorkingTime
from editorial.errors import Invalid
from editorial.people.people import Person
from editorial.special_days import Kind

DAY = timedelta(days=1)
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe")


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    """An instant by the wall clock of `zone`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_every_holiday_and_make_up_workday_of_the_data(session: Session) -> None:
    first, last = min(chinese_calendar.holidays), date(max(chinese_calendar.holidays).year, 12, 31)
    wrong = [
        one.date for one in days.between(session, first, last)
        if one.works != chinese_calendar.is_workday(one.date) or bool(one.holiday) != (one.date in chinese_calendar.holidays)
        or one.makeup != (one.date in chinese_calendar.workdays) or not one.known
    ]
    assert wrong == [] and (last - first).days > 8000


def test_the_terms_and_old_days_are_those_of_the_books(session: Session) -> None:
    found = {one.date: one for one in days.between(session, date(2025, 1, 1), date(2026, 12, 31))}
    assert sum(1 for on, one in found.items() if one.term and on.year == 2026) == 24
    assert found[date(2026, 12, 22)].term == "Winter Solstice" and found[date(2026, 4, 5)].term == "Clear and Bright"
    assert found[date(2026, 2, 17)].old.festival == "Spring Festival"
    assert found[date(2026, 9, 25)].old.festival == "Mid-autumn Festival"
    leap = found[date(2025, 7, 25)].old
    assert (leap.month, leap.day, leap.leap, leap.text) == (6, 1, True, "闰六月")


def test_an_unknown_year_is_unknown_and_goes_by_the_weekday(session: Session) -> None:
    year = max(chinese_calendar.holidays).year + 1
    assert days.known(year - 1) and not days.known(year)
    first = date(year, 1, 1)
    for one in days.between(session, first, date(year, 12, 31)):
        assert (one.known, one.holiday, one.makeup) == (False, "", False)
        assert one.works == (one.date.weekday() < 5)


def test_the_house_fills_in_what_the_data_lack(session: Session, people: dict[str, Person]) -> None:
    by = people["desk_editor"]
    special_days.write(session, kind="public_holiday", name="元旦", begins_on=date(2027, 1, 1), ends_on=date(2027, 1, 3), by=by)
    special_days.write(session, kind="makeup_workday", name="元旦", begins_on=date(2027, 1, 9), by=by)
    made = {one.date.day: one for one in days.between(session, date(2027, 1, 1), date(2027, 1, 9))}
    assert [(made[day].works, made[day].holiday, made[day].makeup) for day in (1, 4, 9)] == [
        (False, "元旦", False), (True, "", False), (True, "", True)]


def test_yearly_days_come_again_across_the_turn_of_the_year(session: Session, people: dict[str, Person]) -> None:
    row = special_days.write(
        session, kind="company_day", name="年终盘点", begins_on=date(2024, 12, 30), ends_on=date(2025, 1, 2), yearly=True,
        by=people["desk_editor"])
    assert [on for on in (date(2026, 12, 29) + DAY * number for number in range(6)) if row.holds_on(on)] == [
        date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2)]
    once = special_days.write(
        session, kind="sensitive_date", name="闰日", begins_on=date(2024, 2, 29), yearly=True, by=people["desk_editor"])
    assert once.holds_on(date(2028, 2, 29)) and not any(once.holds_on(date(2027, 2, 27) + DAY * n) for n in range(4))
    assert [one.name for one in days.day(session, date(2027, 1, 1)).of(Kind.COMPANY_DAY)] == ["年终盘点"]


@pytest.mark.parametrize(("wrong", "field"), [
    ({"kind": "feast"}, "kind"), ({"name": " "}, "name"), ({"name": "长" * 101}, "name"),
    ({"ends_on": date(2026, 1, 1)}, "ends_on"),
    ({"from_time": "9:00"}, "from_time"), ({"from_time": "22:00", "to_time": "06:00"}, "to_time"),
    ({"to_time": "25:00"}, "to_time"),
    ({"kind": "company_day", "from_time": "09:00"}, "from_time"),
])
def test_what_is_written_wrong_is_named(session: Session, people: dict[str, Person], wrong: dict, field: str) -> None:
    right = {"kind": "blackout", "name": "静默", "begins_on": date(2026, 11, 22)}
    with pytest.raises(Invalid) as caught:
        special_days.write(session, **{**right, **wrong}, by=people["desk_editor"])
    assert field in {problem.field for problem in caught.value.problems}


@pytest.mark.parametrize(("begin", "end", "minutes"), [
    ("2026-11-23 09:00", "2026-11-23 18:00", 540),
    ("2026-11-20 17:00", "2026-11-23 10:00", 120),
    ("2026-09-30 17:30", "2026-10-08 09:30", 60),
    ("2026-02-14 08:00", "2026-02-14 19:00", 540),
    ("2026-11-21 08:00", "2026-11-22 19:00", 0),
    ("2026-11-23 10:00", "2026-11-23 09:00", 0),
])
def test_working_minutes_know_weekends_holidays_and_make_up_days(session: Session, begin: str, end: str, minutes: int) -> None:
    assert days.working_minutes(session, at(begin), at(end)) == minutes


@pytest.mark.parametrize(("begin", "minutes", "end"), [
    ("2026-11-20 17:00", 120, "2026-11-23 10:00"),
    ("2026-11-20 17:00", 60, "2026-11-20 18:00"),
    ("2026-09-30 17:30", 60, "2026-10-08 09:30"),
    ("2026-11-21 11:00", 0, "2026-11-23 09:00"),
])
def test_adding_working_minutes(session: Session, begin: str, minutes: int, end: str) -> None:
    assert days.add_working_minutes(session, at(begin), minutes) == at(end)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    begin=some.integers(0, 1_270_000).map(lambda minute: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)),
    minutes=some.integers(0, 20_000), zone=some.sampled_from(ZONES),
)
def test_adding_and_counting_are_each_others_inverse(begin: datetime, minutes: int, zone: str) -> None:
    house = WorkingTime(((8 * 60, 12 * 60), (13 * 60 + 30, 18 * 60)), (), zone)
    end = house.add(begin, minutes)
    assert end >= begin and house.minutes(begin, end) == minutes
    assert minutes == 0 or house.minutes(begin, end - timedelta(minutes=1)) == minutes - 1


def test_working_hours_are_kept_and_checked(session: Session, people: dict[str, Person]) -> None:
    days.change_hours(session, ["13:30-17:30", " 08:30-12:00"], by=people["admin"])
    assert days.working_minutes(session, at("2026-11-23 00:00"), at("2026-11-24 00:00")) == 450
    for wrong in ([], ["9-18"], ["18:00-09:00"], ["09:00-12:00", "11:00-15:00"], ["09:00-24:30"]):
        with pytest.raises(Invalid):
            days.change_hours(session, wrong, by=people["admin"])
