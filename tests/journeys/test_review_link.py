"""A review from where people are: the mail on a phone, three taps, and the stage is decided."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from app.engine import WRITES
from app.factory import create_app
from app.jobs import Works
from editorial.articles import articles
from editorial.notices import channels
from editorial.notices.kinds import Channel
from editorial.outbox.attempts import lanes_with_work
from editorial.review import invitations
from editorial.vault import vault
from publishers.sandbox.running import Running
from tests import browsers, factories
from tests.conftest import SECRET, make_settings
from tests.instances import free_port

pytestmark = [pytest.mark.slow, pytest.mark.browser]

COUNT = "document.addEventListener('pointerup', (event) => { if (event.isTrusted) console.info('tap'); }, true);"


class Invited:
    """A house whose mail server sends, and an article that waits for its first review."""

    def __init__(self, works: Works, article: int) -> None:
        self.works, self.article = works, article

    @property
    def stage(self) -> str:
        """The stage the article waits for now."""
        with Session(self.works.engine) as session:
            return articles.get(session, self.article).stage

    def send(self) -> None:
        """Do what waits in the outbox, so that the link is in the mail."""
        with Session(self.works.engine) as session:
            lanes = lanes_with_work(session)
        for lane in lanes:
            self.works.drain(lane)


@pytest.fixture
def invited(sqlite_url: str, tmp_path: Path, sandbox: Running) -> Iterator[Invited]:
    """A desk editor was sent a link for the first review."""
    port = free_port()
    settings = make_settings(
        tmp_path, database_url=sqlite_url, platform=sandbox.url, QUNSHENG_PUBLIC_URL=f"http://127.0.0.1:{port}",
    )
    vault.open_with(SECRET)
    works = Works(settings)
    with Session(works.engine.execution_options(**WRITES)) as session:
        people = factories.one_of_each(session)
        channels.change(session, Channel.MAIL, "smtp", {
            "host": "127.0.0.1", "port": sandbox.mail_port(), "security": "none", "username": "", "password": "",
            "sender": "desk@cj.example", "sender_name": "",
        }, "", by=people["admin"])
        article = factories.in_review(session, people)
        invitations.invite(session, article, "review_1", people["desk_editor"], by=people["department_head"])
        number = article.id
        session.commit()
    server = make_server("127.0.0.1", port, create_app(settings), threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield Invited(works, number)
    server.shutdown()
    server.server_close()
    works.engine.dispose()


def test_three_taps_from_the_mail_to_the_decision(invited: Invited, sandbox: Running) -> None:
    invited.send()
    taps: list[str] = []
    with browsers.chromium() as browser:
        context = browser.new_context(viewport=browsers.PHONE, locale="zh-CN", has_touch=True, is_mobile=True)
        context.set_default_timeout(60_000)
        context.add_init_script(COUNT)
        context.on("console", lambda message: taps.append(message.text) if message.text == "tap" else None)
        mailbox = _mailbox(context.new_page(), sandbox)
        taps.clear()
        with context.expect_page() as opened:
            mailbox.tap(".letter a[href*='/r/']")
        page = opened.value
        page.wait_for_selector(".link-acts .act-main")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator(".link-acts .act-main").bounding_box()["y"] < browsers.PHONE["height"], "in the thumb's reach"
        assert invited.stage == "review_1", "to look is to decide nothing"
        page.tap(".link-acts .act-main")
        page.tap("[data-ask-yes]")
        page.wait_for_selector(".link-gone")
        assert "已完成" in page.inner_text(".link-gone") and taps == ["tap"] * 3
        assert invited.stage == "review_2"
        page.reload()
        page.wait_for_selector(".link-gone")
        assert page.locator(".link-acts").count() == 0, "each link decides once"
        context.close()


def _mailbox(page: Page, sandbox: Running) -> Page:
    """The newest mail of the phone, open."""
    page.goto(f"{sandbox.url}/")
    page.tap("a.talk.mail")
    page.wait_for_selector(".letter a[href*='/r/']")
    return page
