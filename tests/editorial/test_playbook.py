"""The playbook: a change of stage proposes its actions once; what is taken on has a day, a doer and a reminder."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.audit import AuditEntry
from editorial.errors import Invalid, WrongState
from editorial.groups.groups import Group
from editorial.life_cycle import playbook, standings, tasks, watch
from editorial.life_cycle.playbook import Doer
from editorial.life_cycle.stages import Stage
from editorial.life_cycle.standings import GroupStanding
from editorial.life_cycle.tasks import TaskState
from editorial.notices import Notice
from editorial.people.people import Person
from tests import factories

People = dict[str, Person]
BEGIN = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
DAY = timedelta(days=1)


@pytest.fixture
def group(session: Session, people: People) -> Group:
    """A group that was opened at BEGIN."""
    made = factories.group(session)
    made.created_at, made.steward, made.deputy = BEGIN, people["contributor"], people["other"]
    session.flush()
    return made


def look(session: Session, day: int) -> None:
    """The daily look, so many days after BEGIN."""
    with clock.at(BEGIN + day * DAY + timedelta(hours=1)):
        watch.watch(session)
    session.expire_all()


def say(session: Session, group: Group, stage: str, people: People, day: int = 1) -> None:
    with clock.at(BEGIN + day * DAY):
        tasks.follow(session, standings.say(session, group, stage, "看得出来" if stage else "", by=people["operator"]))


def proposed(session: Session, group: Group) -> list[tuple[str, str]]:
    return [(one.stage, one.doer) for one in tasks.of_group(session, group, TaskState.PROPOSED)]


def notices(session: Session, beginning: str) -> list[int]:
    return sorted(session.scalars(select(Notice.person_id).where(Notice.cause.startswith(beginning))))


def written(session: Session, verb: str) -> list[tuple[int | None, int | None]]:
    """Who did it, and to which thing, by the audit log."""
    query = select(AuditEntry.person_id, AuditEntry.thing_id).where(AuditEntry.verb == verb).order_by(AuditEntry.id)
    return [(person, thing) for person, thing in session.execute(query)]


def test_a_stage_proposes_its_actions_once_and_the_next_withdraws_them(session: Session, people: People, group: Group) -> None:
    for day in (0, 1, 2):
        look(session, day)
    assert proposed(session, group) == [("newcomer", "steward"), ("newcomer", "steward"), ("newcomer", "deputy")]
    assert notices(session, "playbook:") == sorted([group.steward_id, group.deputy_id])
    look(session, 61)
    assert {stage for stage, _ in proposed(session, group)} == {"churn"}
    withdrawn = tasks.of_group(session, group, TaskState.WITHDRAWN)
    assert [one.stage for one in withdrawn] == ["newcomer"] * 3
    assert len(notices(session, "playbook:")) == 4


def test_what_a_person_says_proposes_at_once_and_going_back_does_again(session: Session, people: People, group: Group) -> None:
    look(session, 0)
    say(session, group, "growth", people)
    assert {stage for stage, _ in proposed(session, group)} == {"growth"}
    say(session, group, "growth", people)
    assert len(proposed(session, group)) == 3
    say(session, group, "", people)
    assert {stage for stage, _ in proposed(session, group)} == {"newcomer"}
    assert session.get_one(GroupStanding, group.id).changes == 3


def test_accepting_makes_dated_tasks_and_declines_the_rest(session: Session, people: People, group: Group) -> None:
    look(session, 0)
    first, second, third = tasks.of_group(session, group, TaskState.PROPOSED)
    with clock.at(BEGIN + timedelta(hours=15)):
        # Midnight has passed in Shanghai, not in Greenwich.
        assert tasks.take_on(session, group, [first.id, third.id], by=people["contributor"]) == 2
    assert (first.state, first.due_on, first.person) == (TaskState.OPEN, date(2026, 3, 6), group.steward)
    assert (third.state, third.due_on, third.person) == (TaskState.OPEN, date(2026, 3, 17), group.deputy)
    assert (second.state, second.due_on) == (TaskState.DECLINED, None)
    with pytest.raises(WrongState):
        tasks.take_on(session, group, [second.id], by=people["contributor"])
    assert session.scalar(select(AuditEntry.id).where(AuditEntry.verb == "answer_playbook")) is not None
    assert [one.id for one in tasks.of_person(session, people["contributor"], 9)] == [first.id]
    assert [one.id for one in tasks.of_person(session, people["other"], 9)] == [third.id]


def test_who_has_the_role_does_it_whoever_had_it_before(session: Session, people: People, group: Group) -> None:
    look(session, 0)
    with clock.at(BEGIN):
        everything = [one.id for one in tasks.of_group(session, group, TaskState.PROPOSED)]
        tasks.take_on(session, group, everything, by=people["contributor"])
    group.steward, group.deputy = people["operator"], None
    session.flush()
    assert len(tasks.of_person(session, people["operator"], 9)) == 3
    assert tasks.of_person(session, people["contributor"], 9) == []


def test_the_day_comes_once_and_what_is_done_is_no_more_asked_for(session: Session, people: People, group: Group) -> None:
    look(session, 0)
    first, second, _ = tasks.of_group(session, group, TaskState.PROPOSED)
    with clock.at(BEGIN):
        tasks.take_on(session, group, [first.id, second.id], by=people["contributor"])
    for day in (2, 3, 4, 5):
        look(session, day)
    assert notices(session, "group_task:") == [group.steward_id]
    tasks.finish(session, first, by=people["other"])
    assert (first.done_by, first.state) == (people["other"], TaskState.DONE)
    with pytest.raises(WrongState):
        tasks.finish(session, first, by=people["other"])
    assert [one.id for one in tasks.of_person(session, people["contributor"], 9)] == [second.id]
    assert written(session, "finish_group_task") == [(people["other"].id, group.id)]


def test_a_house_has_actions_of_its_own(session: Session, people: People, group: Group) -> None:
    rows = [("给新人发一份手册", "5", "deputy"), (" ", "x", "nobody"), ("约一次食堂见面会", "20", "operator")]
    playbook.change(session, "newcomer", rows, by=people["operator"])
    look(session, 0)
    found = tasks.of_group(session, group, TaskState.PROPOSED)
    assert [(one.words, one.days, one.doer) for one in found] == [
        ("给新人发一份手册", 5, Doer.DEPUTY), ("约一次食堂见面会", 20, Doer.OPERATOR),
    ]
    playbook.change(session, "growth", [], by=people["operator"])
    assert written(session, "change_playbook") == [(people["operator"].id, None)] * 2
    say(session, group, "growth", people)
    assert proposed(session, group) == [] and len(notices(session, "playbook:")) == 2
    assert len(playbook.of_stage(session, Stage.MATURE)) == 3


@pytest.mark.parametrize(("stage", "row", "field"), [
    ("spring", ("话", "3", "steward"), "stage"), ("growth", ("长" * 121, "3", "steward"), "actions.0.words"),
    ("growth", ("话", "0", "steward"), "actions.0.days"), ("growth", ("话", "91", "steward"), "actions.0.days"),
    ("growth", ("话", "soon", "steward"), "actions.0.days"), ("growth", ("话", "3", "visitor"), "actions.0.doer"),
])
def test_what_is_wrong_with_an_action_is_said_of_its_field(
    session: Session, people: People, stage: str, row: tuple[str, str, str], field: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        playbook.change(session, stage, [row], by=people["operator"])
    assert [problem.field for problem in wrong.value.problems] == [field]


def test_a_stage_has_six_actions_at_most(session: Session, people: People) -> None:
    with pytest.raises(Invalid) as wrong:
        playbook.change(session, "growth", [("话", "3", "steward")] * 7, by=people["operator"])
    assert [problem.field for problem in wrong.value.problems] == ["actions"]
