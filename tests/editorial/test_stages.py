"""Review stages: who may decide what, on which text, and what every change undoes (promises P1, P2, P5)."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from editorial.articles import articles
from editorial.articles.articles import Article
from editorial.articles.workflow import State
from editorial.errors import Invalid, NotAllowed, OwnText, SecondStage, Stale, UnscheduleFirst, WrongState
from editorial.intake import submissions, triage
from editorial.intake.submissions import SubmissionState
from editorial.notices import latest
from editorial.people import people as persons
from editorial.people.people import Person
from editorial.review import revising, routes, sign_offs, stages
from editorial.review.sign_offs import Typeset
from editorial.review.stages import StageState
from tests import factories

People = dict[str, Person]
ROLES = {"review_1": "desk_editor", "review_2": "department_head", "review_3": "editor_in_chief"}


def decide(session: Session, article: Article, by: Person, stage: str = "", decision: str = "approve", **more: object) -> None:
    """One opinion on the newest revision."""
    words = {"revision": article.revision, "typeset": Typeset("<p>七十二小时</p>", "七十二小时"), **more}
    stages.decide(session, article, stage=stage or article.stage, decision=decision, by=by, **words)  # type: ignore[arg-type]


def revised(session: Session, article: Article, by: Person, body: str = "改过的一段。") -> None:
    """A new text."""
    content = articles.newest(session, article).content.changed(body=body)
    revising.revise(session, article, content, base=article.revision, by=by)


def test_p1_three_stages_in_order_sign_off_this_very_content(session: Session, people: People) -> None:
    article = factories.in_review(session, people)
    for stage, role in ROLES.items():
        assert (article.state, article.stage) == (State.IN_REVIEW, stage)
        assert sign_offs.standing(session, article) is None
        decide(session, article, people[role])
    signed = sign_offs.standing(session, article)
    assert article.state == State.SIGNED_OFF and signed is not None
    assert signed.content_hash == articles.newest(session, article).content_hash


@pytest.mark.parametrize("stage", list(ROLES))
@pytest.mark.parametrize("role", list(factories.NAMES))
def test_only_the_role_of_the_stage_decides_it(session: Session, people: People, stage: str, role: str) -> None:
    article = factories.in_review(session, people)
    for earlier, owner in ROLES.items():
        if earlier == stage:
            break
        decide(session, article, people[owner])
    if role == ROLES[stage]:
        decide(session, article, people[role])
        return
    with pytest.raises(NotAllowed):
        decide(session, article, people[role])
    assert article.stage == stage


def test_a_stage_cannot_be_jumped(session: Session, people: People) -> None:
    article = factories.in_review(session, people)
    with pytest.raises(Stale):
        decide(session, article, people["editor_in_chief"], "review_3")


def test_p2_nobody_reviews_a_text_they_wrote_or_changed(session: Session, people: People) -> None:
    persons.set_roles(session, people["contributor"], ["contributor", "desk_editor"], by=None)
    article = factories.in_review(session, people)
    with pytest.raises(OwnText):
        decide(session, article, people["contributor"])
    revised(session, article, people["desk_editor"])
    with pytest.raises(OwnText):
        decide(session, article, people["desk_editor"])
    with pytest.raises(OwnText):
        stages.claim(session, stages.open_stage(session, article), by=people["desk_editor"])


def test_p2_nobody_decides_two_stages_of_one_article(session: Session, people: People) -> None:
    persons.set_roles(session, people["desk_editor"], ["desk_editor", "department_head"], by=None)
    article = factories.in_review(session, people)
    decide(session, article, people["desk_editor"])
    with pytest.raises(SecondStage):
        decide(session, article, people["desk_editor"])


def test_p2_not_even_in_the_next_round(session: Session, people: People) -> None:
    persons.set_roles(session, people["desk_editor"], ["desk_editor", "department_head"], by=None)
    second = factories.person(session, "desk_editor", "许可", email="second@chengjiang.example")
    article = factories.in_review(session, people)
    decide(session, article, people["desk_editor"], decision="return", text="数字请再核对")
    stages.submit(session, article, by=people["contributor"], blockers=[])
    decide(session, article, second)
    with pytest.raises(SecondStage):
        decide(session, article, people["desk_editor"])


@pytest.mark.parametrize("passed", [0, 1, 2, 3])
def test_p1_any_change_starts_the_review_again(session: Session, people: People, passed: int) -> None:
    article = factories.in_review(session, people)
    for role in list(ROLES.values())[:passed]:
        decide(session, article, people[role])
    before = article.round
    revised(session, article, people["contributor"])
    assert (article.state, article.stage, article.round) == (State.IN_REVIEW, "review_1", before + 1)
    assert sign_offs.standing(session, article) is None


def test_saving_the_same_text_changes_nothing(session: Session, people: People) -> None:
    article = factories.signed_off(session, people)
    revised(session, article, people["contributor"], articles.newest(session, article).body)
    assert (article.state, article.revision) == (State.SIGNED_OFF, 1)


def test_p1_a_text_put_back_as_it_was_is_not_signed_off_by_the_old_signature(session: Session, people: People) -> None:
    article = factories.signed_off(session, people)
    was = articles.newest(session, article).body
    revised(session, article, people["contributor"])
    revised(session, article, people["contributor"], was)
    assert sign_offs.standing(session, article) is None


def test_a_scheduled_text_is_not_changed(session: Session, people: People) -> None:
    article = factories.scheduled(session, people).lead
    with pytest.raises(UnscheduleFirst):
        revised(session, article, people["contributor"])
    with pytest.raises(UnscheduleFirst):
        articles.withdraw(session, article, by=people["desk_editor"])


def test_an_opinion_on_another_revision_is_stale(session: Session, people: People) -> None:
    article = factories.in_review(session, people)
    revised(session, article, people["contributor"])
    with pytest.raises(Stale):
        decide(session, article, people["desk_editor"], revision=1)


def test_two_people_saving_at_once_the_second_is_told(session: Session, people: People) -> None:
    article = factories.article(session, people["contributor"])
    content = articles.newest(session, article).content
    articles.save(session, article, content.changed(body="甲的改动"), base=1, by=people["contributor"])
    with pytest.raises(Stale):
        articles.save(session, article, content.changed(body="乙的改动"), base=1, by=people["desk_editor"])
    assert articles.newest(session, article).body == "甲的改动"


@pytest.mark.parametrize("decision", ["approve_with_comment", "return", "reject"])
def test_what_is_no_plain_yes_needs_words(session: Session, people: People, decision: str) -> None:
    article = factories.in_review(session, people)
    with pytest.raises(Invalid) as refused:
        decide(session, article, people["desk_editor"], decision=decision, text="  ")
    assert [problem.field for problem in refused.value.problems] == ["text"]


@pytest.mark.parametrize(("decision", "state"), [("return", State.RETURNED), ("reject", State.REJECTED)])
def test_p5_the_contributor_learns_the_reason(session: Session, people: People, decision: str, state: State) -> None:
    article = factories.in_review(session, people)
    decide(session, article, people["desk_editor"], decision=decision, text="数字请再核对")
    assert (article.state, article.reason) == (state, "数字请再核对")
    assert any(notice.params.get("reason") == "数字请再核对" for notice in latest(session, people["contributor"]))


def test_a_decided_stage_is_decided(session: Session, people: People) -> None:
    article = factories.in_review(session, people)
    first = stages.open_stage(session, article)
    stages.claim(session, first, by=people["desk_editor"])
    assert first.state == StageState.CLAIMED
    decide(session, article, people["desk_editor"])
    with pytest.raises(WrongState):
        stages.claim(session, first, by=people["desk_editor"])


def test_an_unknown_stage_or_decision_names_its_field(session: Session, people: People) -> None:
    article = factories.in_review(session, people)
    for stage, decision, field in (("review_9", "approve", "stage"), ("review_1", "wave_through", "decision")):
        with pytest.raises(Invalid) as refused:
            decide(session, article, people["desk_editor"], stage, decision)
        assert [problem.field for problem in refused.value.problems] == [field]


@pytest.mark.parametrize("route", [
    [], ["review_1"], ["review_1", "review_2"], ["review_3", "review_2", "review_1"],
    ["review_1", "review_2", "review_3", "review_3"], ["review_1", "review_2", "review_3", "whoever"],
])
def test_p2_a_route_always_holds_the_three_reviews(session: Session, people: People, route: list[str]) -> None:
    with pytest.raises(Invalid):
        routes.change_route(session, route, by=people["admin"])


def test_p1_a_route_that_lost_a_review_behind_our_back_signs_nothing_off(session: Session, people: People) -> None:
    rows = routes.newest(session, routes.of_house(session)).stages
    for row in rows[1:]:
        session.delete(row)
    session.flush()
    session.expire_all()
    article = factories.in_review(session, people)
    with pytest.raises(WrongState):
        decide(session, article, people["desk_editor"])


def test_a_route_may_change_while_a_round_is_under_way(session: Session, people: People) -> None:
    routes.change_route(session, ["review_1", "review_2", "proof_1", "review_3"], by=people["admin"])
    proof_reader = factories.person(session, "desk_editor", "许可", email="proof@chengjiang.example")
    article = factories.in_review(session, people)
    decide(session, article, people["desk_editor"])
    decide(session, article, people["department_head"])
    assert article.state == State.IN_PROOF
    routes.change_route(session, ["review_1", "proof_1", "review_2", "review_3"], by=people["admin"])
    assert [row.name for row in stages.stages_of(session, article) if row.state == StageState.TO_COME] == ["review_3"]
    decide(session, article, proof_reader)
    assert article.stage == "review_3"
    decide(session, article, people["editor_in_chief"])
    assert article.state == State.SIGNED_OFF


def test_p5_a_submission_is_kept_numbered_and_once(session: Session, people: People) -> None:
    factories.group(session)
    words = {"title": "夜班的灯", "body": "一直亮着。", "origin_group": "assembly", "by": people["contributor"]}
    first = submissions.receive(session, nonce="once", **words)  # type: ignore[arg-type]
    again = submissions.receive(session, nonce="once", **words)  # type: ignore[arg-type]
    other = submissions.receive(session, **words)  # type: ignore[arg-type]
    assert first.id == again.id and other.number != first.number
    assert (first.body, first.state) == ("一直亮着。", SubmissionState.RECEIVED)


@pytest.mark.parametrize("verb", [triage.return_for_revision, triage.decline])
def test_p5_no_decision_without_a_reason(session: Session, people: People, verb: object) -> None:
    factories.group(session)
    handed_in = submissions.receive(session, title="灯", body="亮着。", origin_group="assembly", by=people["contributor"])
    with pytest.raises(Invalid):
        verb(session, handed_in, by=people["desk_editor"], reason=" ")  # type: ignore[operator]
    verb(session, handed_in, by=people["desk_editor"], reason="已有同题")  # type: ignore[operator]
    assert handed_in.reason == "已有同题"
    with pytest.raises(WrongState):
        triage.accept(session, handed_in, by=people["desk_editor"])
