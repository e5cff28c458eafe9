"""Topics on pages: pitching, voting, deciding, asking somebody to write, columns, balance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.extensions import db
from editorial import clock
from editorial.articles.articles import Article
from editorial.people.people import Person
from editorial.topics import columns, discussion, pool, topics
from editorial.topics.assignments import Assignment
from editorial.topics.columns import Column
from editorial.topics.pool import Wanted
from editorial.topics.topics import Pitch, Topic
from tests import factories
from tests.app.browser import Browser


@pytest.fixture
def desk(app: Flask, session: Session, people: dict[str, Person]) -> dict[str, Browser]:
    """A browser of each role; one group is there."""
    factories.group(session)
    session.commit()
    return {role: Browser(app, person) for role, person in people.items()}


def pitch(desk: dict[str, Browser], session: Session, title: str = "夜班食堂的灯", **fields: str) -> int:
    answer = desk["contributor"].send("/topics/new", title=title, words="两点还亮着。", **fields)
    assert answer.status_code == 303, answer.text
    return read(session, lambda: session.scalars(select(Topic.id).order_by(Topic.id.desc())).first() or 0)


def read(session: Session, ask: Callable[[], Any]) -> Any:
    """What the database says now, without staying in a transaction: on SQLite only one can write."""
    session.rollback()
    found = ask()
    session.rollback()
    return found


def test_everybody_can_pitch_and_follow_their_own(desk: dict[str, Browser], session: Session) -> None:
    topic_id = pitch(desk, session, group="assembly")
    assert "夜班食堂的灯" in desk["contributor"].look("/topics/mine")
    assert "夜班食堂的灯" in desk["contributor"].look(f"/topics/{topic_id}")
    assert desk["other"].status(f"/topics/{topic_id}") == 404
    assert "夜班食堂的灯" in desk["operator"].look("/topics")
    assert desk["contributor"].client.get("/topics").headers["Location"].endswith("/topics/mine")


def test_what_was_typed_stays_after_an_error(desk: dict[str, Browser]) -> None:
    answer = desk["contributor"].send("/topics/new", title=" ", words="两点还亮着，师傅在煮面。", source="reaction")
    assert answer.status_code == 422 and "两点还亮着，师傅在煮面。" in answer.text and 'id="f-title-error"' in answer.text


def test_the_desk_discusses_votes_and_decides(desk: dict[str, Browser], session: Session) -> None:
    topic_id = pitch(desk, session)
    desk["operator"].send(f"/topics/{topic_id}/vote", vote="for", back="/topics")
    desk["publisher"].send(f"/topics/{topic_id}/vote", vote="against")
    desk["publisher"].send(f"/topics/{topic_id}/vote", vote="against")
    desk["desk_editor"].send(f"/topics/{topic_id}/comments", text="周三夜班去一趟。")
    found = read(session, lambda: discussion.opinions(session, [topic_id])[topic_id])
    assert (found.ayes, found.noes, found.comments) == (1, 0, 1), "the same vote again takes it back"
    meeting = desk["editor_in_chief"].look("/topics/meeting")
    assert "夜班食堂的灯" in meeting and "周三夜班去一趟。" in meeting
    answer = desk["desk_editor"].send(f"/topics/{topic_id}/decision", decision="reject", reason="")
    assert answer.status_code == 422 and 'id="f-reason-error"' in answer.text
    desk["desk_editor"].send(f"/topics/{topic_id}/decision", decision="shelve", reason="等新食堂开张。")
    assert "等新食堂开张。" in desk["contributor"].look("/topics/mine")
    assert "等新食堂开张。" in desk["desk_editor"].look("/topics?view=shelved")
    assert "夜班食堂的灯" not in desk["desk_editor"].look("/topics")


def test_a_stranger_to_the_desk_neither_votes_nor_decides(desk: dict[str, Browser], session: Session) -> None:
    topic_id = pitch(desk, session)
    assert desk["contributor"].send(f"/topics/{topic_id}/vote", vote="for").status_code == 403
    assert desk["contributor"].send(f"/topics/{topic_id}/decision", decision="approve").status_code == 403
    assert desk["publisher"].send(f"/topics/{topic_id}/decision", decision="approve").status_code == 403
    assert desk["contributor"].send(f"/topics/{topic_id}/comments", text="我自己补充一句").status_code == 303
    assert desk["other"].send(f"/topics/{topic_id}/comments", text="看不见的").status_code == 404


def test_from_the_offer_to_the_article_on_a_phone(
    desk: dict[str, Browser], session: Session, people: dict[str, Person]
) -> None:
    topic_id = pitch(desk, session, group="assembly")
    desk["desk_editor"].send(f"/topics/{topic_id}/decision", decision="approve", reason="写。")
    due, writer = clock.to_wall(clock.now() + timedelta(days=3)), read(session, lambda: people["contributor"].id)
    words = {"person": str(writer), "due_on": f"{due:%Y-%m-%d}", "due_time": "18:00", "words": "要有夜里的照片"}
    wrong = desk["desk_editor"].send(f"/topics/{topic_id}/assignments", **{**words, "due_on": "2020-01-01"})
    assert "words=" in wrong.headers["Location"], "what was typed comes back"
    desk["desk_editor"].send(f"/topics/{topic_id}/assignments", **words)
    asked_id = read(session, lambda: session.scalars(select(Assignment.id)).one())
    page = desk["contributor"].look("/assignments")
    assert "要有夜里的照片" in page and f"/assignments/{asked_id}/acceptance" in page
    assert desk["other"].send(f"/assignments/{asked_id}/acceptance").status_code == 403
    assert desk["contributor"].send(f"/assignments/{asked_id}/refusal", reason="").status_code == 422
    desk["contributor"].send(f"/assignments/{asked_id}/acceptance")
    begun = desk["contributor"].send(f"/assignments/{asked_id}/article")
    article_id, number, of = read(
        session, lambda: session.execute(select(Article.id, Article.number, Article.topic_id)).one()
    )
    assert begun.headers["Location"].endswith(f"/articles/{article_id}") and of == topic_id
    assert f"/articles/{article_id}" in desk["contributor"].look("/assignments")
    assert number in desk["desk_editor"].look(f"/topics/{topic_id}")


def test_an_editor_changes_deadlines_and_takes_back(desk: dict[str, Browser], session: Session, people: dict[str, Person]) -> None:
    topic_id = pitch(desk, session)
    desk["desk_editor"].send(f"/topics/{topic_id}/decision", decision="approve")
    due = f"{clock.to_wall(clock.now() + timedelta(days=3)):%Y-%m-%d}"
    ids = read(session, lambda: {role: people[role].id for role in ("contributor", "other")})
    persons = {"person": str(ids["contributor"]), "substitute": str(ids["other"])}
    desk["desk_editor"].send(f"/topics/{topic_id}/assignments", due_on=due, due_time="18:00", **persons)
    first = read(session, lambda: session.execute(select(Assignment.id)).scalar_one())
    desk["desk_editor"].send(f"/assignments/{first}/due", due_on=due, due_time="20:30")
    due_at = read(session, lambda: session.execute(select(Assignment.due_at)).scalar_one())
    assert f"{clock.to_wall(due_at):%H:%M}" == "20:30"
    desk["desk_editor"].send(f"/assignments/{first}/hand-over")
    newest = select(Assignment.id, Assignment.person_id).order_by(Assignment.id.desc()).limit(1)
    second = read(session, lambda: session.execute(newest).one())
    assert second.person_id == ids["other"]
    desk["desk_editor"].send(f"/assignments/{second.id}/cancellation", reason="改成图集了")
    assert read(session, lambda: session.execute(select(Topic.state)).scalar_one()) == "approved"
    assert "改成图集了" in desk["other"].look("/assignments")


def test_a_submission_becomes_a_topic_once(desk: dict[str, Browser], session: Session, people: dict[str, Person]) -> None:
    article = factories.article(session, people["contributor"])
    session.commit()
    number = article.number
    session.rollback()
    first, again = (desk["desk_editor"].send(f"/submissions/{number}/topic").headers["Location"] for _ in range(2))
    assert first == again and number in desk["desk_editor"].look(first)


def test_columns_are_kept_and_articles_follow_them(desk: dict[str, Browser], session: Session, people: dict[str, Person]) -> None:
    words = {"name": "身边人", "type": "portrait", "goal": "culture", "fields": "他是谁\n\n他是谁\n一天", "checklist": "本人看过"}
    assert desk["admin"].send("/columns/new", **words).status_code == 303
    assert desk["admin"].send("/columns/new", **words).status_code == 422
    column = session.scalars(select(Column)).one()
    assert column.fields == ["他是谁", "一天"]
    article = factories.article(session, people["contributor"])
    session.commit()
    column_id, article_id = column.id, article.id
    session.rollback()
    desk["desk_editor"].send(f"/articles/{article_id}/plan", column=str(column_id), ticked="本人看过", **{"detail.他是谁": "陈立"})
    session.expire_all()
    article = session.get_one(Article, article_id)
    assert (article.type, article.goal, article.ticked) == ("portrait", "culture", ["本人看过"])
    session.rollback()
    assert 'value="陈立"' in desk["desk_editor"].look(f"/articles/{article_id}")
    desk["admin"].send(f"/columns/{column_id}/retirement", retired="1")
    assert columns.everyone(session) == []
    session.rollback()
    assert "身边人" in desk["desk_editor"].look("/columns") and "身边人" in desk["desk_editor"].look(f"/articles/{article_id}")


def test_the_group_page_counts_what_comes_out(desk: dict[str, Browser]) -> None:
    assert desk["operator"].send("/groups/assembly/output", types=["portrait", "news"], silent_days="20").status_code == 303
    page = desk["operator"].look("/groups/assembly")
    assert 'id="output"' in page and 'value="20"' in page
    desk["operator"].send("/groups/assembly/output", types=["fame"], silent_days="20")
    assert 'role="alert"' in desk["operator"].look("/groups/assembly")


def test_balance_and_year_review_are_pages_and_tables(desk: dict[str, Browser]) -> None:
    narrow = "/year-review?year=2025&quarter=4&type=portrait&goal=culture"
    for address in ("/balance", "/year-review", narrow, "/year-review?year=x&quarter=9"):
        assert desk["editor_in_chief"].status(address) == 200
    for address in ("/balance/csv", "/year-review/csv"):
        answer = desk["editor_in_chief"].client.get(address)
        assert answer.status_code == 200 and answer.text.startswith("\ufeff")
    assert desk["contributor"].status("/balance") == 403


def test_a_full_pool_costs_no_more_queries_than_a_short_one(
    app: Flask, desk: dict[str, Browser], session: Session, people: dict[str, Person]
) -> None:
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda conn, cursor, statement, *rest: asked.append(statement))
    numbers = []
    for more in (1, 30):
        for number in range(more):
            made = topics.pitch(session, Pitch(f"选题{more}之{number}"), by=people["contributor"])
            discussion.comment(session, made, "去一趟。", by=people["desk_editor"])
        session.commit()
        desk["operator"].look("/topics")
        asked.clear()
        assert desk["operator"].look("/topics").count("data-row") == len(pool.page(session, Wanted()).topics)
        session.rollback()
        numbers.append(len(asked))
    assert numbers[0] == numbers[1], numbers
