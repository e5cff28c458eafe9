"""Kinds of groups over the API, and answers to their forms."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from editorial.people.people import Person
from editorial.topics import columns
from tests import factories
from tests.app.api.conftest import Program, fields_of

FORM = {"fields": [
    {"label": "讲师", "required": True, "hint": "姓名"}, {"label": "在哪里", "kind": "choice", "choices": ["教室", "车间"]},
], "theme": "default"}
STORY = {"title": "第一课", "body": "两百字。", "origin_group": "assembly"}


def put(program: Program, body: dict[str, object], kind: str = "culture"):
    return program("PUT", f"/group-kinds/{kind}", body)


def test_a_kind_is_set_and_shown(programs: dict[str, Program], session: Session, people: dict[str, Person]) -> None:
    column = columns.add(session, name="学徒笔记", by=people["admin"])
    session.commit()
    answer = put(programs["admin"], {**FORM, "columns": [str(column.id)]})
    assert answer.status_code == 200, answer.text
    shown = programs["contributor"].get("/group-kinds/culture").get_json()
    assert shown == answer.get_json()
    assert shown["columns"] == [str(column.id)] and shown["route"] is None and shown["theme"] == "default"
    assert shown["fields"][1] == {
        "label": "在哪里", "kind": "choice", "required": False, "hint": "", "choices": ["教室", "车间"],
    }
    assert len(programs["contributor"].get("/group-kinds").get_json()["items"]) == 10


@pytest.mark.parametrize(("change", "fields"), [
    ({"fields": [{"label": ""}]}, ["fields.0.label"]),
    ({"fields": [{"label": "问", "kind": "choice"}]}, ["fields.0.choices"]),
    ({"columns": ["99"]}, ["columns"]), ({"route": "99"}, ["route"]), ({"theme": "nowhere"}, ["theme"]),
])
def test_what_cannot_be_is_named(programs: dict[str, Program], change: dict[str, object], fields: list[str]) -> None:
    answer = put(programs["admin"], change)
    assert answer.status_code == 422 and fields_of(answer) == fields
    assert programs["admin"].get("/group-kinds/culture").get_json()["fields"] == []
    assert put(programs["admin"], FORM, "party").status_code == 404


def test_an_article_may_bring_its_answers(programs: dict[str, Program], session: Session) -> None:
    kind = factories.group(session).kind
    session.commit()
    assert put(programs["admin"], FORM, kind).status_code == 200
    assert programs["contributor"].post("/articles", STORY).status_code == 201
    refused = programs["contributor"].post("/articles", {**STORY, "fields": {"在哪里": "食堂", "天气": "晴"}})
    assert sorted(fields_of(refused)) == ["fields.在哪里", "fields.天气", "fields.讲师"]
    answer = programs["contributor"].post("/articles", {**STORY, "fields": {"讲师": "祝师傅"}})
    assert answer.status_code == 201, answer.text
    made = answer.get_json()
    shown = programs["desk_editor"].get(f"/articles/{made['id']}").get_json()
    assert shown["fields"] == [{"submission": made["number"], "label": "讲师", "kind": "short_text", "answer": "祝师傅"}]
