"""Calls for stories (A05): sent to each group once, answered under the call, closed by the clock, summed up once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import call_notes
from editorial import clock
from editorial.articles import embargo
from editorial.articles.adopting import adopt
from editorial.articles.articles import Article
from editorial.calendar.editions import Edition
from editorial.errors import Invalid, WrongState
from editorial.events import Node
from editorial.groups.groups import Group
from editorial.intake import submissions, triage
from editorial.intake.submissions import Submission
from editorial.measuring.funnel import funnel
from editorial.members import memberships
from editorial.members.memberships import Way
from editorial.notices.notices import Notice
from editorial.outbox import attempts
from editorial.outbox.attempts import Timing
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.people.people import Person
from editorial.release import releases
from editorial.share_back import group_habits, shares
from editorial.story_calls import answers, calls, messages
from editorial.story_calls.answers import Fate
from editorial.story_calls.calls import Wish
from editorial.story_calls.rows import CallState, CallTarget, Message, StoryCall
from publishers.connector import Abilities, Absent, Parcel, Rate, Reading, Receipt, Remember
from publishers.dispatch import Outfit, drain
from publishers.dispatch.parcels import Materials
from publishers.share_kit import ShareKit
from tests import factories

People = dict[str, Person]
ZONE = "Asia/Shanghai"
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Nine o'clock in China."""
DAY = timedelta(days=1)


@dataclass
class Robot:
    """A platform that takes everything and remembers it."""

    said: list[Parcel] = field(default_factory=list)
    kind: str = "wecom_robot"
    abilities: Abilities = field(default_factory=lambda: Abilities(several_cards=True))
    rates: tuple[Rate, ...] = ()

    def send(self, parcel: Parcel, remember: Remember) -> Receipt:
        self.said.append(parcel)
        return Receipt(final=True, remote_id="m1")

    def confirm(self, parcel: Parcel) -> Receipt:
        return Receipt(final=True)

    def find_out(self, parcel: Parcel) -> Reading:
        return Absent()


def work(session: Session, robot: Any, at: datetime) -> None:
    """What the worker does at this instant."""
    materials = Materials(
        read_picture=lambda _: b"", tracked_url=lambda code: f"https://t/{code}", cover_url=lambda _: "",
        drawn_cover=lambda *_: b"", note_of=lambda session, delivery: call_notes.note_of(session, delivery, "https://q", ZONE),
    )
    outfit = Outfit(
        connector_of=lambda *_: robot, materials=materials, timing=Timing(), remembering=lambda _: lambda name, value: None,
    )
    with clock.at(at):
        while attempts.work_in(session, shares.LANE, attempts.ready_to_start(clock.now()), 1):
            drain(session, shares.LANE, outfit)
    session.expire_all()


@pytest.fixture
def asked(session: Session) -> list[Group]:
    """Three groups, one of which only a person can reach."""
    return [factories.group(session, slug, kind, {"key": slug}) for slug, kind in
            (("assembly", "wecom_robot"), ("lean", "feishu_robot"), ("reading", None))]


def begin(session: Session, people: People, *slugs: str, **more: Any) -> StoryCall:
    wish = {"title": "夜班食堂的一碗面", "prompt": "写一个人。", "due_at": MONDAY + 5 * DAY, "groups": slugs or ("assembly",)}
    with clock.at(MONDAY):
        call = calls.open_call(session, Wish(**wish | more), by=people["desk_editor"])
        session.commit()
    return call


def hand_in(session: Session, by: Person, target: CallTarget, title: str = "二号窗口", **more: Any) -> Submission:
    came = submissions.receive(session, title=title, body="焊工不吃葱。", origin_group=target.group.slug, by=by, **more)
    answers.note(session, came, target)
    return came


def states(session: Session, call: StoryCall, kind: Message = Message.OPENING) -> list[str]:
    session.expire_all()
    return [one.delivery.state for one in messages.of_call(session, call) if one.kind == kind and one.delivery]


def test_a_call_reaches_each_of_its_groups_once_with_a_link_of_its_own(
    session: Session, people: People, asked: list[Group]
) -> None:
    robot = Robot()
    call = begin(session, people, "assembly", "lean", "reading", "lean")
    work(session, robot, MONDAY)
    work(session, robot, MONDAY + timedelta(hours=1))
    assert states(session, call) == [State.SENT] * 3
    assert sorted(one.url for one in robot.said) == sorted(f"https://q/hand-in?call={one.code}" for one in call.targets)
    assert robot.said[0].subject == "征稿：夜班食堂的一碗面" and "写一个人。\n截稿：11 月 28 日 09:00" in robot.said[0].text
    assert funnel(session, MONDAY - DAY, MONDAY + DAY).counts[Node.CALL_SENT] == 3


def test_an_open_call_is_offered_to_whoever_has_to_do_with_its_group(session: Session, people: People, asked: list[Group]) -> None:
    call = begin(session, people, "assembly", "lean")
    contributor, other = people["contributor"], people["other"]

    def offered(person: Person) -> list[str]:
        with clock.at(MONDAY):
            return [one.group.slug for one in calls.concerning(session, person)]

    assert offered(contributor) == offered(other) == []
    memberships.begin(session, asked[1], contributor, Way.OPEN)
    hand_in(session, other, call.targets[0])
    assert (offered(contributor), offered(other)) == (["lean"], ["assembly"])
    memberships.leave(session, asked[1], contributor)
    assert offered(contributor) == []


def test_the_same_press_twice_is_one_call(session: Session, people: People, asked: list[Group]) -> None:
    wish = Wish("夜班", "写一个人。", clock.now() + DAY * 2, ["assembly"])
    first, second = (calls.open_call(session, wish, by=people["desk_editor"], nonce="n") for _ in range(2))
    assert first.id == second.id
    assert len(session.scalars(select(Delivery).where(Delivery.purpose == Purpose.STORY_CALL)).all()) == 1


@pytest.mark.parametrize(("more", "fields"), [
    ({"title": " "}, ["title"]), ({"title": "长" * 61}, ["title"]), ({"prompt": ""}, ["prompt"]),
    ({"prompt": "长" * 401}, ["prompt"]),
    ({"due_at": None}, ["due_at"]), ({"due_at": MONDAY - DAY}, ["due_at"]), ({"groups": ()}, ["groups"]),
    ({"groups": ("assembly", "nowhere")}, ["groups"]), ({"due_at": MONDAY + DAY, "reminds": True}, ["reminds"]),
    ({"title": "", "prompt": "", "due_at": None, "groups": ()}, ["title", "prompt", "due_at", "groups"]),
])
def test_what_is_wrong_is_said_of_every_field_at_once(
    session: Session, people: People, asked: list[Group], more: dict[str, Any], fields: list[str]
) -> None:
    wish = Wish(**{"title": "夜班", "prompt": "写。", "due_at": MONDAY + 5 * DAY, "groups": ("assembly",), **more})
    with clock.at(MONDAY), pytest.raises(Invalid) as caught:
        calls.open_call(session, wish, by=people["desk_editor"])
    assert [problem.field for problem in caught.value.problems] == fields


def test_a_longest_call_fits_into_one_message(session: Session, people: People, asked: list[Group]) -> None:
    group_habits.change(
        session, asked[0], week_messages="", quiet_from="", quiet_until="", opening_words="长" * 120, by=people["operator"],
    )
    call = begin(session, people, title="长" * 60, prompt="长" * 400)
    delivery = messages.of_call(session, call)[0].delivery
    assert delivery is not None
    note = call_notes.note_of(session, delivery, "https://qunsheng.chengjiang.example", ZONE)
    assert len(f"{note.subject}\n{note.text}\n{note.url}".encode()) <= 2048, "WeCom's limit"


def test_groups_are_reminded_only_when_somebody_wished_it(session: Session, people: People, asked: list[Group]) -> None:
    robot = Robot()
    assert states(session, begin(session, people), Message.REMINDER) == []
    call = begin(session, people, "lean", reminds=True)
    work(session, robot, MONDAY)
    assert states(session, call, Message.REMINDER) == [State.WAITING]
    work(session, robot, MONDAY + 4 * DAY)
    assert states(session, call, Message.REMINDER) == [State.SENT]


def test_the_clock_closes_a_call_and_holds_back_what_has_not_left(session: Session, people: People, asked: list[Group]) -> None:
    call = begin(session, people, reminds=True)
    hand_in(session, people["contributor"], call.targets[0])
    with clock.at(MONDAY + 5 * DAY - timedelta(seconds=1)):
        assert calls.close_due(session) == 0
    with clock.at(MONDAY + 5 * DAY):
        assert (calls.close_due(session), calls.close_due(session)) == (1, 0)
        assert call.state == CallState.CLOSED and call.closed_by_id is None
        assert states(session, call) == [State.CALLED_OFF] and states(session, call, Message.REMINDER) == [State.CALLED_OFF]
        with pytest.raises(WrongState):
            calls.close(session, call, by=people["desk_editor"])
    [told] = session.scalars(select(Notice).where(Notice.thing == "story_call"))
    assert told.person_id == people["desk_editor"].id and told.params["count"] == 1 and told.kind.code == "deadline"


def test_a_message_that_comes_after_the_deadline_does_not_go_out(session: Session, people: People, asked: list[Group]) -> None:
    robot = Robot()
    call = begin(session, people)
    work(session, robot, MONDAY + 6 * DAY)
    assert robot.said == [] and states(session, call) == [State.REFUSED]


def test_after_the_end_nothing_comes_under_it_but_what_was_returned(session: Session, people: People, asked: list[Group]) -> None:
    call = begin(session, people)
    target = call.targets[0]
    returned = hand_in(session, people["contributor"], target)
    triage.return_for_revision(session, returned, by=people["desk_editor"], reason="请补照片。")
    with clock.at(MONDAY + DAY):
        calls.close(session, call, by=people["desk_editor"])
    late = hand_in(session, people["other"], target, "来晚了")
    again = hand_in(session, people["contributor"], target, "二号窗口，补了照片", follows=returned)
    assert [one.submission.id for one in answers.of_call(session, call)] == [again.id] and late.id != again.id
    assert answers.count(session, call) == 1


def test_others_learn_no_more_than_is_public(session: Session, people: People, asked: list[Group]) -> None:
    call = begin(session, people)
    target = call.targets[0]
    declined, banked, withdrawn, kept = (
        hand_in(session, people["contributor"], target, title, byline="小满") for title in ("一", "二", "三", "四")
    )
    triage.decline(session, declined, by=people["desk_editor"], reason="近期已发过。")
    triage.bank(session, banked, by=people["desk_editor"], reason="")
    triage.withdraw(session, withdrawn, by=people["contributor"])
    article = adopt(session, kept, by=people["desk_editor"], body="焊工不吃葱。").article
    told = {one.submission.id: one for one in answers.of_call(session, call)}
    assert {one: told[one].fate for one in told} == {
        declined.id: Fate.HANDED_IN, banked.id: Fate.ADOPTED, kept.id: Fate.ADOPTED,
    }
    embargo.put(session, article, clock.now() + DAY, zone=ZONE, by=people["desk_editor"])
    hidden = next(one for one in answers.of_call(session, call) if one.submission.id == kept.id)
    assert hidden.title == "" and hidden.permalink == ""
    draft = call_notes.draft_summary(session, call)
    assert "共收到 3 篇来稿，谢谢小满。" in draft and "已采用：《二》。" in draft and "四" not in draft


def test_the_summary_goes_to_every_group_once(session: Session, people: People, asked: list[Group]) -> None:
    robot = Robot()
    call = begin(session, people, "assembly", "lean")
    with pytest.raises(WrongState):
        calls.send_summary(session, call, "谢谢大家。", by=people["desk_editor"])
    with clock.at(MONDAY + DAY):
        calls.close(session, call, by=people["desk_editor"])
        for text in (" ", "长" * 451):
            with pytest.raises(Invalid):
                calls.send_summary(session, call, text, by=people["desk_editor"])
        calls.send_summary(session, call, "谢谢大家。", by=people["desk_editor"])
        with pytest.raises(WrongState):
            calls.send_summary(session, call, "再谢一次。", by=people["desk_editor"])
        session.commit()
    work(session, robot, MONDAY + DAY)
    assert states(session, call, Message.SUMMARY) == [State.SENT] * 2 and call.state == CallState.SUMMED_UP
    assert {one.text for one in robot.said} == {"谢谢大家。"}
    assert {one.url for one in robot.said} == {f"https://q/story-calls/through/{one.code}" for one in call.targets}


def test_a_summary_that_waits_names_nothing_that_came_under_embargo(
    session: Session, people: People, asked: list[Group]
) -> None:
    robot = Robot()
    limit(session, people, asked[0], messages="9", quiet=("21:00", "07:00"))
    call = begin(session, people)
    told, hidden, joined = (hand_in(session, people["contributor"], call.targets[0], title) for title in ("早餐", "新工厂", "选址"))
    adopt(session, told, by=people["desk_editor"], body="豆浆。")
    article = adopt(session, hidden, by=people["desk_editor"], body="九月奠基。").article
    triage.join(session, joined, into=hidden, by=people["desk_editor"])
    with clock.at(MONDAY - timedelta(hours=3)):
        calls.close(session, call, by=people["desk_editor"])
        draft = call_notes.draft_summary(session, call)
        calls.send_summary(session, call, draft, by=people["desk_editor"])
        session.commit()
    assert "《新工厂》" in draft and "《选址》" in draft
    work(session, robot, MONDAY - timedelta(hours=3))
    assert states(session, call, Message.SUMMARY) == [State.WAITING]
    with clock.at(MONDAY - timedelta(hours=2)):
        embargo.put(session, article, MONDAY + DAY, zone=ZONE, by=people["desk_editor"])
        session.commit()
    work(session, robot, MONDAY)
    [said] = [one.text for one in robot.said if "共收到" in one.text]
    assert "《早餐》《暂不公开》《暂不公开》" in said and "新工厂" not in said and "选址" not in said


def test_a_group_without_a_robot_waits_for_its_steward(session: Session, people: People, asked: list[Group]) -> None:
    asked[2].steward = people["other"]
    call = begin(session, people, "reading")
    work(session, ShareKit(), MONDAY)
    assert states(session, call) == [State.ACCEPTED]
    [told] = session.scalars(select(Notice).where(Notice.thing == "story_call"))
    assert told.person_id == people["other"].id and told.sentence.startswith("The call “{title}” waits to be posted")


def test_a_call_keeps_quiet_hours_and_counts_as_a_message_of_the_week(
    session: Session, people: People, asked: list[Group]
) -> None:
    robot = Robot()
    limit(session, people, asked[0], messages="2", quiet=("21:00", "07:00"))
    call = begin(session, people)
    work(session, robot, MONDAY - timedelta(hours=3))
    assert states(session, call) == [State.WAITING]
    work(session, robot, MONDAY)
    assert states(session, call) == [State.SENT]
    publish(session, people)
    work(session, robot, MONDAY)
    assert len(robot.said) == 1, "the last message of the week is kept for the digest"


def test_a_call_beyond_the_budget_goes_in_the_digest(session: Session, people: People, asked: list[Group]) -> None:
    robot = Robot()
    limit(session, people, asked[0], messages="1")
    call = begin(session, people)
    publish(session, people)
    work(session, robot, MONDAY)
    assert robot.said == [] and states(session, call) == [State.WAITING]
    friday = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    for later in (0, 3, 6):
        work(session, robot, friday + timedelta(seconds=later))
    [digest] = robot.said
    assert [card.title for card in digest.cards] == ["试车台手记之1", "征稿：夜班食堂的一碗面"]
    assert digest.cards[1].url == f"https://q/hand-in?call={call.targets[0].code}"
    assert states(session, call) == [State.SENT]


def limit(session: Session, people: People, group: Group, *, messages: str, quiet: tuple[str, str] = ("", "")) -> None:
    group_habits.change(
        session, group, week_messages=messages, quiet_from=quiet[0], quiet_until=quiet[1], opening_words="", by=people["operator"],
    )
    session.commit()


def publish(session: Session, people: People) -> Edition:
    """An edition is out, and its link is promised to one group."""
    with clock.at(MONDAY):
        edition = factories.scheduled(session, people, at=MONDAY, share_to=["assembly"])
        releases.record_published(session, edition, ("https://mp.weixin.qq.com/s/1",))
        shares.promise_all(session, edition)
        session.commit()
    assert session.get(Article, edition.lead.id) is not None
    return edition


def test_more_time_is_told_once_to_those_who_know_the_old_deadline(session: Session, people: People, asked: list[Group]) -> None:
    robot = Robot()
    call = begin(session, people, "assembly", "lean", reminds=True)
    late = messages.of_call(session, call)[1].delivery
    assert late is not None
    late.due_at = MONDAY + 2 * DAY
    session.commit()
    work(session, robot, MONDAY)
    with clock.at(MONDAY + DAY):
        calls.give_more_time(session, call, MONDAY + 8 * DAY, by=people["desk_editor"])
        session.commit()
        with pytest.raises(Invalid):
            calls.give_more_time(session, call, MONDAY + 9 * DAY, by=people["desk_editor"])
    work(session, robot, MONDAY + DAY)
    assert robot.said[-1].subject == "征稿延期：夜班食堂的一碗面" and "截稿延到 12 月 1 日 09:00" in robot.said[-1].text
    assert states(session, call, Message.MORE_TIME) == [State.SENT], "the second group has not been told of any deadline yet"
    work(session, robot, MONDAY + 2 * DAY + timedelta(seconds=30))
    assert "截稿：12 月 1 日 09:00" in robot.said[-1].text and states(session, call) == [State.SENT] * 2
    assert states(session, call, Message.REMINDER) == [State.WAITING] * 2
    with clock.at(MONDAY + 6 * DAY):
        assert calls.close_due(session) == 0
        session.commit()
    work(session, robot, MONDAY + 7 * DAY + timedelta(hours=1))
    assert states(session, call, Message.REMINDER) == [State.SENT] * 2 and len(robot.said) == 5


@pytest.mark.parametrize("later", [None, timedelta(0), -DAY])
def test_a_deadline_moves_only_to_a_later_time(
    session: Session, people: People, asked: list[Group], later: timedelta | None
) -> None:
    call = begin(session, people)
    until = None if later is None else call.due_at + later
    with clock.at(MONDAY), pytest.raises(Invalid) as caught:
        calls.give_more_time(session, call, until, by=people["desk_editor"])
    assert [problem.field for problem in caught.value.problems] == ["due_at"] and call.due_at == MONDAY + 5 * DAY


def test_a_call_that_is_over_gets_no_more_time(session: Session, people: People, asked: list[Group]) -> None:
    call = begin(session, people)
    with clock.at(MONDAY + DAY):
        calls.close(session, call, by=people["desk_editor"])
        with pytest.raises(WrongState):
            calls.give_more_time(session, call, MONDAY + 9 * DAY, by=people["desk_editor"])
