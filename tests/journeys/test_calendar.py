"""The calendar in a browser: what is dragged or moved by keys is kept, can be undone, and what has no time yet gets one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy.orm import Session

from app.engine import open_engine
from app.extensions import db
from editorial import clock
from editorial.articles import articles
from editorial.calendar import editions
from editorial.release import releases
from editorial.review import revising
from editorial.vault import vault
from tests import browsers, factories
from tests.conftest import SECRET, make_settings
from tests.instances import wait_until
from tests.journeys.writing import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OVER_THE_LAST = 0.75
"""How far down a list one holds what one drags: half way down may be the gap between two, where nothing is dropped."""
TITLES = ("试车台手记", "食堂夜班", "一封感谢信", "改了一个字")


class Desk:
    """The calendar in a publisher's browser, and what the house knows of its editions."""

    def __init__(self, page: Page, house: House, numbers: dict[str, int], articles: dict[str, int]) -> None:
        self.page, self.house, self.numbers, self.articles = page, house, numbers, articles

    def edition(self, title: str) -> int:
        """The number of the edition with this article."""
        return self.numbers[title]

    def look(self, path: str) -> None:
        """Open a page of the calendar."""
        self.page.goto(self.house.url + path)

    def thing(self, edition: int) -> Locator:
        """The edition as the calendar shows it."""
        return self.page.locator(f'[data-move="/editions/{edition}/slot/day"]')

    def schedule(self, edition: int, wall: datetime) -> None:
        """Give it a time without the browser."""
        with self.house.app.app_context():
            session = db.session()
            found = editions.get(session, edition)
            releases.schedule(session, found, clock.from_wall(wall), by=found.planned_by)
            session.commit()

    def change(self, article: int) -> None:
        """Change a word of what three people approved, without the browser."""
        with self.house.app.app_context():
            session = db.session()
            found = articles.get(session, article)
            content = articles.newest(session, found).content
            revising.revise(session, found, content.changed(title="改了两个字"), base=found.revision, by=found.contributor)
            session.commit()

    def drag(self, edition: int, to: date | None) -> None:
        """Onto a day, or what has no time, as a hand does it: the days make room on the way, so the hand follows them."""
        wanted = self.page.locator(f'[data-day="{to or ""}"]')
        self.thing(edition).scroll_into_view_if_needed()
        source = self.thing(edition).bounding_box()
        assert source is not None
        mouse = self.page.mouse
        mouse.move(source["x"] + 20, source["y"] + 8)
        mouse.down()
        mouse.move(source["x"] + 24, source["y"] + 12, steps=4)

        def over_it() -> bool:
            target = wanted.bounding_box()
            assert target is not None
            mouse.move(target["x"] + target["width"] / 2, target["y"] + target["height"] * OVER_THE_LAST, steps=3)
            return wanted.locator(f'> [data-move="/editions/{edition}/slot/day"]').count() == 1

        try:
            wait_until(over_it, 60)
        finally:
            mouse.up()

    def undo(self, words: str) -> None:
        """Press the undo of the newest line that says so."""
        self.page.locator(".toast-line", has_text=words).last.get_by_role("button").click()

    def stands(self, edition: int, on: date | None, at: str = "") -> None:
        """Wait until the house has this day and time for it, none without a day, and the calendar shows it there."""
        wait_until(lambda: self._wall_time(edition) == (f"{on} {at}" if on else ""), 60)
        self.page.locator(f'[data-day="{on or ""}"] > [data-move="/editions/{edition}/slot/day"]').wait_for()

    def _wall_time(self, edition: int) -> str:
        with self.house.app.app_context():
            at = editions.get(db.session(), edition).publish_at
            return f"{clock.to_wall(at):%Y-%m-%d %H:%M}" if at else ""


@pytest.fixture(scope="module")
def desk(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A publisher at the calendar of a house with four approved articles, each in an edition without a time."""
    folder = tmp_path_factory.mktemp("calendar")
    (folder / "qunsheng.sqlite").write_bytes(migrated_sqlite.read_bytes())
    vault.open_with(SECRET)
    engine = open_engine(make_settings(folder))
    with Session(engine) as session:
        people = factories.one_of_each(session)
        account = str(factories.account(session).id)
        made = [factories.signed_off(session, people, title=title) for title in TITLES]
        planned = [
            editions.plan(session, account=account, mode="release", article_ids=[str(one.id)], by=people["publisher"])
            for one in made
        ]
        numbers, written = [one.id for one in planned], [one.id for one in made]
        persons = {"publisher": (people["publisher"].id, people["publisher"].session_epoch)}
        session.commit()
    engine.dispose()
    house = House(folder, written[0], persons)
    with browsers.chromium() as browser:
        context = browser.new_context(viewport={"width": 1440, "height": 1600}, locale="zh-CN", reduced_motion="reduce")
        context.add_cookies([{"name": "session", "value": house.cookies["publisher"], "url": house.url}])
        page = context.new_page()
        page.set_default_timeout(60_000)
        yield Desk(page, house, dict(zip(TITLES, numbers, strict=True)), dict(zip(TITLES, written, strict=True)))
    house.die()


@pytest.fixture
def monday() -> date:
    """The Monday of a week that is all to come, so that a month shows its every day."""
    there = clock.to_wall(clock.now()).date() + timedelta(days=16)
    return there - timedelta(days=there.weekday())


def test_what_is_dragged_or_moved_by_keys_is_kept_and_can_be_undone(desk: Desk, monday: date) -> None:
    edition, later = desk.edition("试车台手记"), monday + timedelta(days=2)
    desk.schedule(edition, datetime.combine(monday, time(14, 30)))
    desk.look(f"/calendar?month={monday:%Y-%m}")
    desk.drag(edition, later)
    desk.stands(edition, later, "14:30")
    desk.undo("14:30")
    desk.stands(edition, monday, "14:30")
    desk.thing(edition).locator("a").first.focus()
    for _press in range(3):
        desk.page.keyboard.press("Alt+ArrowRight")
    desk.stands(edition, monday + timedelta(days=3), "14:30")
    expect(desk.thing(edition).locator("a").first).to_be_focused(timeout=60_000)
    desk.page.reload()
    desk.stands(edition, monday + timedelta(days=3), "14:30")


def test_what_has_no_time_is_put_on_a_day_and_taken_off_it(desk: Desk, monday: date) -> None:
    edition, tuesday = desk.edition("食堂夜班"), monday + timedelta(days=1)
    desk.look(f"/calendar/week?day={monday}")
    desk.drag(edition, tuesday)
    desk.stands(edition, tuesday, "09:00")
    expect(desk.thing(edition).locator(".day-entry-time")).to_have_text("09:00", timeout=60_000)
    desk.drag(edition, None)
    desk.stands(edition, None)
    desk.undo("已取消时间")
    desk.stands(edition, tuesday, "09:00")


def test_a_key_puts_what_has_no_time_on_tomorrow(desk: Desk) -> None:
    edition = desk.edition("一封感谢信")
    desk.look("/calendar")
    tomorrow = date.fromisoformat(desk.page.locator("[data-calendar]").get_attribute("data-soon") or "")
    desk.look(f"/calendar/week?day={tomorrow}")
    desk.thing(edition).locator("a").first.focus()
    desk.page.keyboard.press("Alt+ArrowUp")
    desk.stands(edition, tomorrow, "09:00")
    desk.undo("09:00")
    desk.stands(edition, None)


def test_what_is_not_signed_off_goes_back_with_its_reason(desk: Desk, monday: date) -> None:
    edition = desk.edition("改了一个字")
    desk.change(desk.articles["改了一个字"])
    desk.look(f"/calendar/week?day={monday}")
    desk.drag(edition, monday)
    desk.page.locator("#toasts .toast-line.bad").wait_for()
    desk.stands(edition, None)
