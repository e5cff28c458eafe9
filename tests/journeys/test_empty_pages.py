"""The pages of the desk on a company's first day: nothing in them yet, and they say so, in both themes, on a phone and a desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from app.engine import open_engine
from editorial.vault import vault
from tests import browsers, factories
from tests.conftest import SECRET, make_settings
from tests.journeys import pages
from tests.journeys.writing import House

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = {
    "contributor": [
        "/my-submissions", "/my-credit", "/topics/mine", "/assignments", "/conduct", "/notices", "/notices/sent",
        "/circles", "/circles/mine",
    ],
    "desk_editor": [
        "/today", "/inbox", "/story-bank", "/articles", "/topics", "/story-calls", "/columns", "/rights", "/search?q=食堂",
    ],
    "editor_in_chief": [
        "/topics/meeting", "/balance", "/year-review", "/figures/funnel", "/figures/service-levels", "/substitutes",
        "/cases?shown=decided",
    ],
    "publisher": [
        "/calendar", "/calendar/week", "/calendar/list", "/calendar/days", "/calendar/best-times", "/calendar/import",
        "/rights/tasks",
    ],
    "operator": ["/cases", "/convention/labels", "/share-back", "/deliveries"],
    "admin": [
        "/settings/routes", "/settings/rules", "/settings/notices", "/settings/notices/log", "/settings/triage", "/convention/next",
    ],
}
LOOKS = [(role, path) for role, paths in PAGES.items() for path in paths]


class FirstDay:
    """A house with people and nothing else, and a window of a browser for each of them."""

    def __init__(self, browser: Browser, house: House) -> None:
        self._browser, self.house = browser, house
        self._windows: dict[str, tuple[Page, pages.Noise]] = {}

    def window(self, role: str) -> tuple[Page, pages.Noise]:
        """The window of the person of `role`."""
        if role not in self._windows:
            context = self._browser.new_context(locale="zh-CN", reduced_motion="reduce")
            context.add_cookies([{"name": "session", "value": self.house.cookies[role], "url": self.house.url}])
            page = context.new_page()
            self._windows[role] = page, pages.Noise(page)
        return self._windows[role]


@pytest.fixture(scope="module")
def first_day(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstDay]:
    """One of each role, behind a real server."""
    if not pages.AXE.exists():
        pytest.skip("axe-core is not installed: npm ci")
    folder = tmp_path_factory.mktemp("first-day")
    (folder / "qunsheng.sqlite").write_bytes(migrated_sqlite.read_bytes())
    vault.open_with(SECRET)
    engine = open_engine(make_settings(folder))
    with Session(engine) as session:
        people = factories.one_of_each(session)
        persons = {role: (person.id, person.session_epoch) for role, person in people.items()}
        session.commit()
    engine.dispose()
    house = House(folder, 0, persons)
    with browsers.chromium() as browser:
        yield FirstDay(browser, house)
    house.die()


@pytest.mark.parametrize(("role", "path"), LOOKS, ids=[f"{role}{path}" for role, path in LOOKS])
def test_a_page_with_nothing_in_it(first_day: FirstDay, role: str, path: str) -> None:
    page, noise = first_day.window(role)
    noise.take()
    answer = page.goto(first_day.house.url + path)
    assert answer is not None and answer.status == 200
    wrong = noise.take()
    for width, height in ((1440, 900), (360, 780)):
        page.set_viewport_size({"width": width, "height": height})
        wrong += [f"{width}: sticks out: {line}" for line in pages.sticking_out(page)]
        for colours in ("light", "dark"):
            pages.theme(page, colours)
            wrong += [f"{width} {colours}: {found}" for found in pages.violations(page)]
    wrong += [f"too small for a thumb: {found}" for found in pages.small_targets(page)]
    wrong += [f"not Chinese: {words}" for words in pages.leaks(page)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("role", "path"), [("contributor", "/topics/new"), ("desk_editor", "/articles/new")])
def test_the_foot_of_a_form_covers_nothing_one_is_in(first_day: FirstDay, role: str, path: str) -> None:
    page, _ = first_day.window(role)
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(first_day.house.url + path)
    assert page.evaluate("getComputedStyle(document.querySelector('.form > .form-foot')).position") == "sticky"
    assert page.evaluate(pages.BEHIND_THE_FOOT) == []
