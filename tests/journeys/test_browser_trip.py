"""The whole way in a browser: handed in on a phone, approved by three at desks, on the account, back in twelve groups."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page

from publishers.sandbox.running import Running, spawn
from tests import browsers, instances
from tests.browsers import PHONE, signed_in
from tests.instances import PHONE_AGENT, Instance, wait_until
from tests.pictures import photo

TITLE = "七十二小时的试车台"
TEXT = (
    "十月十二日早上八点，装配二车间的试车台第一次连续运转满七十二小时。班长陈立带着三名新人守在台前，每半小时记录一次振动值。\n\n"
    "第二天凌晨，轴承温度比前一晚高了四度。按规程可以继续，陈立还是让大家停机复查，结果在回油管里找到一小片密封胶。\n\n"
    "“停一次机，少返一次修。”陈立说。当天下午，这条经验写进了车间的交接本，也写进了下周的培训提纲。"
)


@pytest.fixture
def platforms(tmp_path: Path) -> Iterator[Running]:
    with spawn(tmp_path / "sandbox", 0, "--publish-delay", "0.5", "--fsync", "off") as running:
        yield running


@pytest.fixture
def instance(tmp_path: Path, platforms: Running) -> Iterator[Instance]:
    settings = instances.platforms_at(platforms.url)
    with instances.running(tmp_path / "instance", QUNSHENG_POLL_SECONDS="0.5", **settings) as running:
        instances.with_people(running)
        instances.twelve_groups(running)
        yield running


@pytest.mark.slow
@pytest.mark.browser
def test_a_story_from_a_phone_to_twelve_groups(instance: Instance, platforms: Running, tmp_path: Path) -> None:
    with browsers.chromium() as browser:
        seconds = hand_in(browser, instance, tmp_path)
        assert seconds < 60
        article = adopt_and_send_for_review(browser, instance)
        for role in ("desk_editor", "department_head", "editor_in_chief"):
            approve(browser, instance, article, role)
        due = schedule_a_minute_ahead(browser, instance, article)
        on_the_phone(browser, platforms, due)
        post_the_kits(browser, instance)
        click_every_link(browser, instance, platforms)
        the_trail_tells_it_all(browser, instance, article)


def hand_in(browser: Browser, instance: Instance, tmp_path: Path) -> float:
    """From the open page to the receipt, with a picture; in seconds."""
    picture = tmp_path / "camera.jpg"
    picture.write_bytes(photo(1600, 1200))
    page = signed_in(browser, instance, "contributor", size=PHONE, agent=PHONE_AGENT)
    page.goto(f"{instance.url}/hand-in")
    started = time.monotonic()
    page.select_option("select[name=origin_group]", "group-0")
    page.fill("input[name=title]", TITLE)
    page.fill("textarea[name=body]", TEXT)
    page.set_input_files("input[type=file]", str(picture))
    page.locator("input[name=assets]").first.wait_for(state="attached")
    page.locator("#hand-in button[type=submit], #hand-in .act-main").last.click()
    page.wait_for_url("**/receipt")
    assert page.get_by_text("2026-", exact=False).count() or page.locator("strong.figures").inner_text()
    page.goto(f"{instance.url}/my-submissions")
    assert page.get_by_text(TITLE).first.is_visible()
    return time.monotonic() - started


def adopt_and_send_for_review(browser: Browser, instance: Instance) -> str:
    """The desk editor adopts the oldest story and hands it to review; the article's id."""
    page = signed_in(browser, instance, "desk_editor")
    page.goto(f"{instance.url}/inbox")
    page.get_by_role("link", name=TITLE).first.click()
    page.locator(".reading-head").get_by_role("link", name=TITLE).click()
    page.locator("form[action$='/acceptance'] button").click()
    page.wait_for_url("**/articles/*")
    frame = page.frame_locator("iframe").first
    assert "试车台第一次连续运转" in frame.locator("body").inner_text()
    page.locator("button[name=act][value=submit]").first.click()
    page.wait_for_load_state()
    return page.url.rstrip("/").rpartition("/")[2].partition("?")[0]


def approve(browser: Browser, instance: Instance, article: str, role: str) -> None:
    """One reviewer reads and approves."""
    page = signed_in(browser, instance, role)
    page.goto(f"{instance.url}/articles/{article}/review")
    page.locator("button[name=decision][value=approve]").click()
    page.wait_for_load_state()


def schedule_a_minute_ahead(browser: Browser, instance: Instance, article: str) -> float:
    """The publisher plans an edition of it and sets the time; the instant it is due, in epoch seconds."""
    page = signed_in(browser, instance, "publisher")
    page.goto(f"{instance.url}/editions/new?article={article}")
    page.locator(f"input[name=articles][value='{article}']").check()
    page.locator("input[name=mode][value=release]").check()
    page.locator(".form-foot .act-main").last.click()
    page.wait_for_url("**/editions/*")
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    due = (now + timedelta(seconds=65)).replace(second=0, microsecond=0)
    if due - now < timedelta(seconds=8):
        due += timedelta(minutes=1)
    page.fill("input[name=day]", f"{due:%Y-%m-%d}")
    page.fill("input[name=time]", f"{due:%H:%M}")
    page.locator("#slot .act-main").click()
    page.wait_for_load_state()
    edition = page.url.rpartition("/")[2]
    assert instance.done("publisher", "GET", f"/editions/{edition}")["state"] == "scheduled"
    return due.timestamp()


def on_the_phone(browser: Browser, platforms: Running, due: float) -> None:
    """It appears at its time: the first call never before, at most two seconds after."""
    platforms.wait_for("published", 1, seconds=due - time.time() + 20)
    first = min(call["at"] for call in platforms.calls() if "/media/" in call["path"] or "/draft/add" in call["path"])
    assert 0 <= first - due <= 2
    platforms.wait_for("robot_message", 9, seconds=20)
    page = browser.new_page(viewport=PHONE, locale="zh-CN")
    page.goto(platforms.url)
    page.get_by_text(TITLE).first.wait_for()


def post_the_kits(browser: Browser, instance: Instance) -> None:
    """The operator posts by hand what no robot can, on a phone."""
    page = signed_in(browser, instance, "operator", size=PHONE)
    kits = wait_until(lambda: len(_kits(instance)) == 3 and _kits(instance))
    for kit in kits:
        page.goto(f"{instance.url}/share-back/{kit}")
        page.locator("form[action$='/confirmation'] .act-main").click()
        page.wait_for_load_state()
    assert not _kits(instance)


def click_every_link(browser: Browser, instance: Instance, platforms: Running) -> None:
    """A reader in every group opens the link and lands on the article."""
    for share in _shares(instance):
        page = browser.new_context(user_agent=PHONE_AGENT, viewport=PHONE).new_page()
        page.goto(share["link"])
        assert page.url.startswith(platforms.url)
        assert TITLE in page.content()
        counted = instance.done("operator", "GET", f"/links/{share['link'].rpartition('/')[2]}")
        assert counted["clicks"] == {"people": 1, "robots": 0, "repeats": 0}


def the_trail_tells_it_all(browser: Browser, instance: Instance, article: str) -> None:
    """Every station with its person, for the contributor too."""
    page: Page = signed_in(browser, instance, "contributor", size=PHONE, agent=PHONE_AGENT)
    page.goto(f"{instance.url}/articles/{article}/trail")
    told = page.locator("main, body").first.inner_text()
    for name in ("周小满", "林晓雯", "赵国强", "沈知远", "第1车间群", "第12车间群"):
        assert name in told, name


def _shares(instance: Instance) -> list[dict[str, str]]:
    return [one for one in instance.done("operator", "GET", "/deliveries?limit=100")["items"] if one["purpose"] == "share"]


def _kits(instance: Instance) -> list[str]:
    """The shares that a person must post."""
    return [share["id"] for share in _shares(instance) if share["state"] == "accepted"]
