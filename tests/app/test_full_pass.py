"""A renderer with a flaw: what it would let through stops at the door of the desk, and nothing of it is signed off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.typesetting import blockers, final_blockers
from editorial.articles.articles import Article
from editorial.articles.revisions import Content
from editorial.articles.workflow import State
from editorial.people import credentials
from editorial.people.people import Person
from editorial.review.sign_offs import latest
from publishers.rendering import article as rendering_of_articles
from publishers.rendering import render
from tests import factories
from tests.app.browser import Browser

FLAWS = (
    "<script>hit()</script>", '<p onclick="hit()">x</p>', '<p style="position:fixed">x</p>', '<p style="margin-top:-99px">x</p>',
    '<a href="https://foreign.example/">x</a>', '<img src="javascript:hit()" alt="">', "<b><p>x</b>y</p>", "<section>",
    "<!-- x -->",
    '<iframe src="https://foreign.example/"></iframe>', '<svg><path d="M0" fill="url(//foreign.example)"></path></svg>',
    "<svg><foreignObject><p>x</p></foreignObject></svg>", '<p id="x">x</p>', "<table><p>x</p></table>", "<p>x\x00</p>",
    '<p style="background:url(//foreign.example)">x</p>', "<p title=x>x</p>", "<template><p>x</p></template>",
)


@pytest.fixture
def flawed(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the renderer ends every article with a script."""
    _let_through(monkeypatch, "<script>hit()</script>")


@pytest.mark.parametrize("piece", FLAWS)
def test_each_flaw_is_a_blocker_of_the_body(session: Session, monkeypatch: pytest.MonkeyPatch, piece: str) -> None:
    content = Content(title="题", body=f"正文。{len(piece)}{FLAWS.index(piece)}")
    assert final_blockers(session, content) == blockers(session, content)
    _let_through(monkeypatch, piece)
    found = [one for one in final_blockers(session, content) if one not in blockers(session, content)]
    assert {one.field for one in found} == {"body"} and any("may not go out" in one.message for one in found)


def test_it_is_not_sent_for_review(app: Flask, session: Session, people: dict[str, Person], flawed: None) -> None:
    made = factories.article(session, people["contributor"], body="一篇从来没有排过版的稿件。")
    article_id = made.id
    session.commit()
    answer = Browser(app, people["contributor"]).send(f"/articles/{article_id}/submission")
    assert answer.status_code == 422 and "不允许发出" in answer.text
    assert "<script>hit()" not in answer.text
    session.expire_all()
    assert session.get_one(Article, article_id).state == State.DRAFTING


def test_it_is_not_signed_off(
    app: Flask, session: Session, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = factories.in_review(session, people)
    factories.approve(session, made, "review_1", people["desk_editor"])
    factories.approve(session, made, "review_2", people["department_head"])
    article_id = made.id
    session.commit()
    _let_through(monkeypatch, "<script>hit()</script>")
    editor = Browser(app, people["editor_in_chief"])
    fields = {"stage": "review_3", "decision": "approve", "revision": 1}
    assert editor.send(f"/articles/{article_id}/opinions", **fields).status_code == 422
    session.expire_all()
    assert session.get_one(Article, article_id).state == State.IN_REVIEW and latest(session, article_id) is None
    session.rollback()
    monkeypatch.undo()
    render.cache_clear()
    assert editor.send(f"/articles/{article_id}/opinions", **fields).status_code == 303


def test_the_api_says_so_by_field(app: Flask, session: Session, people: dict[str, Person], flawed: None) -> None:
    made = factories.article(session, people["contributor"], body="又一篇从来没有排过版的稿件。")
    token, article_id = credentials.create_token(session, people["contributor"], "program"), made.id
    session.commit()
    answer = app.test_client().post(
        f"/api/v1/articles/{article_id}/submission", json={}, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 422 and answer.content_type == "application/problem+json"
    assert {one["field"] for one in answer.get_json()["errors"]} == {"body"}


def _let_through(monkeypatch: pytest.MonkeyPatch, piece: str) -> None:
    whole = rendering_of_articles.serialize
    monkeypatch.setattr(rendering_of_articles, "serialize", lambda draft, root: whole(draft, root) + piece)
    render.cache_clear()


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """What the flawed renderer made is not kept for other tests."""
    yield
    render.cache_clear()
