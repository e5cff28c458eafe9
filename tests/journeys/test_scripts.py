"""Words that would act: every place a person can write into, every page that shows it, in a real browser.

Nothing runs, nothing leaves the house, and what looks like a template stays what it is (threat rows 1 to 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route
from sqlalchemy.orm import Session

from app.engine import open_engine
from app.factory import create_app
from editorial.articles import articles, assets
from editorial.groups import groups
from editorial.intake import submissions, triage
from editorial.outbox import deliveries as outbox
from editorial.outbox.deliveries import State
from editorial.people import people as registry
from editorial.release import releases
from editorial.review import revising, stages
from editorial.share_back import shares
from editorial.vault import vault
from tests import browsers, factories
from tests.conftest import SECRET, make_settings
from tests.publishers.rendering.test_hostile import VECTORS as TEXTS

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ACT = "parent.postMessage('ran','*');top.ran=1;alert(1)"
EVENTS = ("onerror", "onload", "ontoggle", "onfocus", "onanimationstart", "onpointerenter", "onbegin", "oncut")
SHORT = [
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    '" autofocus onfocus=alert(1) x="',
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<img src=//evil.example/x>",
    "<link rel=stylesheet href=//evil.example/x>",
    "<base href=//evil.example/>",
    "<style>@import'//evil.example'</style>",
    "<meta http-equiv=refresh content='0;//evil.example'>",
    "{{7*7}}",
    "${7*7}",
    "<%= 7*7 %>",
    "#{7*7}",
    "{% print 7*7 %}",
    "{{config}}",
    "{0.__class__}",
    "%(x)s %s %d",
    "{name} {limit}",
    "{{constructor.constructor('alert(1)')()}}",
    "`${alert(1)}`",
    "javascript:alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<template><script>alert(1)</script></template>",
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    "<x onclick=alert(1) tabindex=1 autofocus>",
    "--><img src=x onerror=alert(1)>",
    "]]><img src=x onerror=alert(1)>",
    "\u2028<img src=x onerror=alert(1)>",
    "＜script＞alert(1)＜/script＞",
    '<a href="java\tscript:alert(1)">a</a>',
    "<form id=document><input name=cookie>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<video><source onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<body onload=alert(1)>",
    "<input onfocus=alert(1) autofocus>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
]
LONG = [
    *TEXTS,
    *(f'<img src=x {event}="{ACT}">' for event in EVENTS),
    *(f"<p {event}={ACT}>x</p>" for event in EVENTS),
    "[x](javascript://%0aalert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "![x](https://evil.example/x.png)",
    "<img src=https://evil.example/pixel>",
    "<img srcset=https://evil.example/a>",
    '<p style="background:url(https://evil.example/b)">x</p>',
    "<table background=//evil.example/t>",
    "<video poster=//evil.example/v autoplay src=//evil.example/v>",
    '<p style="position:fixed;inset:0;z-index:9999">cover</p>',
    "<svg><use href=//evil.example/u#a /></svg>",
    "<math href=javascript:alert(1)>x</math>",
    "<form action=//evil.example><button>x</button></form>",
    "<a href=//evil.example ping=//evil.example/p>x</a>",
    "<picture><source srcset=//evil.example/p></picture>",
    "<isindex action=javascript:alert(1)>",
    "<audio src onerror=alert(1)>",
    *SHORT,
]
PLAIN = ["{{7*7}}", "${7*7}", "{% print 7*7 %}", "%(x)s %s %d", "{{config}}"]
EVIL = '"><img src=x onerror=alert(1)>{{7*7}}'
BATCH = 24


@pytest.fixture(scope="module")
def house(
    migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, dict[str, tuple[int, int]], list[str]]]:
    """A house in which every name, text and reason is hostile; who is who; the pages that show them."""
    folder = tmp_path_factory.mktemp("scripts")
    (folder / "qunsheng.sqlite").write_bytes(migrated_sqlite.read_bytes())
    settings = make_settings(folder)
    vault.open_with(SECRET)
    engine = open_engine(settings)
    with Session(engine) as session:
        persons, addresses = _furnish(session)
        session.commit()
    engine.dispose()
    app = create_app(settings)
    app.config.update(RATELIMIT_ENABLED=False)
    yield app, persons, addresses


@pytest.fixture(scope="module")
def window(house: tuple[Flask, dict[str, tuple[int, int]], list[str]]) -> Iterator[tuple[Browser, str]]:
    """A browser, and the house behind a real server."""
    from threading import Thread

    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, house[0], threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    with browsers.chromium() as browser:
        yield browser, f"http://127.0.0.1:{server.port}"
    server.shutdown()


def test_there_are_enough_vectors() -> None:
    assert len(set(LONG)) >= 120


def test_nothing_runs_and_nothing_leaves(
    house: tuple[Flask, dict[str, tuple[int, int]], list[str]], window: tuple[Browser, str]
) -> None:
    app, persons, addresses = house
    browser, base = window
    wrong: list[str] = []
    for role, wanted in (
        ("desk_editor", addresses),
        ("contributor", [a for a in addresses if "/my-" in a or "/hand" in a or "/notices" in a]),
        ("publisher", [a for a in addresses if "deliver" in a or "edition" in a or "share" in a or "calendar" in a]),
        ("operator", [a for a in addresses if "share" in a or "group" in a or "assisted" in a]),
        (
            "admin",
            [
                "/settings",
                "/settings/people",
                "/settings/accounts",
                "/settings/audit",
                "/settings/people/1",
                "/groups/evil",
                "/me",
                "/notices",
            ],
        ),
    ):
        page = _window(app, browser, base, persons[role], wrong)
        for address in wanted:
            answer = page.goto(base + address, wait_until="domcontentloaded")
            if answer is None or answer.status not in (200, 403, 404):
                wrong.append(f"{role} {address}: {answer and answer.status}")
            if page.evaluate("() => window.ran || window.top.ran || 0"):
                wrong.append(f"{role} {address}: something ran")
            words = page.inner_text("body")
            if "49" in words.replace("2026-0049", "") and "{{7*7}}" not in words and "7*7" in address:
                wrong.append(f"{address}: a template was computed")
        page.context.close()
    assert wrong == []


def test_what_looks_like_a_template_stays_what_it_is(
    house: tuple[Flask, dict[str, tuple[int, int]], list[str]], window: tuple[Browser, str]
) -> None:
    app, persons, addresses = house
    wrong: list[str] = []
    page = _window(app, window[0], window[1], persons["desk_editor"], wrong)
    for address in (
        "/articles",
        "/inbox",
        "/groups",
        "/groups/evil",
        *[one for one in addresses if one.endswith(("/trail", "/review"))][:3],
    ):
        page.goto(window[1] + address, wait_until="domcontentloaded")
        assert "{{7*7}}" in page.content().replace("&quot;", '"'), address
    assert wrong == []


def _window(app: Flask, browser: Browser, base: str, person: tuple[int, int], wrong: list[str]) -> Page:
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["person"], kept["epoch"] = person
    cookie = client.get_cookie("session")
    assert cookie is not None
    context = browser.new_context(locale="zh-CN")
    context.add_cookies([{"name": "session", "value": cookie.value, "url": base}])
    page = context.new_page()
    page.set_default_timeout(15_000)

    def refuse(route: Route) -> None:
        wrong.append(f"left the house: {route.request.url}")
        route.abort()

    context.route(lambda url: not url.startswith((base, "data:", "blob:", "about:")), refuse)
    context.on("dialog", lambda dialog: (wrong.append(f"{dialog.page and dialog.page.url}: {dialog.message}"), dialog.dismiss()))
    return page


def _furnish(session: Session) -> tuple[dict[str, tuple[int, int]], list[str]]:
    everyone = factories.one_of_each(session)
    for number, person in enumerate(everyone.values()):
        person.name = SHORT[number][:80]
        assert person.department is not None
        person.department.name = EVIL
    groups.add(
        session, name=EVIL, slug="evil", kind="training", steward=everyone["operator"].email, purpose=EVIL, deputy="", parent=""
    )
    picture = assets.keep(session, sha256="a" * 64, content_type="image/png", width=9, height=9, size=9, alt_text=EVIL)
    addresses = [
        "/today",
        "/inbox",
        "/my-submissions",
        "/hand-in",
        "/notices",
        "/articles",
        "/calendar",
        "/calendar/week",
        "/calendar/list",
        "/deliveries",
        "/share-back",
        "/groups",
        "/groups/evil",
        "/me",
    ]
    addresses += [
        f"{path}?q={word}"
        for word in ("%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "%7B%7B7*7%7D%7D", "'onfocus=alert(1) autofocus='")
        for path in ("/articles", "/groups")
    ]
    addresses += [
        "/submissions/%3Cscript%3Ealert(1)%3C/script%3E",
        "/%3Cimg%20src=x%20onerror=alert(1)%3E",
        "/sign-in?next=javascript:alert(1)",
    ]
    for first in range(0, len(LONG), BATCH):
        addresses += _story(session, everyone, first, picture.url)
    for number, vector in enumerate(SHORT):
        made = submissions.receive(
            session, title=vector, body=vector + "\n\n" + EVIL, origin_group="evil", by=everyone["contributor"], byline=vector[:40]
        )
        if number % 9 == 0:
            addresses.append(f"/submissions/{made.number}")
        if number % 3 == 1:
            triage.return_for_revision(session, made, by=everyone["desk_editor"], reason=vector)
        elif number % 3 == 2:
            triage.decline(session, made, by=everyone["desk_editor"], reason=vector)
    addresses += _out(session, everyone)
    return {role: (person.id, person.session_epoch) for role, person in everyone.items()}, addresses


def _story(session: Session, everyone: dict[str, registry.Person], first: int, picture: str) -> list[str]:
    """An article whose words are hostile, revised once and returned once with hostile reasons."""
    batch, short = LONG[first : first + BATCH], SHORT[first // BATCH % len(SHORT) :]
    article = factories.article(session, everyone["contributor"], title=short[0][:64], body="\n\n".join(batch), slug="evil")
    before = articles.newest(session, article).content
    later = before.changed(
        title=EVIL[:64],
        body=f"![{EVIL}]({picture})\n\n" + "\n\n".join(reversed(batch)),
        digest=EVIL,
        author=short[0][:16],
        source_url="https://evil.example/?" + EVIL,
    )
    revising.revise(session, article, later, base=1, by=everyone["contributor"])
    stages.submit(session, article, by=everyone["contributor"], blockers=[])
    stages.decide(
        session,
        article,
        stage="review_1",
        decision="return" if first % 2 else "approve_with_comment",
        revision=2,
        by=everyone["desk_editor"],
        text=EVIL,
        typeset=factories.Typeset(html="", digest=""),
    )
    stages.decide(session, article, stage="review_2", decision="return", revision=2, by=everyone["department_head"], text=EVIL)
    root = f"/articles/{article.id}"
    return [root, f"{root}/preview", f"{root}/preview?revision=1", f"{root}/comparison", f"{root}/review", f"{root}/trail"]


def _out(session: Session, everyone: dict[str, registry.Person]) -> list[str]:
    """An edition that went out with hostile words, and a share that a person posts."""
    factories.group(session, "kit", connector="share_kit")
    groups.by_slug(session, "kit").name = EVIL  # type: ignore[union-attr]
    account = factories.account(session)
    account.name = EVIL
    edition = factories.scheduled(session, everyone, of=account)
    for delivery in releases.deliveries_of(session, edition):
        outbox.shift(session, delivery, State.WAITING, State.IN_FLIGHT)
        outbox.shift(session, delivery, State.IN_FLIGHT, State.SENT)
    releases.record_published(session, edition, ("https://mp.weixin.qq.com/s/Q1w2E3r4T5y6U7i8O9p0aA",))
    shares.promise_all(session, edition)
    made = [share.delivery for share in shares.of_edition(session, edition.id) if share.delivery is not None]
    article = articles.get(session, edition.places[0].article_id)
    article.title = EVIL
    return [
        f"/editions/{edition.id}",
        f"/deliveries?edition={edition.id}",
        *(f"{door}/{one.id}" for one in made for door in ("/deliveries", "/share-back")),
        f"/articles/{article.id}/trail",
    ]
