"""Hostile inputs in a real Chromium: the rendering without any protection around it, and every page that is built from them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Request, Route

from publishers.rendering import THEMES, Rendered, render
from tests import browsers, vectors
from tests.journeys.canaries import COLUMN, Watch, misplaced

pytestmark = [pytest.mark.slow, pytest.mark.browser]
BATCH = 200
NOWHERE = "http://127.0.0.1:9"
HEAD = (
    "<!doctype html><meta charset=utf-8><style>body{margin:0;font:17px/1.6 sans-serif}"
    f".v{{display:flow-root;width:{COLUMN}px;margin:20px;overflow-wrap:break-word}}"
    ".v p,.v h2,.v h3,.v h4,.v section{margin:0}</style><body>"
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's browser."""
    with browsers.chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def renderings() -> list[Rendered]:
    """Every vector rendered, the themes in turn."""
    names = list(THEMES)
    return [
        render.__wrapped__(vectors.numbered(vector, number), names[number % len(names)])
        for number, vector in enumerate(vectors.everything())
    ]


def test_the_rendering_is_inert_where_nothing_else_protects(renderings: list[Rendered], chromium: Browser) -> None:
    """No policy, no frame, scripts allowed: parsed as a document and put in by a script, as an editor or a reader's app would."""
    named = {urlsplit(image).hostname for one in renderings for image in one.images}
    context = chromium.new_context(viewport={"width": 420, "height": 900})
    watch = Watch(context, lambda url: urlsplit(url).hostname in named)
    found: list[str] = []
    for first in range(0, len(renderings), BATCH):
        batch = [(first + at, one.html) for at, one in enumerate(renderings[first : first + BATCH])]
        page = context.new_page()
        page.route(f"{NOWHERE}/**", partial(_document, batch))
        page.goto(f"{NOWHERE}/document")
        assert page.locator("body > .v").count() == len(batch)
        found += misplaced(page, "body > .v")
        page.goto(f"{NOWHERE}/empty")
        page.evaluate(
            "(all) => { for (const [number, html] of all) { const column = document.createElement('div');"
            " column.className = 'v'; column.dataset.number = number; column.innerHTML = html; document.body.append(column); } }",
            batch,
        )
        found += misplaced(page, "body > .v")
        page.close()
    context.close()
    assert "\n".join([*found, *watch.found]) == ""


ALIVE = [
    "<script>hit(1)</script>", "<img src=x onerror=hit(1)>", "<p style=position:fixed>x</p>",
    "<p style=margin-top:-50px>x</p>", "<a href='javascript:hit(1)'>x</a>", "<p onclick=hit(1)>x</p>",
    "<link rel=stylesheet href=//foreign.example/x.css>", "<p style='background:url(//foreign.example/x)'>x</p>",
    "<p style=width:500px>x</p>", "<p id=x>x</p>", "<b><p>x</b>y</p></div>z",
    "<svg><a href=x><text>x</text></a></svg>", "<iframe srcdoc='<script>hit(1)</script>'></iframe>",
    "<p style=transform:scale(9)>x</p>",
]


@pytest.mark.parametrize("vector", ALIVE)
def test_the_canaries_sing(chromium: Browser, vector: str) -> None:
    """The same look finds each of these when nothing has cleaned it."""
    context = chromium.new_context()
    watch = Watch(context)
    page = context.new_page()
    page.route(f"{NOWHERE}/**", partial(_document, [(1, vector)]))
    page.goto(f"{NOWHERE}/document")
    assert [*misplaced(page, "body > .v"), *watch.found] != []
    context.close()


def _document(batch: list[tuple[int, str]], route: Route, request: Request) -> None:
    if request.url == f"{NOWHERE}/document":
        columns = "".join(f'<div class=v data-number="{number}">{html}</div>' for number, html in batch)
        route.fulfill(body=HEAD + columns, content_type="text/html; charset=utf-8")
    elif request.url == f"{NOWHERE}/empty":
        route.fulfill(body=HEAD, content_type="text/html; charset=utf-8")
    else:
        route.fulfill(status=404)
