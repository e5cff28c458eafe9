"""Names of versions that people want to find again: "as handed in", "before the interview came"."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit
from editorial.articles import revisions
from editorial.base import Base, Dated
from editorial.errors import Invalid, Problem
from editorial.people.people import Person

LONGEST = 60


class RevisionName(Dated, Base):
    """The name of one version; the version itself is never changed."""

    __tablename__ = "revision_name"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(LONGEST))
    named_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


def name(session: Session, article_id: int, number: int, words: str, *, by: Person) -> None:
    """Name a version; without words it has none again. Raises NotFound, Invalid."""
    revisions.numbered(session, article_id, number)
    words = words.strip()
    if len(words) > LONGEST:
        raise Invalid(Problem("name", "At most {limit} characters, now {count}.", {"limit": LONGEST, "count": len(words)}))
    row = session.get(RevisionName, (article_id, number))
    if row is not None and not words:
        session.delete(row)
    elif row is not None:
        row.name, row.named_by_id = words, by.id
    elif words:
        session.add(RevisionName(article_id=article_id, number=number, name=words, named_by_id=by.id))
    session.flush()
    audit.record(session, "name_revision", "article", article_id, by=by, details={"revision": number, "name": words})


def of(session: Session, article_id: int) -> dict[int, str]:
    """The names of an article's versions, by number."""
    query = select(RevisionName.number, RevisionName.name).where(RevisionName.article_id == article_id)
    return {row.number: row.name for row in session.execute(query)}
