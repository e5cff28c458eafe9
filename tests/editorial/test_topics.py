"""The topic pool: who may say what when, what follows what, who is told; assignments and columns; what came out."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine import WRITES, open_engine
from editorial import clock
from editorial.articles import articles, planning
from editorial.articles.planning import Plan
from editorial.errors import Invalid, WrongState
from editorial.groups import groups
from editorial.measuring import balance
from editorial.measuring.balance import Month
from editorial.notices import Notice
from editorial.people.people import Person
from editorial.release import releases
from editorial.topics import assignments, columns, discussion, duties, pool, topics
from editorial.topics.assignments import AssignmentState
from editorial.topics.pool import Wanted
from editorial.topics.topics import TABLE, Origin, Pitch, Source, Step, Topic, TopicState
from tests import factories
from tests.conftest import make_settings

TOMORROW = timedelta(days=1)


def pitched(session: Session, by: Person, title: str = "夜班食堂的灯", **words: str) -> Topic:
    return topics.pitch(session, Pitch(title, **words), by=by)


def told(session: Session, person: Person) -> list[str]:
    return list(session.scalars(select(Notice.sentence).where(Notice.person_id == person.id).order_by(Notice.id)))


def approved(session: Session, people: dict[str, Person], title: str = "夜班食堂的灯", **words: str) -> Topic:
    made = pitched(session, people["contributor"], title, **words)
    topics.decide(session, made, "approve", by=people["desk_editor"])
    return made


def test_every_step_leads_somewhere_and_every_state_is_reached() -> None:
    reached = {target for _origins, target in TABLE.values()} | {TopicState.PROPOSED}
    assert reached == set(TopicState)
    assert set(TABLE) == set(Step)


def test_only_the_table_moves_a_topic(session: Session, people: dict[str, Person]) -> None:
    made = pitched(session, people["contributor"])
    for step, state in itertools.product(Step, TopicState):
        made.state = state
        session.flush()
        origins, target = TABLE[step]
        if state in origins:
            topics.move(session, made, step, by=people["desk_editor"])
            assert made.state == target
        else:
            with pytest.raises(WrongState):
                topics.move(session, made, step, by=people["desk_editor"])
            assert made.state == state


def test_a_pitch_is_discussed_once_somebody_else_speaks(session: Session, people: dict[str, Person]) -> None:
    made = pitched(session, people["contributor"])
    discussion.comment(session, made, "我可以补几张照片。", by=people["contributor"])
    assert made.state == TopicState.PROPOSED
    discussion.comment(session, made, "哪一晚去？", by=people["desk_editor"])
    assert made.state == TopicState.DISCUSSED
    assert discussion.opinions(session, [made.id])[made.id].comments == 2


def test_one_person_has_one_vote_that_can_be_changed_until_the_decision(session: Session, people: dict[str, Person]) -> None:
    made, voter = pitched(session, people["contributor"]), people["operator"]
    for said in ("for", "for", "against"):
        discussion.vote(session, made, said, by=voter)
    discussion.vote(session, made, "for", by=people["publisher"])
    found = discussion.opinions(session, [made.id])[made.id]
    assert (found.ayes, found.noes) == (1, 1)
    discussion.vote(session, made, "", by=voter)
    assert discussion.opinions(session, [made.id])[made.id].noes == 0
    topics.decide(session, made, "approve", by=people["desk_editor"])
    with pytest.raises(WrongState):
        discussion.vote(session, made, "against", by=voter)


@pytest.mark.parametrize("decision", ["shelve", "reject"])
def test_what_is_put_aside_keeps_its_reason_and_its_pitcher_reads_it(
    session: Session, people: dict[str, Person], decision: str
) -> None:
    made = pitched(session, people["contributor"])
    with pytest.raises(Invalid):
        topics.decide(session, made, decision, by=people["desk_editor"], reason="  ")
    topics.decide(session, made, decision, by=people["desk_editor"], reason="上个月刚写过食堂。")
    assert made.reason == "上个月刚写过食堂。"
    notice = session.scalars(select(Notice).where(Notice.person_id == people["contributor"].id)).one()
    assert notice.params["reason"] == "上个月刚写过食堂。"
    topics.decide(session, made, "take_up", by=people["editor_in_chief"])
    assert made.state == TopicState.PROPOSED


def test_one_thing_is_pitched_once(session: Session, people: dict[str, Person]) -> None:
    origin = Origin("reader_comment", 7, predecessor_id=3, round=2)
    first = topics.pitch(session, Pitch("图书角在几楼？", source=Source.COMMENT), by=people["operator"], origin=origin)
    again = topics.pitch(session, Pitch("换个说法"), by=people["desk_editor"], origin=origin)
    assert first is again and (first.round, first.predecessor_id) == (2, 3)


@pytest.mark.parametrize(("field", "words"), [
    ("title", {"title": " "}), ("title", {"title": "长" * 121}), ("source", {"title": "有", "source": "rumour"}),
    ("group", {"title": "有", "group": "nowhere"}), ("column", {"title": "有", "column": "99"}),
    ("column", {"title": "有", "column": "x"}), ("goal", {"title": "有", "goal": "fame"}),
])
def test_a_wrong_pitch_names_its_field(session: Session, people: dict[str, Person], field: str, words: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        topics.pitch(session, Pitch(**words), by=people["contributor"])
    assert [problem.field for problem in caught.value.problems] == [field]
    assert session.scalars(select(Topic)).all() == []


def test_topics_are_found_by_two_characters_on_both_databases(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    engine = open_engine(make_settings(tmp_path_factory.mktemp("pool"), database_url=database_url))
    with Session(engine.execution_options(**WRITES)) as session:
        everyone = factories.one_of_each(session)
        lamp, pump = (pitched(session, everyone["contributor"], title) for title in ("夜班食堂的灯", "水泵的声音"))
        topics.decide(session, pump, "approve", by=everyone["desk_editor"])
        wanted = [Wanted(words=words) for words in ("食堂", "水泵", "声音 水泵", "月球", "灯")]
        found = [[topic.id for topic in pool.page(session, one).topics] for one in wanted]
        assert found == [[lamp.id], [pump.id], [pump.id], [], []]
        assert [one.id for one in pool.page(session, Wanted(words="水", states=("approved",))).topics] == [pump.id]
        assert pool.counts(session)["open"] == 1 and pool.counts(session)["approved"] == 1
        first = pool.page(session, Wanted(), limit=1)
        assert [one.id for one in pool.page(session, Wanted(), first.further).topics] == [lamp.id]
        mix = {source: (count, used) for source, count, used in topics.source_mix(session, 90)}
        assert mix[Source.PERSON] == (2, 1) and mix[Source.POLL] == (0, 0)
    engine.dispose()


def test_an_assignment_goes_from_the_offer_to_the_article(session: Session, people: dict[str, Person]) -> None:
    group = factories.group(session)
    column = columns.add(session, name="身边人", by=people["admin"], type="portrait", goal="culture", fields="他是谁\n一天怎么过")
    made = approved(session, people, group=group.slug, column=str(column.id))
    asked = assignments.offer(session, made, person=people["contributor"], due_at=clock.now() + TOMORROW, by=people["desk_editor"])
    assert made.state == TopicState.ASSIGNED
    assignments.accept(session, asked, by=people["contributor"])
    assert made.state == TopicState.IN_PROGRESS
    saved = planning.begin(session, asked, by=people["contributor"])
    assert asked.state == AssignmentState.DELIVERED
    article = saved.article
    assert (article.topic_id, article.column_id, article.type, article.goal) == (made.id, column.id, "portrait", "culture")
    assert "## 他是谁" in saved.revision.body and article.group_id == group.id
    assert planning.of_topic(session, made.id) == [article]
    planning.published(session, article)
    assert (made.state, asked.state) == (TopicState.DONE, AssignmentState.CLOSED)


def test_a_substitute_is_asked_when_the_first_declines(session: Session, people: dict[str, Person]) -> None:
    made = approved(session, people)
    asked = assignments.offer(
        session, made, person=people["contributor"], substitute=people["other"], due_at=clock.now() + TOMORROW,
        by=people["desk_editor"], words="要一张夜里的照片",
    )
    with pytest.raises(Invalid):
        assignments.decline(session, asked, by=people["contributor"], reason="")
    following = assignments.decline(session, asked, by=people["contributor"], reason="那周出差")
    assert following is not None and (following.person_id, following.words) == (people["other"].id, "要一张夜里的照片")
    assert any("declined" in sentence for sentence in told(session, people["desk_editor"]))
    assert assignments.decline(session, following, by=people["other"], reason="也不在") is None
    assert made.state == TopicState.APPROVED, "nobody is left, so the topic waits again"


def test_nobody_is_asked_for_what_is_not_approved(session: Session, people: dict[str, Person]) -> None:
    made = pitched(session, people["contributor"])
    due = clock.now() + TOMORROW
    with pytest.raises(WrongState):
        assignments.offer(session, made, person=people["contributor"], due_at=due, by=people["desk_editor"])
    topics.decide(session, made, "approve", by=people["desk_editor"])
    with pytest.raises(Invalid) as caught:
        assignments.offer(session, made, person=None, due_at=clock.now() - TOMORROW, by=people["desk_editor"])
    assert [problem.field for problem in caught.value.problems] == ["person", "due_at"]


def test_a_deadline_is_reminded_of_once_and_then_overdue(session: Session, people: dict[str, Person]) -> None:
    made, due = approved(session, people), clock.now() + timedelta(days=3)
    asked = assignments.offer(session, made, person=people["contributor"], due_at=due, by=people["desk_editor"])
    assert duties.remind_due(session) == 0
    with clock.at(due - timedelta(hours=23)):
        assert (duties.remind_due(session), duties.remind_due(session)) == (1, 0)
        assert not asked.overdue
    with clock.at(due + timedelta(minutes=1)):
        assert asked.overdue and duties.late(session, 5) == [asked]
        assert duties.late(session, 5, person=people["publisher"]) == []
    assert told(session, people["contributor"])[-1] == "“{title}” is due soon. Look at your assignments."


def test_a_plan_changes_no_sign_off(session: Session, people: dict[str, Person]) -> None:
    article = factories.signed_off(session, people)
    form = {"type": "training_note", "goal": "service", "checklist": "数字核过\n照片同意"}
    column = columns.add(session, name="安全课", by=people["admin"], **form)
    before = articles.newest(session, article).content_hash, article.revision
    said = Plan(column=str(column.id), details={"别的": "x"}, ticked=("数字核过", "没有的"))
    planning.plan(session, article, said, by=people["desk_editor"])
    assert (articles.newest(session, article).content_hash, article.revision, article.state) == (*before, "signed_off")
    assert (article.type, article.goal, article.ticked, article.details) == ("training_note", "service", ["数字核过"], {})
    assert planning.unticked(article) == ["照片同意"]


def test_balance_says_who_is_silent(session: Session, people: dict[str, Person]) -> None:
    edition = factories.scheduled(session, people)
    releases.record_published(session, edition, ("https://mp.weixin.qq.com/s/Q1w2E3r4T5y6U7i8O9p0aA",))
    groups.add(session, name="销售群", slug="sales", kind="sales")
    article = edition.places[0].article
    planning.plan(session, article, Plan(type="news", goal="culture"), by=people["desk_editor"])
    now = clock.now()
    before = now - timedelta(days=30)
    months = [Month("old", now - timedelta(days=60), before), Month("new", before, now + TOMORROW)]
    lines = {line.kind: line for line in balance.by_kind(session, months)}
    assert lines["training"].pieces == (0, 1) and not lines["training"].silent
    assert lines["sales"].silent and not lines["research"].silent, "a kind without groups is not silent"
    with clock.at(now + timedelta(days=31)):
        assert {line.kind: line.silent for line in balance.by_kind(session, months)}["training"]
    assert [(line.goal, line.pieces) for line in balance.by_goal(session, months[0].begin) if line.pieces] == [("culture", 1)]
    output = balance.output_of(session, article.group_id)
    assert output.types == [("news", 1, 1)] and not output.silent
    columns.set_plan(session, article.group_id, types=["portrait"], silent_days=5, by=people["admin"])
    with clock.at(now + timedelta(days=6)):
        output = balance.output_of(session, article.group_id)
        assert output.silent and output.types == [("news", 1, 1), ("portrait", 0, 0)]
    assert [row[0].id for row in balance.year_review(session, months[1].begin, months[1].end, type="news")] == [article.id]
    assert balance.year_review(session, months[1].begin, months[1].end, type="portrait") == []
