"""Who does what until when: an assignment is offered, accepted or declined, delivered as an article, closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock, house
from editorial.base import Base, Dated, Numbered, compare_and_set
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.notices import tell
from editorial.people.people import Person
from editorial.topics import topics
from editorial.topics.topics import POOL, Step, Topic, TopicState

WORDS_CHARACTERS = 4_000


class AssignmentState(StrEnum):
    """Where an assignment stands. Overdue is read from the clock, not stored."""

    OFFERED = "offered"
    ACCEPTED = "assignment_accepted"
    DECLINED = "assignment_declined"
    DELIVERED = "delivered"
    CLOSED = "closed"
    CANCELLED = "cancelled"


A = AssignmentState
NO_DEADLINE = Problem("due_at", "Say until when.")
UNDER_WAY = (A.OFFERED, A.ACCEPTED)
"""Somebody still owes an answer or a text."""


class Assignment(Numbered, Dated, Base):
    """One person's task for one topic. `substitute` steps in when the person declines or falls out."""

    __tablename__ = "assignment"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    offered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[AssignmentState] = mapped_column(String(20), default=AssignmentState.OFFERED)
    words: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime]
    remind_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")

    topic: Mapped[Topic] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")
    substitute: Mapped[Person | None] = relationship(foreign_keys=[substitute_id])
    offered_by: Mapped[Person] = relationship(foreign_keys=[offered_by_id])

    __table_args__ = (
        Index("ix_assignment_person", "person_id", "state", "due_at"),
        Index("ix_assignment_due", "state", "due_at"),
        Index("ix_assignment_remind", "remind_at"),
    )

    def belongs_to(self, person_id: int) -> bool:
        return self.person_id == person_id

    @property
    def overdue(self) -> bool:
        """Whether its time has passed while somebody still owes something."""
        return self.state in UNDER_WAY and self.due_at < clock.now()


def offer(
    session: Session, topic: Topic, *, person: Person | None, due_at: datetime | None, by: Person,
    substitute: Person | None = None, words: str = "",
) -> Assignment:
    """Commission a topic from one person. Raises Invalid naming the field, WrongState before the topic is approved."""
    problems = list(_problems(topic, person, substitute, due_at, words))
    if problems or person is None or due_at is None:
        raise Invalid(*problems)
    if topic.state in (TopicState.PROPOSED, TopicState.DISCUSSED) or topic.state not in POOL:
        raise WrongState()
    made = Assignment(
        topic_id=topic.id, person_id=person.id, substitute_id=substitute.id if substitute else None, offered_by_id=by.id,
        words=words.strip(), due_at=due_at, remind_at=_reminder(session, due_at),
    )
    session.add(made)
    session.flush()
    if topics.may_follow(topic, Step.ASSIGN):
        topics.move(session, topic, Step.ASSIGN, by=by)
    audit.record(session, "offer_assignment", "topic", topic.id, by=by, details={"name": person.name})
    _tell_offered(session, made, topic, person, by)
    return made


def accept(session: Session, assignment: Assignment, *, by: Person) -> None:
    """The person takes it. Raises WrongState."""
    _answer(session, assignment, A.ACCEPTED, by)
    if topics.may_follow(assignment.topic, Step.BEGIN):
        topics.move(session, assignment.topic, Step.BEGIN, by=by)
    tell(session, assignment.offered_by, "{name} accepted the assignment “{title}”.", cause=f"assignment:{assignment.id}:accepted",
         thing="topic", thing_id=assignment.topic_id, name=by.name, title=assignment.topic.title)


def decline(session: Session, assignment: Assignment, *, by: Person, reason: str) -> Assignment | None:
    """The person cannot do it: the substitute is offered it, else the topic waits for somebody. Raises Invalid, WrongState.

    Returns the substitute's assignment.
    """
    if not reason.strip():
        raise Invalid(Problem("reason", "Say why: the editor who asked reads it."))
    _answer(session, assignment, A.DECLINED, by, reason.strip())
    tell(session, assignment.offered_by, "{name} declined the assignment “{title}”: {reason}",
         cause=f"assignment:{assignment.id}:declined", thing="topic", thing_id=assignment.topic_id, name=by.name,
         title=assignment.topic.title, reason=reason.strip())
    if assignment.substitute is not None:
        return _step_in(session, assignment)
    _give_back(session, assignment, by)
    return None


def hand_over(session: Session, assignment: Assignment, *, by: Person) -> Assignment:
    """The substitute takes the place of somebody who has fallen out. Raises WrongState when there is none."""
    if assignment.substitute is None:
        raise WrongState()
    _end(session, assignment, A.CANCELLED, by, "")
    return _step_in(session, assignment)


def cancel(session: Session, assignment: Assignment, *, by: Person, reason: str) -> None:
    """It is no longer wanted of this person. Raises Invalid without a reason, WrongState."""
    if not reason.strip():
        raise Invalid(Problem("reason", "Say why: the person reads it."))
    _end(session, assignment, A.CANCELLED, by, reason.strip())
    tell(session, assignment.person, "Your assignment “{title}” is no longer needed: {reason}",
         cause=f"assignment:{assignment.id}:cancelled", thing="assignment", thing_id=assignment.id,
         title=assignment.topic.title, reason=reason.strip())
    _give_back(session, assignment, by)


def postpone(session: Session, assignment: Assignment, due_at: datetime, *, by: Person) -> None:
    """Set another deadline; the person is told. Raises WrongState."""
    if assignment.state not in UNDER_WAY:
        raise WrongState()
    assignment.due_at, assignment.remind_at = due_at, _reminder(session, due_at)
    audit.record(session, "postpone_assignment", "topic", assignment.topic_id, by=by, details={"publish_at": due_at.isoformat()})
    tell(session, assignment.person, "“{title}” is now due at another time. Look at your assignments.",
         cause=f"assignment:{assignment.id}:due:{due_at.isoformat()}", thing="assignment", thing_id=assignment.id,
         title=assignment.topic.title)


def deliver(session: Session, assignment: Assignment, *, by: Person) -> None:
    """The text is there: an article was begun from it. An offer that nobody answered is thereby accepted. Raises WrongState."""
    if assignment.state == A.OFFERED:
        accept(session, assignment, by=by)
    _shift(session, assignment, (A.ACCEPTED,), A.DELIVERED)
    assignment.ended_at, assignment.remind_at = clock.now(), None
    audit.record(session, "deliver_assignment", "topic", assignment.topic_id, by=by)


def close_of(session: Session, topic_id: int) -> None:
    """The topic's article is out: what was delivered for it is closed."""
    session.execute(
        update(Assignment).where(Assignment.topic_id == topic_id, Assignment.state == A.DELIVERED).values(state=A.CLOSED)
        .execution_options(synchronize_session="fetch")
    )


def get(session: Session, assignment_id: int) -> Assignment:
    """The assignment with this id. Raises NotFound."""
    assignment = session.get(Assignment, assignment_id)
    if assignment is None:
        raise NotFound()
    return assignment


def _answer(session: Session, assignment: Assignment, to: AssignmentState, by: Person, reason: str = "") -> None:
    _shift(session, assignment, (A.OFFERED,) if to == A.ACCEPTED else UNDER_WAY, to)
    assignment.answered_at, assignment.reason = clock.now(), reason
    if to == A.DECLINED:
        assignment.ended_at, assignment.remind_at = clock.now(), None
    verb = "accept_assignment" if to == A.ACCEPTED else "decline_assignment"
    audit.record(session, verb, "topic", assignment.topic_id, by=by, details={"reason": reason} if reason else {})


def _end(session: Session, assignment: Assignment, to: AssignmentState, by: Person, reason: str) -> None:
    _shift(session, assignment, UNDER_WAY, to)
    assignment.ended_at, assignment.remind_at, assignment.reason = clock.now(), None, reason
    audit.record(session, "cancel_assignment", "topic", assignment.topic_id, by=by, details={"name": assignment.person.name})


def _shift(session: Session, assignment: Assignment, origins: tuple[AssignmentState, ...], to: AssignmentState) -> None:
    taken = update(Assignment).where(Assignment.id == assignment.id, Assignment.state.in_(origins)).values(state=to)
    if not compare_and_set(session, taken):
        raise WrongState()
    session.refresh(assignment)


def _step_in(session: Session, before: Assignment) -> Assignment:
    person = before.substitute
    if person is None:
        raise WrongState()
    made = Assignment(
        topic_id=before.topic_id, person_id=person.id, offered_by_id=before.offered_by_id, words=before.words,
        due_at=before.due_at, remind_at=_reminder(session, before.due_at),
    )
    session.add(made)
    session.flush()
    audit.record(session, "offer_assignment", "topic", before.topic_id, by=None, details={"name": person.name})
    _tell_offered(session, made, before.topic, person, before.offered_by)
    return made


def _give_back(session: Session, assignment: Assignment, by: Person) -> None:
    """Nobody is left to do it: the topic waits to be assigned again."""
    standing = select(Assignment.id).where(
        Assignment.topic_id == assignment.topic_id, Assignment.state.in_((*UNDER_WAY, A.DELIVERED))
    )
    if session.scalar(standing.limit(1)) is None and topics.may_follow(assignment.topic, Step.GIVE_BACK):
        topics.move(session, assignment.topic, Step.GIVE_BACK, by=by)


def _tell_offered(session: Session, made: Assignment, topic: Topic, person: Person, by: Person) -> None:
    tell(session, person, "{name} asks you to write “{title}”. Accept or decline it.", cause=f"assignment:{made.id}:offered",
         thing="assignment", thing_id=made.id, name=by.name, title=topic.title)


def _reminder(session: Session, due_at: datetime) -> datetime | None:
    """When to remind: so many hours before, as the house has it; none when that has passed."""
    at = due_at - timedelta(hours=float(house.setting(session, "remind_hours")))
    return at if at > clock.now() else None


def _problems(
    topic: Topic, person: Person | None, substitute: Person | None, due_at: datetime | None, words: str
) -> Any:
    if person is None or not person.active:
        yield Problem("person", "Choose somebody who can sign in.")
    if substitute is not None and (not substitute.active or (person is not None and substitute.id == person.id)):
        yield Problem("substitute", "Choose somebody else who can sign in.")
    if due_at is None:
        yield NO_DEADLINE
    elif due_at <= clock.now():
        yield Problem("due_at", "This time has passed.")
    if len(words) > WORDS_CHARACTERS:
        yield Problem("words", "At most {limit} characters, now {count}.", {"limit": WORDS_CHARACTERS, "count": len(words)})
