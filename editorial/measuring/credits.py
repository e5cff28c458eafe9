"""Credit: a contributor's accepted stories, year by year, each under the name they chose. Forwarding counts for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.articles.articles import Article, ArticleSource
from editorial.articles.workflow import State
from editorial.calendar.editions import Edition, EditionState, Place
from editorial.intake.submissions import Submission
from editorial.people.people import Person

OUT = (State.PUBLISHED, State.CORRECTED)


@dataclass(frozen=True)
class Piece:
    """One accepted story. `published_at` none: it is on its way."""

    number: str
    title: str
    signature: str
    accepted_at: datetime
    published_at: datetime | None
    permalink: str
    article_id: int
    own: bool


def pieces(session: Session, person: Person) -> list[Piece]:
    """A person's accepted stories, the newest first; what was joined with another's counts as theirs too."""
    query = (
        select(Submission, Article).join(ArticleSource, ArticleSource.submission_id == Submission.id)
        .join(Article, Article.id == ArticleSource.article_id)
        .where(Submission.contributor_id == person.id, Article.state.not_in([State.REJECTED, State.WITHDRAWN, State.TAKEN_DOWN]))
        .order_by(Submission.id.desc())
    )
    found = session.execute(query).all()
    places = _places(session, [article.id for _submission, article in found])
    return [_piece(submission, article, places.get(article.id)) for submission, article in found]


def by_year(found: list[Piece], zone: str) -> dict[int, list[Piece]]:
    """Pieces by the year in which they came out, those on their way by that of their acceptance; the newest year first."""
    years: dict[int, list[Piece]] = {}
    for piece in found:
        years.setdefault(clock.to_wall(piece.published_at or piece.accepted_at, zone).year, []).append(piece)
    return dict(sorted(years.items(), reverse=True))


def _piece(submission: Submission, article: Article, place: Place | None) -> Piece:
    published_at = place.edition.published_at if place is not None and article.state in OUT else None
    return Piece(
        submission.number, article.title, submission.signature, submission.answered_at or submission.created_at, published_at,
        (place.permalink or "") if place is not None and published_at else "", article.id,
        article.contributor_id == submission.contributor_id,
    )


def _places(session: Session, article_ids: list[int]) -> dict[int, Place]:
    """The first publication of each article."""
    query = (
        select(Place).join(Edition, Edition.id == Place.edition_id)
        .where(Place.article_id.in_(article_ids), Edition.state == EditionState.PUBLISHED).order_by(Place.id.desc())
    )
    return {place.article_id: place for place in session.scalars(query)}
