"""Members of groups over the API: joining with evidence, the decision, invitations, leaving, the role sheet."""

from __future__ import annotations

import base64

import pytest

from tests import factories, pictures
from tests.app.api.conftest import fields_of

RULE = {"admission": "evidence", "questions": ["在哪个班组？"], "evidence": "上岗证照片"}


@pytest.fixture
def address(session, people) -> str:
    made = factories.group(session).id
    session.commit()
    return f"/groups/{made}"


def test_joining_with_evidence_and_leaving(programs, address):
    assert programs["operator"]("PUT", f"{address}/admission", RULE).status_code == 200
    refused = programs["contributor"].post(f"{address}/members", {"answers": ["二班"], "evidence": []})
    assert refused.status_code == 422 and fields_of(refused) == ["evidence"]
    assert fields_of(programs["contributor"].post(f"{address}/members", {"answers": ["二班"], "evidence": ["***"]})) == ["evidence"]
    picture = base64.b64encode(pictures.photo()).decode()
    asked = programs["contributor"].post(f"{address}/members", {"answers": ["二班"], "evidence": [picture]}, key="one")
    assert asked.status_code == 201 and asked.get_json()["membership"] is None
    request = asked.get_json()["request"]
    assert (request["state"], request["answers"], request["pictures"]) == ("waiting", [["在哪个班组？", "二班"]], 1)
    [waiting] = programs["operator"].get(f"{address}/admission-requests").get_json()["items"]
    decided = programs["operator"].post(f"/admission-requests/{waiting['id']}/decision", {"admit": True})
    assert decided.get_json()["state"] == "admitted"
    [member] = programs["operator"].get(f"{address}/members").get_json()["items"]
    assert (member["person"]["name"], member["let_in_by"]["name"], member["way"]) == ("周小满", "罗杰", "request")
    left = programs["contributor"]("DELETE", f"{address}/membership")
    assert left.status_code == 200 and left.get_json()["end"] == "left"
    assert programs["contributor"]("DELETE", f"{address}/membership").status_code == 404


def test_an_invitation_that_is_used_up_is_a_conflict_in_words(programs, address):
    programs["operator"]("PUT", f"{address}/admission", {"admission": "invitation"})
    made = programs["operator"].post(f"{address}/invitations", {"most_uses": 1, "days": 7, "seed": True}).get_json()
    code = made["url"].rpartition("/")[2]
    joined = programs["contributor"].post(f"{address}/members", {"invitation": code})
    assert joined.status_code == 201 and joined.get_json()["membership"]["seed"] is True
    other = programs["other"].post(f"{address}/members", {"invitation": code})
    assert other.status_code == 409 and other.get_json()["detail"]
    assert programs["other"].post(f"{address}/members", {}).status_code == 422


def test_the_role_sheet(programs, address, people):
    said = {"person": "other@chengjiang.example", "duties": "每月一篇"}
    items = programs["operator"]("PUT", f"{address}/roles/correspondent", said).get_json()["items"]
    assert [one["part"] for one in items] == ["steward", "deputy", "correspondent", "moderator"]
    assert (items[2]["person"]["name"], items[2]["acting"]["name"], items[2]["duties"]) == ("孙一鸣", "孙一鸣", "每月一篇")
    assert programs["operator"]("PUT", f"{address}/roles/king", said).status_code == 404
    assert programs["contributor"]("PUT", f"{address}/roles/moderator", said).status_code == 404
