"""A real Chromium for journeys: Debian's, headless, and never beyond this machine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.instances import PASSWORD, Instance

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for a while; the test is left out, and says so, where none is installed."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


def signed_in(browser: Browser, instance: Instance, role: str, *, size: dict[str, int] = DESK, agent: str | None = None) -> Page:
    """A window of its own in which the person of `role` is signed in, in Chinese."""
    context = browser.new_context(viewport=size, locale="zh-CN", user_agent=agent, has_touch=size == PHONE)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{instance.url}/sign-in")
    page.fill("input[name=email]", f"{role}@example.com")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit], form button[type=submit] >> nth=-1")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page
