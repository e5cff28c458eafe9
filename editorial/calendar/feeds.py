"""The calendar as a feed for a person's own calendar program: a secret address, made anew or ended at any time."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit
from editorial.base import Base, BigKey, Dated
from editorial.people.people import Person
from editorial.people.permissions import Action, may


class CalendarFeed(Dated, Base):
    """One person's feed. Only the token's SHA-256 is kept, as of any other token."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = mapped_column(BigKey, ForeignKey("person.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)

    person: Mapped[Person] = relationship(lazy="joined")


def make(session: Session, person: Person) -> str:
    """A new token for the person's feed, shown this once; the one before ends."""
    token = secrets.token_urlsafe(24)
    session.merge(CalendarFeed(person_id=person.id, digest=_digest(token)))
    audit.record(session, "make_feed", "person", person.id, by=person)
    return token


def end(session: Session, person: Person) -> None:
    """The feed's address leads nowhere any more."""
    feed = session.get(CalendarFeed, person.id)
    if feed is not None:
        session.delete(feed)
        audit.record(session, "end_feed", "person", person.id, by=person)


def of(session: Session, person: Person) -> CalendarFeed | None:
    """The person's feed, if there is one."""
    return session.get(CalendarFeed, person.id)


def reader(session: Session, token: str) -> Person | None:
    """Whose feed this token opens: somebody active who may still see the editions."""
    feed = session.scalar(select(CalendarFeed).where(CalendarFeed.digest == _digest(token)))
    return feed.person if feed is not None and may(feed.person, Action.SEE_EDITIONS) else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
