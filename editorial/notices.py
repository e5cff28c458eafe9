"""Telling a person something: a row they see in the product. Outside channels are deliveries of purpose `notice`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.base import Base, Dated, Numbered
from editorial.people.people import Person


class Notice(Numbered, Dated, Base):
    """One thing one person should know. `sentence` is a key of the message catalogue, `params` its values.

    One cause gives one notice: (person, cause) is unique.
    """

    __tablename__ = "notice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    cause: Mapped[str] = mapped_column(String(120))
    sentence: Mapped[str] = mapped_column(String(300))
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    thing: Mapped[str] = mapped_column(String(20), default="")
    thing_id: Mapped[int | None]
    urgent: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_notice_person", "person_id", "id"),
        Index("ix_notice_unseen", "person_id", "seen_at"),
        Index("uq_notice_cause", "person_id", "cause", unique=True),
    )


def tell(
    session: Session, person: Person | None, sentence: str, *, cause: str, thing: str = "", thing_id: int | None = None,
    urgent: bool = False, **params: Any,
) -> None:
    """Tell `person`, once for one `cause`."""
    if person is None:
        return
    known = select(Notice.id).where(Notice.person_id == person.id, Notice.cause == cause)
    if session.scalar(known) is None:
        session.add(Notice(
            person_id=person.id, cause=cause, sentence=sentence, params=params, thing=thing, thing_id=thing_id, urgent=urgent,
        ))
        session.flush()


def tell_all(session: Session, persons: list[Person], sentence: str, *, cause: str, **words: Any) -> None:
    """Tell several persons the same."""
    for person in persons:
        tell(session, person, sentence, cause=cause, **words)


def unseen(session: Session, person: Person) -> int:
    """How many notices the person has not seen."""
    query = select(func.count()).select_from(Notice).where(Notice.person_id == person.id, Notice.seen_at.is_(None))
    return session.scalar(query) or 0


def latest(session: Session, person: Person, limit: int = 50) -> list[Notice]:
    """The person's newest notices."""
    return list(session.scalars(select(Notice).where(Notice.person_id == person.id).order_by(Notice.id.desc()).limit(limit)))


def see_all(session: Session, person: Person) -> None:
    """The person has seen everything up to now."""
    session.execute(
        update(Notice).where(Notice.person_id == person.id, Notice.seen_at.is_(None)).values(seen_at=clock.now())
    )
