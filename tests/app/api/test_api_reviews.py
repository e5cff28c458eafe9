"""The way through review over the API."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from editorial.articles.articles import Article
from editorial.people import people as persons
from editorial.people.people import Person
from editorial.review import sign_offs
from tests import factories
from tests.app.api.conftest import Program, fields_of

WAY = (("review_1", "desk_editor"), ("review_2", "department_head"), ("review_3", "editor_in_chief"))


@pytest.fixture
def article(session: Session, people: dict[str, Person]) -> str:
    """The id of an article in drafting."""
    made = factories.article(session, people["contributor"])
    session.commit()
    return str(made.id)


def opinion(stage: str = "review_1", decision: str = "approve", revision: int = 1, **more: object) -> dict[str, object]:
    return {"stage": stage, "decision": decision, "revision": revision, **more}


def test_three_people_sign_an_article_off(programs: dict[str, Program], article: str, session: Session) -> None:
    path = f"/articles/{article}"
    sent = programs["contributor"].post(f"{path}/submission")
    assert (sent.status_code, sent.get_json()) == (200, {"state": "in_review", "stage": "review_1"})
    stages = ["review_2", "review_3", None]
    for (stage, role), following in zip(WAY, stages, strict=True):
        answer = programs[role].post(f"{path}/opinions", opinion(stage))
        assert answer.status_code == 200, answer.text
        assert answer.get_json() == {"state": "in_review" if following else "signed_off", "stage": following}
    rendering = programs["publisher"].get(f"{path}/rendering").get_json()
    made = session.get_one(Article, int(article))
    signed = sign_offs.standing(session, made)
    assert signed is not None and signed.html == rendering["html"] and signed.digest == rendering["digest"]


def test_submission_names_what_stands_in_the_way(programs: dict[str, Program], article: str) -> None:
    programs["contributor"]("PATCH", f"/articles/{article}", {"revision": 1, "title": "长" * 80})
    answer = programs["contributor"].post(f"/articles/{article}/submission")
    assert answer.status_code == 422 and fields_of(answer) == ["title"]
    assert programs["contributor"].get(f"/articles/{article}").get_json()["state"] == "drafting"


def test_an_article_is_sent_once(programs: dict[str, Program], article: str) -> None:
    assert programs["contributor"].post(f"/articles/{article}/submission", {}).status_code == 200
    assert programs["contributor"].post(f"/articles/{article}/submission", {}).status_code == 409
    assert fields_of(programs["contributor"].post(f"/articles/{article}/submission", {"to": "all"})) == ["to"]


@pytest.mark.parametrize(("who", "given", "status", "fields"), [
    ("desk_editor", opinion("review_9"), 422, ["stage"]),
    ("desk_editor", opinion(decision="maybe"), 422, ["decision"]),
    ("desk_editor", opinion(decision="return"), 422, ["text"]),
    ("desk_editor", opinion(decision="approve_with_comment", text="  "), 422, ["text"]),
    ("desk_editor", opinion(revision=2), 409, []),
    ("desk_editor", {"stage": "review_1", "decision": "approve"}, 422, ["revision"]),
    ("desk_editor", opinion(revision=True), 422, ["revision"]),
    ("department_head", opinion("review_2"), 409, []),
    ("department_head", opinion("review_1"), 403, []),
    ("contributor", opinion(), 403, []),
    ("other", opinion(), 404, []),
    ("admin", opinion(), 404, []),
])
def test_an_opinion_that_cannot_be_given(
    programs: dict[str, Program], article: str, who: str, given: dict[str, object], status: int, fields: list[str]
) -> None:
    programs["contributor"].post(f"/articles/{article}/submission")
    answer = programs[who].post(f"/articles/{article}/opinions", given)
    assert answer.status_code == status, answer.text
    assert fields_of(answer) == fields
    assert programs["desk_editor"].get(f"/articles/{article}").get_json()["stage"] == "review_1"


def test_nobody_decides_two_stages_or_their_own_text(
    programs: dict[str, Program], session: Session, people: dict[str, Person], article: str
) -> None:
    persons.set_roles(session, people["desk_editor"], ["desk_editor", "department_head"], by=people["admin"])
    session.commit()
    programs["contributor"].post(f"/articles/{article}/submission")
    assert programs["desk_editor"].post(f"/articles/{article}/opinions", opinion()).status_code == 200
    assert programs["desk_editor"].post(f"/articles/{article}/opinions", opinion("review_2")).status_code == 403


def test_an_article_comes_back_with_a_reason(programs: dict[str, Program], article: str) -> None:
    programs["contributor"].post(f"/articles/{article}/submission")
    answer = programs["desk_editor"].post(f"/articles/{article}/opinions", opinion(decision="return", text="缺一张现场照片"))
    assert answer.get_json() == {"state": "returned", "stage": None}
    shown = programs["contributor"].get(f"/articles/{article}").get_json()
    assert shown["state"] == "returned" and shown["reason"] == "缺一张现场照片"


def test_a_change_of_a_signed_off_article_begins_the_review_again(
    programs: dict[str, Program], session: Session, people: dict[str, Person]
) -> None:
    made = factories.signed_off(session, people)
    session.commit()
    answer = programs["contributor"]("PATCH", f"/articles/{made.id}", {"revision": 1, "body": "换一个开头。"})
    assert answer.status_code == 200, answer.text
    assert (answer.get_json()["state"], answer.get_json()["stage"]) == ("in_review", "review_1")


def test_a_rendering_tells_its_measures_and_findings(programs: dict[str, Program], article: str) -> None:
    text = "见[说明](javascript:alert(1))。\n\n$$E=mc^2$$"
    programs["contributor"]("PATCH", f"/articles/{article}", {"revision": 1, "body": text})
    shown = programs["contributor"].get(f"/articles/{article}/rendering").get_json()
    assert set(shown) == {"html", "plain", "digest", "bytes", "characters", "source_characters", "findings"}
    assert shown["bytes"] == len(shown["html"].encode()) and "javascript" not in shown["html"]
    for finding in shown["findings"]:
        assert set(finding) == {"rule", "severity", "where", "message", "suggestion"}


def test_the_trail_tells_the_whole_way(programs: dict[str, Program], session: Session, people: dict[str, Person]) -> None:
    edition = factories.scheduled(session, people)
    article_id = edition.places[0].article_id
    session.commit()
    answer = programs["contributor"].get(f"/articles/{article_id}/trail")
    assert answer.status_code == 200, answer.text
    trail = answer.get_json()
    assert trail["origin"]["slug"] == "assembly" and trail["submissions"][0]["number"] == trail["number"]
    assert [one["stage"] for one in trail["opinions"]] == ["review_1", "review_2", "review_3"]
    assert trail["edition"]["id"] == str(edition.id) and trail["edition"]["state"] == "scheduled"
    assert [one["purpose"] for one in trail["deliveries"]] == ["draft", "release"]
    assert trail["clicks"] == [] and trail["figures"] is None and trail["reactions"] == []
