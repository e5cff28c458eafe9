"""Passages of an article somebody speaks about: annotations and suggestions as rows, and how they follow the text.

The verbs are in annotations.py and suggestions.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial.articles import anchors
from editorial.articles.anchors import AROUND, Anchor
from editorial.articles.revisions import Content, Revision
from editorial.base import Base, Dated, Numbered
from editorial.people.people import Person


class Anchored:
    """A row about a passage of the body of version `revision`. A `lost` one keeps the words it had, and is looked for again."""

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    revision: Mapped[int]
    begin: Mapped[int]
    end: Mapped[int]
    quote: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(String(AROUND), default="")
    after: Mapped[str] = mapped_column(String(AROUND), default="")
    lost: Mapped[bool] = mapped_column(default=False)

    @property
    def anchor(self) -> Anchor:
        return Anchor(self.begin, self.end, self.quote, self.before, self.after)

    def stand(self, there: Anchor | None) -> None:
        """Stand at a passage; with None it is lost and keeps what it knew."""
        self.lost = there is None
        if there is not None:
            self.begin, self.end, self.quote, self.before, self.after = (
                there.begin, there.end, there.quote, there.before, there.after
            )


class Annotation(Numbered, Dated, Anchored, Base):
    """A thread about a passage. What is said stands in its remarks; resolved ones can be opened again."""

    __tablename__ = "annotation"

    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    resolved_at: Mapped[datetime | None]

    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    resolved_by: Mapped[Person | None] = relationship(foreign_keys=[resolved_by_id])
    remarks: Mapped[list[Remark]] = relationship(order_by="Remark.id")

    __table_args__ = (Index("ix_annotation_article", "article_id", "resolved_at"),)


class Remark(Numbered, Dated, Base):
    """One thing said in a thread; the first began it."""

    __tablename__ = "annotation_remark"

    annotation_id: Mapped[int] = mapped_column(ForeignKey("annotation.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)

    made_by: Mapped[Person] = relationship()


class Fate(StrEnum):
    """What became of a suggestion."""

    OPEN = "open"
    TAKEN = "taken"
    REFUSED = "refused"


class Suggestion(Numbered, Dated, Anchored, Base):
    """A proposed change: `replacement` in place of the passage, or of the whole title. `taken_in` is the version that has it."""

    __tablename__ = "suggestion"

    of_title: Mapped[bool] = mapped_column(default=False)
    replacement: Mapped[str] = mapped_column(Text)
    state: Mapped[Fate] = mapped_column(String(8), default=Fate.OPEN)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    taken_in: Mapped[int | None]

    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])

    __table_args__ = (Index("ix_suggestion_article", "article_id", "state"),)


def follow(session: Session, article_id: int, old: Content, revision: Revision) -> None:
    """`old` became `revision`: whatever speaks of a passage goes with it. Lost ones are looked for."""
    new = revision.content
    suggested = list(session.scalars(select(Suggestion).where(Suggestion.article_id == article_id, Suggestion.state == Fate.OPEN)))
    rows: list[Annotation | Suggestion] = [
        *session.scalars(select(Annotation).where(Annotation.article_id == article_id)),
        *(row for row in suggested if not row.of_title),
    ]
    _move([row for row in rows if not row.lost], old.body, new.body)
    for row in rows:
        if row.lost:
            row.stand(anchors.found(new.body, row.anchor))
    for row in suggested:
        if row.of_title:
            row.lost = row.quote != new.title
    for row in (*rows, *suggested):
        row.revision = revision.number
    session.flush()


def _move(rows: Sequence[Annotation | Suggestion], old: str, new: str) -> None:
    for row, there in zip(rows, anchors.followed([row.anchor for row in rows], old, new), strict=True):
        # A suggestion was made for exactly these words; for others it was not made.
        changed = isinstance(row, Suggestion) and there is not None and there.quote != row.quote
        row.stand(None if changed else there)
