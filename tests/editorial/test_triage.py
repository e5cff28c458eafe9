"""Triage: every decision reaches its contributor, none is lost, the clock of the first answer stands still when the house rests."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from editorial import clock, house, special_days
from editorial.articles import adopting, articles
from editorial.articles.articles import Article
from editorial.articles.workflow import State
from editorial.errors import Invalid, WrongState
from editorial.events import Actor, Event, Node, record
from editorial.intake import duplicates, likeness, marks, overdue, submissions, triage
from editorial.intake.submissions import Submission, SubmissionState
from editorial.measuring import credits as credited
from editorial.measuring import funnel, service_levels
from editorial.measuring.service_levels import Level
from editorial.notices import Notice, latest
from editorial.people.people import Person
from editorial.review import revising
from editorial.special_days import Kind
from tests import factories

People = dict[str, Person]
S = SubmissionState
REASON = "请补充时间和地点。"
ZONE = ZoneInfo("Asia/Shanghai")
STORY = (
    "十月十二日清晨，装配二车间的试车台第一次连续运转满七十二小时。班长陈立带着三名新人守在台前，每半小时记录一次振动值。"
    "第二天夜里轴承温度忽然升高，他们没有停机，而是先查了油路，发现是过滤网堵了。换下的滤网现在挂在班组的墙上。"
)


@pytest.fixture(autouse=True)
def group(session: Session, people: People) -> None:
    factories.group(session)


def handed_in(session: Session, by: Person, body: str = STORY, **words: str) -> Submission:
    """A story that waits for its first answer."""
    return submissions.receive(session, title="七十二小时", body=body, origin_group="assembly", by=by, **words)  # type: ignore[arg-type]


def adopt(session: Session, submission: Submission, by: Person) -> Article:
    """The article made of it."""
    return adopting.adopt(session, submission, by=by, body=submission.body).article


def returned(session: Session, one: Submission, by: Person) -> None:
    triage.return_for_revision(session, one, by=by, reason=REASON)


def declined(session: Session, one: Submission, by: Person) -> None:
    triage.decline(session, one, by=by, reason=REASON)


def banked(session: Session, one: Submission, by: Person) -> None:
    triage.bank(session, one, by=by, reason=REASON)


def joined(session: Session, one: Submission, by: Person) -> None:
    other = handed_in(session, one.contributor, body="另一个人写的同一件事。")
    adopting.join(session, one, into=other, by=by)


def adopted(session: Session, one: Submission, by: Person) -> None:
    adopt(session, one, by)


def undone(session: Session, one: Submission, by: Person) -> None:
    declined(session, one, by)
    adopting.undo(session, one, by=by)


def withdrawn(session: Session, one: Submission, by: Person) -> None:
    triage.withdraw(session, one, by=one.contributor)


CHANGES: dict[str, tuple[Callable[[Session, Submission, Person], None], SubmissionState, bool]] = {
    "adopted": (adopted, S.IN_ARTICLE, False), "returned": (returned, S.RETURNED, True), "declined": (declined, S.DECLINED, True),
    "banked": (banked, S.BANKED, True), "joined": (joined, S.MERGED, False), "undone": (undone, S.RECEIVED, False),
    "withdrawn": (withdrawn, S.WITHDRAWN, False),
}
"""Each change, the state it leads to, and whether a reason belongs to it."""


@pytest.mark.parametrize("change", CHANGES)
def test_no_change_is_silent(session: Session, people: People, change: str) -> None:
    act, state, reasoned = CHANGES[change]
    contributor, editor = people["contributor"], people["desk_editor"]
    submission = handed_in(session, contributor)
    before = len(latest(session, contributor))
    act(session, submission, editor)
    assert submission.state == state
    told = latest(session, contributor)[0]
    assert len(latest(session, contributor)) > before
    assert (told.thing, told.thing_id, told.params["number"]) == ("submission", submission.id, submission.number)
    if change != "withdrawn":
        assert told.params["name"] == editor.name, "the responsible editor is named"
    if reasoned:
        assert told.params["reason"] == REASON
    assert told.kind.code == "own_story", "it can be found among the choices of what to hear"


def test_every_state_is_reached_by_a_change_of_the_table() -> None:
    reached = {state for _act, state, _reasoned in CHANGES.values()}
    assert reached | {S.ACCEPTED} == set(S), "a state without a line here might come about in silence"


@pytest.mark.parametrize("change", ["adopted", "returned", "declined", "banked", "joined"])
def test_the_last_decision_can_be_taken_back(session: Session, people: People, change: str) -> None:
    editor = people["desk_editor"]
    submission = handed_in(session, people["contributor"])
    CHANGES[change][0](session, submission, editor)
    assert triage.last_decided(session, editor) == submission
    adopting.undo(session, submission, by=editor)
    assert (submission.state, submission.answered_at, submission.reason, submission.merged_into_id) == (S.RECEIVED, None, "", None)
    assert session.scalar(select(func.count()).select_from(Article)) == 0
    assert triage.last_decided(session, editor) is None
    assert adopt(session, submission, editor).state == State.DRAFTING, "and it can be decided anew"


def test_nobody_takes_back_what_somebody_built_on_or_what_is_long_ago(session: Session, people: People) -> None:
    editor = people["desk_editor"]
    submission = handed_in(session, people["contributor"])
    article = adopt(session, submission, editor)
    with pytest.raises(WrongState):
        triage.reopen(session, submission, by=people["department_head"])
    with clock.at(clock.now() + timedelta(minutes=11)), pytest.raises(WrongState):
        adopting.undo(session, submission, by=editor)
    content = articles.newest(session, article).content.changed(body="改过的一段。")
    revising.revise(session, article, content, base=1, by=editor)
    with pytest.raises(WrongState):
        adopting.undo(session, submission, by=editor)
    again = handed_in(session, people["contributor"], body="第二篇")
    returned(session, again, editor)
    handed_in(session, people["contributor"], body="第二篇，改过", follows=again)  # type: ignore[arg-type]
    with pytest.raises(WrongState):
        adopting.undo(session, again, by=editor)


def test_what_comes_from_the_bank_goes_back_there(session: Session, people: People) -> None:
    editor = people["desk_editor"]
    submission = handed_in(session, people["contributor"])
    triage.bank(session, submission, by=editor)
    first = submission.answered_at
    adopt(session, submission, editor)
    adopting.undo(session, submission, by=editor)
    assert (submission.state, submission.answered_at) == (S.BANKED, first)
    with pytest.raises(WrongState):
        triage.bank(session, submission, by=editor)


def test_a_joined_story_keeps_its_number_and_shares_the_way(session: Session, people: People) -> None:
    editor, other = people["desk_editor"], people["other"]
    main = handed_in(session, people["contributor"], byline="江边客")
    twin = handed_in(session, other, body=STORY.replace("三名", "两名"))
    number = twin.number
    adopting.join(session, twin, into=main, by=editor, named=True)
    article = adopt(session, main, editor)
    assert articles.newest(session, article).author == f"江边客、{other.name}"
    assert [source.submission_id for source in article.sources] == [main.id, twin.id]
    assert (twin.number, twin.state) == (number, S.MERGED)
    assert latest(session, other)[0].params["number"] == number, "told of its own story that it was adopted"
    assert set(articles.contributors(article)) == {people["contributor"], other}


def test_a_story_joins_an_article_that_is_there_already(session: Session, people: People) -> None:
    main, twin = handed_in(session, people["contributor"]), handed_in(session, people["other"])
    article = adopt(session, main, people["desk_editor"])
    adopting.join(session, twin, into=main, by=people["desk_editor"])
    session.refresh(article)
    assert len(article.sources) == 2
    with pytest.raises(Invalid):
        triage.joinable(session, "1999-0001")


def test_only_what_is_on_its_way_takes_another_in(session: Session, people: People) -> None:
    editor = people["desk_editor"]
    main, twin, third = (handed_in(session, people["contributor"]) for _ in range(3))
    with pytest.raises(Invalid):
        adopting.join(session, main, into=main, by=editor)
    adopting.join(session, twin, into=main, by=editor)
    with pytest.raises(Invalid, match="other way round"):
        adopting.join(session, main, into=third, by=editor)
    adopting.join(session, third, into=twin, by=editor)
    assert third.merged_into == main, "what is joined stands for the one it was joined with"


def test_taking_the_main_one_back_sets_the_others_free(session: Session, people: People) -> None:
    main, twin = handed_in(session, people["contributor"]), handed_in(session, people["other"])
    adopting.join(session, twin, into=main, by=people["desk_editor"])
    triage.withdraw(session, main, by=people["contributor"])
    assert (twin.state, twin.merged_into_id) == (S.RECEIVED, None)
    assert "read again by itself" in latest(session, people["other"])[0].sentence


def test_near_duplicates_are_found_and_others_are_not(session: Session, people: People) -> None:
    chance = random.Random(4)
    signs = "澄江机电泵阀轴承密封叶轮试车装配班组师傅徒弟夜里清晨记录油路滤网温度振动厂房食堂宿舍图纸毫米工序"
    for _ in range(40):
        handed_in(session, people["other"], body="".join(chance.choices(signs, k=300)))
    first = handed_in(session, people["other"])
    body = "各位编辑好：" + STORY.replace("七十二小时", "72 小时").replace("三名新人", "3 名新人")
    retold = handed_in(session, people["contributor"], body=body)
    found = duplicates.suggested(session, retold)
    assert [one.submission for one in found] == [first]
    assert found[0].share > 0.6
    assert marks.doubled(session, [first.id, retold.id]) == {first.id, retold.id}
    body = "食堂今天换了新灶，师傅说火大了一倍，红烧肉二十分钟就好，排队的人从门口站到了楼梯。"
    strange = handed_in(session, people["contributor"], body=body)
    assert duplicates.suggested(session, strange) == []


@pytest.mark.parametrize(("text", "count"), [("", 0), ("。 ！", 0), ("一", 16), ("一二三四", 16), ("👍👍", 0), (STORY, 16)])
def test_a_text_has_sixteen_marks_or_says_nothing(text: str, count: int) -> None:
    assert len(likeness.marks(text)) == count
    assert likeness.likeness(likeness.runs(text), likeness.runs(text)) == (1.0 if count else 0.0)


def works(on: date) -> bool:
    """The oracle: the calendar's own word, without anything of ours."""
    return bool(chinese_calendar.is_workday(on))


def minutes_worked(begin: datetime, end: datetime) -> int:
    """The oracle counts every minute by itself, nine to six."""
    at, count = begin.astimezone(ZONE), 0
    end = end.astimezone(ZONE)
    while at + timedelta(minutes=1) <= end:
        if works(at.date()) and 9 <= at.hour < 18:
            count += 1
        at += timedelta(minutes=1)
    return count


@pytest.mark.parametrize("begin", [datetime(2025, 9, 25, tzinfo=UTC), datetime(2026, 2, 9, tzinfo=UTC)])
def test_breaches_are_exact_over_holidays_and_make_up_days(session: Session, people: People, begin: datetime) -> None:
    chance = random.Random(begin.month)
    limit = 60 * int(house.setting(session, "first_answer_hours"))
    expected: dict[int, int] = {}
    for number in range(40):
        came = begin + timedelta(minutes=chance.randrange(16 * 24 * 60))
        waited = timedelta(minutes=chance.choice([30, 600, 1500, 3000, 6000, 12_000]) + chance.randrange(60))
        with clock.at(came):
            submission = handed_in(session, people["contributor"], body=f"第{number}篇")
        with clock.at(came + waited):
            declined(session, submission, people["desk_editor"])
        over = minutes_worked(came, came + waited) - limit
        if over > 0:
            expected[submission.id] = over
    last = begin + timedelta(days=40)
    with clock.at(last):
        kept = service_levels.kept(session, Level.FIRST_ANSWER, begin, last)
    assert kept.count == 40
    assert {one.thing_id: one.late for one in kept.breaches} == expected
    assert 5 < len(expected) < 35, "both kinds happened"


def test_what_became_late_is_said_once_to_the_desk(session: Session, people: People) -> None:
    with clock.at(datetime(2026, 3, 2, 2, 0, tzinfo=UTC)):
        submission = handed_in(session, people["contributor"])
    due = submission.answer_due_at
    assert due is not None
    with clock.at(due - timedelta(minutes=1)):
        assert overdue.tell(session) == 0
    with clock.at(due + timedelta(minutes=1)):
        assert (overdue.tell(session), overdue.tell(session)) == (1, 0)
        told = latest(session, people["desk_editor"])[0]
    assert told.params["number"] == submission.number and told.kind.code == "deadline"


def test_a_day_off_written_down_later_moves_the_promise(session: Session, people: People) -> None:
    with clock.at(datetime(2026, 3, 2, 2, 0, tzinfo=UTC)):
        submission = handed_in(session, people["contributor"])
    due = submission.answer_due_at
    assert due is not None
    special_days.write(session, kind=Kind.PUBLIC_HOLIDAY, name="厂庆", begins_on=date(2026, 3, 3), by=people["admin"])
    with clock.at(due + timedelta(minutes=1)):
        assert overdue.tell(session) == 0
    assert submission.answer_due_at == due + timedelta(days=1)


def test_the_funnel_counts_each_node_where_its_rows_are(session: Session, people: People) -> None:
    first = clock.now() - timedelta(hours=1)
    edition = factories.scheduled(session, people)
    for _ in range(3):
        submission = handed_in(session, people["contributor"], body="来稿")
    declined(session, submission, people["desk_editor"])
    record(session, Node.CALL_SENT, Actor.OPERATOR, group_id=submission.group_id)
    edition.published_at = clock.now()
    session.flush()
    found = funnel.funnel(session, first, clock.now() + timedelta(hours=1))
    assert {node: number for node, number in found.counts.items() if number} == {
        Node.CALL_SENT: 1, Node.SUBMITTED: 4, Node.FIRST_REPLY: 1, Node.REVIEW_PASSED: 1, Node.PUBLISHED: 1,
    }
    assert set(found.counts) == set(Node), "a node that nothing passed is 0, not missing"
    passings = list(funnel.passings(session, first, clock.now() + timedelta(hours=1)))
    assert len(passings) == sum(found.counts.values())
    assert all(one.at.tzinfo is not None and isinstance(one.actor, Actor) for one in passings)
    assert sum(found.by_group[submission.group_id].values()) == len(passings)
    assert not hasattr(Event, "updated_at"), "events are appended and never changed"


def test_credit_bears_the_names_that_were_chosen(session: Session, people: People) -> None:
    contributor, editor = people["contributor"], people["desk_editor"]
    for byline in ("江边客", "制造部", ""):
        adopt(session, handed_in(session, contributor, byline=byline), editor)
    declined(session, handed_in(session, contributor), editor)
    found = credited.pieces(session, contributor)
    assert [piece.signature for piece in found] == [contributor.name, "制造部", "江边客"]
    years = credited.by_year(found, "Asia/Shanghai")
    assert [len(pieces) for pieces in years.values()] == [3]
    assert session.scalar(select(func.count()).select_from(Notice).where(Notice.person_id == contributor.id)) == 4
