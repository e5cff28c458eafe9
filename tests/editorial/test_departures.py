"""Somebody leaves with 5 groups, 3 articles in work and 2 robots: nothing is orphaned, whoever forgot to hand over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app import reminding
from editorial import clock
from editorial.articles import articles
from editorial.departures import departures, estate
from editorial.departures.departures import Standing
from editorial.departures.estate import Part
from editorial.errors import Invalid, WrongState
from editorial.groups import groups
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import GroupState
from editorial.members import role_sheet
from editorial.notices import Notice
from editorial.people import people as persons
from editorial.review import stages
from editorial.topics import assignments, topics
from editorial.topics.topics import Pitch
from tests import factories

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)
ZONE = "Asia/Shanghai"


@pytest.fixture
def leaver(session, people):
    """A desk editor with five groups (three of them with a deputy, two with a robot), three articles and an assignment."""
    one = factories.person(session, "desk_editor", "白若兰", email="leaver@chengjiang.example")
    for number in range(5):
        group = factories.group(session, f"g{number}")
        group.steward, group.deputy = one, people["operator"] if number < 3 else None
        if number in (0, 4):
            group.connector = GroupConnector(kind="wecom_robot", settings={"key": f"k{number}"})
    for number in range(3):
        articles.take_charge(session, factories.article(session, people["contributor"], title=f"稿子{number}", slug="g0"), by=one)
    topic = topics.pitch(session, Pitch("夜班食堂的灯", group="g0"), by=people["contributor"])
    topics.decide(session, topic, "approve", by=people["desk_editor"])
    assignments.offer(
        session, topic, person=one, due_at=clock.now() + timedelta(hours=2), by=people["desk_editor"],
        substitute=people["contributor"],
    )
    session.commit()
    return one


def leave(session, leaver, people, chosen=None, others=None):
    persons.deactivate(session, leaver, by=people["admin"])
    return departures.begin(session, leaver, chosen, others=others, by=people["admin"])


def open_parts(departure):
    return sorted((str(item.part), item.name) for item in departures.waiting(departure))


def test_groups_go_to_deputies_and_all_else_is_listed(session, people, leaver):
    departure = leave(session, leaver, people)
    assert open_parts(departure) == [
        ("editor", "稿子0"), ("editor", "稿子1"), ("editor", "稿子2"), ("robot", "g0 群"), ("robot", "g4 群"),
        ("steward", "g3 群"), ("steward", "g4 群"),
    ]
    assert [groups.by_slug(session, f"g{number}").steward for number in range(3)] == [people["operator"]] * 3
    asked = session.scalars(select(assignments.Assignment).where(assignments.Assignment.state == "offered")).one()
    assert asked.person is people["contributor"] and asked.due_at > clock.now() + timedelta(hours=23)
    told = {notice.person_id for notice in session.scalars(select(Notice).where(Notice.thing == "departure"))}
    assert told == {people["admin"].id, people["operator"].id}


def test_correspondents_and_moderators_pass_on_with_their_duties(session, people, leaver):
    group, today = groups.by_slug(session, "g0"), date(2026, 3, 10)
    stand_in = {"substitute": people["operator"].email, "substitute_from": str(today), "substitute_until": str(today)}
    for part, said in (("moderator", stand_in), ("correspondent", {})):
        said = {"person": leaver.email, "duties": "每周收一次稿。", **said}
        role_sheet.change(session, group, role_sheet.Part(part), said, by=people["admin"])
    departure = leave(session, leaver, people)
    assert ("corresponds", "g0 群") in open_parts(departure) and ("moderates", "g0 群") not in open_parts(departure)
    waiting = next(item for item in departures.waiting(departure) if item.part == "corresponds")
    departures.hand(session, waiting, people["contributor"], by=people["admin"])
    lines = {line.part: line for line in role_sheet.sheet(session, group, ZONE)}
    assert (lines["moderator"].person, lines["moderator"].substitute) == (people["operator"], None)
    assert lines["correspondent"].person is people["contributor"] and lines["correspondent"].duties == "每周收一次稿。"
    assert session.scalar(select(Notice).where(Notice.person_id == people["contributor"].id, Notice.thing == "group")) is not None


def test_with_names_for_the_rest_nothing_is_left_of_it(session, people, leaver):
    departure = leave(session, leaver, people, {"steward.4": people["contributor"]}, others=people["desk_editor"])
    assert open_parts(departure) == [("robot", "g0 群"), ("robot", "g4 群")]
    assert groups.get(session, 4).steward is people["contributor"] and groups.get(session, 5).steward is people["desk_editor"]
    assert {one.editor for one in session.scalars(select(articles.Article))} == {people["desk_editor"]}
    for item in departures.waiting(departure):
        departures.tick(session, item, "群主已转给继任者", by=people["admin"])
    assert departure.ended_at is not None and estate.of(session, leaver) == []


def test_who_may_not_have_it_is_named_and_nothing_changes(session, people, leaver):
    key = next(held.key for held in estate.of(session, leaver) if held.part == Part.EDITOR)
    with pytest.raises(Invalid) as refused, session.begin_nested():
        leave(session, leaver, people, {key: people["contributor"]})
    assert [problem.field for problem in refused.value.problems] == [key]
    session.refresh(leaver)
    assert leaver.active and groups.by_slug(session, "g0").steward is leaver


def test_a_steward_is_not_ticked_off_and_nothing_is_handed_over_twice(session, people, leaver):
    departure = leave(session, leaver, people)
    item = next(item for item in departures.waiting(departure) if item.part == Part.STEWARD)
    with pytest.raises(WrongState):
        departures.tick(session, item, "", by=people["admin"])
    departures.hand(session, item, people["operator"], by=people["admin"])
    with pytest.raises(WrongState):
        departures.hand(session, item, people["contributor"], by=people["admin"])


def test_no_group_is_without_an_active_steward_for_a_day(session, people, leaver):
    """Nobody handed anything over: access was simply ended elsewhere, by a list of the company for example."""
    groups.by_slug(session, "g4").parent = groups.by_slug(session, "g1")
    with clock.at(NOON):
        persons.deactivate(session, leaver, by=None)
        reminding.remind(session, ZONE)
        assert [groups.by_slug(session, f"g{number}").steward.active for number in range(5)] == [True, True, True, False, False]
    with clock.at(NOON + timedelta(hours=21)):
        reminding.remind(session, ZONE)
        assert all(groups.by_slug(session, f"g{number}").steward.active for number in range(5))
        assert groups.by_slug(session, "g4").steward is groups.by_slug(session, "g1").steward
        departure = departures.of(session, leaver)
        assert Part.STEWARD not in {item.part for item in departures.waiting(departure)}
        reminding.remind(session, ZONE)
    assert len(session.scalars(select(departures.Departure)).all()) == 1


def test_what_is_settled_elsewhere_waits_no_more(session, people, leaver):
    departure = leave(session, leaver, people)
    steward = people["contributor"].email
    groups.change(session, groups.by_slug(session, "g3"), steward=steward, deputy="", parent="", by=people["operator"])
    groups.close(session, groups.by_slug(session, "g4"), by=people["operator"])
    departures.look_again(session, departure)
    assert {str(item.part) for item in departures.waiting(departure)} == {"editor", "robot"}
    assert groups.by_slug(session, "g4").state == GroupState.CLOSED


def test_a_review_they_had_taken_is_free_again(session, people, leaver):
    article = factories.in_review(session, people, title="待审", slug="g1")
    row = stages.open_stage(session, article)
    stages.claim(session, row, by=leaver)
    departure = leave(session, leaver, people)
    assert row.claimed_by_id is None
    assert [item.standing for item in departure.items if item.part == Part.STAGE] == [Standing.MOVED]


def test_groups_assigned_to_an_operator_pass_on_together(session, people, leaver):
    for number in range(5):
        groups.by_slug(session, f"g{number}").operator_id = leaver.id
    departure = leave(session, leaver, people, others=people["contributor"])
    item = next(item for item in departures.waiting(departure) if item.part == Part.OPERATOR)
    assert item.name == "5"
    departures.hand(session, item, people["operator"], by=people["admin"])
    session.expire_all()
    assert {groups.by_slug(session, f"g{number}").operator_id for number in range(5)} == {people["operator"].id}


def test_who_comes_back_finds_the_list_closed(session, people, leaver):
    departure = leave(session, leaver, people)
    persons.reactivate(session, leaver, by=people["admin"])
    departures.look_again(session, departure)
    assert departure.ended_at is not None and groups.by_slug(session, "g3").steward is leaver
