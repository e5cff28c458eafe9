"""The rules through the API: findings, waivers that a second person decides, facts with their sources, conflicts of a time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from editorial import clock, special_days
from editorial.calendar import editions
from editorial.people.people import Person
from editorial.review.checks import facts
from tests import factories
from tests.app.api.conftest import Program, fields_of

CLAIM = "\n\n我们的产品采用全国第一的密封技术，欢迎选购。"


@pytest.fixture
def article(session: Session, people: dict[str, Person]) -> str:
    made = factories.article(session, people["contributor"], body=factories.BODY + CLAIM)
    facts.mark(session, made, "七十二小时", by=people["desk_editor"])
    number = str(made.id)
    session.commit()
    return number


def test_a_finding_is_let_pass_by_a_second_person(programs: dict[str, Program], article: str) -> None:
    author, desk = programs["contributor"], programs["desk_editor"]
    found = author.get(f"/articles/{article}/findings").get_json()
    blocker = next(one for one in found["items"] if one["open"] and one["field"] == "body" and one["quote"] in CLAIM)
    assert found["revision"] == 1 and blocker["severity"] == "blocker"
    wanted = {"place": blocker["place"], "reason": "课堂上讲的例子"}
    refused = author.post(f"/articles/{article}/waivers", {**wanted, "reason": " "})
    assert refused.status_code == 422 and fields_of(refused) == ["reason"]
    assert author.post(f"/articles/{article}/waivers", {**wanted, "place": "elsewhere"}).status_code == 409
    waiver = author.post(f"/articles/{article}/waivers", wanted)
    assert waiver.status_code == 201 and waiver.get_json()["granted"] is None
    door = f"/waivers/{waiver.get_json()['id']}/decision"
    assert author.post(door, {"decision": "grant"}).status_code == 403
    granted = desk.post(door, {"decision": "grant", "answer": "可以"})
    assert granted.get_json()["granted"] is True and granted.get_json()["decided_by"]["name"]
    assert desk.post(door, {"decision": "refuse"}).status_code == 409
    after = {one["place"]: one for one in desk.get(f"/articles/{article}/findings").get_json()["items"]}
    assert (after[blocker["place"]]["open"], after[blocker["place"]]["waiver"]) == (False, granted.get_json()["id"])
    assert [one["answer"] for one in desk.get(f"/articles/{article}/waivers").get_json()["items"]] == ["可以"]


def test_a_fact_gets_its_source(programs: dict[str, Program], article: str) -> None:
    author = programs["contributor"]
    [fact] = author.get(f"/articles/{article}/facts").get_json()["items"]
    assert (fact["quote"], fact["source"]) == ("七十二小时", "")
    assert author("PUT", f"/facts/{fact['id']}/source", {"source": " "}).status_code == 422
    assert programs["other"]("PUT", f"/facts/{fact['id']}/source", {"source": "台账"}).status_code == 404
    assert author("PUT", f"/facts/{fact['id']}/source", {"source": "试车台账"}).get_json()["source"] == "试车台账"


def test_the_rules_can_be_read(programs: dict[str, Program]) -> None:
    listed = programs["desk_editor"].get("/rules").get_json()["items"]
    gambling = next(one for one in listed if one["code"] == "gambling")
    one = programs["desk_editor"].get("/rules/gambling").get_json()
    assert {name: one[name] for name in gambling} == gambling and {example["finds"] for example in one["examples"]} == {True, False}
    assert programs["contributor"].get("/rules").status_code == 403
    assert programs["desk_editor"].get("/rules/none_such").status_code == 404


def test_what_speaks_against_a_time(programs: dict[str, Program], session: Session, people: dict[str, Person]) -> None:
    at = clock.from_wall(datetime(2027, 3, 3, 10, 0), "Asia/Shanghai")
    special_days.write(session, kind="blackout", name="搬迁", begins_on=at.date(), by=people["desk_editor"])
    chosen = factories.signed_off(session, people)
    edition = editions.plan(
        session, account=str(factories.account(session).id), mode="release", article_ids=[str(chosen.id)], by=people["publisher"])
    address = f"/editions/{edition.id}/conflicts"
    session.commit()
    ask = programs["publisher"]
    assert fields_of(ask.get(address)) == ["publish_at"]
    found = {one["clash"]: one for one in ask.get(address, query_string={"publish_at": at.isoformat()}).get_json()["items"]}
    assert found["blackout"]["blocks"] and "搬迁" in found["blackout"]["message"] and not found["unknown_year"]["blocks"]
    other = ask.get(address, query_string={"publish_at": (at + timedelta(days=1)).isoformat()}).get_json()["items"]
    assert "blackout" not in {one["clash"] for one in other}
