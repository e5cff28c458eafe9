"""Tags kept centrally, and one change for many groups that is taken back with one press."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from editorial.errors import Invalid, WrongState
from editorial.groups import bulk, groups, tags
from editorial.groups.groups import Group, GroupState
from tests import factories


@pytest.fixture
def many(session, people):
    session.add_all(Group(slug=f"g{number}", name=f"第{number}班", kind="training") for number in range(200))
    session.commit()
    return session.scalars(select(Group).order_by(Group.id)).all()


@pytest.fixture
def north(session, people):
    return tags.add(session, taxonomy="地区", name="华北", by=people["operator"])


def test_two_hundred_groups_change_at_once_and_back(session, people, many):
    many[7].operator_id = people["admin"].id
    made = bulk.do(session, many, "operator", people["operator"].email, by=people["operator"])
    session.commit()
    assert {group.operator_id for group in many} == {people["operator"].id}
    many[3].operator_id = people["other"].id
    undone = bulk.undo(session, made, by=people["operator"])
    assert (undone.restored, undone.left) == (199, 1)
    assert [many[number].operator_id for number in (3, 7, 9)] == [people["other"].id, people["admin"].id, None]
    with pytest.raises(WrongState):
        bulk.undo(session, made, by=people["operator"])


def test_closing_many_opens_only_those_again_that_were_open(session, people, many):
    groups.close(session, many[0], by=people["operator"])
    made = bulk.do(session, many, "close", by=people["operator"])
    bulk.undo(session, made, by=people["operator"])
    session.expire_all()
    assert [group.state for group in many] == [GroupState.CLOSED] + [GroupState.ACTIVE] * 199


def test_a_tag_goes_on_and_off_again(session, people, many, north):
    tags.give(session, [many[0].id], north)
    made = bulk.do(session, many[:5], "tag", str(north.id), by=people["operator"])
    assert len(tags.of_groups(session, [group.id for group in many])) == 5
    assert bulk.undo(session, made, by=people["operator"]).restored == 4
    assert tags.of_groups(session) == {many[0].id: ["华北"]}


def test_no_circle_and_nobody_their_own_deputy(session, people, many):
    many[1].parent = many[0]
    many[2].steward = people["contributor"]
    session.flush()
    address = people["contributor"].email
    wrong = (("parent", "g1"), ("deputy", address), ("fly", ""), ("operator", address), ("tag", "99"), ("parent", "moon"))
    for act, value in wrong:
        with pytest.raises(Invalid):
            bulk.do(session, many[:3], act, value, by=people["operator"])
    assert many[2].deputy_id is None and many[0].parent_id is None


def test_a_new_name_holds_everywhere_and_removal_asks_for_a_replacement(session, people, many, north):
    south = tags.add(session, taxonomy="地区", name="华南", by=people["operator"])
    tags.give(session, [group.id for group in many[:3]], north)
    tags.give(session, [many[0].id], south)
    tags.rename(session, north, "北方", by=people["operator"])
    assert tags.of_groups(session, [many[1].id]) == {many[1].id: ["北方"]}
    with pytest.raises(Invalid):
        tags.rename(session, north, "华南", by=people["operator"])
    with pytest.raises(Invalid):
        tags.remove(session, north, None, by=people["operator"])
    assert tags.remove(session, north, south, by=people["operator"]) == 3
    assert [(tag.name, uses) for tag, uses in tags.everyone(session)] == [("华南", 3)]


def test_a_thousand_groups_move_without_a_circle(session, people):
    top = factories.group(session, "top")
    session.add_all(Group(slug=f"k{number}", name=f"{number}", kind="training") for number in range(999))
    session.commit()
    below = session.scalars(select(Group).where(Group.slug != "top")).all()
    assert len(bulk.do(session, below, "parent", "top", by=people["operator"]).before) == 999
    assert {group.parent_id for group in below} == {top.id}
