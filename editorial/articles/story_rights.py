"""The rights block of an article: the author's statement, originality, what others may reprint, and minors in the story."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.articles import ai_uses, articles, picture_rights
from editorial.articles.articles import Article
from editorial.articles.revisions import Content
from editorial.base import Base
from editorial.errors import Invalid, Problem
from editorial.people.people import Person


class Originality(StrEnum):
    """Where the text comes from; `unknown` while nobody was asked."""

    UNKNOWN = "unknown"
    ORIGINAL = "original"
    REPRINT = "reprint"
    COMPILED = "compiled"


class ReprintPermission(StrEnum):
    """What others may do with it."""

    ON_REQUEST = "on_request"
    WITH_SOURCE = "with_source"
    FORBIDDEN = "forbidden"


class StoryRights(Base):
    """What was said of one article's rights. A consent here is the guardian's, for minors the story tells of."""

    __tablename__ = "story_rights"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    author_statement: Mapped[str] = mapped_column(Text, default="")
    originality: Mapped[Originality] = mapped_column(String(10), default=Originality.UNKNOWN)
    reprint: Mapped[ReprintPermission] = mapped_column(String(12), default=ReprintPermission.ON_REQUEST)
    reprint_source: Mapped[str] = mapped_column(String(300), default="")
    """Of a reprint: where it stood first, and who gave the permission."""
    tells_of_minor: Mapped[bool] = mapped_column(default=False)
    guardian: Mapped[str] = mapped_column(String(80), default="")
    consent_on: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(String(200), default="")
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime]

    noted_by: Mapped[Person] = relationship()


def of(session: Session, article: Article) -> StoryRights | None:
    """What was said, none before."""
    return session.get(StoryRights, article.id)


def note(session: Session, article: Article, *, by: Person, **said: object) -> StoryRights:
    """Keep the rights block. Raises Invalid naming the field."""
    problems = []
    if said.get("originality") not in set(Originality):
        problems.append(Problem("originality", "Choose one of: {choices}.", {"choices": ", ".join(Originality)}))
    if said.get("reprint") not in set(ReprintPermission):
        problems.append(Problem("reprint", "Choose one of: {choices}.", {"choices": ", ".join(ReprintPermission)}))
    if said.get("originality") == Originality.REPRINT and not str(said.get("reprint_source", "")).strip():
        problems.append(Problem("reprint_source", "Say where it stood first and who permitted the reprint."))
    if problems:
        raise Invalid(*problems)
    row = of(session, article) or StoryRights(article_id=article.id)
    for name, value in said.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    row.noted_by_id, row.noted_at = by.id, clock.now()
    session.add(row)
    session.flush()
    audit.record(session, "note_rights", "article", article.id, by=by, details={
        "originality": row.originality, "reprint": row.reprint, "tells_of_minor": row.tells_of_minor,
    })
    return row


def gate(session: Session, article: Article) -> list[Problem]:
    """Everything about rights and AI labels that keeps the newest version from going on; asked at every step to the reader."""
    content = articles.newest(session, article).content
    of_pictures = [*picture_rights.problems(session, content), *ai_uses.picture_problems(session, content)]
    return [*of_pictures, *problems(session, article, content)]


def problems(session: Session, article: Article, content: Content) -> Iterator[Problem]:
    """What forbids the article beside its pictures: minors without their guardian's consent, AI labels that are gone."""
    row = of(session, article)
    if row is not None and row.tells_of_minor and not (row.guardian and row.consent_on):
        yield Problem("body", "The story tells of a minor, and no guardian's consent is kept. Note it under “Rights”.")
    yield from ai_uses.problems(session, article, content)
