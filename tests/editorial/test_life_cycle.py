"""Stages of groups: beside the judgement of thirty, from real rows, overruled by a person, asked after 80 days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from editorial import clock
from editorial.errors import Invalid, WrongState
from editorial.groups.groups import Group, GroupState
from editorial.intake.submissions import Submission
from editorial.life_cycle import facts, stages, standings, watch
from editorial.life_cycle.stages import Facts, Stage
from editorial.life_cycle.standings import GroupReview, GroupStanding
from editorial.notices import Notice
from editorial.share_back.clicks import Click
from editorial.share_back.links import TrackedLink
from tests import factories
from tests.editorial.labelled_groups import LABELLED

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)


def hand_in(session, people, group, days_ago, number):
    session.add(Submission(
        number=f"{group.slug}-{number}", contributor_id=people["contributor"].id, group_id=group.id, title="稿", body="文",
        created_at=NOW - timedelta(days=days_ago),
    ))


@pytest.fixture
def history(session, people):
    """The thirty groups as rows: each window's stories and clicks spread over its middle twenty days."""
    edition = factories.scheduled(session, people)
    article_id = edition.places[0].article_id
    for number, (name, windows, _label) in enumerate(LABELLED):
        group = Group(slug=f"l{number}", name=name, kind="other", created_at=NOW - timedelta(days=30 * len(windows)))
        session.add(group)
        session.flush()
        link = TrackedLink(code=f"L{number}", article_id=article_id, group_id=group.id, edition_id=edition.id, target="https://x.cn/")
        session.add(link)
        session.flush()
        for back, (stories, clicks) in enumerate(reversed(windows)):
            for one in range(stories):
                hand_in(session, people, group, 30 * back + 5 + 20 * one / max(stories, 1), f"{back}-{one}")
            for one in range(clicks):
                at = NOW - timedelta(days=30 * back + 5 + 20 * one / clicks)
                session.add(Click(link_id=link.id, at=at, kind="people", visitor=f"{back}-{one}"))
    session.flush()
    return session


def test_the_stage_agrees_with_people_in_four_of_five(history):
    with clock.at(NOW):
        watch.watch(history)
        watch.watch(history)
    standings_of = select(Group.name, GroupStanding).join(GroupStanding, GroupStanding.group_id == Group.id)
    found = dict(history.execute(standings_of.where(Group.slug.startswith("l"))).all())
    wrong = [(name, str(found[name].stage), label) for name, _windows, label in LABELLED if found[name].stage != label]
    assert len(wrong) <= len(LABELLED) * 0.2, wrong
    assert all(len(standing.reasons) == 3 for standing in found.values())


def test_facts_are_those_of_the_group_and_of_people_only(session, people):
    group, other = factories.group(session, "one"), factories.group(session, "two")
    group.created_at = NOW - timedelta(days=70)
    hand_in(session, people, group, 3, 1)
    hand_in(session, people, group, 33, 2)
    hand_in(session, people, other, 1, 1)
    session.flush()
    with clock.at(NOW):
        known = facts.of_groups(session, [group.id])[group.id]
    assert (known.stories, known.quiet_days, known.age_days, known.contributors) == ((1, 1, 0, 0, 0, 0), 3, 70, 1)


@pytest.mark.parametrize(("known", "expected"), [
    (Facts(100, 61), ["silent"]),
    (Facts(100, 59), []),
    (Facts(100, 1, shares_in_week=8), ["overload"]),
    (Facts(100, 1, advertising=2), ["advertising"]),
    (Facts(100, 1, shares_in_week=7, advertising=1), []),
])
def test_flags(known, expected):
    assert stages.flags(known, silent_days=60, most_in_week=7) == expected


def test_a_person_overrules_with_a_reason_and_the_next_look_leaves_it(session, people):
    group = factories.group(session)
    watch.watch(session)
    with pytest.raises(Invalid):
        standings.say(session, group, "mature", " ", by=people["operator"])
    standings.say(session, group, "mature", "季节性停产，十月恢复", by=people["operator"])
    with clock.at(clock.now() + timedelta(days=2)):
        watch.watch(session)
    standing = session.get(GroupStanding, group.id)
    assert (standing.stage, standing.in_force) == (Stage.NEWCOMER, Stage.MATURE)
    standings.say(session, group, "", "", by=people["operator"])
    assert standing.in_force == Stage.NEWCOMER


def test_the_steward_is_asked_once_after_80_days_and_the_answer_counts(session, people):
    group = factories.group(session)
    group.steward = people["contributor"]
    session.flush()
    for days in (79, 80, 81, 95):
        with clock.at(group.created_at + timedelta(days=days, hours=1)):
            watch.watch(session)
    review = session.scalars(select(GroupReview)).one()
    asked = session.scalars(select(Notice).where(Notice.cause.startswith("group_review:"))).all()
    assert len(asked) == 1 and review.figures["age_days"] == 80
    with pytest.raises(Invalid):
        standings.answer(session, review, "close", "", by=people["contributor"])
    standings.answer(session, review, "close", "事情办完了", by=people["contributor"])
    assert group.state == GroupState.CLOSED
    with pytest.raises(WrongState):
        standings.answer(session, review, "go_on", "再想想", by=people["contributor"])


def test_operators_hear_once_a_week_of_groups_without_steward_or_deputy(session, people):
    group = factories.group(session)
    group.steward = people["contributor"]
    session.flush()
    monday = datetime(2026, 6, 1, 4, tzinfo=UTC)
    group.created_at = monday - timedelta(days=13, hours=23)
    told = []
    for hours in (0, 2, 50, 24 * 7):
        with clock.at(monday + timedelta(hours=hours)):
            watch.watch(session)
            query = select(Notice).where(Notice.person_id == people["operator"].id, Notice.thing == "groups")
            told.append(len(session.scalars(query).all()))
    assert told == [0, 1, 1, 2]
