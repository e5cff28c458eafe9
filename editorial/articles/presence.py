"""Who has an article open now, and in which window: rows that are worth something for less than a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, delete, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from editorial import clock
from editorial.base import Base
from editorial.people.people import Person

GONE_AFTER = timedelta(seconds=45)
TOLD_EVERY = timedelta(seconds=15)
"""A window that says the same again so soon costs no write."""


class OpenWindow(Base):
    """One window in which a person has an article open."""

    __tablename__ = "open_window"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    window: Mapped[str] = mapped_column(String(24), primary_key=True)
    writing: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship()

    __table_args__ = (Index("ix_open_window_seen", "seen_at"),)


@dataclass(frozen=True)
class Other:
    """Somebody else's window, or another one of one's own; `writing` when something in it is not saved."""

    name: str
    own: bool
    writing: bool


def is_known(session: Session, article_id: int, *, window: str, by: Person, writing: bool) -> bool:
    """Whether the window said the very same a moment ago."""
    row = session.get(OpenWindow, (article_id, by.id, window))
    return row is not None and row.writing == writing and row.seen_at > clock.now() - TOLD_EVERY


def tell(session: Session, article_id: int, *, window: str, by: Person, writing: bool) -> None:
    """The window is open. What was not heard of for long is forgotten."""
    now = clock.now()
    session.execute(delete(OpenWindow).where(OpenWindow.seen_at < now - GONE_AFTER))
    session.merge(OpenWindow(article_id=article_id, person_id=by.id, window=window, writing=writing, seen_at=now))
    session.flush()


def leave(session: Session, article_id: int, *, window: str, by: Person) -> None:
    """The window is closed."""
    session.execute(delete(OpenWindow).where(
        OpenWindow.article_id == article_id, OpenWindow.person_id == by.id, OpenWindow.window == window
    ))


def others(session: Session, article_id: int, *, window: str, by: Person) -> list[Other]:
    """Every other window at the article, one line a person; those who write first."""
    query = (
        select(OpenWindow).where(OpenWindow.article_id == article_id, OpenWindow.seen_at > clock.now() - GONE_AFTER)
        .options(joinedload(OpenWindow.person))
    )
    rows = [row for row in session.scalars(query) if (row.person_id, row.window) != (by.id, window)]
    found = {row.person_id: row for row in sorted(rows, key=lambda row: row.writing)}
    shown = [Other(row.person.name, row.person_id == by.id, row.writing) for row in found.values()]
    return sorted(shown, key=lambda one: (not one.writing, one.own, one.name))
