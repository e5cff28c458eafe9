"""Which notices speak of something under embargo: outside the house their words are veiled (promise P6).

A notice names its own thing; the embargo is the article's. Here stands how one leads to the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.articles import planning
from editorial.articles.articles import Article, ArticleSource
from editorial.articles.assets import Asset
from editorial.articles.embargo import embargoed
from editorial.articles.passages import Annotation, Remark
from editorial.articles.picture_uses import PictureUse
from editorial.calendar.editions import Edition
from editorial.conduct.cases import Case, Report
from editorial.topics.assignments import Assignment
from editorial.topics.discussion import TopicComment


def is_veiled(session: Session, thing: str, thing_id: int | None) -> bool:
    """Whether an article that this thing leads to must not be spoken of outside the house now."""
    found = FOUND.get(thing)
    if found is None or thing_id is None:
        return False
    now = clock.now()
    return any(embargoed(article, now) for article in found(session, thing_id))


def _article(session: Session, number: int) -> Iterable[Article]:
    article = session.get(Article, number)
    return [article] if article is not None else []


def _edition(session: Session, number: int) -> Iterable[Article]:
    edition = session.get(Edition, number)
    return [place.article for place in edition.places] if edition is not None else []


def _submission(session: Session, number: int) -> Iterable[Article]:
    query = select(Article).join(ArticleSource, ArticleSource.article_id == Article.id)
    return session.scalars(query.where(ArticleSource.submission_id == number)).all()


def _assignment(session: Session, number: int) -> Iterable[Article]:
    assignment = session.get(Assignment, number)
    return planning.of_topic(session, assignment.topic_id) if assignment is not None else []


def _topic_comment(session: Session, number: int) -> Iterable[Article]:
    comment = session.get(TopicComment, number)
    return planning.of_topic(session, comment.topic_id) if comment is not None else []


def _remark(session: Session, number: int) -> Iterable[Article]:
    query = select(Article).join(Annotation, Annotation.article_id == Article.id).join(Annotation.remarks)
    return session.scalars(query.where(Remark.id == number)).all()


def _case(session: Session, number: int) -> Iterable[Article]:
    case = session.get(Case, number)
    found = FOUND.get(case.thing) if case is not None else None
    return found(session, case.thing_id) if case is not None and found is not None and case.thing_id is not None else []


def _report(session: Session, number: int) -> Iterable[Article]:
    made = session.get(Report, number)
    return _case(session, made.case_id) if made is not None else []


def _picture(session: Session, number: int) -> Iterable[Article]:
    query = select(Article).join(PictureUse, PictureUse.article_id == Article.id).join(Asset, Asset.sha256 == PictureUse.sha256)
    return session.scalars(query.where(Asset.id == number)).all()


FOUND: dict[str, Callable[[Session, int], Iterable[Article]]] = {
    "article": _article, "edition": _edition, "submission": _submission, "topic": planning.of_topic,
    "assignment": _assignment, "case": _case, "report": _report, "remark": _remark, "topic_comment": _topic_comment,
    "asset": _picture,
}
