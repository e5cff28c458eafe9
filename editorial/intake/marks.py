"""Marks of every text handed in, so that nearly the same one is found among a hundred thousand without reading them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BigInteger, ForeignKey, delete, func, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from editorial.base import Base
from editorial.intake import likeness

CLEARLY = 3
"""So many shared marks of sixteen: about six tenths of the text."""
CANDIDATES = 8


class TextMark(Base):
    """One of the marks of one submission's text."""

    __tablename__ = "text_mark"

    mark: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True, index=True)


def note(session: Session, submission_id: int, text: str) -> None:
    """Keep the marks of a text in place of those it had before."""
    session.execute(delete(TextMark).where(TextMark.submission_id == submission_id))
    session.add_all(TextMark(mark=mark, submission_id=submission_id) for mark in likeness.marks(text))
    session.flush()


def sharing(session: Session, submission_id: int) -> list[int]:
    """Submissions that share marks with this one, most shared first."""
    own = select(TextMark.mark).where(TextMark.submission_id == submission_id)
    query = (
        select(TextMark.submission_id).where(TextMark.mark.in_(own), TextMark.submission_id != submission_id)
        .group_by(TextMark.submission_id).order_by(func.count().desc(), TextMark.submission_id).limit(CANDIDATES)
    )
    return list(session.scalars(query))


def doubled(session: Session, submission_ids: Iterable[int]) -> set[int]:
    """Those of these submissions that clearly resemble another one, in one query."""
    other = aliased(TextMark)
    query = (
        select(TextMark.submission_id).join(other, other.mark == TextMark.mark)
        .where(TextMark.submission_id.in_(list(submission_ids)), other.submission_id != TextMark.submission_id)
        .group_by(TextMark.submission_id, other.submission_id).having(func.count() >= CLEARLY)
    )
    return set(session.scalars(query))
