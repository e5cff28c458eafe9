"""Making a theme in a real browser: three phones follow what is decided, and what cannot be used is named where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import browsers, instances
from tests.journeys import pages

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with browsers.chromium() as browser, instances.running(Path(tmp_path_factory.mktemp("themes"))) as instance:
        instances.with_people(instance)
        opened = browsers.signed_in(browser, instance, "desk_editor")
        opened.goto(f"{instance.url}/themes/new?from=business")
        yield opened


def test_a_theme_is_made_while_three_phones_follow(page: Page) -> None:
    noise = pages.Noise(page)
    headings = [page.frame_locator(f".theme-phone-{width} iframe").locator("h2").first for width in (320, 375, 414)]
    for heading in headings:
        expect(heading).to_have_css("color", "rgb(28, 68, 122)")
    page.fill("#f-accent", "#226644")
    page.select_option("#f-heading", "pill")
    for heading in headings:
        expect(heading).to_have_css("background-color", "rgb(34, 102, 68)")
    expect(page.locator("[data-theme-fine]")).to_be_visible()
    page.click("[data-theme-dark]")
    for width in (320, 375, 414):
        glass = page.frame_locator(f".theme-phone-{width} iframe").locator("body")
        expect(glass).to_have_css("background-color", "rgb(25, 25, 25)")
    assert noise.take() == []


def test_what_is_hard_to_read_is_said(page: Page) -> None:
    page.select_option("#f-heading", "plain")
    page.fill("#f-accent", "#ffcc00")
    expect(page.locator("[data-theme-weak] li").first).to_contain_text("对比度")
    expect(page.locator("[data-theme-fine]")).to_be_hidden()
    page.fill("#f-accent", "#264")
    expect(page.locator("[data-theme-weak]")).to_be_hidden()
    assert page.input_value("[data-colour-of=f-accent]") == "#226644"


def test_what_cannot_be_used_is_named_where_it_stands(page: Page) -> None:
    page.click("details summary:has-text('单独写')")
    page.fill("#f-own-p", "position:fixed")
    expect(page.locator("#f-own-p-error")).to_contain_text("position: fixed")
    assert page.get_attribute("#f-own-p", "aria-invalid") == "true"
    page.fill("#f-own-p", "margin:2em 0")
    expect(page.locator("#f-own-p-error")).to_have_count(0)
    expect(page.frame_locator(".theme-phone-375 iframe").locator("p").nth(2)).to_have_css("margin-top", "34px")


def test_it_is_kept_and_can_be_chosen(page: Page) -> None:
    page.fill("#f-label", "江边")
    page.fill("#f-name", "river")
    page.click("button:has-text('保存主题')")
    page.wait_for_url("**/themes/river")
    expect(page.locator(".flash")).to_contain_text("第 1 版")
    page.goto(page.url.replace("/river", ""))
    mine = page.locator(".theme-card", has_text="江边")
    mine.get_by_role("button", name="设为新稿默认").click()
    expect(page.locator(".theme-chosen h2")).to_contain_text("江边")
    assert pages.violations(page) == []
