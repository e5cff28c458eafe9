"""What happened to an article beside its usual way: haste, links that persons brought, corrections, take-downs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial.articles.articles import Article
from editorial.calendar import editions
from editorial.release import corrections, take_downs
from editorial.release.given_links import GivenLink
from editorial.review.rows import Emergency


@dataclass(frozen=True)
class Later:
    """One thing. `kind`: link, correction_proposed, correction_done, take_down, taken_down, emergency,
    emergency_ended. `text`: the reason, or the link."""

    kind: str
    at: datetime
    by: str
    text: str
    account: str = ""


def of_article(session: Session, article: Article) -> tuple[Later, ...]:
    """In the order in which it happened."""
    found = [*_haste(session, article), *_links(session, article), *_corrections(session, article), *_take_downs(session, article)]
    return tuple(sorted(found, key=lambda one: one.at))


def _haste(session: Session, article: Article) -> Iterator[Later]:
    for row in session.scalars(select(Emergency).where(Emergency.article_id == article.id)):
        yield Later("emergency", row.created_at, row.declared_by.name, row.reason)
        if row.ended_at is not None:
            yield Later("emergency_ended", row.ended_at, "", "")


def _links(session: Session, article: Article) -> Iterator[Later]:
    for row in session.scalars(select(GivenLink).where(GivenLink.article_id == article.id)):
        yield Later("link", row.created_at, row.given_by.name, row.reason or row.url)


def _corrections(session: Session, article: Article) -> Iterator[Later]:
    for one in corrections.of_article(session, article):
        yield Later("correction_proposed", one.created_at, one.proposed_by.name, one.reason)
        if one.done_at is not None and one.done_by is not None:
            yield Later("correction_done", one.done_at, one.done_by.name, one.reason)


def _take_downs(session: Session, article: Article) -> Iterator[Later]:
    for place in editions.standing_of(session, article.id):
        for wish in take_downs.of_edition(session, place.edition):
            if wish.position in (take_downs.ALL, place.position):
                account = place.edition.account.name
                yield Later("take_down", wish.created_at, wish.asked_by.name, wish.reason, account)
                if wish.done_at is not None:
                    yield Later("taken_down", wish.done_at, wish.asked_by.name, wish.reason, account)
