"""A large picture from a phone: the line breaks, the page is closed, and it arrives all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from tests import browsers, instances
from tests.browsers import PHONE, signed_in
from tests.instances import Instance

PIECES = "**/uploads/**"

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    with instances.running(tmp_path_factory.mktemp("instance")) as running:
        instances.with_people(running)
        running.done("operator", "POST", "/groups", {"name": "装配二车间", "slug": "assembly", "kind": "activity"})
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsers.chromium() as running:
        yield running


@pytest.fixture
def page(instance: Instance, browser: Browser) -> Iterator[Page]:
    page = signed_in(browser, instance, "contributor", size=PHONE)
    page.goto(f"{instance.url}/hand-in")
    yield page
    page.context.close()


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    path = tmp_path / "large.jpg"
    Image.effect_noise((2400, 1800), 90).convert("RGB").save(path, "JPEG", quality=80)
    return path


def choose(page: Page, path: Path) -> None:
    page.set_input_files("[data-upload-name=assets] input[type=file]", path)


def arrived(page: Page) -> None:
    page.locator("[data-upload-list] input[name=assets]").wait_for(state="attached", timeout=60_000)
    expect(page.locator("[data-upload-state]")).to_have_text("图片已加入")


def test_it_goes_on_by_itself_when_the_line_is_back(page: Page, photograph: Path) -> None:
    seen: list[str] = []

    def broken(route: Route) -> None:
        seen.append(route.request.method)
        if 2 < len(seen) < 6:
            route.abort()
        else:
            route.continue_()

    page.route(PIECES, broken)
    choose(page, photograph)
    expect(page.locator("[data-upload-state]")).to_contain_text("连接断开", timeout=30_000)
    arrived(page)
    pieces = -(-photograph.stat().st_size // (256 * 1024))
    assert seen.count("PATCH") <= pieces + 3, "what had arrived was sent again"


def test_it_goes_on_after_the_page_was_closed(page: Page, photograph: Path) -> None:
    seen: list[str] = []

    def stuck(route: Route) -> None:
        seen.append(route.request.method)
        if seen.count("PATCH") < 3:
            route.continue_()

    page.route(PIECES, stuck)
    choose(page, photograph)
    expect(page.locator("[data-upload-state]")).to_contain_text("MB")
    while seen.count("PATCH") < 3:
        page.wait_for_timeout(50)
    page.unroute(PIECES)
    offsets: list[int] = []
    page.on("request", lambda one: one.method == "PATCH" and offsets.append(int(one.headers["upload-offset"])))
    page.reload()
    arrived(page)
    assert offsets and min(offsets) > 0, "it began anew"


def test_its_words_are_kept(page: Page, photograph: Path, instance: Instance) -> None:
    choose(page, photograph)
    arrived(page)
    words = page.get_by_label("图中是什么？")
    with page.expect_response("**/alt-text") as answer:
        words.fill("试车台前的两个人")
        words.blur()
    assert answer.value.status == 204
