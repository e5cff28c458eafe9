"""One key, one act, one answer; and who may speak to the API at all."""

from __future__ import annotations

import io
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.extensions import db, deciding
from app.factory import create_app
from editorial import clock
from editorial.articles.articles import Article
from editorial.people import credentials
from editorial.people.people import Person
from tests import factories
from tests.app.api.conftest import Program, fields_of
from tests.conftest import make_settings

STORY = {"title": "七十二小时的试车台", "body": factories.BODY, "origin_group": "assembly"}


@pytest.fixture(autouse=True)
def assembly(session: Session, people: dict[str, Person]) -> None:
    """The group the stories come from."""
    factories.group(session, "assembly")
    session.commit()


def test_the_same_request_is_done_once(programs: dict[str, Program], session: Session) -> None:
    first = programs["contributor"].post("/articles", STORY, key="k1")
    again = programs["contributor"].post("/articles", dict(reversed(STORY.items())), key="k1")
    assert first.status_code == again.status_code == 201
    assert again.data == first.data and again.headers["Idempotent-Replayed"] == "true"
    assert session.scalar(select(func.count()).select_from(Article)) == 1


def test_a_key_is_used_for_one_request(programs: dict[str, Program]) -> None:
    programs["contributor"].post("/articles", STORY, key="k1")
    other = programs["contributor"].post("/articles", {**STORY, "title": "另一篇"}, key="k1")
    assert other.status_code == 422 and fields_of(other) == ["Idempotency-Key"]
    assert programs["contributor"].post("/articles/1/submission", {}, key="k1").status_code == 422
    assert programs["other"].post("/articles", {**STORY, "title": "另一篇"}, key="k1").status_code == 201
    assert fields_of(programs["contributor"].post("/articles", STORY, key="k" * 201)) == ["Idempotency-Key"]


def test_a_refusal_is_not_kept(programs: dict[str, Program]) -> None:
    assert programs["contributor"].post("/articles", {**STORY, "origin_group": "later"}, key="k2").status_code == 422
    programs["operator"].post("/groups", {"name": "后来的群", "slug": "later", "kind": "other"})
    assert programs["contributor"].post("/articles", {**STORY, "origin_group": "later"}, key="k2").status_code == 201


def test_after_a_day_the_key_is_free(programs: dict[str, Program]) -> None:
    first = programs["contributor"].post("/articles", STORY, key="k1").get_json()
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        assert programs["contributor"].post("/articles", STORY, key="k1").get_json()["id"] != first["id"]


def test_a_picture_is_brought_once(programs: dict[str, Program]) -> None:
    first = programs["contributor"].post("/assets", data=_form("steelblue"), key="p1")
    assert first.status_code == 201, first.text
    again = programs["contributor"].post("/assets", data=_form("steelblue"), key="p1")
    assert again.data == first.data
    assert programs["contributor"].post("/assets", data=_form("red"), key="p1").status_code == 422
    shown = first.get_json()
    assert shown["url"].startswith("/assets/") and shown["sha256"] in shown["url"]
    assert (shown["width"], shown["height"]) == (900, 383)


def test_what_is_no_picture_is_refused(programs: dict[str, Program]) -> None:
    for form in ({}, {"file": (io.BytesIO(b"GIF89a nonsense"), "x.gif")}, {"file": (io.BytesIO(b""), "x.png")}):
        assert fields_of(programs["contributor"].post("/assets", data=form or {"alt_text": "x"})) == ["file"]
    big = {"file": (io.BytesIO(b"\0" * (20 * 1024 * 1024 + 1)), "x.png")}
    assert programs["contributor"].post("/assets", data=big).status_code == 413
    assert programs["admin"].post("/assets", data=_form("red")).status_code == 403


def test_twins_at_the_same_moment_are_one(database_url: str, tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, database_url=database_url))
    token = _contributor(app)
    answers: list[tuple[int, bytes]] = []

    def call() -> None:
        answer = Program(app, token).post("/articles", {**STORY, "origin_group": "twins"}, key="twin")
        answers.append((answer.status_code, answer.data))

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1 and answers[0][0] == 201
    assert len(Program(app, token).get("/articles").get_json()["items"]) == 1


def test_only_a_token_opens_the_door(app: Flask, people: dict[str, Person], session: Session, stranger: Program) -> None:
    assert stranger.get("/articles").status_code == 401
    assert fields_of(stranger.get("/articles")) == []
    for header in ("Bearer nonsense", "Basic abc", "Bearer", "Bearer \x7f"):
        assert stranger.get("/articles", headers={"Authorization": header}).status_code == 401
    browser = app.test_client()
    with browser.session_transaction() as kept:
        kept["person"], kept["epoch"] = people["desk_editor"].id, people["desk_editor"].session_epoch
    assert browser.get("/api/v1/articles").status_code == 401


def test_a_revoked_token_ends_at_once(app: Flask, people: dict[str, Person], session: Session) -> None:
    token = credentials.create_token(session, people["desk_editor"])
    session.commit()
    program = Program(app, token)
    assert program.get("/articles").status_code == 200
    row = session.scalars(select(credentials.ApiToken)).one()
    credentials.revoke_token(session, row, by=people["admin"])
    session.commit()
    assert program.get("/articles").status_code == 401


def _contributor(app: Flask) -> str:
    with app.app_context(), app.test_request_context(), deciding():
        author = factories.person(db.session(), "contributor", "周小满", email="twins@chengjiang.example")
        factories.group(db.session(), "twins")
        return credentials.create_token(db.session(), author)


def _form(colour: str) -> dict[str, object]:
    file = io.BytesIO()
    Image.new("RGB", (900, 383), colour).save(file, "PNG")
    file.seek(0)
    return {"file": (file, "封面.png"), "alt_text": "试车台"}
