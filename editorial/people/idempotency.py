"""Answers already given to a program, by the key it named: the same request is done once, however often it comes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ForeignKey, Index, String, Text, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, Problem
from editorial.people.people import Person

KEPT_FOR = timedelta(hours=24)


class IdempotentAnswer(Numbered, Dated, Base):
    """One answer, written in the transaction of the act it tells of. `fingerprint`: SHA-256 of what was asked."""

    __tablename__ = "idempotent_answer"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (Index("uq_idempotent_answer_key", "person_id", "key", unique=True),)

    @property
    def given(self) -> bool:
        """Whether the act was done and answered."""
        return self.status != 0


def recall(session: Session, person: Person, key: str, fingerprint: str) -> IdempotentAnswer | None:
    """The answer given under this key in the last day. Raises Invalid when something else was asked under it."""
    known = session.scalar(
        select(IdempotentAnswer)
        .where(IdempotentAnswer.person_id == person.id, IdempotentAnswer.key == key)
        .where(IdempotentAnswer.created_at > clock.now() - KEPT_FOR)
    )
    if known is not None and known.fingerprint != fingerprint:
        raise Invalid(Problem("Idempotency-Key", "This key was already used for another request."))
    return known


def claim(session: Session, person: Person, key: str, fingerprint: str) -> IdempotentAnswer:
    """Take the key for the act of this transaction, or return the answer `given` by a twin.

    Inserts first: on PostgreSQL a concurrent twin waits here until the other's transaction has ended.
    """
    session.execute(
        delete(IdempotentAnswer)
        .where(IdempotentAnswer.person_id == person.id, IdempotentAnswer.created_at <= clock.now() - KEPT_FOR)
    )
    row = IdempotentAnswer(person_id=person.id, key=key, fingerprint=fingerprint)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        known = recall(session, person, key, fingerprint)
        if known is None:
            raise
        return known
    return row


def keep(row: IdempotentAnswer, status: int, answer: str) -> None:
    """Note what was answered."""
    row.status, row.answer = status, answer
