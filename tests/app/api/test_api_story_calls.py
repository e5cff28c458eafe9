"""Calls for stories over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from editorial import clock
from tests import factories
from tests.app.api.conftest import Program, fields_of


@pytest.fixture
def wish(session: Session) -> dict[str, Any]:
    """What is asked for, and the groups it is asked of."""
    factories.group(session, "assembly", "wecom_robot", {"key": "k"})
    factories.group(session, "reading")
    session.commit()
    due_at = (clock.now() + timedelta(days=5)).isoformat()
    groups = ["assembly", "reading"]
    return {"title": "夜班食堂的一碗面", "prompt": "写一个人。", "due_at": due_at, "groups": groups, "reminds": True}


def test_a_call_is_opened_closed_and_summed_up(programs: dict[str, Program], wish: dict[str, Any]) -> None:
    editor = programs["desk_editor"]
    answer = editor.post("/story-calls", wish, key="once")
    assert answer.status_code == 201, answer.text
    shown = answer.get_json()
    assert editor.post("/story-calls", wish, key="once").get_json() == shown
    assert shown["state"] == "open" and shown["answers"] == [] and shown["summary"] is None
    assert [(one["group"], bool(one["opening"]), bool(one["reminder"]), one["summary"]) for one in shown["groups"]] == [
        ("assembly", True, True, None), ("reading", True, True, None),
    ]
    delivery = editor.get(f"/deliveries/{shown['groups'][0]['opening']}").get_json()
    assert (delivery["purpose"], delivery["state"], delivery["target"]["name"]) == ("story_call", "waiting", "assembly 群")
    here = f"/story-calls/{shown['id']}"
    assert editor.post(f"{here}/summary", {}).status_code == 409
    assert editor.post(f"{here}/closing", {}).get_json()["summary"].startswith("这次征稿没有收到来稿")
    assert editor.post(f"{here}/closing", {}).status_code == 409
    ended = editor.post(f"{here}/summary", {"text": "下次见。"}).get_json()
    assert ended["state"] == "summed_up" and ended["summary"] == "下次见。" and all(one["summary"] for one in ended["groups"])
    assert [one["id"] for one in programs["operator"].get("/story-calls?state=summed_up").get_json()["items"]] == [shown["id"]]
    assert programs["operator"].get("/story-calls?state=open").get_json()["items"] == []


def test_what_is_wrong_names_its_field(programs: dict[str, Program], wish: dict[str, Any]) -> None:
    answer = programs["desk_editor"].post("/story-calls", {**wish, "title": "", "groups": ["nowhere"]})
    assert answer.status_code == 422 and fields_of(answer) == ["title", "groups"]
    assert programs["contributor"].post("/story-calls", wish).status_code == 403


def test_a_later_deadline_is_told_as_its_own_message(programs: dict[str, Program], wish: dict[str, Any]) -> None:
    editor = programs["desk_editor"]
    call = editor.post("/story-calls", wish).get_json()
    here, later = f"/story-calls/{call['id']}/deadline", (clock.now() + timedelta(days=9)).isoformat()
    earlier = editor.post(here, {"due_at": clock.now().isoformat()})
    assert earlier.status_code == 422 and fields_of(earlier) == ["due_at"]
    moved = editor.post(here, {"due_at": later}).get_json()
    assert moved["due_at"][:16] == later[:16]
    assert [one["more_time"] for one in moved["groups"]] == [None, None], "nobody has been told of a deadline yet"
