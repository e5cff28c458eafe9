"""The embargo of an article: an instant before which nothing of it may leave the house, on whatever channel (promise P6).

It is no part of the content, so a sign-off does not fall with it. What is under way already: release/embargoes.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from editorial import audit, clock
from editorial.articles.articles import Article, ArticleSource
from editorial.articles.workflow import State
from editorial.base import compare_and_set
from editorial.errors import Invalid, Problem, UnderEmbargo, WrongState
from editorial.people.people import Person

OVER = frozenset({State.PUBLISHED, State.CORRECTED, State.TAKEN_DOWN, State.REJECTED, State.WITHDRAWN})
"""What readers have seen cannot be held back, and what will never go out needs no holding."""


def embargoed(article: Article, at: datetime) -> bool:
    """Whether nothing of it may leave the house at this instant."""
    return article.embargo_until is not None and at < article.embargo_until


def until(articles: Iterable[Article], at: datetime) -> datetime | None:
    """The instant at which the last embargo in force on any of them ends; none when nothing holds them back."""
    return max((one.embargo_until for one in articles if one.embargo_until and embargoed(one, at)), default=None)


def outward_title(article: Article, at: datetime) -> str:
    """What may be called outside the house: the headline, under embargo only the number."""
    return article.number if embargoed(article, at) else article.title


def check(articles: Iterable[Article]) -> None:
    """Raise UnderEmbargo when nothing of one of them may leave the house now."""
    for article in articles:
        if embargoed(article, clock.now()):
            raise UnderEmbargo(until=article.embargo_wall.replace("T", " ")[:16])


def put(session: Session, article: Article, ends: datetime, *, zone: str, by: Person) -> None:
    """Put it under embargo, or prolong the one that stands. Raises WrongState, Invalid naming `embargo_until`."""
    if article.state in OVER:
        raise WrongState()
    if ends <= clock.now():
        raise Invalid(Problem("embargo_until", "This time has passed."))
    if article.embargo_until is not None and ends < article.embargo_until and embargoed(article, clock.now()):
        raise Invalid(Problem("embargo_until", "An embargo ends earlier only when an editor-in-chief lifts it with a reason."))
    wall = clock.to_wall(ends, zone).strftime("%Y-%m-%dT%H:%M:%S")
    _keep(session, article, ends, wall, zone)
    audit.record(session, "embargo", "article", article.id, by=by, details={"until": wall, "zone": zone})


def lift(session: Session, article: Article, *, reason: str, by: Person) -> None:
    """End it before its time. Raises WrongState when none is in force, Invalid naming `reason`."""
    if not embargoed(article, clock.now()):
        raise WrongState()
    if not reason.strip():
        raise Invalid(Problem("reason", "Say why the embargo ends early; everybody who works on it will read it."))
    details = {"until": article.embargo_wall, "zone": article.embargo_zone, "reason": reason.strip()}
    _keep(session, article, None, "", "")
    audit.record(session, "lift_embargo", "article", article.id, by=by, details=details)


def between(session: Session, first: datetime, last: datetime) -> list[Article]:
    """Articles whose embargo ends in [first, last), in order."""
    query = select(Article).where(Article.embargo_until >= first, Article.embargo_until < last, Article.state.not_in(OVER))
    return list(session.scalars(query.order_by(Article.embargo_until, Article.id).limit(500)))


def holding_back(session: Session, submission_ids: Iterable[int]) -> set[int]:
    """Those of these submissions that have become articles under embargo now."""
    query = select(ArticleSource.submission_id).join(Article, Article.id == ArticleSource.article_id)
    return set(session.scalars(query.where(ArticleSource.submission_id.in_(submission_ids), Article.embargo_until > clock.now())))


def _keep(session: Session, article: Article, ends: datetime | None, wall: str, zone: str) -> None:
    """Set by an UPDATE of its own, so that it stands in the database before anybody asks what is under way."""
    change = update(Article).where(Article.id == article.id, Article.state == article.state)
    if not compare_and_set(session, change.values(embargo_until=ends, embargo_wall=wall, embargo_zone=zone)):
        raise WrongState()
    session.refresh(article)
