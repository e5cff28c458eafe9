"""Who will be told is said before the act, and the act tells exactly those."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audience import Act, audience
from editorial.articles.articles import Article
from editorial.calendar.editions import Edition
from editorial.intake import submissions, triage
from editorial.intake.submissions import Submission
from editorial.notices import Notice
from editorial.people.people import Person
from editorial.release import releases
from editorial.review import stages
from editorial.review.rows import ReviewStage
from tests import factories


@pytest.fixture
def told(session: Session) -> Callable[[Callable[[], object]], set[str]]:
    """Names of those whom an act tells."""
    def of(act: Callable[[], object]) -> set[str]:
        before = session.scalar(select(func.max(Notice.id))) or 0
        act()
        ids = session.scalars(select(Notice.person_id).where(Notice.id > before)).all()
        return set(session.scalars(select(Person.name).where(Person.id.in_(ids))))
    return of


def names(
    session: Session, act: Act, thing: Submission | Article | ReviewStage | Edition, by: Person | None = None
) -> set[str]:
    return {person.name for person in audience(session, act, thing, by=by)}


def test_an_answer_to_a_submission(session: Session, people: dict[str, Person], told: Callable) -> None:
    factories.group(session, "assembly")
    made = [
        submissions.receive(session, title=f"换灶{number}", body=factories.BODY, origin_group="assembly", by=people[who])
        for number, who in enumerate(("contributor", "other"))
    ]
    triage.join(session, made[1], into=made[0], by=people["desk_editor"])
    said = names(session, Act.ANSWER, made[0])
    assert said == {"周小满", "孙一鸣"}
    assert told(lambda: triage.decline(session, made[0], by=people["desk_editor"], reason="题材重复")) == said


def test_every_step_of_a_review(session: Session, people: dict[str, Person], told: Callable) -> None:
    factories.person(session, "desk_editor", "另一位编辑", email="more@chengjiang.example")
    article = factories.article(session, people["contributor"])
    said = names(session, Act.SUBMIT, article)
    assert said == {"林晓雯", "另一位编辑"}
    assert told(lambda: stages.submit(session, article, by=people["contributor"], blockers=[])) == said
    for stage, role in (("review_1", "desk_editor"), ("review_2", "department_head"), ("review_3", "editor_in_chief")):
        row = stages.open_stage(session, article, stage)
        said = names(session, Act.APPROVE, row, people[role])
        assert said and told(lambda s=stage, r=role: factories.approve(session, article, s, people[r])) == said


@pytest.mark.parametrize("decision", ["return", "reject"])
def test_sending_back(session: Session, people: dict[str, Person], told: Callable, decision: str) -> None:
    article = factories.in_review(session, people)
    article.editor = people["publisher"]
    row = stages.open_stage(session, article, "review_1")
    said = names(session, Act.SEND_BACK, row, people["desk_editor"])
    assert said == {"周小满", "何敏"}
    assert told(lambda: stages.decide(
        session, article, stage="review_1", decision=decision, revision=1, by=people["desk_editor"], text="请补充来源",
    )) == said


def test_what_is_scheduled_tells_its_contributors_when_it_is_out(
    session: Session, people: dict[str, Person], told: Callable
) -> None:
    edition = factories.scheduled(session, people, count=2)
    said = names(session, Act.SCHEDULE, edition)
    assert said == {"周小满"}
    links = ("https://mp.weixin.qq.com/s/a", "https://mp.weixin.qq.com/s/b")
    assert told(lambda: releases.record_published(session, edition, links)) == said
