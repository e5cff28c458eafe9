"""The noise budget: a hard cap of messages a week, quiet hours, one digest for what was held, nothing lost on the way (C05)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock, house
from editorial.accounts import OfficialAccount
from editorial.calendar.editions import Place
from editorial.errors import Invalid
from editorial.groups.groups import Group
from editorial.notices.notices import Notice
from editorial.outbox import attempts, deliveries
from editorial.outbox.attempts import Timing
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.people.people import Person
from editorial.release import releases
from editorial.review.rows import Emergency
from editorial.share_back import group_habits, noise, shares
from publishers.connector import Abilities, Absent, LinkParcel, NoteParcel, Parcel, Rate, Reading, Receipt, Refused, Remember
from publishers.dispatch import Outfit, drain
from publishers.dispatch.parcels import Materials
from publishers.share_kit import ShareKit
from tests import factories

People = dict[str, Person]
RULES = {
    "group_week_messages": "1", "group_quiet_from": "21:00", "group_quiet_until": "07:00", "digest_day": "3", "digest_at": "12:00",
}
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Nine o'clock in China: the week began half an hour ago."""
FRIDAY = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
"""Four in the afternoon: the time of the digest."""


@dataclass
class Robot:
    """A platform that takes everything and remembers when."""

    said: list[tuple[datetime, LinkParcel]] = field(default_factory=list)
    refuses: bool = False
    at: datetime = MONDAY
    kind: str = "wecom_robot"
    abilities: Abilities = field(default_factory=lambda: Abilities(several_cards=True))
    rates: tuple[Rate, ...] = ()

    def send(self, parcel: Parcel, remember: Remember) -> Receipt:
        assert isinstance(parcel, LinkParcel)
        if self.refuses:
            raise Refused("no")
        self.said.append((self.at, parcel))
        return Receipt(final=True, remote_id="m1")

    def confirm(self, parcel: Parcel) -> Receipt:
        return Receipt(final=True)

    def find_out(self, parcel: Parcel) -> Reading:
        return Absent()


def nothing(*_: object) -> bytes:
    return b""


def work(session: Session, robot: Robot | ShareKit, at: datetime) -> None:
    """What the worker does at this instant."""
    if isinstance(robot, Robot):
        robot.at = at
    materials = Materials(
        read_picture=nothing, tracked_url=lambda code: f"https://t/{code}", cover_url=lambda code: "", drawn_cover=nothing,
        note_of=lambda *_: NoteParcel("", "", ""),
    )
    outfit = Outfit(
        connector_of=lambda *_: robot, materials=materials, timing=Timing(), remembering=lambda ticket: lambda name, value: None,
    )
    with clock.at(at):
        while attempts.work_in(session, shares.LANE, attempts.ready_to_start(clock.now()), 1):
            drain(session, shares.LANE, outfit)


def publish(session: Session, people: People, number: int, at: datetime, articles: int = 1) -> None:
    """One more edition is out, and its links are promised."""
    with clock.at(at):
        account = session.scalars(select(OfficialAccount)).first() or factories.account(session)
        edition = factories.scheduled(session, people, at=at, count=articles, of=account)
        links = tuple(f"https://mp.weixin.qq.com/s/{number}-{place}" for place in range(articles))
        releases.record_published(session, edition, links)
        shares.promise_all(session, edition)
        session.commit()


def states(session: Session) -> list[str]:
    session.expire_all()
    query = select(Delivery).where(Delivery.purpose == Purpose.SHARE).order_by(Delivery.id)
    return [one.state for one in session.scalars(query)]


@pytest.fixture
def group(session: Session, people: People) -> Group:
    made = factories.group(session, "assembly", "wecom_robot", {"key": "k"})
    session.commit()
    return made


def limit(
    session: Session, group: Group, people: People, messages: str = "", quiet: tuple[str, str] = ("", ""), words: str = ""
) -> None:
    group_habits.change(
        session, group, week_messages=messages, quiet_from=quiet[0], quiet_until=quiet[1], opening_words=words,
        by=people["operator"],
    )
    session.commit()


def test_without_a_rule_everything_goes_out_at_once(session: Session, people: People, group: Group) -> None:
    robot = Robot()
    for number in range(6):
        publish(session, people, number, MONDAY)
    work(session, robot, MONDAY)
    assert len(robot.said) == 6 and states(session) == [State.SENT] * 6


def test_the_cap_holds_and_the_rest_is_one_digest(session: Session, people: People, group: Group) -> None:
    robot = Robot()
    limit(session, group, people, "3", words="各位工友：")
    for number in range(6):
        publish(session, people, number, MONDAY)
    work(session, robot, MONDAY)
    assert [len(parcel.cards) for _, parcel in robot.said] == [1, 1]
    shared = select(Delivery).where(Delivery.purpose == Purpose.SHARE)
    waiting = session.scalars(shared.where(Delivery.state == State.WAITING)).all()
    assert {one.code for one in waiting} == {noise.OVER_BUDGET} and all("digest" in one.reason for one in waiting)
    assert {one.due_at for one in waiting} == {FRIDAY}
    work(session, robot, FRIDAY - timedelta(minutes=1))
    assert len(robot.said) == 2
    work(session, robot, FRIDAY + timedelta(seconds=5))
    assert [len(parcel.cards) for _, parcel in robot.said] == [1, 1, 4]
    assert states(session) == [State.SENT] * 6 and robot.said[-1][1].words == "各位工友："
    assert len({card.url for _, parcel in robot.said for card in parcel.cards}) == 6


def test_p6_a_digest_leaves_out_what_is_kept_back(session: Session, people: People, group: Group) -> None:
    limit(session, group, people, messages="1")
    publish(session, people, 1, MONDAY)
    publish(session, people, 2, MONDAY)
    first, second = session.scalars(select(Delivery).where(Delivery.purpose == Purpose.SHARE).order_by(Delivery.id)).all()
    first.code = second.code = noise.OVER_BUDGET
    assert noise.gather(session, first, lambda others: {second.edition_id}) == 0 and second.after_id is None
    assert noise.gather(session, first, lambda others: set()) == 1 and second.after_id == first.id


def test_in_no_week_of_a_month_are_there_more_than_the_cap(session: Session, people: People, group: Group) -> None:
    robot = Robot()
    limit(session, group, people, "2")
    for day in range(14):
        at = MONDAY + timedelta(days=day)
        publish(session, people, day, at)
        work(session, robot, at)
        work(session, robot, at + timedelta(hours=7, minutes=5))
    for day in range(14, 28):
        work(session, robot, MONDAY + timedelta(days=day))
        work(session, robot, MONDAY + timedelta(days=day, hours=7, minutes=5))
    assert states(session) == [State.SENT] * 14
    assert sum(len(parcel.cards) for _, parcel in robot.said) == 14
    weeks = [noise.week_of(at, 5, "16:00", clock.DEFAULT_ZONE).begins for at, _ in robot.said]
    assert max(weeks.count(week) for week in weeks) == 2
    assert all(len(parcel.cards) <= noise.MOST_CARDS for _, parcel in robot.said)


def test_quiet_hours_only_put_it_off(session: Session, people: People, group: Group) -> None:
    robot, evening = Robot(), MONDAY + timedelta(hours=14)
    limit(session, group, people, quiet=("22:00", "07:30"))
    publish(session, people, 1, evening)
    work(session, robot, evening)
    [waiting] = session.scalars(select(Delivery).where(Delivery.purpose == Purpose.SHARE)).all()
    assert robot.said == [] and waiting.code == noise.QUIET_HOURS
    morning = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert waiting.due_at == morning
    work(session, robot, morning)
    assert len(robot.said) == 1


def test_what_goes_out_in_haste_does_not_wait_for_the_morning(session: Session, people: People, group: Group) -> None:
    robot, evening = Robot(), MONDAY + timedelta(hours=14)
    limit(session, group, people, quiet=("22:00", "07:30"))
    publish(session, people, 1, evening)
    place = session.scalars(select(Place)).one()
    session.add(Emergency(article_id=place.article_id, declared_by_id=people["admin"].id, reason="台风红色预警"))
    session.commit()
    work(session, robot, evening)
    assert len(robot.said) == 1


def test_a_refused_digest_keeps_what_it_held_and_one_given_up_lets_it_go(session: Session, people: People, group: Group) -> None:
    robot = Robot()
    limit(session, group, people, "1")
    for number in range(3):
        publish(session, people, number, MONDAY)
    work(session, robot, MONDAY)
    robot.refuses = True
    work(session, robot, FRIDAY)
    assert states(session) == [State.REFUSED, State.WAITING, State.WAITING]
    robot.refuses = False
    first = session.scalars(select(Delivery).where(Delivery.state == State.REFUSED)).one()
    with clock.at(FRIDAY + timedelta(minutes=1)):
        deliveries.call_off(session, first)
        session.commit()
    work(session, robot, FRIDAY + timedelta(minutes=2))
    assert states(session) == [State.CALLED_OFF, State.SENT, State.WAITING]
    work(session, robot, MONDAY + timedelta(days=11, hours=7))
    assert states(session)[1:] == [State.SENT, State.SENT]


def test_a_digest_by_hand_counts_for_all_it_holds_once_a_person_says_so(session: Session, people: People) -> None:
    group = factories.group(session, "friends", "share_kit")
    limit(session, group, people, "1")
    for number in range(3):
        publish(session, people, number, MONDAY)
    work(session, ShareKit(), MONDAY)
    work(session, ShareKit(), FRIDAY)
    assert states(session) == [State.ACCEPTED, State.WAITING, State.WAITING]
    with clock.at(FRIDAY):
        posted = session.scalars(select(Delivery).where(Delivery.state == State.ACCEPTED)).one()
        deliveries.confirm_by_person(session, posted, by=people["operator"])
        session.commit()
    work(session, ShareKit(), FRIDAY + timedelta(minutes=1))
    assert states(session) == [State.SENT] * 3


def test_who_keeps_five_groups_hears_of_one_article_once(session: Session, people: People) -> None:
    keeper = factories.person(session, "operator", "五群之主", "five@chengjiang.example")
    for number in range(5):
        made = factories.group(session, f"friends-{number}", "share_kit")
        made.steward = keeper
    session.commit()
    publish(session, people, 1, MONDAY)
    publish(session, people, 2, MONDAY)
    work(session, ShareKit(), MONDAY)
    assert states(session) == [State.ACCEPTED] * 10
    told = session.scalars(select(Notice).where(Notice.person_id == keeper.id, Notice.cause.startswith("by_hand:"))).all()
    assert len(told) == 2


def test_the_house_sets_the_rule_for_every_group(session: Session, people: People, group: Group) -> None:
    group_habits.change_rules(session, RULES, by=people["admin"])
    assert house.setting(session, "group_week_messages") == 1 and house.setting(session, "digest_day") == 3
    habit = group_habits.at_hand(session, [group.id]).of(group.id)
    assert habit.week_messages == 1 and habit.quiet == group_habits.Quiet(21 * 60, 7 * 60)
    limit(session, group, people, "0")
    assert group_habits.at_hand(session, [group.id]).of(group.id).week_messages == 0


@pytest.mark.parametrize(("change", "wrong"), [
    ({"group_week_messages": "-1"}, "group_week_messages"), ({"group_week_messages": "51"}, "group_week_messages"),
    ({"group_quiet_from": "25:00"}, "group_quiet_from"), ({"group_quiet_until": ""}, "group_quiet_from"),
    ({"digest_at": "noon"}, "digest_at"), ({"digest_day": "8"}, "digest_day"),
])
def test_rules_that_are_none_are_named(session: Session, people: People, change: dict[str, str], wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        group_habits.change_rules(session, RULES | change, by=people["admin"])
    assert [problem.field for problem in refused.value.problems] == [wrong]


@pytest.mark.parametrize(("day", "at"), [(1, "00:00"), (1, "08:30"), (5, "16:00"), (7, "23:59")])
def test_weeks_follow_each_other_without_a_gap(day: int, at: str) -> None:
    weeks = [noise.week_of(MONDAY + timedelta(hours=hour), day, at, clock.DEFAULT_ZONE) for hour in range(0, 24 * 15, 5)]
    assert all(one.begins <= one.digest_at < one.ends for one in weeks)
    assert all(later.begins in (earlier.begins, earlier.ends) for earlier, later in pairwise(weeks))
