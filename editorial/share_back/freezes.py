"""An article that is not spread further while an objection is looked into: shares wait, kits and links say so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit, clock
from editorial.articles.articles import Article
from editorial.base import Base, Dated, Numbered
from editorial.calendar.editions import Place
from editorial.conduct.cases import Case
from editorial.people.people import Person


class Freeze(Numbered, Dated, Base):
    """One article held back because of one case, until a person lifts it."""

    __tablename__ = "redistribution_freeze"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("conduct_case.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (Index("ix_redistribution_freeze_article", "article_id", "lifted_at"),)


def freeze(session: Session, article: Article, case: Case) -> Freeze:
    """Hold the article back; a second wish in the same case changes nothing."""
    known = session.scalar(select(Freeze).where(Freeze.case_id == case.id, Freeze.lifted_at.is_(None)))
    if known is not None:
        return known
    made = Freeze(article_id=article.id, case_id=case.id)
    session.add(made)
    session.flush()
    audit.record(session, "freeze_sharing", "article", article.id, details={"number": case.number})
    return made


def lift(session: Session, case: Case, *, by: Person) -> None:
    """Let it be spread again, as far as this case goes."""
    for held in session.scalars(select(Freeze).where(Freeze.case_id == case.id, Freeze.lifted_at.is_(None))):
        held.lifted_at, held.lifted_by_id = clock.now(), by.id
        audit.record(session, "lift_freeze", "article", held.article_id, by=by, details={"number": case.number})
    session.flush()


def of_case(session: Session, case: Case) -> Freeze | None:
    """What this case holds back now."""
    return session.scalar(select(Freeze).where(Freeze.case_id == case.id, Freeze.lifted_at.is_(None)))


def frozen_editions(session: Session) -> frozenset[int]:
    """The editions with an article that is held back now."""
    query = select(Place.edition_id).join(Freeze, Freeze.article_id == Place.article_id).where(Freeze.lifted_at.is_(None))
    return frozenset(session.scalars(query))


def frozen(session: Session, article_ids: Iterable[int]) -> set[int]:
    """Which of these articles are held back."""
    query = select(Freeze.article_id).where(Freeze.article_id.in_(list(article_ids)), Freeze.lifted_at.is_(None))
    return set(session.scalars(query))
