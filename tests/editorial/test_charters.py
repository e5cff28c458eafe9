"""Charters: the two questions, versions, what a group needs to be active, task groups that end by themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app import reminding
from editorial import clock, house
from editorial.errors import Invalid
from editorial.groups import charters, groups
from editorial.groups.groups import GroupState, Mode
from editorial.notices import Notice
from tests import factories

SAID = {"audience": "装配车间全体班组长", "purpose": "交流试车经验", "output": "每月两篇试车手记"}
NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)


@pytest.fixture
def group(session, people):
    return factories.group(session)


def test_the_two_questions_must_be_answered(session, people, group):
    with pytest.raises(Invalid) as refused:
        charters.write(session, group, {"audience": " ", "purpose": "", "output": "手记"}, by=people["operator"])
    assert [problem.field for problem in refused.value.problems] == ["audience", "purpose"]
    assert charters.newest(session, group) is None


def test_every_change_makes_a_version_and_the_same_words_none(session, people, group):
    charters.write(session, group, SAID, by=people["operator"])
    assert charters.write(session, group, {**SAID, "rules": ""}, by=people["operator"]).version == 1
    charters.write(session, group, {**SAID, "purpose": "评议试车记录"}, by=people["admin"])
    assert [(one.version, one.purpose) for one in charters.versions(session, group)] == [(2, "评议试车记录"), (1, "交流试车经验")]
    assert (group.purpose, group.charter_version) == ("评议试车记录", 2)


def test_a_group_becomes_active_only_with_purpose_output_and_an_active_steward(session, people, group):
    charters.write(session, group, {**SAID, "output": ""}, by=people["operator"])
    charters.settle(session, group)
    assert group.state == GroupState.PREPARING and charters.missing(session, group) == ["output", "steward"]
    with pytest.raises(Invalid):
        charters.take_up(session, group, by=people["operator"])
    charters.write(session, group, SAID, by=people["operator"])
    group.steward = people["contributor"]
    people["contributor"].active = False
    assert charters.missing(session, group) == ["steward"]
    people["contributor"].active = True
    charters.take_up(session, group, by=people["operator"])
    assert group.state == GroupState.ACTIVE


def test_a_group_of_the_api_needs_a_charter_only_when_the_house_says_so(session, people, group):
    groups.close(session, group, by=people["operator"])
    charters.take_up(session, group, by=people["operator"])
    assert group.state == GroupState.ACTIVE
    house.change(session, "charter_required", True, by=people["admin"])
    groups.close(session, group, by=people["operator"])
    with pytest.raises(Invalid):
        charters.take_up(session, group, by=people["operator"])


def test_a_task_group_closes_itself_after_its_last_day_and_says_so_once(session, people, group):
    group.steward = people["contributor"]
    with clock.at(NOON):
        with pytest.raises(Invalid) as refused:
            charters.write(session, group, SAID, mode=Mode.TASK, by=people["operator"])
        assert [problem.field for problem in refused.value.problems] == ["ends_on"]
        charters.write(session, group, SAID, mode=Mode.TASK, ends_on=date(2026, 3, 10), by=people["operator"])
        reminding.remind(session, "Asia/Shanghai")
        assert group.state == GroupState.ACTIVE
    with clock.at(datetime(2026, 3, 10, 16, 0, 1, tzinfo=UTC)):
        reminding.remind(session, "Asia/Shanghai")
        reminding.remind(session, "Asia/Shanghai")
    assert group.state == GroupState.CLOSED
    told = session.scalars(select(Notice).where(Notice.cause.startswith("group_ended:"))).all()
    assert [notice.person_id for notice in told] == [people["contributor"].id]
    with clock.at(datetime(2026, 3, 12, 4, tzinfo=UTC)), pytest.raises(Invalid) as refused:
        charters.take_up(session, group, by=people["operator"])
    assert "ends_on" in [problem.field for problem in refused.value.problems]
