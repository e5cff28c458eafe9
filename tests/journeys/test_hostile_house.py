"""Every page, preview, difference, list, card and share of a house whose every word is hostile, as its people load them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request, Route
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from app.engine import WRITES
from app.factory import create_app
from app.jobs import Works
from editorial.people.people import Person
from publishers.sandbox.running import Running
from publishers.sandbox.server import start
from tests import browsers
from tests.conftest import make_settings
from tests.journeys import hostile_house
from tests.journeys.canaries import Watch
from tests.journeys.hostile_house import House

pytestmark = [pytest.mark.slow, pytest.mark.browser]
AT_ONCE = 12
EVERY = 12
# What no page may hold, in any frame of it that its origin can look into.
ACTIVE = """() => {
  const found = [];
  const look = (page, where) => {
    for (const element of page.querySelectorAll("*")) {
      for (const { name, value } of element.attributes) {
        if (name.startsWith("on") || name === "srcdoc") found.push(`${where} <${element.localName} ${name}>`);
        const leads = ["href", "src", "action", "formaction", "poster", "data", "xlink:href"].includes(name);
        if (leads && /^[\\s\\x00-\\x1f]*(javascript|vbscript|data:text)/i.test(value))
          found.push(`${where} ${name}=${value.slice(0, 60)}`);
      }
      const { localName: kind } = element;
      const abroad = (address) => address && new URL(address, location).origin !== location.origin;
      const never = ["object", "embed", "base", "frame", "applet", "portal", "foreignObject"].includes(kind);
      const away = (kind === "script" && abroad(element.src)) || (kind === "form" && abroad(element.getAttribute("action")));
      if (never || away || (kind === "meta" && /refresh/i.test(element.httpEquiv)))
        found.push(`${where} ${element.outerHTML.slice(0, 80)}`);
      if (kind === "iframe" && element.contentDocument) look(element.contentDocument, element.getAttribute("src") || where);
    }
  };
  look(document, location.pathname);
  return found;
}"""


class Site:
    """The furnished house being served, with what its worker sent to the simulated platforms."""

    def __init__(self, app: Flask, house: House, url: str, sandbox: Running, bodies: list[int]) -> None:
        self.app, self.house, self.url, self.sandbox, self.bodies = app, house, url, sandbox, bodies

    def cookie(self, role: str) -> dict[str, Any]:
        """The session of the person of this role, as their browser keeps it."""
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        person: Person = self.house.everyone[role]
        return {"name": "session", "value": signer.dumps({"person": person.id, "epoch": person.session_epoch}), "url": self.url}


@pytest.fixture(scope="module")
def site(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A house with everything in it, published."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "qunsheng.sqlite").write_bytes(migrated_sqlite.read_bytes())
    sandbox = start(folder / "sandbox", publish_delay=0.02, fsync=False)
    settings = make_settings(folder, database_url=f"sqlite:///{folder / 'qunsheng.sqlite'}", platform=sandbox.url)
    works = Works(settings)
    with Session(works.engine.execution_options(**WRITES), expire_on_commit=False) as session:
        house = hostile_house.furnish(session)
        bodies = hostile_house.more_bodies(session, house, EVERY)
    for _round in range(6):
        for lane in works.lanes_with_work():
            works.drain(lane)
    app = create_app(settings)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield Site(app, house, f"http://127.0.0.1:{server.port}", sandbox, bodies)
    server.shutdown()
    sandbox.stop()


@pytest.fixture(scope="module")
def chromium(site: Site) -> Iterator[Browser]:
    """Debian's browser, opened when the house stands: its driver keeps this thread for itself."""
    with browsers.chromium() as opened:
        yield opened


def test_the_house_is_full_of_it(site: Site) -> None:
    assert len(site.house.words) >= 50 and len(site.bodies) >= 110
    assert len(site.sandbox.effects("published")) >= 1


def test_nothing_runs_on_any_page(site: Site, chromium: Browser) -> None:
    found = {role: _visit(site, chromium, role, addresses) for role, addresses in _addresses(site).items()}
    assert "\n".join(f"{role}: {one}" for role, said in found.items() for one in said) == ""


def test_words_stay_words_on_the_desk(site: Site, chromium: Browser) -> None:
    """What was typed stands there letter by letter: nothing was taken for a template, an entity or a tag."""
    context = chromium.new_context()
    context.add_cookies([site.cookie("desk_editor")])
    page = context.new_page()
    for word in ("{{7*7}}", "<script>hit(0)</script>", "&lt;script&gt;"):
        page.goto(f"{site.url}/articles?q={quote(word)}")
        assert word in page.inner_text("main"), word
    context.close()


def test_nothing_runs_on_the_rehearsal_phone(site: Site, chromium: Browser) -> None:
    context = chromium.new_context()
    watch = Watch(context)
    page = context.new_page()
    page.goto(site.sandbox.url)
    found = page.evaluate(ACTIVE)
    links = page.evaluate("() => [...new Set([...document.querySelectorAll('a[href]')].map((one) => one.href))]")
    shown = [link for link in links if link.startswith(site.sandbox.url)]
    assert len(shown) >= 4
    for link in shown:
        page.goto(link)
        found += page.evaluate(ACTIVE)
    context.close()
    assert [*found, *watch.found] == []


@pytest.mark.parametrize("path", ["/articles/{}", "/articles/{}/trail", "/articles/{}/rendering"])
def test_answers_of_the_api_are_no_pages(site: Site, path: str) -> None:
    client = site.app.test_client()
    client.set_cookie("session", site.cookie("desk_editor")["value"])
    for article_id in site.house.article_ids[:5]:
        answer = client.get(f"/api/v1{path.format(article_id)}")
        assert answer.content_type in ("application/json", "application/problem+json")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    refused = client.post("/api/v1/articles", json={"title": "<script>hit()</script>", "<img src=x onerror=hit()>": 1})
    assert refused.content_type == "application/problem+json" and refused.headers["X-Content-Type-Options"] == "nosniff"


def _visit(site: Site, browser: Browser, role: str, addresses: list[str]) -> list[str]:
    """Load the addresses as this person, many frames of one page at once."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, locale="zh-CN")
    context.add_cookies([site.cookie(role)])
    watch = Watch(context)
    page, found = context.new_page(), []
    for first in range(0, len(addresses), AT_ONCE):
        found += _look(site, page, addresses[first : first + AT_ONCE])
    context.close()
    return [*found, *watch.found]


def _look(site: Site, page: Page, addresses: list[str]) -> list[str]:
    frames = "".join(f'<iframe src="{address}" width=560 height=400></iframe>' for address in addresses)
    page.unroute_all()
    page.route(f"{site.url}/everything", partial(_together, frames))
    page.goto(f"{site.url}/everything", wait_until="load", timeout=60_000)
    found: list[str] = page.evaluate(ACTIVE)
    empty = page.evaluate(
        "() => [...document.querySelectorAll('iframe')].filter((one) => !one.contentDocument?.body?.innerText.trim())"
        ".map((one) => one.src)"
    )
    return [*found, *(f"nothing to see at {address}" for address in empty if "/preview" not in address)]


def _together(frames: str, route: Route, request: Request) -> None:
    route.fulfill(body=f"<!doctype html><meta charset=utf-8>{frames}", content_type="text/html; charset=utf-8")


def _addresses(site: Site) -> dict[str, list[str]]:
    """Who looks at what: every list, and of every thing the pages it has."""
    house = site.house
    some = house.article_ids[::8]
    searches = [quote(word) for word in list(house.words.values())[::12]]
    slugs = [f"g{number}" for number in list(house.words)[::12]]
    per_article = [f"/articles/{one}{page}" for one in some for page in ("", "/comparison", "/review", "/trail")]
    return {
        "desk_editor": [
            "/today", "/inbox", "/articles", "/articles?state=in_review", "/articles/new", "/notices", "/deliveries", "/share-back",
            *per_article, *(f"/articles/{one}/preview" for one in [*house.article_ids[::4], *site.bodies]),
            *(f"/articles/{one}/preview?dark=1" for one in site.bodies[::5]),
            *(f"/submissions/{number}" for number in house.numbers[::8]),
            *(f"/articles?q={word}" for word in searches),
            *(f"/articles?group={word}&state={word}&kind={word}" for word in searches),
        ],
        "contributor": [
            "/", "/my-submissions", "/hand-in", "/notices", "/me", "/share-back",
            *(f"/submissions/{number}/receipt" for number in house.numbers[::6]),
            *(f"/hand-in?again={number}" for number in house.numbers[1::3][:4]),
        ],
        "publisher": [
            "/today", "/calendar", "/calendar/week", "/calendar/list", "/editions/new", "/deliveries", "/deliveries?state=sent",
            *(f"/editions/{one}" for one in house.edition_ids), *(f"/deliveries/{one}" for one in range(1, 16)),
        ],
        "operator": [
            "/groups", "/share-back", *(f"/groups/{slug}" for slug in slugs), *(f"/groups?q={word}" for word in searches),
            *(f"/share-back/{one}" for one in range(1, 16)),
        ],
        "admin": [
            "/settings", "/settings/people", "/settings/accounts", "/settings/audit",
            *(f"/settings/people/{one}" for one in (1, 9, 17, 25)),
            *(f"/settings/people?q={word}" for word in searches), *(f"/{word}" for word in searches),
        ],
    }
