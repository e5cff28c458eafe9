"""Conduct on the pages and in the API: from the report to the appeal, and what a muted person meets."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial.articles import annotations
from editorial.articles.anchors import Anchor
from editorial.articles.articles import Article
from editorial.conduct import cases, decisions
from editorial.conduct.cases import Case, CaseState, Subject
from editorial.conduct.decisions import Verdict
from editorial.people import credentials
from editorial.people.people import Person
from editorial.topics import discussion, topics
from tests import factories
from tests.app.browser import Browser

PASSWORD = "keeps it to itself"


@pytest.fixture
def article(session: Session, people: dict[str, Person]) -> Article:
    made = factories.article(session, people["contributor"])
    session.commit()
    return made


def _decided(session: Session, people: dict[str, Person], measure: str, scope: str = "all") -> int:
    """A case about the contributor."""
    subject = Subject("article", 1, "七十二小时的试车台", "你们懂什么。", people["contributor"])
    case = cases.report(session, subject, text="嘲讽同事", by=people["other"]).case
    verdict = Verdict("breach", "取笑新人", item="unfriendly.3", measure=measure, scope=scope)
    decisions.decide(session, case, verdict, by=people["operator"])
    number = case.id
    session.commit()
    return number


def test_from_the_report_to_the_appeal(app: Flask, session: Session, people: dict[str, Person], article: Article) -> None:
    number = article.id
    for role in ("desk_editor", "publisher"):
        editor = Browser(app, people[role])
        assert "嘲讽" in editor.look(f"/reports/new?thing=article&id={number}")
        answer = editor.send("/reports/new", thing="article", id=number, text="嘲讽同事", item="unfriendly.3")
        assert answer.status_code == 303 and re.search(r"J\d{5}", editor.look("/conduct"))
    case = session.scalars(select(Case)).one()
    moderator, chief, author = (Browser(app, people[role]) for role in ("operator", "editor_in_chief", "contributor"))
    number, named, address = case.id, case.number, f"/cases/{case.id}"
    session.rollback()
    assert "禁言 1 天" in moderator.look(address) and named in moderator.look("/cases")
    assert moderator.send(f"{address}/decision", outcome="breach", reason="", item="", measure="mute_1").status_code == 422
    told = {"outcome": "breach", "reason": "取笑新人", "item": "unfriendly.3", "measure": "mute_1", "scope": "submit"}
    assert moderator.send(f"{address}/decision", **told).status_code == 303
    assert "取笑新人" in author.look(f"/appeals/{number}")
    assert author.send(f"/appeals/{number}", text="那是自嘲").status_code == 303
    assert moderator.send(f"{address}/appeal", outcome="lifted", reason="有理").status_code == 403
    assert chief.send(f"{address}/appeal", outcome="lifted", reason="确是自嘲").status_code == 303
    assert "确是自嘲" in author.look(f"/appeals/{number}")
    session.expire_all()
    assert session.get_one(Case, number).state == CaseState.CLOSED


def test_who_reported_is_not_told(app: Flask, session: Session, people: dict[str, Person]) -> None:
    case = _decided(session, people, "mute_1")
    author = Browser(app, people["contributor"])
    assert "孙一鸣" not in author.look(f"/appeals/{case}") + author.look("/conduct") + author.look("/notices")


def test_a_muted_person_reads_until_when_and_keeps_what_they_typed(app: Flask, session: Session, people: dict[str, Person]) -> None:
    factories.group(session)
    case = _decided(session, people, "mute_7", "submit")
    author = Browser(app, people["contributor"])
    page = author.look("/hand-in")
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d 之前不能投稿", page) and f"/appeals/{case}" in page
    answer = author.send("/hand-in", origin_group="assembly", title="新炉子", body="昨天点了火。", byline="real_name", nonce="n")
    assert answer.status_code == 403 and "昨天点了火。" in answer.text and "2.3 不友善：嘲讽" in answer.text
    answer = author.send("/articles/new", origin_group="assembly", title="新炉子", body="昨天点了火。", nonce="n")
    assert answer.status_code == 403 and "昨天点了火。" in answer.text
    assert "n" not in session.scalars(select(Article.title)).all()


def test_programs_of_a_muted_person_are_told_in_words(app: Flask, session: Session, people: dict[str, Person]) -> None:
    factories.group(session)
    token = credentials.create_token(session, people["contributor"])
    _decided(session, people, "mute_permanent")
    answer = app.test_client().post(
        "/api/v1/articles", json={"title": "新炉子", "body": "点火", "origin_group": "assembly"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 403 and answer.content_type == "application/problem+json"
    assert "取笑新人" in answer.get_json()["detail"] and "2.3" in answer.get_json()["detail"]


def test_a_suspended_person_reads_why_and_can_only_appeal(app: Flask, session: Session, people: dict[str, Person]) -> None:
    credentials.set_password(session, people["contributor"], PASSWORD, by=None)
    credentials.set_password(session, people["other"], PASSWORD, by=None)
    case = _decided(session, people, "suspension")
    stranger = Browser(app)
    assert stranger.status(f"/appeals/{case}") == 401
    page = stranger.client.get("/sign-in").text
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token is not None
    fields = {"email": people["contributor"].email, "password": PASSWORD, "csrf_token": token[1]}
    session.rollback()
    answer = stranger.client.post("/sign-in", data=fields)
    assert answer.status_code == 403 and "取笑新人" in answer.text and f"/appeals/{case}" in answer.text
    assert stranger.status("/my-submissions") == 302
    token = re.search(r'name="csrf-token" content="([^"]+)"', stranger.look(f"/appeals/{case}"))
    assert token is not None
    assert stranger.client.post(f"/appeals/{case}", data={"text": "误会", "csrf_token": token[1]}).status_code == 303
    session.expire_all()
    assert session.get_one(Case, case).state == CaseState.APPEALED


def test_a_new_version_comes_with_its_difference(app: Flask, session: Session, people: dict[str, Person]) -> None:
    admin, reader = Browser(app, people["admin"]), Browser(app, people["contributor"])
    page = admin.look("/convention/next")
    fields = dict(re.findall(r'name="((?:zh|en)-[^"]+)"[^>]*?value="([^"]*)"', page))
    assert sum(bool(text) for name, text in fields.items() if name.startswith("zh-")) == 55
    fields["zh-unfriendly.3"] = "冷嘲热讽"
    assert admin.send("/convention/next", **fields, base="1", note="").status_code == 422
    assert admin.send("/convention/next", **fields, base="1", note="说得更明白").status_code == 303
    assert admin.send("/convention/next", **fields, base="1", note="又来").status_code == 409
    shown = reader.look("/convention?version=2&since=1")
    assert "说得更明白" in shown and "<ins>" in shown and "冷" in shown
    assert "嘲讽" in reader.look("/convention?version=1")
    assert Browser(app, people["other"]).status("/convention?version=9") == 404


def test_the_api_reports_and_reads(app: Flask, session: Session, people: dict[str, Person], article: Article) -> None:
    token, number = credentials.create_token(session, people["desk_editor"]), article.id
    session.commit()
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    read = client.get("/api/v1/convention", headers=headers).get_json()
    assert (read["version"], len(read["classes"]), sum(len(one["items"]) for one in read["classes"])) == (1, 9, 55)
    body = {"thing": "article", "id": str(number), "text": "标题不符", "item": "clickbait.3"}
    made = client.post("/api/v1/reports", json=body, headers=headers)
    assert made.status_code == 201 and made.get_json()["number"].startswith("J")
    assert client.post("/api/v1/reports", json=body, headers=headers).get_json() == made.get_json()
    assert client.post("/api/v1/reports", json={**body, "id": "999"}, headers=headers).status_code == 404
    assert client.post("/api/v1/reports", json={**body, "item": "clickbait.8"}, headers=headers).status_code == 422


def test_what_people_say_beside_articles_and_topics_can_be_reported(
    app: Flask, session: Session, people: dict[str, Person], article: Article
) -> None:
    thread = annotations.annotate(session, article, Anchor(0, 3, "新员工", "", ""), "写得真蠢。", by=people["desk_editor"])
    topic = topics.pitch(session, topics.Pitch("夜班食堂的灯"), by=people["contributor"])
    comment = discussion.comment(session, topic, "蠢主意。", by=people["desk_editor"])
    places = {
        f"/articles/{article.id}": ("remark", thread.remarks[0].id, "写得真蠢。", f"/articles/{article.id}#remark-"),
        f"/topics/{topic.id}": ("topic_comment", comment.id, "蠢主意。", f"/topics/{topic.id}#comment-"),
    }
    session.commit()
    author, moderator = Browser(app, people["contributor"]), Browser(app, people["operator"])
    own, stranger = Browser(app, people["desk_editor"]), Browser(app, people["other"])
    for page, (thing, number, words, place) in places.items():
        door = f"/reports/new?thing={thing}&amp;id={number}"
        assert door in author.look(page) and door not in own.look(page)
        assert words in author.look(door.replace("&amp;", "&"))
        assert stranger.status(door.replace("&amp;", "&")) == 404
        assert author.send("/reports/new", thing=thing, id=number, text="骂人", item="unfriendly.3").status_code == 303
        case = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert case is not None and (case.thing, case.thing_id, case.about_id) == (thing, number, people["desk_editor"].id)
        assert place in moderator.look(f"/cases/{case.id}")
        session.rollback()


def test_somebody_muted_reads_why_beside_what_they_wrote(
    app: Flask, session: Session, people: dict[str, Person], article: Article
) -> None:
    topic = topics.pitch(session, topics.Pitch("夜班食堂的灯"), by=people["contributor"])
    topic_id, number = topic.id, article.id
    _decided(session, people, "mute_7", "comment")
    author = Browser(app, people["contributor"])
    answer = author.send(f"/topics/{topic_id}/comments", text="我也想说一句")
    assert answer.status_code == 403 and "我也想说一句" in answer.text and "嘲讽" in answer.text
    typed = {"quote": "新员工", "text": "他们", "csrf_token": author.token()}
    answer = author.client.post(f"/articles/{number}/annotations", data=typed, headers={"HX-Request": "true"})
    assert answer.status_code == 422 and "嘲讽" in answer.text
