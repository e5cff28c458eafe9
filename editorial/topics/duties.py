"""Who owes what by when: the lists of assignments, and the reminder before each deadline. The acts are in assignments.py."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from editorial import clock
from editorial.notices import tell
from editorial.people.people import Person
from editorial.topics.assignments import UNDER_WAY, A, Assignment


def remind_due(session: Session, limit: int = 100) -> int:
    """Tell everybody whose deadline is near, once for each deadline. Returns how many."""
    now = clock.now()
    query = select(Assignment).where(Assignment.remind_at <= now, Assignment.state.in_(UNDER_WAY)).limit(limit)
    found = list(session.scalars(query))
    for one in found:
        one.remind_at = None
        tell(session, one.person, "“{title}” is due soon. Look at your assignments.",
             cause=f"assignment:{one.id}:remind:{one.due_at.isoformat()}", thing="assignment", thing_id=one.id,
             title=one.topic.title)
    return len(found)


def of_topic(session: Session, topic_id: int) -> Sequence[Assignment]:
    """All of one topic, the newest first."""
    query = select(Assignment).options(joinedload(Assignment.substitute), joinedload(Assignment.offered_by))
    return session.scalars(query.where(Assignment.topic_id == topic_id).order_by(Assignment.id.desc())).all()


def of_topics(session: Session, topic_ids: Sequence[int]) -> dict[int, Assignment]:
    """Of several topics the newest assignment that still stands, in one query."""
    query = select(Assignment).where(Assignment.topic_id.in_(topic_ids), Assignment.state.in_((*UNDER_WAY, A.DELIVERED)))
    return {one.topic_id: one for one in session.scalars(query.order_by(Assignment.id))}


def mine(session: Session, person: Person, limit: int = 100) -> Sequence[Assignment]:
    """What one person has to do, the next deadline first; then what they did lately."""
    asked = select(Assignment).options(joinedload(Assignment.offered_by)).where(Assignment.person_id == person.id)
    open_ones = session.scalars(asked.where(Assignment.state.in_(UNDER_WAY)).order_by(Assignment.due_at).limit(limit)).all()
    ended = asked.where(Assignment.state.in_((A.DELIVERED, A.CLOSED, A.DECLINED, A.CANCELLED)))
    return [*open_ones, *session.scalars(ended.order_by(Assignment.id.desc()).limit(20)).all()]


def waiting_for(session: Session, person: Person) -> int:
    """How many assignments the person has not answered or delivered."""
    query = select(Assignment.id).where(Assignment.person_id == person.id, Assignment.state.in_(UNDER_WAY)).limit(100)
    return len(session.scalars(query).all())


def owed(session: Session, person: Person, limit: int) -> Sequence[Assignment]:
    """What the person has to answer or deliver in time, the next deadline first."""
    query = select(Assignment).where(
        Assignment.person_id == person.id, Assignment.state.in_(UNDER_WAY), Assignment.due_at >= clock.now()
    )
    return session.scalars(query.order_by(Assignment.due_at).limit(limit)).all()


def late(session: Session, limit: int, *, person: Person | None = None) -> Sequence[Assignment]:
    """Overdue ones, the longest overdue first: of one person those they do or have asked for."""
    query = select(Assignment).where(Assignment.state.in_(UNDER_WAY), Assignment.due_at < clock.now())
    if person is not None:
        query = query.where(or_(Assignment.person_id == person.id, Assignment.offered_by_id == person.id))
    return session.scalars(query.order_by(Assignment.due_at).limit(limit)).all()
