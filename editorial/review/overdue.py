"""Stages whose time is over: told once to those who are asked and to the next above them, and shown from then on."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from editorial import audit, clock
from editorial.articles.articles import Article
from editorial.articles.workflow import State
from editorial.notices import tell
from editorial.people.people import Person, Role, with_role
from editorial.review import deciders
from editorial.review.rows import OPEN, ReviewStage

NEXT_ABOVE: dict[str, Role] = {"review_1": Role.DEPARTMENT_HEAD, "review_3": Role.PUBLISHER}
"""Who hears that a stage is late besides those asked; of every other stage it is the editor-in-chief."""
AT_ONCE = 200


def escalate(session: Session) -> int:
    """Tell of every stage that became late since the last time. Returns how many."""
    late = (
        select(ReviewStage).join(Article, Article.id == ReviewStage.article_id).options(joinedload(ReviewStage.article))
        .where(ReviewStage.state.in_(OPEN), ReviewStage.due_at <= clock.now(), ReviewStage.escalated_at.is_(None))
        .where(Article.round == ReviewStage.round, Article.state.in_([State.IN_REVIEW, State.IN_PROOF]))
        .order_by(ReviewStage.due_at).limit(AT_ONCE)
    )
    rows = list(session.scalars(late))
    for row in rows:
        _tell(session, row)
    return len(rows)


def above(session: Session, row: ReviewStage) -> list[Person]:
    """Who hears that a stage is late, besides those who are asked."""
    return with_role(session, NEXT_ABOVE.get(row.name, Role.EDITOR_IN_CHIEF))


def _tell(session: Session, row: ReviewStage) -> None:
    asked, over = deciders.able(session, row), above(session, row)
    article = row.article
    for person in {one.id: one for one in [*asked, *over, *([article.editor] if article.editor else [])]}.values():
        tell(session, person, "“{title}” is late: {stage} was due.", cause=f"late:{row.id}", thing="article",
             thing_id=article.id, urgent=person in asked, title=article.title, stage=row.name)
    row.escalated_at = clock.now()
    details = {"stage": row.name, "to": [person.name for person in over]}
    audit.record(session, "escalate_stage", "article", article.id, details=details)
