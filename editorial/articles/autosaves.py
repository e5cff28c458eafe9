"""What somebody has typed into an article and not saved yet: kept here beside the device, and folded into its history."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, defer, mapped_column, relationship

from editorial import clock
from editorial.articles import revisions
from editorial.articles.revisions import Content
from editorial.base import Base, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.people.people import Person

FIELDS = ("title", "body", "author", "digest", "source_url", "theme")
FOLD = timedelta(minutes=10)
"""What is typed within so much time is one autosave."""
KEPT = timedelta(days=30)


class Autosave(Numbered, Base):
    """The fields as they stood in one window. It ends with a save (`saved_as` is the version) or is thrown away."""

    __tablename__ = "autosave"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    window: Mapped[str] = mapped_column(String(24))
    base: Mapped[int]
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    begun_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    saved_as: Mapped[int | None]

    person: Mapped[Person] = relationship()

    __table_args__ = (Index("ix_autosave_article", "article_id", "person_id", "ended_at"),)

    def over(self, content: Content) -> Content:
        """The content with what was typed."""
        return content.changed(**{name: str(self.fields[name]) for name in FIELDS if name in self.fields})


def keep(
    session: Session, article_id: int, *, window: str, base: int, fields: dict[str, Any], by: Person
) -> Autosave:
    """Keep what stands in a window over version `base`. Raises Invalid for more than the house takes."""
    kept = {name: str(fields[name]).replace("\r\n", "\n") for name in FIELDS if name in fields}
    if sum(map(len, kept.values())) > revisions.MOST_CHARACTERS:
        raise Invalid(Problem("body", "This is too long to be kept as a draft."))
    now = clock.now()
    live = _live(article_id, by).where(Autosave.window == window, Autosave.base == base, Autosave.begun_at > now - FOLD)
    row = session.scalar(live.order_by(Autosave.id.desc()).limit(1))
    if row is None:
        row = Autosave(article_id=article_id, person_id=by.id, window=window, base=base, begun_at=now)
        session.add(row)
    row.fields, row.updated_at = kept, now
    session.flush()
    return row


def end(session: Session, article_id: int, *, window: str, by: Person, saved_as: int | None) -> None:
    """The window was saved as a version, or (None) its words were thrown away; they stay readable for a month."""
    now = clock.now()
    session.execute(
        update(Autosave).where(Autosave.article_id == article_id, Autosave.person_id == by.id, Autosave.ended_at.is_(None))
        .where(Autosave.window == window).values(ended_at=now, saved_as=saved_as)
    )
    session.execute(delete(Autosave).where(
        Autosave.article_id == article_id, Autosave.person_id == by.id, Autosave.ended_at < now - KEPT
    ))


def unsaved(session: Session, article_id: int, by: Person) -> Autosave | None:
    """The newest words of this person that were not saved, from whatever window."""
    return session.scalar(_live(article_id, by).order_by(Autosave.updated_at.desc(), Autosave.id.desc()).limit(1))


def own(session: Session, article_id: int, by: Person) -> list[Autosave]:
    """What this person's windows kept of an article, the newest first, the words themselves only when asked for.

    Nobody sees another's.
    """
    query = select(Autosave).options(defer(Autosave.fields)).where(Autosave.article_id == article_id, Autosave.person_id == by.id)
    return list(session.scalars(query.order_by(Autosave.id.desc()).limit(100)))


def get(session: Session, article_id: int, autosave_id: int, by: Person) -> Autosave:
    """One of this person's autosaves. Raises NotFound."""
    row = session.get(Autosave, autosave_id)
    if row is None or row.article_id != article_id or row.person_id != by.id:
        raise NotFound()
    return row


def _live(article_id: int, by: Person) -> Select[Autosave]:
    return select(Autosave).where(
        Autosave.article_id == article_id, Autosave.person_id == by.id, Autosave.ended_at.is_(None)
    )
