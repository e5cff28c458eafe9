"""The calendar's acts at the desk: moving, plans, days of the house, feed, files out and in, times that come twice."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape

import icalendar
import openpyxl
import pytest
from sqlalchemy import select

from app.web.slots import instant_of
from editorial import clock, house
from editorial.calendar import conflicts
from editorial.calendar.editions import Edition
from editorial.calendar.planned_items import PlannedItem
from editorial.errors import Invalid
from editorial.people.people import Person
from editorial.special_days import SpecialDay
from tests import factories
from tests.app.browser import Browser


@pytest.fixture
def at(app, people):
    """The browser of a role."""
    return lambda role: Browser(app, people[role])


@pytest.fixture
def edition(session, people) -> int:
    made = factories.scheduled(session, people, at=in_days(3))
    session.commit()
    return made.id


def in_days(count: int, hour: int = 10) -> datetime:
    """An instant some days ahead, at a full hour of the house's wall."""
    wall = (clock.to_wall(clock.now()) + timedelta(days=count)).replace(hour=hour, minute=0, second=0, microsecond=0, tzinfo=None)
    return clock.from_wall(wall)


def day(count: int) -> str:
    return f"{clock.to_wall(in_days(count)):%Y-%m-%d}"


def test_a_moved_edition_keeps_its_hour_and_can_be_moved_back(at, session, edition):
    publisher = at("publisher")
    answer = publisher.send(f"/editions/{edition}/slot/day", day=day(5))
    assert (answer.json["day"], answer.json["before"]) == (day(5), day(3))
    assert session.get_one(Edition, edition).wall_time == f"{day(5)}T10:00:00"
    session.rollback()
    assert publisher.send(f"/editions/{edition}/slot/day", day=answer.json["before"]).status_code == 200
    assert session.get_one(Edition, edition, populate_existing=True).publish_at == in_days(3)
    assert f'data-day="{day(3)}"' in publisher.look(f"/calendar?month={day(3)[:7]}")


def test_what_cannot_be_moved_says_why_and_stays(at, session, edition):
    publisher = at("publisher")
    for typed, status in ((day(-1), 422), ("morgen", 422)):
        answer = publisher.send(f"/editions/{edition}/slot/day", day=typed)
        assert answer.status_code == status and answer.json["detail"]
    publisher.send("/calendar/days", kind="blackout", name="盘点", begins_on=day(6))
    answer = publisher.send(f"/editions/{edition}/slot/day", day=day(6))
    assert answer.status_code == 422 and "盘点" in answer.json["detail"]
    assert at("desk_editor").send(f"/editions/{edition}/slot/day", day=day(5)).status_code == 403
    assert session.get_one(Edition, edition).publish_at == in_days(3)


def test_what_has_no_time_gets_the_usual_one_and_can_lose_it_again(at, session, edition):
    publisher, address = at("publisher"), f"/editions/{edition}/slot/day"
    taken = publisher.send(address, day="").json
    assert (taken["day"], taken["before"], taken["time"]) == ("", day(3), "10:00")
    assert session.get_one(Edition, edition, populate_existing=True).publish_at is None
    session.rollback()
    assert f'data-move="{address}"' in publisher.look("/calendar").partition('id="calendar-beside"')[2]
    put = publisher.send(address, day=day(4)).json
    assert (put["day"], put["before"], put["time"]) == (day(4), "", "")
    assert session.get_one(Edition, edition, populate_existing=True).wall_time == f"{day(4)}T09:00:00"
    session.rollback()
    assert publisher.send(address, day=day(3), time="10:00").status_code == 200
    assert session.get_one(Edition, edition, populate_existing=True).publish_at == in_days(3)
    assert publisher.send(address).status_code == 422


@pytest.mark.parametrize(("now", "hour"), [(7, "09:00"), (9, "10:00"), (16, "17:00")])
def test_what_is_put_on_today_goes_out_at_an_hour_to_come(at, session, edition, now, hour):
    publisher, address = at("publisher"), f"/editions/{edition}/slot/day"
    with clock.at(in_days(1, now) + timedelta(minutes=20)):
        publisher.send(address, day="")
        assert publisher.send(address, day=day(0)).status_code == 200
        assert session.get_one(Edition, edition, populate_existing=True).wall_time == f"{day(0)}T{hour}:00"


def test_days_of_the_house_are_seen_and_told(at, session, edition):
    publisher = at("publisher")
    publisher.send("/calendar/days", kind="sensitive_date", name="纪念日", begins_on=day(3), note="从简")
    wrong = publisher.send("/calendar/days", kind="blackout", name="", begins_on=day(3))
    assert wrong.status_code == 422
    assert "纪念日" in publisher.look(f"/calendar?month={day(3)[:7]}")
    assert "纪念日" in publisher.look(f"/editions/{edition}")
    assert "纪念日" in publisher.look(f"/editions/{edition}/conflicts?day={day(3)}&time=09:00")
    row = session.scalars(select(SpecialDay.id)).one()
    session.rollback()
    assert publisher.send(f"/calendar/days/{row}/removal").status_code == 303
    assert "纪念日" not in publisher.look(f"/calendar?month={day(3)[:7]}")


def test_a_year_without_data_is_shown_as_unknown(at):
    publisher = at("publisher")
    assert "2027 年的法定节假日安排还没有公布" in publisher.look("/calendar?month=2027-02")
    october = publisher.look("/calendar?month=2026-10")
    assert "国庆节" in october and "day-mark-work" in october and "寒露" in october and "还没有公布" not in october


def test_plans_are_put_moved_and_taken_off(at, session):
    editor = at("desk_editor")
    assert editor.send("/calendar/plans", title="年会预告", on=day(4), time="20:00").status_code == 303
    item = session.scalars(select(PlannedItem.id)).one()
    session.rollback()
    assert editor.send(f"/calendar/plans/{item}/day", day=day(7)).json["day"] == day(7)
    assert "年会预告" in editor.look(f"/calendar/week?day={day(7)}")
    assert editor.send(f"/calendar/plans/{item}/removal").status_code == 303
    assert session.scalars(select(PlannedItem.id)).all() == []


def test_the_feed_is_secret_and_ends(app, at, session, edition):
    publisher = at("publisher")
    page = publisher.send("/calendar/feed").get_data(as_text=True)
    address = page[page.index("/calendar/feed/"):].partition(".ics")[0] + ".ics"
    stranger = Browser(app)
    feed = icalendar.Calendar.from_ical(stranger.look(address))
    [event] = feed.walk("VEVENT")
    assert event["DTSTART"].dt == in_days(3) and "试车台手记之1" in str(event["SUMMARY"])
    publisher.send("/calendar/feed/removal")
    assert stranger.status(address) == 404


def test_a_feed_ends_with_its_persons_access(app, at, session, people, edition):
    page = at("publisher").send("/calendar/feed").get_data(as_text=True)
    address = page[page.index("/calendar/feed/"):].partition(".ics")[0] + ".ics"
    session.get_one(Person, people["publisher"].id).active = False
    session.commit()
    assert Browser(app).status(address) == 404


FORMULAS = ("=HYPERLINK(1)", "+1", "-1", "@SUM(A1)")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_files_carry_no_formula_and_come_back_whole(app, at, session, kind):
    editor = at("desk_editor")
    for number, title in enumerate(FORMULAS):
        editor.send("/calendar/plans", title=title, on=day(4), time=f"1{number}:00")
    content = editor.client.get(f"/calendar/export/{kind}").data
    cells = [row[2] for row in _table(kind, content)][1:]
    assert sorted(cells) == sorted(f"'{title}" for title in FORMULAS)
    page = _bring(editor, content, f"calendar.{kind}")
    assert page.status_code == 200
    editor.send("/calendar/import", rows=_kept(page))
    titles = session.scalars(select(PlannedItem.title)).all()
    assert set(titles) == set(FORMULAS)


def test_rows_that_are_wrong_are_named_and_the_others_put(at, session):
    editor = at("desk_editor")
    rows = [
        "日期,时间,标题,公众号,版面", f"{day(3)},09:30,一,,三版", f"{day(4)},25:00,二,,", "明天,,三,,", f"{day(5)},,,,",
        f"{day(6)},,五,没有这个号,", f"{day(7)},,六,,",
    ]
    page = _bring(editor, "\n".join(rows).encode("gb18030"), "plans.csv")
    said = page.get_data(as_text=True)
    assert said.count("bad-words") == 4 and session.scalars(select(PlannedItem)).all() == []
    session.rollback()
    left = editor.send("/calendar/import", rows=_kept(page))
    assert left.status_code == 422 and "没有这个号" in left.get_data(as_text=True)
    found = {item.title: item for item in session.scalars(select(PlannedItem))}
    assert set(found) == {"一", "六"} and found["一"].note == "版面: 三版" and found["一"].at == "09:30"


def test_a_calendar_comes_in_by_its_numbers_once(at, session):
    calendar = icalendar.Calendar()
    for number, begins in enumerate((date.fromisoformat(day(3)), in_days(4))):
        event = icalendar.Event()
        event.add("uid", f"meeting-{number}@elsewhere")
        event.add("summary", f"会议{number}")
        event.add("dtstart", begins)
        calendar.add_component(event)
    editor = at("desk_editor")
    for _ in range(2):
        editor.send("/calendar/import", rows=_kept(_bring(editor, calendar.to_ical(), "meetings.ics")))
    found = session.scalars(select(PlannedItem).order_by(PlannedItem.on)).all()
    assert [(item.title, item.on.isoformat(), item.at) for item in found] == [("会议0", day(3), ""), ("会议1", day(4), "10:00")]


def test_what_is_no_calendar_is_refused_in_words(at):
    editor = at("desk_editor")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b" " * 70_000_000)
    for content, name in ((b"", "a.csv"), (b"x" * 6_000_000, "a.csv"), (b"no zip", "a.xlsx"), (packed.getvalue(), "a.xlsx"),
                          (b"hello", "a.ics"), (b"a,b\n1,2\n", "a.csv"), (b"%PDF", "a.pdf")):
        assert _bring(editor, content, name).status_code == 422, name
    assert editor.send("/calendar/import", rows="[{}]").status_code == 422


def test_a_time_that_comes_twice_is_asked_and_never_guessed(app, at, session, people):
    app.extensions["settings"] = _in_zone(app, "Europe/Berlin")
    with app.test_request_context():
        with pytest.raises(Invalid) as caught:
            instant_of("2027-10-31", "02:30")
        assert [problem.field for problem in caught.value.problems] == ["which"]
        first, second = (instant_of("2027-10-31", "02:30", which) for which in ("first", "second"))
        assert second - first == timedelta(hours=1)
        with pytest.raises(Invalid):
            instant_of("2027-03-28", "02:30")
    edition = factories.scheduled(session, people, at=in_days(2)).id
    session.commit()
    publisher = at("publisher")
    asked = publisher.send(f"/editions/{edition}/slot", day="2027-10-31", time="02:30")
    assert asked.status_code == 422 and 'value="second"' in asked.text
    assert publisher.send(f"/editions/{edition}/slot", day="2027-10-31", time="02:30", which="second").status_code == 303
    assert session.get_one(Edition, edition, populate_existing=True).publish_at == second


def test_ones_own_time_stands_beside_where_it_differs(at, session, edition):
    publisher = at("publisher")
    assert "Berlin" not in publisher.look(f"/calendar?month={day(3)[:7]}")
    assert publisher.send("/calendar/zone", zone="Mars/Olympus").status_code == 422
    assert publisher.send("/calendar/zone", zone="Europe/Berlin").status_code == 303
    there = f"{clock.to_wall(in_days(3), 'Europe/Berlin'):%H:%M}"
    assert f"Berlin {there}" in publisher.look(f"/calendar?month={day(3)[:7]}")


def _in_zone(app, zone):
    return replace(app.extensions["settings"], zone=zone)


def _bring(browser: Browser, content: bytes, name: str):
    fields = {"file": (io.BytesIO(content), name), "csrf_token": browser.token()}
    return browser.client.post("/calendar/import", data=fields, content_type="multipart/form-data")


def _kept(page) -> str:
    """The rows as the page's form holds them."""
    said = page.get_data(as_text=True)
    begin = said.index('name="rows" value="') + len('name="rows" value="')
    return unescape(said[begin:said.index('"', begin)])


def _table(kind: str, content: bytes) -> list[list[str]]:
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    return [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_what_the_calendar_warns_of_is_set_or_named(at, session):
    admin = at("admin")
    kept = {"slot_minutes": "90", "subject_days": "14", "department_week": "2", "blackout": "warn"}
    assert admin.send("/calendar/rules", **kept).status_code == 303
    assert house.settings(session, *conflicts.RULES) == {
        "slot_minutes": 90, "subject_days": 14, "department_week": 2, "blackout": "warn"}
    session.rollback()
    wrong = admin.send("/calendar/rules", **{**kept, "subject_days": "两周"})
    assert wrong.status_code == 422 and 'value="两周"' in wrong.text and "请填 0 到 365 之间的整数" in wrong.text
