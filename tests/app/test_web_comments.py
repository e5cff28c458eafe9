"""Reader comments on the page, against the simulated platform: every act, every refusal, and answers that are missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.config import Settings
from app.engine import open_engine
from app.factory import create_app
from editorial import clock
from editorial.audit import AuditEntry
from editorial.calendar.editions import EditionState
from editorial.intake.submissions import Submission
from editorial.measuring import comments, messages
from editorial.measuring.comments import ReaderComment
from editorial.measuring.messages import ArticleMessage
from editorial.outbox import holds
from editorial.people.people import Person
from publishers.net import Base, Line
from publishers.sandbox.running import Running
from publishers.tokens import TokensInMemory
from publishers.wechat.client import Client
from publishers.wechat.tokens import Credentials
from tests import factories
from tests.app.browser import Browser
from tests.conftest import make_settings
from tests.publishers.wechat.deliveries import COVER

APP_ID = "wx0123456789abcdef"


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path, sandbox: Running) -> Settings:
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    yield create_app(settings)


@dataclass
class Article:
    """An article that is out, with comments on the platform."""

    engine: Engine
    sandbox: Running
    id: int
    link: str

    def write(self, *texts: str) -> None:
        for number, text in enumerate(texts):
            self.sandbox.control("POST", "comments", {"link": self.link, "content": text, "openid": f"o_secret_{number}"})

    def listed(self) -> list[dict[str, Any]]:
        """As the platform has them, the newest first."""
        return list(self.sandbox.control("GET", f"comments?link={self.link}")["comments"])

    def kept(self) -> list[ReaderComment]:
        with Session(self.engine) as session:
            return list(session.scalars(select(ReaderComment).order_by(ReaderComment.id)))

    def audited(self) -> list[str]:
        with Session(self.engine) as session:
            return [entry.verb for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id)) if "comment" in entry.verb
                    or entry.verb == "delete_reply"]

    def calls(self, act: str) -> int:
        return len(self.sandbox.calls(f"/cgi-bin/comment/{act}"))


@pytest.fixture
def article(session: Session, people: dict[str, Person], sandbox: Running, settings: Settings) -> Article:
    """Published on the platform by the real calls, its comments open."""
    sandbox.account(APP_ID, secret="right")
    client = Client(Credentials(APP_ID, "right"), Line(Base(sandbox.url)), TokensInMemory())
    edition = factories.scheduled(session, people, of=factories.account(session, APP_ID))
    cover = client.add_cover(COVER)
    draft = client.add_draft([{"title": edition.lead.title, "content": "<p>正文</p>", "thumb_media_id": cover}])
    task = client.submit(draft)
    sandbox.wait_for("published")
    said = client.publishing(task.id)
    edition.state, edition.published_at = EditionState.PUBLISHED, clock.now()
    edition.places[0].permalink = said["article_detail"]["item"][0]["article_url"]
    message = messages.of_place(session, edition.places[0])
    message.msg_data_id = task.msg_data_id
    client.comment("open", {"msg_data_id": int(task.msg_data_id), "index": 0})
    made = Article(open_engine(settings), sandbox, edition.places[0].article_id, edition.places[0].permalink)
    session.commit()
    return made


@pytest.fixture
def operator(app: Flask, people: dict[str, Person], article: Article) -> Browser:
    """The operator, with two comments read."""
    article.write("图书角在几楼？", "我们班组也想办一个。")
    browser = Browser(app, people["operator"])
    browser.send(f"/articles/{article.id}/comments/reading")
    return browser


def test_comments_stand_on_the_page_without_their_readers(operator: Browser, article: Article) -> None:
    page = operator.look(f"/articles/{article.id}/comments")
    assert "图书角在几楼？" in page and "我们班组也想办一个。" in page
    assert "o_secret" not in page
    assert len({comment.reader for comment in article.kept()}) == 2


def test_a_comment_is_featured_answered_and_put_back(operator: Browser, article: Article) -> None:
    number = article.kept()[0].id
    for path, fields in (("election", {}), ("reply", {"text": "在一楼大厅。"})):
        assert operator.send(f"/comments/{number}/{path}", **fields).status_code == 303
    kept = article.kept()[0]
    assert kept.featured and kept.reply == "在一楼大厅。"
    (there,) = [one for one in article.listed() if one["content"] == kept.text]
    assert there["elected"] and there["reply"] == "在一楼大厅。"
    for path in ("election/removal", "reply/removal", "removal"):
        assert operator.send(f"/comments/{number}/{path}").status_code == 303
    assert [one["content"] for one in article.listed()] != [kept.text] and len(comments_there(article)) == 1
    assert article.kept()[0].gone_at is not None and article.kept()[0].text == ""
    assert article.audited() == ["elect_comment", "reply_comment", "unelect_comment", "delete_reply", "delete_comment"]


def comments_there(article: Article) -> list[dict[str, Any]]:
    return [one for one in article.listed() if not one["withdrawn"]]


def test_comments_are_closed_and_opened(operator: Browser, article: Article) -> None:
    operator.send(f"/articles/{article.id}/comments/closing")
    with Session(article.engine) as session:
        assert session.scalars(select(ArticleMessage)).one().comments_open is False
    with pytest.raises(ValueError, match="closed"):
        article.write("还能写吗？")
    operator.send(f"/articles/{article.id}/comments/opening")
    article.write("又能写了。")


@pytest.mark.parametrize("act", ["drop_after", "timeout_after", "truncate", "html"])
def test_an_answer_that_is_missing_is_found_out_by_reading(operator: Browser, article: Article, act: str) -> None:
    number = article.kept()[0].id
    article.sandbox.fault("/cgi-bin/comment/reply/add", act, seconds=4)
    page = operator.client.post(
        f"/comments/{number}/reply", data={"text": "在一楼。", "csrf_token": operator.token()}, follow_redirects=True).text
    assert "回复已发到留言下" in page
    assert article.calls("reply/add") == 1 and article.kept()[0].reply == "在一楼。"


def test_a_request_that_never_arrived_is_said_to_be_undone(operator: Browser, article: Article) -> None:
    number = article.kept()[0].id
    article.sandbox.fault("/cgi-bin/comment/markelect", "drop_before")
    page = operator.client.post(f"/comments/{number}/election", data={"csrf_token": operator.token()}, follow_redirects=True).text
    assert "没有做成" in page and not article.kept()[0].featured


def test_where_nothing_can_be_read_nothing_is_claimed(operator: Browser, article: Article) -> None:
    number = article.kept()[0].id
    article.sandbox.fault("/cgi-bin/comment/delete", "drop_after")
    article.sandbox.fault("/cgi-bin/comment/list", "drop_before")
    page = operator.client.post(f"/comments/{number}/removal", data={"csrf_token": operator.token()}, follow_redirects=True).text
    assert "没有收到微信的答复" in page and article.kept()[0].gone_at is None


def test_a_second_answer_is_not_sent(operator: Browser, article: Article) -> None:
    number = article.kept()[0].id
    operator.send(f"/comments/{number}/reply", text="一楼。")
    assert operator.send(f"/comments/{number}/reply", text="二楼。").status_code == 409
    assert article.calls("reply/add") == 1


def test_an_empty_or_too_long_answer_is_named_at_its_field(operator: Browser, article: Article) -> None:
    number = article.kept()[0].id
    for text in ("  ", "长" * 601):
        answer = operator.send(f"/comments/{number}/reply", text=text)
        assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
    assert article.calls("reply/add") == 0


def test_a_missing_right_is_said_in_words(operator: Browser, article: Article) -> None:
    article.sandbox.account(APP_ID, rights={"comment": False})
    number = article.kept()[0].id
    page = operator.client.post(f"/comments/{number}/election", data={"csrf_token": operator.token()}, follow_redirects=True).text
    assert "没有留言功能的权限" in page and "88000" in page


def test_a_paused_account_is_not_spoken_to(operator: Browser, article: Article, session: Session) -> None:
    number = article.kept()[0].id
    holds.hold(session, "account:1", "secret")
    session.commit()
    assert operator.send(f"/comments/{number}/election").status_code == 409
    assert article.calls("markelect") == 0


def test_a_comment_becomes_a_story_once_without_its_reader(operator: Browser, article: Article, session: Session) -> None:
    comment = article.kept()[0]
    for _ in range(2):
        answer = operator.send(f"/comments/{comment.id}/submission", title="图书角在几楼", origin_group="assembly")
        assert answer.status_code == 303
    (made,) = session.scalars(select(Submission).where(Submission.channel == "comment")).all()
    assert made.body.startswith(f"> {comment.text}\n")
    assert comment.reader not in made.body and "《试车台手记之1》" in made.body
    assert made.number in operator.look(f"/articles/{article.id}/comments")


def test_a_story_needs_a_group(operator: Browser, article: Article) -> None:
    answer = operator.send(f"/comments/{article.kept()[0].id}/submission", title="图书角", origin_group="nobody")
    assert answer.status_code == 422 and "nobody" not in answer.headers.get("Location", "")


def test_featured_words_are_reactions_of_the_trail(operator: Browser, article: Article, session: Session) -> None:
    chosen = article.kept()[0]
    operator.send(f"/comments/{chosen.id}/election")
    assert comments.shown_under(session, article.id) == (chosen.text,)


def test_an_article_that_is_not_out_has_no_comments(app: Flask, session: Session, people: dict[str, Person]) -> None:
    number = factories.article(session, people["contributor"]).id
    session.commit()
    browser = Browser(app, people["operator"])
    assert "还不能留言" in browser.look(f"/articles/{number}/comments")
    assert browser.send(f"/articles/{number}/comments/reading").status_code == 409

