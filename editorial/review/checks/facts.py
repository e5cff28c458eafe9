"""Facts to be proved: numbers, dates, names and quotes that an editor marked, each with its source or still without."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.articles.articles import Article
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.people.people import Person

LONGEST_QUOTE, LONGEST_SOURCE = 200, 500
KINDS = ("number", "date", "name", "quote", "other")


class CheckFact(Numbered, Dated, Base):
    """A piece of the text that needs a source. While the text holds `quote` and `source` is empty, it stops the article."""

    __tablename__ = "check_fact"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8), default="other")
    quote: Mapped[str] = mapped_column(String(LONGEST_QUOTE))
    source: Mapped[str] = mapped_column(Text, default="")
    marked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sourced_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sourced_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]

    marked_by: Mapped[Person] = relationship(foreign_keys=[marked_by_id], lazy="joined")
    sourced_by: Mapped[Person | None] = relationship(foreign_keys=[sourced_by_id], lazy="joined")


def mark(session: Session, article: Article, quote: str, *, by: Person, kind: str = "other") -> CheckFact:
    """Say that this piece of the text needs a source; marked twice, it is the same mark. Raises Invalid."""
    quote = quote.strip()
    if not quote or len(quote) > LONGEST_QUOTE:
        raise Invalid(Problem("quote", "Give 1 to {limit} characters of the text.", {"limit": LONGEST_QUOTE}))
    for fact in of(session, article.id):
        if fact.quote == quote:
            return fact
    fact = CheckFact(article_id=article.id, quote=quote, kind=kind if kind in KINDS else "other", marked_by_id=by.id)
    session.add(fact)
    session.flush()
    audit.record(session, "mark_fact", "article", article.id, by=by, details={"text": quote, "fact": fact.id})
    return fact


def give_source(session: Session, fact: CheckFact, source: str, *, by: Person) -> None:
    """Say where it can be looked up. Raises Invalid for an empty or overlong source."""
    source = source.strip()
    if not source or len(source) > LONGEST_SOURCE:
        raise Invalid(Problem("source", "Say in at most {limit} characters where it can be looked up.", {"limit": LONGEST_SOURCE}))
    fact.source, fact.sourced_by, fact.sourced_at = source, by, clock.now()
    audit.record(session, "source_fact", "article", fact.article_id, by=by, details={"text": fact.quote, "reason": source})


def drop(session: Session, fact: CheckFact, *, by: Person) -> None:
    """Take the mark away: it needs no source after all."""
    fact.dropped_at = clock.now()
    audit.record(session, "drop_fact", "article", fact.article_id, by=by, details={"text": fact.quote})


def of(session: Session, article_id: int) -> list[CheckFact]:
    """The marks of an article, the oldest first."""
    query = select(CheckFact).where(CheckFact.article_id == article_id, CheckFact.dropped_at.is_(None))
    return list(session.scalars(query.order_by(CheckFact.id)))


def get(session: Session, fact_id: int) -> CheckFact:
    """The mark with this id. Raises NotFound."""
    fact = session.get(CheckFact, fact_id)
    if fact is None:
        raise NotFound()
    return fact
