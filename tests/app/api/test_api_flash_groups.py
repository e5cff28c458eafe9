"""Flash groups over the API."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from editorial import clock
from tests import factories
from tests.app.api.conftest import Program, fields_of


def test_a_program_plans_an_occasion(programs: dict[str, Program], session: Session) -> None:
    program, group = programs["operator"], factories.group(session, "sale")
    address = f"/groups/{group.id}/flash"
    session.commit()
    assert program.get(address).get_json() == {"items": []}
    now = clock.now()
    said = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=2)).isoformat()}
    planned = program("PUT", address, said)
    assert planned.status_code == 200 and planned.get_json()["opened_at"] is not None, planned.text
    assert len(program.get(address).get_json()["items"]) == 1
    assert fields_of(program("PUT", address, said)) == ["starts_at"]
    assert fields_of(program("PUT", address, {"starts_at": said["starts_at"]})) == ["ends_at"]
