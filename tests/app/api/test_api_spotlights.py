"""The spotlight over the API: words first, promised once, refused within the week, taken back."""

from __future__ import annotations

from sqlalchemy.orm import Session

from editorial.people.people import Person
from tests import factories
from tests.app.api.conftest import Program, fields_of


def test_words_first_then_once_a_week(programs: dict[str, Program], session: Session, people: dict[str, Person]) -> None:
    group = factories.group(session, "assembly", "wecom_robot", {"key": "k"})
    edition = factories.scheduled(session, people, share_to=[])
    factories.publish(session, edition)
    article, address = str(edition.lead.id), f"/groups/{group.id}/spotlights"
    session.commit()
    operator = programs["operator"]
    tried = operator.post(address, {"article": article, "dry_run": True}).get_json()
    assert tried["id"] is None and tried["subject"] == "本周聚光：制造部 周小满"
    assert operator.get(address).get_json() == {"items": [], "free_from": None}
    made = operator.post(address, {"article": article})
    assert made.status_code == 201 and made.get_json()["subject"] == tried["subject"] and "/s/" in made.get_json()["link"]
    assert fields_of(operator.post(address, {"article": article})) == ["group"]
    assert fields_of(operator.post(address, {"article": "999999"})) == ["article"]
    assert operator.get(address).get_json()["free_from"] is not None
    shown = programs["publisher"].get(f"/deliveries/{made.get_json()['delivery']}").get_json()
    assert (shown["purpose"], shown["link"]) == ("share", made.get_json()["link"])
    assert operator("DELETE", f"/spotlights/{made.get_json()['id']}").get_json()["state"] == "called_off"
    assert operator("DELETE", f"/spotlights/{made.get_json()['id']}").status_code == 409
    assert operator.get(address).get_json()["free_from"] is None
    assert programs["contributor"].get(address).status_code == 404
