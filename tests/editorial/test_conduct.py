"""Conduct: one object is one case, penalties end to the minute, two people where it weighs more, appeals by somebody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from editorial import audit, clock
from editorial.articles import annotations
from editorial.articles.anchors import Anchor
from editorial.audit import AuditEntry
from editorial.conduct import cases, convention, decisions, penalties, versions
from editorial.conduct.cases import Case, CaseState, Subject
from editorial.conduct.decisions import Aggravation, Verdict
from editorial.conduct.penalties import LADDER, Measure, Scope
from editorial.errors import Invalid, Muted, MutedForGood, NotAllowed, OwnCase, Stale, WrongState
from editorial.intake import submissions
from editorial.notices import Notice
from editorial.people import credentials
from editorial.people.people import Person
from editorial.people.permissions import Action, may
from editorial.topics import discussion, topics
from tests import factories

MOCKING = "unfriendly.3"


def _subject(about: Person | None, number: int = 1) -> Subject:
    return Subject("article", number, "七十二小时的试车台", "你们懂什么。", about)


def _case(session: Session, people: dict[str, Person], number: int = 1) -> Case:
    return cases.report(session, _subject(people["contributor"], number), text="嘲讽同事", by=people["other"]).case


def _verdict(measure: Measure = Measure.MUTE_1, **more: object) -> Verdict:
    return Verdict(outcome="breach", reason="取笑新人", item=MOCKING, measure=measure, **more)  # type: ignore[arg-type]


def _told(session: Session, person: Person) -> list[str]:
    return list(session.scalars(select(Notice.sentence).where(Notice.person_id == person.id)))


def test_the_convention_has_nine_classes_and_fifty_five_items() -> None:
    counts = {one.code: len(one.items) for one in convention.CLASSES}
    assert list(counts.values()) == [13, 8, 8, 7, 3, 4, 3, 5, 4]
    assert sum(counts.values()) == 55 and len({item.code for item in convention.items()}) == 55
    assert all(item.chinese and item.english for item in convention.items())
    assert {item.code for item in convention.items()} >= convention.AGAINST_MINORS


def test_five_reports_of_one_object_are_one_case_with_five_numbers(session: Session, people: dict[str, Person]) -> None:
    reporters = [factories.person(session, "contributor", email=f"{n}@chengjiang.example") for n in range(5)]
    made = [cases.report(session, _subject(people["contributor"]), text="嘲讽", item=MOCKING, by=one) for one in reporters]
    assert len({one.number for one in made}) == 5
    assert session.scalar(select(func.count()).select_from(Case)) == 1
    assert cases.counts(session, [made[0].case]) == {made[0].case.id: 5}
    again = cases.report(session, _subject(people["contributor"]), text="又来", by=reporters[0])
    assert again.number == made[0].number
    other = cases.report(session, _subject(people["contributor"], 2), text="嘲讽", by=reporters[0])
    assert other.case.id != made[0].case.id


def test_a_decided_object_can_be_reported_anew(session: Session, people: dict[str, Person]) -> None:
    first = _case(session, people)
    decisions.decide(session, first, Verdict("no_breach", "只是玩笑"), by=people["operator"])
    assert _case(session, people).id != first.id
    assert any("no breach" in sentence for sentence in _told(session, people["other"]))


def test_a_report_says_what_is_wrong_and_is_about_others(session: Session, people: dict[str, Person]) -> None:
    for by, text, item in ((people["other"], " ", ""), (people["other"], "错", "unfriendly.9"), (people["contributor"], "错", "")):
        with pytest.raises(Invalid):
            cases.report(session, _subject(people["contributor"]), text=text, item=item, by=by)


def test_a_decision_names_class_and_item_and_keeps_its_version(session: Session, people: dict[str, Person]) -> None:
    case = _case(session, people)
    with pytest.raises(Invalid) as refused:
        decisions.decide(session, case, Verdict("breach", "取笑", item="unfriendly"), by=people["operator"])
    assert [problem.field for problem in refused.value.problems] == ["item"]
    decisions.decide(session, case, _verdict(), by=people["operator"])
    before = decisions.rule_of(session, case)
    assert before == "2.3 不友善：嘲讽"
    words = {item.code: (item.chinese, item.english) for item in convention.items()} | {MOCKING: ("冷嘲热讽", "sarcasm")}
    assert versions.publish(session, words, base=1, note="说得更明白", by=people["admin"]).number == 2
    assert decisions.rule_of(session, case) == before
    later = _case(session, people, 2)
    decisions.decide(session, later, _verdict(), by=people["operator"])
    assert decisions.rule_of(session, later) == "2.3 不友善：冷嘲热讽"


def test_versions_of_the_convention(session: Session, people: dict[str, Person]) -> None:
    words = {item.code: (item.chinese, item.english) for item in convention.items()}
    by = people["operator"]
    assert versions.publish(session, words, base=1, note="没有变化", by=by).number == 1
    added = words | {"clickbait.4": ("夸大数字", "inflated figures")}
    assert versions.publish(session, added, base=1, note="补一条", by=by).item("clickbait.4") is not None
    without = {code: pair for code, pair in added.items() if code != "clickbait.4"}
    assert versions.publish(session, without, base=2, note="收回", by=by).item("clickbait.4") is None
    assert versions.next_number(session, "clickbait") == 5
    with pytest.raises(Stale):
        versions.publish(session, words, base=2, note="晚了", by=by)
    for broken, note in (({**words, "clickbait.9": ("跳号", "")}, "一"), ({**words, "odd.1": ("没有", "")}, "二"), (added, " ")):
        with pytest.raises(Invalid):
            versions.publish(session, broken, base=3, note=note, by=by)
    assert [one.number for one in versions.history(session)] == [3, 2, 1]


@pytest.mark.parametrize(("measure", "days"), [(Measure.MUTE_1, 1), (Measure.MUTE_7, 7), (Measure.MUTE_15, 15)])
def test_a_mute_ends_by_itself_to_the_minute(session: Session, people: dict[str, Person], measure: Measure, days: int) -> None:
    began = clock.now().replace(hour=2, minute=17, second=31, microsecond=5)
    with clock.at(began):
        decisions.decide(session, _case(session, people), _verdict(measure, scope="submit"), by=people["operator"])
    end = began.replace(second=0, microsecond=0) + timedelta(days=days, minutes=1)
    muted = people["contributor"]
    for instant in (began, began + timedelta(days=days), end - timedelta(microseconds=1)):
        with clock.at(instant), pytest.raises(Muted) as refused:
            submissions.receive(session, title="一", body="二", origin_group="assembly", by=muted)
        assert f"{clock.to_wall(end):%Y-%m-%d %H:%M}" in str(refused.value) and "嘲讽" in str(refused.value)
    factories.group(session)
    with clock.at(end):
        penalties.ensure_may(session, muted, Scope.SUBMIT)
        assert submissions.receive(session, title="一", body="二", origin_group="assembly", by=muted).number


def test_a_scope_forbids_only_what_it_names(session: Session, people: dict[str, Person]) -> None:
    muted = people["contributor"]
    decisions.decide(session, _case(session, people), _verdict(scope="comment"), by=people["operator"])
    penalties.ensure_may(session, muted, Scope.SUBMIT)
    with pytest.raises(Muted):
        penalties.ensure_may(session, muted, Scope.COMMENT)
    decisions.decide(session, _case(session, people, 2), _verdict(Measure.MUTE_PERMANENT), by=people["operator"])
    for scope in (Scope.SUBMIT, Scope.COMMENT):
        with pytest.raises(MutedForGood):
            penalties.ensure_may(session, muted, scope)


def test_history_suggests_the_next_step_and_never_applies_it(session: Session, people: dict[str, Person]) -> None:
    person = people["contributor"]
    for number, step in enumerate(LADDER, start=1):
        assert penalties.suggest(session, person.id).measure == step
        heavier = penalties.suggest(session, person.id, aggravated=True)
        assert heavier.measure == LADDER[min(number, len(LADDER) - 1)]
        case = _case(session, people, number)
        assert len(penalties.of_person(session, person.id)) == number - 1
        decisions.decide(session, case, _verdict(step), by=people["operator"])
    with clock.at(clock.now() + timedelta(days=366)):
        assert penalties.suggest(session, person.id).earlier == 0


def test_aggravation_needs_a_reason_and_a_second_person(session: Session, people: dict[str, Person]) -> None:
    case, person = _case(session, people), people["contributor"]
    with pytest.raises(Invalid) as refused:
        decisions.decide(session, case, _verdict(aggravations=(Aggravation.MINORS,)), by=people["operator"])
    assert [problem.field for problem in refused.value.problems] == ["aggravation_reason"]
    heavier = _verdict(Measure.MUTE_7, aggravations=(Aggravation.MINORS,), aggravation_reason="对象是实习的中学生")
    decisions.decide(session, case, heavier, by=people["operator"])
    assert case.state == CaseState.AWAITING_SECOND and not penalties.of_person(session, person.id)
    with pytest.raises(OwnCase):
        decisions.second(session, case, agreed=True, by=people["operator"])
    decisions.second(session, case, agreed=False, by=people["editor_in_chief"])
    assert case.state == CaseState.OPEN and not case.outcome
    decisions.decide(session, case, heavier, by=people["operator"])
    decisions.second(session, case, agreed=True, by=people["editor_in_chief"])
    assert [one.measure for one in penalties.of_person(session, person.id)] == [Measure.MUTE_7]
    assert case.second_by_id == people["editor_in_chief"].id


def test_nobody_decides_what_they_reported_or_what_is_about_them(session: Session, people: dict[str, Person]) -> None:
    own = cases.report(session, _subject(people["operator"]), text="不妥", by=people["editor_in_chief"]).case
    for by in (people["operator"], people["editor_in_chief"]):
        with pytest.raises(OwnCase):
            decisions.decide(session, own, Verdict("no_breach", "没事"), by=by)
    for by in (people["desk_editor"], people["admin"], people["contributor"]):
        with pytest.raises(NotAllowed):
            decisions.decide(session, own, Verdict("no_breach", "没事"), by=by)
    assert own.state == CaseState.OPEN


def test_an_appeal_is_decided_by_somebody_else_and_its_answer_arrives(session: Session, people: dict[str, Person]) -> None:
    case, person = _case(session, people), people["contributor"]
    decisions.decide(session, case, _verdict(), by=people["operator"])
    with pytest.raises(NotAllowed):
        decisions.appeal(session, case, text="不服", by=people["other"])
    decisions.appeal(session, case, text="那是自嘲", by=person)
    with pytest.raises(WrongState):
        decisions.appeal(session, case, text="再来", by=person)
    with pytest.raises(OwnCase):
        decisions.decide_appeal(session, case, outcome="lifted", reason="有理", by=people["operator"])
    decisions.decide_appeal(session, case, outcome="lifted", reason="确是自嘲", by=people["editor_in_chief"])
    penalties.ensure_may(session, person, Scope.SUBMIT)
    assert penalties.suggest(session, person.id).earlier == 0
    granted = session.scalars(select(Notice).where(Notice.person_id == person.id)).all()[-1]
    assert "granted" in granted.sentence and granted.params["reason"] == "确是自嘲"


def test_an_appeal_that_fails_leaves_the_penalty(session: Session, people: dict[str, Person]) -> None:
    case, person = _case(session, people), people["contributor"]
    decisions.decide(session, case, _verdict(), by=people["operator"])
    decisions.appeal(session, case, text="不服", by=person)
    decisions.decide_appeal(session, case, outcome="stands", reason="核实无误", by=people["editor_in_chief"])
    assert case.state == CaseState.CLOSED and penalties.in_force(session, person.id)
    assert any("stands" in sentence for sentence in _told(session, person))


def test_a_suspended_person_is_out_until_it_is_lifted(session: Session, people: dict[str, Person]) -> None:
    case, person = _case(session, people), people["contributor"]
    token, epoch = credentials.create_token(session, person), person.session_epoch
    decisions.decide(session, case, _verdict(Measure.SUSPENSION), by=people["operator"])
    assert credentials.holder(session, token) is None and person.session_epoch > epoch
    assert not may(person, Action.HAND_IN)
    decisions.appeal(session, case, text="误会", by=person)
    decisions.decide_appeal(session, case, outcome="lifted", reason="确是误会", by=people["editor_in_chief"])
    assert credentials.holder(session, token) == person and may(person, Action.HAND_IN)


def test_what_a_penalty_did_stands_in_the_audit_log(session: Session, people: dict[str, Person]) -> None:
    case = _case(session, people)
    decisions.decide(session, case, _verdict(), by=people["operator"])
    decisions.appeal(session, case, text="不服", by=people["contributor"])
    decisions.decide_appeal(session, case, outcome="lifted", reason="有理", by=people["editor_in_chief"])
    verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.thing.in_(["case", "person"])).order_by(AuditEntry.id)).all()
    assert verbs[-6:] == ["report", "decide_case", "impose_penalty", "appeal", "lift_penalty", "decide_appeal"]
    assert audit.first_flaw(session) is None


def test_labels_of_unfriendly_speech_are_counted(session: Session, people: dict[str, Person]) -> None:
    for number in range(3):
        decisions.decide(session, _case(session, people, number), _verdict(Measure.NONE), by=people["operator"])
    assert cases.by_item(session, "unfriendly") == {MOCKING: 3}


def test_a_mute_of_comments_holds_beside_articles_and_topics(session: Session, people: dict[str, Person]) -> None:
    editor, muted = people["desk_editor"], people["contributor"]
    article = factories.article(session, muted)
    thread = annotations.annotate(session, article, Anchor(0, 3, "新员工", "", ""), "谁？", by=editor)
    topic = topics.pitch(session, topics.Pitch("夜班食堂的灯"), by=muted)
    decisions.decide(session, _case(session, people), _verdict(scope="comment"), by=people["operator"])
    said: list[Callable[[Person], object]] = [
        lambda by: annotations.annotate(session, article, Anchor(0, 3, "新员工", "", ""), "他们", by=by),
        lambda by: annotations.reply(session, article, thread, "他们", by=by),
        lambda by: discussion.comment(session, topic, "好", by=by),
    ]
    for say in said:
        say(editor)
        with pytest.raises(Muted):
            say(muted)
    assert submissions.receive(session, title="一", body="二", origin_group="assembly", by=muted).number


def test_a_mute_of_handing_in_lets_people_comment(session: Session, people: dict[str, Person]) -> None:
    article = factories.article(session, people["contributor"])
    decisions.decide(session, _case(session, people), _verdict(scope="submit"), by=people["operator"])
    assert annotations.annotate(session, article, Anchor(0, 3, "新员工", "", ""), "他们", by=people["contributor"]).id
