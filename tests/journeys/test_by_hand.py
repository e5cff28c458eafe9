"""Publishing by hand on a phone of 390 px: at most six steps, a wrong link is refused with the reason, the right one published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from publishers.net import Base, Line
from publishers.sandbox.running import Running, spawn
from publishers.tokens import TokensInMemory
from publishers.wechat.client import Client
from publishers.wechat.tokens import Credentials
from tests import browsers, instances
from tests.browsers import PHONE, signed_in
from tests.factories import BODY
from tests.instances import Instance, wait_until
from tests.publishers.wechat.deliveries import COVER

APP_ID, NAME, TITLE = "wx0123456789abcdef", "澄江机电", "七十二小时的试车台"
OTHER = ("食堂的新菜单", "从下周一起，食堂每天中午多开两个窗口，一个做面，一个做清淡的汤和蔬菜，欢迎大家提意见。")
RIGHTS = ("draft", "release", "mass_send", "statistics")
MOST_STEPS = 6

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def platforms(tmp_path: Path) -> Iterator[Running]:
    with spawn(tmp_path / "sandbox", 0, "--publish-delay", "0.1", "--fsync", "off") as running:
        yield running


@pytest.fixture
def instance(tmp_path: Path, platforms: Running) -> Iterator[Instance]:
    settings = instances.platforms_at(platforms.url)
    with instances.running(tmp_path / "instance", QUNSHENG_POLL_SECONDS="0.5", **settings) as running:
        instances.with_people(running)
        yield running


def test_a_draft_is_published_from_the_phone(instance: Instance, platforms: Running) -> None:
    edition = waiting_edition(instance, platforms, draft=True)
    with browsers.chromium() as browser:
        page = signed_in(browser, instance, "publisher", size=PHONE)
        open_steps(page, instance, edition)
        assert titles(page) == [
            f"打开{NAME}的后台", "设好后台专有的选项", "在后台按下发表", "带回链接",
        ]
        tick_all(page)
        page.reload()
        assert page.locator(".step-tick input:checked").count() == len(titles(page)) - 1, "ticks survive a look elsewhere"
        wrong, right = published_links(instance, platforms, edition)
        give(page, wrong)
        assert "这个链接是另一篇文章：《食堂的新菜单》" in page.locator(".field-error").inner_text()
        give(page, f"{platforms.url}/s/nothing-is-here")
        assert "没有文章，或已被删除" in page.locator(".field-error").inner_text()
        give(page, right)
        page.wait_for_url(f"**/editions/{edition}")
        assert "已核对：标题、公众号和" in page.locator("main").inner_text()
    shown = instance.done("publisher", "GET", f"/editions/{edition}")
    assert (shown["state"], shown["articles"][0]["permalink"]) == ("published", right)


def test_without_any_interface_the_fields_are_copied_one_press_each(instance: Instance, platforms: Running) -> None:
    edition = waiting_edition(instance, platforms, draft=False)
    with browsers.chromium() as browser:
        page = signed_in(browser, instance, "publisher", size=PHONE)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        open_steps(page, instance, edition)
        assert len(titles(page)) <= MOST_STEPS
        assert copied(page, ".copy-list li:has-text('标题') [data-copy]") == TITLE
        assert copied(page, ".copy-list li:has-text('作者') [data-copy]") == "周小满"
        assert copied(page, ".copy-list li:has-text('摘要') [data-copy]").startswith("十月十二日")
        assert "每半小时" in copied(page, "[data-copy-html]")
        page.fill("input[name=permalinks]", "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv")
        page.locator("#by-hand .act-main").click()
        page.locator("textarea[name=reason]").wait_for()
        assert "读不到" in page.locator(".field-error").inner_text()
        page.fill("textarea[name=reason]", "在手机微信里打开看过，就是这一篇")
        page.locator("#by-hand .act-main").click()
        page.wait_for_url(f"**/editions/{edition}")
        assert "没能核对：在手机微信里打开看过" in page.locator("main").inner_text()
    assert instance.done("publisher", "GET", f"/editions/{edition}")["state"] == "published"


def waiting_edition(instance: Instance, platforms: Running, *, draft: bool) -> str:
    """An edition with settings for the console that waits for a person; its id."""
    rights = dict.fromkeys(RIGHTS, False) | {"draft": draft}
    platforms.account(APP_ID, name=NAME, secret="right", rights=rights)
    instance.done("operator", "POST", "/groups", {
        "name": "第一车间群", "slug": "first", "kind": "training", "connector": {"kind": "share_kit"},
    })
    account = instance.done("admin", "POST", "/accounts", {
        "name": NAME, "account_type": "subscription", "app_id": APP_ID, "app_secret": "right",
    })
    article = signed_off(instance)
    edition = instance.done("publisher", "POST", "/editions", {
        "account": account["id"], "mode": "release", "articles": [article],
    })["id"]
    instance.done("publisher", "PUT", f"/editions/{edition}/console", {
        "settings": [{"setting": "original"}, {"setting": "collection", "note": "车间手记"}],
    })
    instance.done("publisher", "PUT", f"/editions/{edition}/slot", {"publish_at": datetime.now(UTC).isoformat()})
    wait_until(lambda: instance.done("publisher", "GET", f"/editions/{edition}")["state"] == "needs_person")
    return str(edition)


def signed_off(instance: Instance) -> str:
    article = instance.done("contributor", "POST", "/articles", {
        "title": TITLE, "body": BODY, "origin_group": "first", "author": "周小满",
    })
    instance.done("contributor", "POST", f"/articles/{article['id']}/submission")
    for stage, role in (("review_1", "desk_editor"), ("review_2", "department_head"), ("review_3", "editor_in_chief")):
        instance.done(role, "POST", f"/articles/{article['id']}/opinions", {
            "stage": stage, "decision": "approve", "revision": article["revision"],
        })
    return str(article["id"])


def open_steps(page: Page, instance: Instance, edition: str) -> None:
    """From the edition's page with one press."""
    page.goto(f"{instance.url}/editions/{edition}")
    page.locator("a[href$='/assisted']").click()
    page.wait_for_url("**/assisted")


def titles(page: Page) -> list[str]:
    return [title.strip() for title in page.locator(".guide > li > h2").all_inner_texts()]


def tick_all(page: Page) -> None:
    """First what stands inside the steps, then the steps: a ticked one folds away."""
    for box in page.locator(".console-list input").all():
        box.check()
    for box in page.locator(".step-tick input").all():
        box.check()


def give(page: Page, link: str) -> None:
    page.fill("input[name=permalinks]", link)
    page.locator("#by-hand .act-main").click()
    page.wait_for_load_state()


def copied(page: Page, button: str) -> str:
    """What stands on the clipboard after one press."""
    page.locator(button).first.click()
    return str(wait_until(lambda: page.evaluate("navigator.clipboard.readText()")))


def published_links(instance: Instance, platforms: Running, edition: str) -> tuple[str, str]:
    """What a person does in WeChat's console: another article goes out, then the draft of this edition."""
    platforms.account(APP_ID, name=NAME, secret="right", rights=dict.fromkeys(RIGHTS, True))
    console = Client(Credentials(APP_ID, "right"), Line(Base(platforms.url)), TokensInMemory())
    lying: list[dict[str, Any]] = console.drafts(0, 20)["item"]
    other = console.add_draft([{
        "title": OTHER[0], "content": f"<p>{OTHER[1]}</p>", "thumb_media_id": console.add_cover(COVER),
    }])
    links = []
    for number, media_id in enumerate((other, lying[0]["media_id"]), start=1):
        console.submit(media_id)
        links.append(f"{platforms.url}/s/{platforms.wait_for('published', number)[-1]['slugs'][0]}")
    return links[0], links[1]
