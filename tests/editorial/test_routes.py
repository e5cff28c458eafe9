"""Review routes: two tracks, side by side, by name and finding; recusals, substitutes, emergencies (promises P1, P2, P6)."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from editorial import clock
from editorial.articles import articles
from editorial.articles.articles import Article
from editorial.articles.workflow import State
from editorial.errors import Invalid, NotAllowed, OwnText, Recused, SecondStage, Stale
from editorial.notices import latest
from editorial.people import people as persons
from editorial.people.people import Person
from editorial.review import deciders, emergencies, overdue, plans, revising, routes, sign_offs, stages
from editorial.review.plans import PROOF_TRACK, Plan, Stage
from editorial.review.rows import StageState, emergency_of, round_of, stages_of
from editorial.review.sign_offs import Typeset
from editorial.topics.columns import Column
from tests import factories
from tests.trials.routes.__main__ import SEQUENCES_A_HOUSE, left, play
from tests.trials.routes.broken import RULES

People = dict[str, Person]
RUNS = int(os.environ.get("QUNSHENG_ROUTE_RUNS", "1200"))
THREE = plans.serial(plans.REVIEWS).stages
ROLES = {"review_1": "desk_editor", "review_2": "department_head", "review_3": "editor_in_chief"}


def take(session: Session, people: People, *more: Stage, proofs_after: bool = False) -> Article:
    """An article in review on a way with further stages."""
    routes.change(session, routes.of_house(session), Plan((*THREE, *more), proofs_after), by=people["admin"])
    return factories.in_review(session, people)


def decide(session: Session, article: Article, by: Person, stage: str = "", decision: str = "approve", text: str = "") -> None:
    """One opinion on the newest revision."""
    stages.decide(session, article, stage=stage or article.stage, decision=decision, by=by, revision=article.revision, text=text,
                  typeset=Typeset("<p>七十二小时</p>", ""))


def reviewed(session: Session, article: Article, people: People, *names: str) -> None:
    """The reviews of these names, or all three, approved."""
    for name in names or ROLES:
        decide(session, article, people[ROLES[name]], name)


def open_names(session: Session, article: Article) -> list[str]:
    return [row.name for row in stages.open_stages(session, article)]


@pytest.fixture
def proofreader(session: Session) -> Person:
    return factories.person(session, "proofreader", "许可")


@pytest.fixture
def lawyer(session: Session) -> Person:
    return factories.person(session, "legal_reviewer", "韩律")


@pytest.mark.slow
def test_p1_p2_p6_no_sequence_of_acts_publishes_what_must_not_leave() -> None:
    done, flaws = Counter[str](), []
    for seed in range(max(RUNS // SEQUENCES_A_HOUSE, 1)):
        counted, found = play(1000 + seed)
        done += counted
        flaws += found
    print(f"{done['sequences']} sequences, {done['acts']} acts: {dict(done.most_common())}")
    assert flaws == []
    assert done["sequences"] >= min(RUNS, SEQUENCES_A_HOUSE) and left(done) > 0
    for act in ("approve: review", "recuse", "declare an emergency", "add a route", "put under embargo", "revise"):
        assert done[act] > 0, f"{act} never happened, so the property says nothing about it"


@pytest.mark.slow
@pytest.mark.parametrize("rule", [rule for rule, (flaw, _) in RULES.items() if flaw.startswith("P")])
def test_a_house_that_lacks_a_rule_is_found_out(rule: str) -> None:
    """The property above can fail: without one of its rules the house publishes what it must not, and the oracle says so."""
    told, _ = RULES[rule]
    flaws = next((found for seed in range(4, 24) if (found := play(seed, rule)[1])), [])
    assert flaws and told in flaws[0]


def test_the_proof_track_runs_beside_the_reviews_and_both_are_needed(
    session: Session, people: People, proofreader: Person
) -> None:
    article = take(session, people, Stage("proof_1", "proof", PROOF_TRACK))
    assert open_names(session, article) == ["review_1", "proof_1"]
    reviewed(session, article, people)
    assert (article.state, article.stage) == (State.IN_PROOF, "proof_1") and sign_offs.standing(session, article) is None
    decide(session, article, proofreader)
    assert article.state == State.SIGNED_OFF and sign_offs.standing(session, article) is not None


def test_the_proof_track_may_wait_for_the_reviews(session: Session, people: People, proofreader: Person) -> None:
    article = take(session, people, Stage("proof_1", "proof", PROOF_TRACK), proofs_after=True)
    assert open_names(session, article) == ["review_1"]
    with pytest.raises(Stale):
        decide(session, article, proofreader, "proof_1")
    reviewed(session, article, people)
    assert open_names(session, article) == ["proof_1"]


def test_p1_stages_side_by_side_are_all_needed_in_any_order(session: Session, people: People, lawyer: Person) -> None:
    article = take(session, people, Stage("legal", "legal", step=2))
    reviewed(session, article, people, "review_1")
    assert open_names(session, article) == ["review_2", "legal"]
    reviewed(session, article, people, "review_2")
    assert open_names(session, article) == ["legal"] and article.stage == "legal"
    decide(session, article, lawyer)
    assert open_names(session, article) == ["review_3"]
    reviewed(session, article, people, "review_3")
    assert article.state == State.SIGNED_OFF


def test_so_many_of_them_are_enough_and_a_no_of_one_is_not_the_end(session: Session, people: People) -> None:
    experts = [factories.person(session, "operator", f"专家{number}", f"e{number}@chengjiang.example") for number in range(3)]
    board = [
        Stage(name, "expert", step=4, people=(one.id,), needed=2)
        for name, one in zip(("expert", "expert_2", "expert_3"), experts, strict=True)
    ]
    article = take(session, people, *board)
    reviewed(session, article, people)
    decide(session, article, experts[0], "expert", "return", "数据存疑")
    assert article.state == State.IN_REVIEW
    decide(session, article, experts[1], "expert_2")
    decide(session, article, experts[2], "expert_3")
    assert article.state == State.SIGNED_OFF
    second = factories.in_review(session, people, title="另一篇")
    reviewed(session, second, people)
    decide(session, second, experts[0], "expert", "return", "数据存疑")
    decide(session, second, experts[1], "expert_2", "return", "同意退回")
    assert second.state == State.RETURNED


def test_a_stage_by_name_is_for_those_named(session: Session, people: People, lawyer: Person) -> None:
    other = factories.person(session, "legal_reviewer", "另一位", "l2@chengjiang.example")
    article = take(session, people, Stage("legal", "legal", step=1, people=(other.id,)))
    with pytest.raises(NotAllowed):
        decide(session, article, lawyer, "legal")
    decide(session, article, other, "legal")


def test_p2_side_by_side_nobody_decides_twice(session: Session, people: People) -> None:
    persons.set_roles(session, people["department_head"], ["department_head", "legal_reviewer"], by=None)
    article = take(session, people, Stage("legal", "legal", step=2))
    reviewed(session, article, people, "review_1", "review_2")
    with pytest.raises(SecondStage):
        decide(session, article, people["department_head"], "legal")


@pytest.mark.parametrize("stages_", [
    THREE[:2], (*THREE[:2], Stage("review_3", "review", step=2)), (*THREE, Stage("legal", "legal", needed=1)),
    (*THREE, Stage("proof_1", "proof", step=5), Stage("proof_2", "proof", step=4)), (*THREE, Stage("legal", "expert")),
    (*THREE, Stage("proof_9", "proof")), (*THREE, THREE[0]),
    (THREE[0], THREE[1], Stage("review_3", "review", on_finding="legal", step=3)),
    (*THREE, Stage("legal", "legal", step=5, needed=1), Stage("proof_1", "proof", step=5, needed=1)),
])
def test_p2_no_version_of_a_route_is_kept_that_lacks_a_review(
    session: Session, people: People, stages_: tuple[Stage, ...]
) -> None:
    with pytest.raises(Invalid):
        routes.change(session, routes.of_house(session), Plan(stages_), by=people["admin"])


def test_a_running_round_keeps_the_version_it_began_with(session: Session, people: People, lawyer: Person) -> None:
    article = factories.in_review(session, people)
    routes.change(session, routes.of_house(session), Plan((*THREE, Stage("legal", "legal", step=4))), by=people["admin"])
    reviewed(session, article, people)
    assert article.state == State.SIGNED_OFF
    began = round_of(session, article)
    assert began is not None and began.version is not None and began.version.number == 1
    assert factories.in_review(session, people, title="下一篇").stage == "review_1"


def test_the_kind_of_group_chooses_the_route_and_the_round_says_why(session: Session, people: People) -> None:
    routes.add(session, "培训稿", Plan((*THREE, Stage("expert", "expert", step=1))), by=people["admin"], group_kinds=["training"])
    article = factories.in_review(session, people)
    began = round_of(session, article)
    assert began is not None and began.version is not None and began.version.route.name == "培训稿"
    assert began.because.startswith("Stories from groups") and open_names(session, article) == ["review_1", "expert"]


def test_who_steps_aside_decides_nothing_more_and_another_is_asked(session: Session, people: People) -> None:
    second = factories.person(session, "desk_editor", "罗一帆", "luo@chengjiang.example")
    article = factories.in_review(session, people)
    with pytest.raises(Invalid):
        stages.recuse(session, article, stage="review_1", by=people["desk_editor"], reason=" ")
    stages.recuse(session, article, stage="review_1", by=people["desk_editor"], reason="写的是我所在的班组")
    with pytest.raises(Recused):
        decide(session, article, people["desk_editor"])
    assert any(notice.params.get("name") == "林晓雯" for notice in latest(session, second))
    decide(session, article, second)
    assert article.stage == "review_2"


def test_when_those_named_are_all_out_everybody_whose_right_it_is_may(session: Session, people: People, lawyer: Person) -> None:
    named = factories.person(session, "legal_reviewer", "被点名", "named@chengjiang.example")
    article = take(session, people, Stage("legal", "legal", step=1, people=(named.id,)))
    stages.recuse(session, article, stage="legal", by=named, reason="亲属")
    decide(session, article, lawyer, "legal")


def test_p2_a_substitute_decides_as_the_person_could_and_no_more(session: Session, people: People) -> None:
    now = clock.now()
    stand_in, head = people["operator"], people["department_head"]
    deciders.name_substitute(session, head, stand_in, begins_at=now, ends_at=now + timedelta(days=2))
    article = factories.in_review(session, people)
    reviewed(session, article, people, "review_1")
    decide(session, article, stand_in)
    row = next(row for row in stages_of(session, article) if row.name == "review_2")
    assert (row.decided_by_id, row.decided_for_id) == (stand_in.id, head.id)
    with clock.at(now + timedelta(days=3)), pytest.raises(NotAllowed):
        other = factories.in_review(session, people, title="过期")
        reviewed(session, other, people, "review_1")
        decide(session, other, stand_in)


def test_p2_nobody_stands_in_for_a_writer(session: Session, people: People) -> None:
    now = clock.now()
    deciders.name_substitute(session, people["desk_editor"], people["operator"], begins_at=now, ends_at=now + timedelta(days=1))
    article = factories.in_review(session, people)
    content = articles.newest(session, article).content.changed(body="责编改过。")
    revising.revise(session, article, content, base=article.revision, by=people["desk_editor"])
    with pytest.raises(NotAllowed):
        decide(session, article, people["operator"])
    with pytest.raises(OwnText):
        decide(session, article, people["desk_editor"])


def test_p1_p2_an_emergency_leaves_out_proofs_and_never_a_review(session: Session, people: People, lawyer: Person) -> None:
    duty = factories.person(session, "emergency_publisher", "值班", "duty@chengjiang.example")
    article = take(session, people, Stage("proof_1", "proof", PROOF_TRACK), Stage("legal", "legal", step=2))
    with pytest.raises(NotAllowed):
        emergencies.declare(session, article, reason="台风", by=people["publisher"])
    with pytest.raises(Invalid):
        emergencies.declare(session, article, reason="", by=duty)
    emergencies.declare(session, article, reason="台风红色预警", by=duty)
    assert open_names(session, article) == ["review_1"]
    row = stages.open_stage(session, article)
    assert row.due_at is not None and row.due_at - clock.now() <= timedelta(minutes=30)
    for role in ("desk_editor", "editor_in_chief", "publisher", "operator"):
        assert any(notice.urgent and notice.params.get("reason") == "台风红色预警" for notice in latest(session, people[role]))
    reviewed(session, article, people)
    assert article.state == State.SIGNED_OFF and emergency_of(session, article.id) is not None


def test_p1_an_emergency_when_only_proofs_were_missing_signs_what_three_approved(session: Session, people: People) -> None:
    duty = factories.person(session, "emergency_publisher", "值班", "duty@chengjiang.example")
    article = take(session, people, Stage("proof_1", "proof", PROOF_TRACK))
    reviewed(session, article, people)
    emergencies.declare(session, article, reason="台风", by=duty, typeset=Typeset("<p>七十二小时</p>", ""))
    signed = sign_offs.standing(session, article)
    assert signed is not None and signed.signed_by_id == people["editor_in_chief"].id


def test_what_a_change_would_ask_again_is_known_beforehand(session: Session, people: People) -> None:
    article = factories.in_review(session, people)
    reviewed(session, article, people, "review_1", "review_2")
    assert [row.name for row in stages.would_reopen(session, article)] == ["review_1", "review_2"]
    content = articles.newest(session, article).content.changed(body="改了一个字。")
    revising.revise(session, article, content, base=article.revision, by=people["contributor"])
    assert stages.would_reopen(session, article) == [] and open_names(session, article) == ["review_1"]


def test_p4_a_late_stage_is_told_once_to_the_next_above(session: Session, people: People) -> None:
    article = factories.in_review(session, people)
    row = stages.open_stage(session, article)
    assert row.due_at is not None and overdue.escalate(session) == 0
    with clock.at(row.due_at):
        assert overdue.escalate(session) == 1
        assert overdue.escalate(session) == 0
    assert row.escalated_at is not None
    for role in ("desk_editor", "department_head"):
        assert any(notice.cause == f"late:{row.id}" for notice in latest(session, people[role]))


def test_a_claim_is_seen_and_steps_back_with_its_holder(session: Session, people: People) -> None:
    article = factories.in_review(session, people)
    row = stages.open_stage(session, article)
    stages.claim(session, row, by=people["desk_editor"])
    assert (row.state, row.claimed_by_id) == (StageState.CLAIMED, people["desk_editor"].id)
    stages.recuse(session, article, stage="review_1", by=people["desk_editor"], reason="亲属")
    assert (row.state, row.claimed_by_id) == (StageState.WAITING, None)


def test_the_column_chooses_before_the_kind_of_group(session: Session, people: People) -> None:
    routes.add(session, "培训稿", Plan((*THREE, Stage("expert", "expert", step=1))), by=people["admin"], group_kinds=["training"])
    routes.add(session, "产品稿", Plan((*THREE, Stage("legal", "legal", step=2))), by=people["admin"])
    column = Column(name="产品说明书之外", route="产品稿")
    session.add(column)
    session.flush()
    article = factories.article(session, people["contributor"])
    article.column_id = column.id
    session.flush()
    session.refresh(article)
    chosen = routes.choose(session, article)
    assert chosen.version.route.name == "产品稿" and chosen.because.startswith("Its column")
