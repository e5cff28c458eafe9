"""One search over submissions, articles, topics and pictures, its filters, kept searches, and the API's part of both."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.engine import WRITES, open_engine
from editorial import clock
from editorial.articles import assets, finding, planning, saved_views
from editorial.articles.finding import Shelf, Wanted
from editorial.articles.planning import Plan
from editorial.errors import NotFound
from editorial.intake import submissions
from editorial.people import credentials
from editorial.people.people import Person
from editorial.topics import columns, topics
from editorial.topics.topics import Pitch
from tests import factories
from tests.app.browser import Browser
from tests.conftest import make_settings

PICTURE = "a" * 64


def filled(session: Session, people: dict[str, Person]) -> None:
    """One thing of each kind that holds 食堂, and one article that does not."""
    factories.article(session, people["contributor"], title="试车台手记")
    captioned = f"![窗口](/assets/{PICTURE}.jpg \"新灶台前的郭师傅\")\n\n食堂换了新灶。"
    assets.keep(session, sha256=PICTURE, content_type="image/jpeg", width=9, height=9, size=9, file_name="食堂窗口.jpg",
                by=people["other"])
    article = factories.article(session, people["other"], title="食堂的账本", body=captioned, slug="safety")
    column = columns.add(session, name="身边人", by=people["admin"], type="portrait")
    planning.plan(session, article, Plan(column=str(column.id)), by=people["desk_editor"])
    submissions.receive(session, title="食堂想说", body="早饭。", origin_group="safety", by=people["contributor"])
    topics.pitch(session, Pitch("夜班食堂的灯", group="assembly", column=str(column.id)), by=people["contributor"])
    session.flush()


def titles(session: Session, shelf: Shelf, **wanted: object) -> list[str]:
    found = finding.look(session, shelf, Wanted(**wanted)).things  # type: ignore[arg-type]
    return [getattr(thing, "title", "") or thing.file_name for thing in found]


def test_two_characters_find_everything_on_both_databases(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    engine = open_engine(make_settings(tmp_path_factory.mktemp("search"), database_url=database_url))
    with Session(engine.execution_options(**WRITES)) as session:
        people = factories.one_of_each(session)
        filled(session, people)
        assert [titles(session, shelf, words="食堂") for shelf in Shelf] == [
            ["食堂的账本"], ["食堂想说", "食堂的账本"], ["夜班食堂的灯"], ["食堂窗口.jpg"],
        ]
        assert titles(session, Shelf.PICTURES, words="郭师傅") == ["食堂窗口.jpg"], "by its caption"
        assert titles(session, Shelf.ARTICLES, words="月球") == []
        assets.describe(session, assets.by_hash(session, PICTURE), "两口蒸锅")  # type: ignore[arg-type]
        assert titles(session, Shelf.PICTURES, words="蒸锅") == ["食堂窗口.jpg"]
        column = columns.everyone(session)[0].id
        writer = people["contributor"].id
        for shelf, narrowed, expected in (
            (Shelf.ARTICLES, {"type": "portrait"}, ["食堂的账本"]), (Shelf.ARTICLES, {"column_id": column}, ["食堂的账本"]),
            (Shelf.ARTICLES, {"person_id": writer, "words": "食堂"}, []), (Shelf.ARTICLES, {"state": "in_review"}, []),
            (Shelf.SUBMISSIONS, {"state": "received"}, ["食堂想说"]), (Shelf.SUBMISSIONS, {"column_id": column}, []),
            (Shelf.TOPICS, {"column_id": column, "words": "食堂"}, ["夜班食堂的灯"]), (Shelf.PICTURES, {"state": "drafting"}, []),
        ):
            assert titles(session, shelf, **narrowed) == expected, (shelf, narrowed)
        now = clock.now()
        assert titles(session, Shelf.TOPICS, words="食堂", since=now + timedelta(hours=1)) == []
        assert titles(session, Shelf.TOPICS, words="食堂", until=now - timedelta(hours=1)) == []
        assert titles(session, Shelf.TOPICS, words="食堂", since=now - timedelta(hours=1)) == ["夜班食堂的灯"]
        first = finding.look(session, Shelf.ARTICLES, Wanted(), limit=1)
        following = finding.look(session, Shelf.ARTICLES, Wanted(), first.further, limit=1)
        assert [one.title for one in (*first.things, *following.things)] == ["食堂的账本", "试车台手记"]
        finding.index_all(session)
        assert titles(session, Shelf.TOPICS, words="食堂") == ["夜班食堂的灯"]
    engine.dispose()


def test_the_page_keeps_what_was_typed_and_shows_each_kind(app: Flask, session: Session, people: dict[str, Person]) -> None:
    filled(session, people)
    session.commit()
    editor, operator = Browser(app, people["desk_editor"]), Browser(app, people["operator"])
    page = editor.look("/search?q=食堂&group=safety&since=2020-01-01")
    assert 'value="食堂"' in page and 'value="safety" selected' in page and 'value="2020-01-01"' in page
    assert "食堂的账本" in page and "食堂想说" in page and "夜班食堂的灯" not in page
    assert "食堂想说" not in operator.look("/search?q=食堂"), "who may not see submissions does not find them"
    assert "试车台手记" in editor.look("/search?kind=articles") and "新灶台前的郭师傅" in editor.look("/search?kind=pictures")
    for strange in ("since=x", "person=x", "column=99999999999999999999", "kind=moons", "state=done&kind=topics", "after=x"):
        assert editor.status(f"/search?{strange}") == 200
    assert Browser(app, people["contributor"]).status("/search") == 403


def test_a_kept_search_is_ones_own_or_the_desks(app: Flask, session: Session, people: dict[str, Person]) -> None:
    editor, operator = Browser(app, people["desk_editor"]), Browser(app, people["operator"])
    editor.send("/search/views", name="食堂", q="食堂", kind="articles", shared="1")
    editor.send("/search/views", name="只有我", q="灯")
    assert "只有我" in editor.look("/search") and "只有我" not in operator.look("/search")
    assert "食堂" in operator.look("/search")
    editor.send("/search/views", name=" ", q="食堂")
    kept = saved_views.of_person(session, people["desk_editor"])
    assert [(view.name, view.asked) for view in kept] == [("食堂", {"q": "食堂", "kind": "articles"}), ("只有我", {"q": "灯"})]
    view_id = kept[0].id
    with pytest.raises(NotFound):
        saved_views.remove(session, view_id, by=people["operator"])
    session.rollback()
    editor.send(f"/search/views/{view_id}/removal")
    assert [view.name for view in saved_views.of_person(session, people["desk_editor"])] == ["只有我"]


def test_programs_pitch_decide_assign_and_search(app: Flask, session: Session, people: dict[str, Person]) -> None:
    filled(session, people)
    tokens = {role: credentials.create_token(session, people[role]) for role in ("contributor", "desk_editor", "other")}
    writer = str(people["contributor"].id)
    session.commit()

    def ask(role: str, method: str, path: str, **body: object) -> tuple[int, dict[str, object]]:
        given = {"json": body} if method != "GET" else {}
        headers = {"Authorization": f"Bearer {tokens[role]}"}
        answer = app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **given)  # type: ignore[arg-type]
        return answer.status_code, answer.get_json()

    status, made = ask("contributor", "POST", "/topics", title="图书角在几楼？", source="comment")
    assert (status, made["state"], made["source"]) == (201, "proposed", "comment")
    assert ask("contributor", "POST", "/topics", title="")[0] == 422
    assert ask("desk_editor", "POST", f"/topics/{made['id']}/decision", decision="reject")[0] == 422
    assert ask("desk_editor", "POST", f"/topics/{made['id']}/decision", decision="approve")[1]["state"] == "approved"
    assert ask("desk_editor", "POST", f"/topics/{made['id']}/decision", decision="approve")[0] == 409
    due = (clock.now() + timedelta(days=2)).isoformat()
    status, asked = ask("desk_editor", "POST", f"/topics/{made['id']}/assignments", person=writer, due_at=due)
    assert (status, asked["state"], asked["overdue"]) == (201, "offered", False)
    assert [one["title"] for one in ask("desk_editor", "GET", "/topics")[1]["items"]] == ["图书角在几楼？", "夜班食堂的灯"]  # type: ignore[attr-defined]
    assert ask("other", "GET", "/topics")[1]["items"] == [], "who is not of the newsroom sees their own"
    found = ask("desk_editor", "GET", "/search?q=食堂")[1]["items"]
    assert {one["kind"] for one in found} == {"articles", "submissions", "topics", "pictures"}  # type: ignore[attr-defined]
