"""The playbook over the API: what is proposed is answered once, a task is done once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.reminding import remind
from editorial import clock
from tests import factories
from tests.app.api.conftest import Program


def test_a_program_answers_what_is_proposed(programs: dict[str, Program], session: Session) -> None:
    program, group = programs["operator"], factories.group(session, "assembly")
    session.commit()
    remind(session, "Asia/Shanghai")
    address = f"/groups/{group.id}"
    session.rollback()
    proposed = program.get(f"{address}/tasks").get_json()["items"]
    assert [one["state"] for one in proposed] == ["proposed"] * 3 and proposed[0]["stage"] == "newcomer"
    assert programs["other"].get(f"{address}/tasks").status_code in (403, 404)
    taken = program.post(f"{address}/playbook", {"take_on": [proposed[0]["id"]]}).get_json()["items"]
    assert [one["state"] for one in taken] == ["open"]
    day = clock.to_wall(clock.now()).date() + timedelta(days=proposed[0]["within_days"])
    assert taken[0]["due_on"] == day.isoformat()
    assert program.post(f"{address}/playbook", {"take_on": []}).status_code == 409
    done = program.post(f"/group-tasks/{proposed[0]['id']}/completion")
    assert done.get_json()["state"] == "done" and done.get_json()["done_by"]["name"] == "罗杰"
    assert program.post(f"/group-tasks/{proposed[0]['id']}/completion").status_code == 409
