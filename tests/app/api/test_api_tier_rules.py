"""Rules for tiers over the API: a dry run moves nobody, the rule moves whom the dry run named."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from editorial import clock
from editorial.people.people import Person
from tests.app.api.conftest import Program, fields_of


def test_a_dry_run_names_whom_the_rule_moves(programs: dict[str, Program], session: Session, people: dict[str, Person]) -> None:
    people["contributor"].created_at = clock.now() - timedelta(days=500)
    session.commit()
    program = programs["admin"]
    rule = {"role": "correspondent", "conditions": [{"fact": "tenure", "least": 400}]}
    tried = program.post("/tier-rules", {**rule, "dry_run": True}).get_json()
    assert tried["id"] is None and [one["figures"] for one in tried["moves"]] == [[500]]
    assert program.get("/tier-rules").get_json() == {"items": []}
    begun = program.post("/tier-rules", rule)
    assert begun.status_code == 201 and begun.get_json()["moves"] == tried["moves"]
    assert [one["id"] for one in program.get("/tier-rules").get_json()["items"]] == [begun.get_json()["id"]]
    assert program("DELETE", f"/tier-rules/{begun.get_json()['id']}").get_json() == {"items": []}
    assert program("DELETE", f"/tier-rules/{begun.get_json()['id']}").status_code == 409
    assert fields_of(program.post("/tier-rules", {"role": "contributor", "conditions": []})) == ["conditions"]
    assert fields_of(program.post("/tier-rules", {**rule, "role": "admin"})) == ["role"]
