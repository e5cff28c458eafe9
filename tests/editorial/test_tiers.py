"""Tiers by rule: exactly the right people move, as the preview said, once; window edges, hands that took a step, stepping back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as some
from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.audit import AuditEntry
from editorial.errors import Invalid, WrongState
from editorial.groups import groups
from editorial.incentives import tiers
from editorial.incentives.tiers import Condition, Fact, TierMove
from editorial.intake import submissions
from editorial.intake.submissions import Submission, SubmissionState
from editorial.joining import author_requests
from editorial.notices import Notice
from editorial.people import people as persons
from editorial.people.people import Person, Role
from tests import factories

People = dict[str, Person]
NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
DAY = timedelta(days=1)
THREE = (Condition(Fact.ADOPTED, 3, 90),)
ADOPTED, OTHER = [str(state) for state in submissions.ADOPTED], ["received", "returned", "declined"]


def writer(session: Session, number: int, roles: list[str] | None = None, days: int = 400) -> Person:
    made = persons.add(session, email=f"w{number}@chengjiang.example", name=f"写稿人{number:02d}", roles=roles or ["contributor"])
    made.created_at = NOW - days * DAY
    return made


def story(session: Session, by: Person, days_ago: float, state: str = "in_article") -> None:
    group = groups.by_slug(session, "tier") or factories.group(session, "tier")
    decided_at = NOW - timedelta(days=days_ago) if state != "received" else None
    session.add(Submission(
        number=f"T-{uuid4().hex[:12]}", contributor_id=by.id, group_id=group.id, title="稿", body="文", state=state,
        decided_at=decided_at,
    ))
    session.flush()


def names(session: Session, *conditions: Condition) -> list[str]:
    with clock.at(NOW):
        return [one.name for one in tiers.would_move(session, Role.CORRESPONDENT, conditions)]


def begin(session: Session, people: People, *conditions: Condition, back: bool = False) -> tiers.TierRule:
    with clock.at(NOW):
        return tiers.begin(session, Role.CORRESPONDENT, conditions, steps_back=back, by=people["admin"])


def watch(session: Session, days: float) -> int:
    with clock.at(NOW + days * DAY):
        return tiers.watch(session)


def test_three_adopted_in_ninety_days_moves_exactly_the_right_people(session: Session, people: People) -> None:
    right, edge, late, few, refused, gone, editor, already = (writer(session, number) for number in range(8))
    for by, ages in ((right, (1, 40, 80)), (edge, (1, 2, 90)), (late, (1, 2, 90.0001)), (few, (1, 2)), (gone, (1, 2, 3)),
                     (editor, (1, 2, 3)), (already, (1, 2, 3))):
        for age in ages:
            story(session, by, age)
    for state in OTHER:
        story(session, refused, 1, state)
    persons.deactivate(session, gone, by=None)
    persons.set_roles(session, editor, ["contributor", "desk_editor"], by=None)
    persons.set_roles(session, already, ["contributor", "correspondent"], by=None)
    assert names(session, *THREE) == [right.name, edge.name]
    rule = begin(session, people, *THREE)
    assert [one.person_id for one in tiers.moves_of(session, rule)] == [right.id, edge.id]
    assert right.roles == {Role.CONTRIBUTOR, Role.CORRESPONDENT} and late.roles == {Role.CONTRIBUTOR}
    assert session.scalars(select(Notice.person_id).where(Notice.cause.startswith("tier_move:"))).all() == [right.id, edge.id]
    deeds = select(AuditEntry).where(AuditEntry.verb == "move_by_tier_rule", AuditEntry.thing_id == right.id)
    assert session.scalars(deeds).one().details == {"rule": rule.id, "role": "correspondent", "figures": [3], "back": False}


@given(some.lists(some.lists(some.tuples(some.integers(0, 200), some.sampled_from([*ADOPTED, *OTHER])), max_size=6), max_size=6),
       some.integers(1, 4), some.integers(1, 180))
@effort(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_who_moves_is_what_a_plain_count_says(
    session: Session, people: People, histories: list[list[tuple[int, str]]], least: int, days: int
) -> None:
    by = [writer(session, number) for number in range(len(histories))]
    for person, history in zip(by, histories, strict=True):
        for age, state in history:
            story(session, person, age, state)
    right = {
        person.id for person, history in zip(by, histories, strict=True)
        if sum(age <= days and state in ADOPTED for age, state in history) >= least
    }
    condition = Condition(Fact.ADOPTED, least, days)
    with clock.at(NOW):
        previewed = {one.person_id for one in tiers.would_move(session, Role.CORRESPONDENT, [condition])}
        rule = tiers.begin(session, Role.CORRESPONDENT, [condition], steps_back=False, by=people["admin"])
    moved = {one.person_id for one in tiers.moves_of(session, rule)}
    assert previewed == moved == right
    session.rollback()


def test_all_conditions_must_hold(session: Session, people: People) -> None:
    old, new = writer(session, 1, days=200), writer(session, 2, days=199)
    for by in (old, new):
        story(session, by, 1)
    assert names(session, Condition(Fact.ADOPTED, 1, 30), Condition(Fact.TENURE, 200)) == [old.name]


def test_the_clock_looks_once_a_day_and_moves_nobody_twice(session: Session, people: People) -> None:
    rule, by = begin(session, people, *THREE), writer(session, 1)
    for age in (1, 2, 3):
        story(session, by, age)
    assert [watch(session, days) for days in (0.5, 1, 1.5, 2, 3)] == [0, 1, 0, 0, 0]
    assert len(tiers.moves_of(session, rule)) == 1


def test_who_lost_the_step_by_hand_is_not_moved_again(session: Session, people: People) -> None:
    by = writer(session, 1)
    for age in (1, 2, 3):
        story(session, by, age)
    begin(session, people, *THREE)
    persons.set_roles(session, by, ["contributor"], by=people["admin"])
    assert watch(session, 2) == 0 and by.roles == {Role.CONTRIBUTOR}


def test_a_step_goes_back_only_where_the_rule_says_so(session: Session, people: People) -> None:
    by = writer(session, 1)
    for age in (1, 2, 3):
        story(session, by, age)
    rule = begin(session, people, *THREE, back=True)
    assert watch(session, 60) == 0 and Role.CORRESPONDENT in by.roles
    assert watch(session, 100) == 1 and by.roles == {Role.CONTRIBUTOR}
    for age in (-101, -102, -103):
        story(session, by, age)
    assert watch(session, 104) == 1 and Role.CORRESPONDENT in by.roles
    assert [one.back for one in tiers.moves_of(session, rule)] == [False, True, False]
    keeps = session.scalars(select(TierMove)).all()
    tiers.end(session, rule, by=people["admin"])
    assert watch(session, 400) == 0 and session.scalars(select(TierMove)).all() == keeps
    with pytest.raises(WrongState):
        tiers.end(session, rule, by=people["admin"])


def test_who_has_asked_is_left_to_whoever_decides(session: Session, people: People) -> None:
    by = writer(session, 1)
    for age in (1, 2, 3):
        story(session, by, age)
    author_requests.ask(session, by, "我写了三篇。")
    assert names(session, *THREE) == []


@pytest.mark.parametrize(("role", "rows", "fields"), [
    ("desk_editor", [("adopted", "3", "90")], ["role"]), ("admin", [("adopted", "3", "90")], ["role"]),
    ("correspondent", [], ["conditions"]), ("correspondent", [("", "3", "90")], ["conditions"]),
    ("correspondent", [("income", "3", "90")], ["conditions.0.fact"]),
    ("correspondent", [("adopted", "0", "x")], ["conditions.0.least", "conditions.0.days"]),
    ("correspondent", [("tenure", "30", ""), ("comments", "", "30")], ["conditions.1.least"]),
])
def test_what_is_wrong_with_a_rule_is_said_of_its_field(role: str, rows: list[tuple[str, str, str]], fields: list[str]) -> None:
    with pytest.raises(Invalid) as wrong:
        tiers.checked(role, rows)
    assert [problem.field for problem in wrong.value.problems] == fields


def test_every_adopted_state_counts(session: Session) -> None:
    assert set(submissions.ADOPTED) == {SubmissionState.ACCEPTED, SubmissionState.BANKED, SubmissionState.IN_ARTICLE}
