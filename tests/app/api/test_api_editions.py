"""Editions, their slots, deliveries and tracked links over the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from editorial import clock
from editorial.calendar.editions import Edition
from editorial.outbox import deliveries as outbox
from editorial.outbox.deliveries import Delivery, State
from editorial.people.people import Person
from editorial.release import releases
from editorial.share_back import shares
from tests import factories
from tests.app.api.conftest import Program, fields_of

PERMALINK = "https://mp.weixin.qq.com/s/Q1w2E3r4T5y6U7i8O9p0aA"
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)


@pytest.fixture
def plan(session: Session, people: dict[str, Person]) -> dict[str, object]:
    """The body of a plan for one signed-off article."""
    made = factories.signed_off(session, people)
    account = factories.account(session)
    session.commit()
    return {"account": str(account.id), "mode": "release", "articles": [str(made.id)]}


def test_an_edition_is_planned_scheduled_and_unscheduled(programs: dict[str, Program], plan: dict[str, object]) -> None:
    planned = programs["desk_editor"].post("/editions", {**plan, "share_to": ["assembly"]})
    assert planned.status_code == 201, planned.text
    edition = planned.get_json()
    assert edition["state"] == "planned" and edition["publish_at"] is None and edition["deliveries"] == []
    assert edition["articles"] == [{"id": plan["articles"][0], "position": 1, "permalink": None}]  # type: ignore[index]
    path = f"/editions/{edition['id']}"
    slot = programs["publisher"]("PUT", f"{path}/slot", {"publish_at": TOMORROW.isoformat()})
    assert slot.status_code == 200, slot.text
    shown = programs["publisher"].get(path).get_json()
    assert shown == slot.get_json() and shown["state"] == "scheduled" and len(shown["deliveries"]) == 2
    assert datetime.fromisoformat(shown["publish_at"]) == TOMORROW
    patch = programs["desk_editor"]("PATCH", f"/articles/{shown['articles'][0]['id']}", {"revision": 1, "title": "改"})
    assert patch.status_code == 409
    taken = programs["publisher"]("DELETE", f"{path}/slot")
    assert taken.status_code == 200 and taken.get_json()["state"] == "planned"
    assert programs["publisher"]("DELETE", f"{path}/slot").status_code == 409
    assert [one["id"] for one in programs["operator"].get("/editions?state=planned").get_json()["items"]] == [edition["id"]]


@pytest.mark.parametrize(("change", "fields"), [
    ({"articles": []}, ["articles"]),
    ({"articles": ["1", "1"]}, ["articles"]),
    ({"articles": ["12345"]}, ["articles"]),
    ({"articles": ["x"]}, ["articles.0"]),
    ({"articles": "1"}, ["articles"]),
    ({"account": "99"}, ["account"]),
    ({"mode": "shout"}, ["mode"]),
    ({"share_to": ["nowhere"]}, ["share_to"]),
    ({"publish_at": "2030-01-01T00:00:00Z"}, ["publish_at"]),
])
def test_what_a_plan_lacks_is_named(
    programs: dict[str, Program], plan: dict[str, object], change: dict[str, object], fields: list[str]
) -> None:
    answer = programs["publisher"].post("/editions", {**plan, **change})
    assert answer.status_code == 422 and fields_of(answer) == fields


@pytest.mark.parametrize(("when", "fields"), [
    ("2026-11-22T20:00:00", ["publish_at"]),
    ("tomorrow", ["publish_at"]),
    ("2026-11-22", ["publish_at"]),
    (1_800_000_000, ["publish_at"]),
    ("9999-12-31T23:59:59-23:00", ["publish_at"]),
    ("0001-01-01T00:00:00+23:00", ["publish_at"]),
    ("2030-02-30T00:00:00Z", ["publish_at"]),
    ("2020-01-01T00:00:00+08:00", ["publish_at"]),
])
def test_a_time_that_is_none(programs: dict[str, Program], plan: dict[str, object], when: object, fields: list[str]) -> None:
    edition = programs["publisher"].post("/editions", plan).get_json()
    answer = programs["publisher"]("PUT", f"/editions/{edition['id']}/slot", {"publish_at": when})
    assert answer.status_code == 422, answer.text
    assert fields_of(answer) == fields


def test_any_offset_is_understood_and_a_moment_ago_is_now(programs: dict[str, Program], plan: dict[str, object]) -> None:
    edition = programs["publisher"].post("/editions", plan).get_json()
    path = f"/editions/{edition['id']}/slot"
    shown = programs["publisher"]("PUT", path, {"publish_at": "2031-01-01T08:00:00.5+05:45"}).get_json()
    assert shown["publish_at"] == "2031-01-01T02:15:00.500000Z"
    shown = programs["publisher"]("PUT", path, {"publish_at": (clock.now() - timedelta(seconds=30)).isoformat()}).get_json()
    assert abs(datetime.fromisoformat(shown["publish_at"]) - clock.now()) < timedelta(seconds=10)


def test_nothing_is_scheduled_that_is_not_signed_off(
    programs: dict[str, Program], session: Session, people: dict[str, Person], plan: dict[str, object]
) -> None:
    draft = factories.article(session, people["contributor"])
    session.commit()
    edition = programs["publisher"].post("/editions", {**plan, "articles": [str(draft.id)]}).get_json()
    answer = programs["publisher"]("PUT", f"/editions/{edition['id']}/slot", {"publish_at": TOMORROW.isoformat()})
    assert answer.status_code == 409 and fields_of(answer) == []
    assert programs["publisher"].get(f"/editions/{edition['id']}").get_json()["state"] == "planned"


def test_an_article_stands_once_in_an_account(programs: dict[str, Program], plan: dict[str, object]) -> None:
    assert programs["publisher"].post("/editions", plan).status_code == 201
    assert programs["publisher"].post("/editions", plan).status_code == 409


@pytest.mark.parametrize(("role", "may_plan", "may_schedule"), [
    ("contributor", False, False), ("desk_editor", True, False), ("department_head", False, False),
    ("editor_in_chief", True, False), ("publisher", True, True), ("operator", False, False), ("admin", False, False),
])
def test_who_plans_and_who_schedules(
    programs: dict[str, Program], plan: dict[str, object], role: str, may_plan: bool, may_schedule: bool
) -> None:
    assert (programs[role].post("/editions", plan).status_code == 201) is may_plan
    if not may_plan:
        programs["publisher"].post("/editions", plan)
    slot = programs[role]("PUT", "/editions/1/slot", {"publish_at": TOMORROW.isoformat()})
    assert (slot.status_code == 200) is may_schedule


@pytest.fixture
def published(session: Session, people: dict[str, Person]) -> Edition:
    """A published edition whose link goes back to one group."""
    factories.group(session, "safety", connector="share_kit")
    edition = factories.scheduled(session, people)
    for delivery in releases.deliveries_of(session, edition):
        outbox.shift(session, delivery, State.WAITING, State.IN_FLIGHT)
        outbox.shift(session, delivery, State.IN_FLIGHT, State.SENT)
    releases.record_published(session, edition, (PERMALINK,))
    shares.promise_all(session, edition)
    session.commit()
    return edition


def test_deliveries_are_listed_with_their_links(programs: dict[str, Program], published: Edition) -> None:
    items = programs["operator"].get(f"/deliveries?edition={published.id}").get_json()["items"]
    assert [(one["purpose"], one["state"]) for one in items] == [("draft", "sent"), ("release", "sent"), ("share", "waiting")]
    assert items[1]["link"] == PERMALINK and items[1]["target"]["kind"] == "account"
    share = items[2]
    assert share["target"]["kind"] == "group" and share["target"]["name"] == "safety 群"
    assert share["link"].startswith("http://127.0.0.1:8000/s/")
    assert programs["operator"].get("/deliveries?group=safety").get_json()["items"] == [share]
    assert programs["operator"].get("/deliveries?group=nowhere").get_json()["items"] == []
    assert programs["operator"].get("/deliveries?state=waiting").get_json()["items"] == [share]
    assert programs["operator"].get(f"/deliveries/{share['id']}").get_json() == share
    assert programs["contributor"].get("/deliveries").status_code == 403
    shown = programs["operator"].get(f"/editions/{published.id}").get_json()
    assert shown["deliveries"] == [one["id"] for one in items] and shown["articles"][0]["permalink"] == PERMALINK


def test_a_tracked_link_counts_people_robots_and_repeats(programs: dict[str, Program], published: Edition) -> None:
    link = programs["operator"].get("/deliveries?group=safety").get_json()["items"][0]["link"]
    code = link.rpartition("/")[2]
    phone = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50"}
    visitor = programs["operator"]._client
    for headers in (phone, phone, {"User-Agent": "curl/8.5"}):
        assert visitor.get(f"/s/{code}", headers=headers).status_code == 302
    shown = programs["operator"].get(f"/links/{code}").get_json()
    assert shown["target"] == PERMALINK and shown["group"] == "safety" and shown["article"] == str(published.places[0].article_id)
    assert shown["clicks"] == {"people": 1, "robots": 1, "repeats": 1}
    assert programs["operator"].get("/links/zzzzzzzz").status_code == 404
    assert programs["operator"].get(f"/links/{'z' * 300}").status_code == 404
    assert programs["contributor"].get(f"/links/{code}").status_code == 403


def settle(session: Session, delivery_id: int, *states: State, **changes: object) -> None:
    """Take a delivery through some states."""
    delivery = session.get_one(Delivery, delivery_id)
    for state in states:
        assert outbox.shift(session, delivery, delivery.state, state, **changes)
    session.commit()


def test_a_refused_delivery_is_tried_again(programs: dict[str, Program], published: Edition, session: Session) -> None:
    share = programs["operator"].get("/deliveries?group=safety").get_json()["items"][0]["id"]
    path = f"/deliveries/{share}"
    assert programs["publisher"].post(f"{path}/retry").status_code == 409
    settle(session, int(share), State.IN_FLIGHT, State.REFUSED)
    assert programs["contributor"].post(f"{path}/retry").status_code == 403
    answer = programs["publisher"].post(f"{path}/retry")
    assert answer.status_code == 200 and answer.get_json()["state"] == "waiting"


@pytest.mark.parametrize(("outcome", "state"), [("sent", "sent"), ("not_sent", "waiting"), ("drop", "called_off")])
def test_an_unknown_outcome_is_decided(
    programs: dict[str, Program], published: Edition, session: Session, outcome: str, state: str
) -> None:
    share = programs["operator"].get("/deliveries?group=safety").get_json()["items"][0]["id"]
    path = f"/deliveries/{share}/resolution"
    settle(session, int(share), State.IN_FLIGHT, State.OUTCOME_UNKNOWN, State.NEEDS_PERSON)
    assert fields_of(programs["publisher"].post(path, {"outcome": outcome, "reason": " "})) == ["reason"]
    assert fields_of(programs["publisher"].post(path, {"outcome": "perhaps", "reason": "?"})) == ["outcome"]
    assert programs["operator"].post(path, {"outcome": outcome, "reason": "群里看过了"}).status_code == 403
    answer = programs["publisher"].post(path, {"outcome": outcome, "reason": "群里看过了"})
    assert answer.status_code == 200 and answer.get_json()["state"] == state
    assert programs["publisher"].post(path, {"outcome": outcome, "reason": "群里看过了"}).status_code == 409


def test_a_person_says_it_is_posted(programs: dict[str, Program], published: Edition, session: Session) -> None:
    share = programs["operator"].get("/deliveries?group=safety").get_json()["items"][0]["id"]
    settle(session, int(share), State.IN_FLIGHT)
    settle(session, int(share), State.ACCEPTED, awaiting="person")
    assert programs["contributor"].post(f"/deliveries/{share}/confirmation").status_code in (403, 404)
    answer = programs["operator"].post(f"/deliveries/{share}/confirmation")
    assert answer.status_code == 200, answer.text
    assert answer.get_json()["state"] == "sent"
    assert programs["operator"].post(f"/deliveries/{share}/confirmation").status_code == 409


def test_a_published_draft_needs_its_link(programs: dict[str, Program], session: Session, people: dict[str, Person]) -> None:
    account = factories.account(session, "wx0000000000000001", release=False, mass_send=False, draft=False)
    edition = factories.scheduled(session, people, of=account)
    number = releases.deliveries_of(session, edition)[0].id
    session.commit()
    settle(session, number, State.IN_FLIGHT)
    settle(session, number, State.ACCEPTED, awaiting="person")
    path = f"/deliveries/{number}/confirmation"
    assert programs["publisher"].get(f"/editions/{edition.id}").get_json()["state"] == "needs_person"
    assert programs["desk_editor"].post(path, {"permalink": PERMALINK}).status_code == 403
    for wrong in ("", "https://example.com/s/abc", "javascript:alert(1)"):
        assert fields_of(programs["publisher"].post(path, {"permalink": wrong})) == ["permalink"]
    assert programs["publisher"].post(path, {"permalink": PERMALINK}).status_code == 200
    shown = programs["publisher"].get(f"/editions/{edition.id}").get_json()
    assert shown["state"] == "published" and shown["articles"][0]["permalink"] == PERMALINK


def test_a_refusal_gives_the_platforms_code_and_rid(
    programs: dict[str, Program], session: Session, people: dict[str, Person]
) -> None:
    edition = factories.scheduled(session, people)
    draft = releases.deliveries_of(session, edition)[0]
    reason = "The title is too long for WeChat. Shorten it to 32 characters."
    session.add(outbox.Attempt(delivery_id=draft.id, fence=1, verdict="refused", reason=reason, code="45003", rid="6a2b-77ff"))
    draft.state, draft.reason, draft.code = State.REFUSED, reason, "45003"
    session.commit()
    (shown,) = programs["publisher"].get("/deliveries?state=refused").get_json()["items"]
    assert shown["reason"].endswith("(45003, rid 6a2b-77ff)")
    assert (shown["code"], shown["rid"]) == ("45003", "6a2b-77ff")
    assert shown["attempts"][0]["reason"] == shown["reason"]
