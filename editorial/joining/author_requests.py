"""Asking for the next step: from visitor to contributor, from contributor to correspondent. Somebody decides, with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock, house, notices
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.joining import identities
from editorial.joining.ways import SignInWay
from editorial.people import people
from editorial.people.people import Person, Role
from editorial.people.permissions import NEWSROOM

LONGEST_TEXT = 1000
STEPS = (Role.CONTRIBUTOR, Role.CORRESPONDENT)
"""What can be asked for; editors and administrators are appointed."""


class RequestState(StrEnum):
    """How a request stands."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"


class AuthorRequest(Numbered, Dated, Base):
    """One request. Without `person` it is a stranger's, proved on `way` to be `subject`. `criterion`: the one that is not met."""

    __tablename__ = "author_request"

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    way_id: Mapped[int | None] = mapped_column(ForeignKey("sign_in_way.id"))
    subject: Mapped[str] = mapped_column(String(255), default="")
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254), default="")
    role: Mapped[Role] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[RequestState] = mapped_column(String(8), default=RequestState.WAITING, index=True)
    criterion: Mapped[str] = mapped_column(String(300), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    way: Mapped[SignInWay | None] = relationship()
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])


def next_step(person: Person) -> Role | None:
    """What this person can ask for; nothing for those who edit."""
    if person.roles & NEWSROOM or Role.CORRESPONDENT in person.roles:
        return None
    return Role.CORRESPONDENT if Role.CONTRIBUTOR in person.roles else Role.CONTRIBUTOR


def criteria(session: Session, role: str) -> list[str]:
    """What is looked at, told before anybody asks."""
    said: list[str] = house.setting(session, f"{role}_criteria")
    return said


def ask(session: Session, person: Person, text: str) -> AuthorRequest:
    """Ask for one's next step. Raises WrongState when there is none or one is asked for already, Invalid naming `text`."""
    role = next_step(person)
    if role is None or waiting_of(session, person) is not None:
        raise WrongState()
    return _keep(session, AuthorRequest(person_id=person.id, name=person.name, email=person.email, role=role), text, by=person)


def ask_as_stranger(session: Session, way: SignInWay, subject: str, *, name: str, email: str, text: str) -> AuthorRequest:
    """Ask for an account, by somebody whom `way` has proved to be `subject`. Raises WrongState, Invalid."""
    if identities.find(session, way, subject) is not None or waiting_of_stranger(session, way, subject) is not None:
        raise WrongState()
    problems = [] if name.strip() and len(name.strip()) <= 80 else [Problem("name", "A name is needed.")]
    if email and not people.is_address(email):
        problems.append(Problem("email", "This is not an e-mail address."))
    if problems:
        raise Invalid(*problems)
    row = AuthorRequest(way_id=way.id, subject=subject, name=name.strip(), email=email.strip().lower(), role=Role.CONTRIBUTOR)
    return _keep(session, row, text, by=None)


def grant(session: Session, row: AuthorRequest, *, reason: str = "", by: Person) -> Person:
    """Give what was asked for; a stranger becomes a person who signs in on their way. Raises WrongState, Invalid naming `email`."""
    _decide(row, RequestState.GRANTED, by)
    row.reason = reason.strip()
    if row.person is not None:
        person = row.person
        people.set_roles(session, person, [*person.roles, row.role], by=by)
        notices.tell(session, person, "Your request was granted.", cause=f"author_request:{row.id}", thing="author_request")
    else:
        email = row.email or f"request-{row.id}@strangers.{people.NO_MAIL}"
        person = people.add(session, email=email, name=row.name, roles=[row.role], by=by)
        row.person = person
        if row.way is not None:
            identities.join(session, person, row.way, subject=row.subject, label=row.name, by=by)
    _note(session, row, by)
    return person


def refuse(session: Session, row: AuthorRequest, *, criterion: str, reason: str, by: Person) -> None:
    """Say no, with the criterion that is not met. Raises WrongState, Invalid naming `criterion`."""
    if criterion not in criteria(session, row.role):
        raise Invalid(Problem("criterion", "Say which of the criteria is not met; the person reads it."))
    _decide(row, RequestState.REFUSED, by)
    row.criterion, row.reason = criterion, reason.strip()
    if row.person is not None:
        notices.tell(
            session, row.person, "Your request was not granted: {reason}", cause=f"author_request:{row.id}", thing="author_request",
            reason=" ".join(filter(None, (row.criterion, row.reason))))
    _note(session, row, by)


def get(session: Session, request_id: int) -> AuthorRequest:
    """The request with this id. Raises NotFound."""
    row = session.get(AuthorRequest, request_id)
    if row is None:
        raise NotFound()
    return row


def waiting(session: Session) -> list[AuthorRequest]:
    """What waits for a decision, the oldest first."""
    query = select(AuthorRequest).where(AuthorRequest.state == RequestState.WAITING).order_by(AuthorRequest.id)
    return list(session.scalars(query))


def decided(session: Session, limit: int) -> list[AuthorRequest]:
    """The latest decisions."""
    query = select(AuthorRequest).where(AuthorRequest.state != RequestState.WAITING).order_by(AuthorRequest.decided_at.desc())
    return list(session.scalars(query.limit(limit)))


def count_waiting(session: Session) -> int:
    """How many wait for a decision."""
    query = select(func.count()).select_from(AuthorRequest).where(AuthorRequest.state == RequestState.WAITING)
    return session.scalar(query) or 0


def waiting_of(session: Session, person: Person) -> AuthorRequest | None:
    """The request of this person that waits."""
    query = select(AuthorRequest).where(AuthorRequest.person_id == person.id, AuthorRequest.state == RequestState.WAITING)
    return session.scalar(query)


def latest_of(session: Session, person: Person) -> AuthorRequest | None:
    """The last request of this person, decided or not."""
    query = select(AuthorRequest).where(AuthorRequest.person_id == person.id).order_by(AuthorRequest.id.desc())
    return session.scalar(query.limit(1))


def waiting_of_stranger(session: Session, way: SignInWay, subject: str) -> AuthorRequest | None:
    """The request of this stranger that waits."""
    of_them = AuthorRequest.way_id == way.id, AuthorRequest.subject == subject, AuthorRequest.state == RequestState.WAITING
    return session.scalar(select(AuthorRequest).where(*of_them))


def _keep(session: Session, row: AuthorRequest, text: str, *, by: Person | None) -> AuthorRequest:
    text = text.strip()
    if not 0 < len(text) <= LONGEST_TEXT:
        raise Invalid(Problem("text", "Say in a few sentences why, at most {limit} characters.", {"limit": LONGEST_TEXT}))
    row.text = text
    row.due_at = clock.now() + timedelta(days=house.setting(session, "author_request_days"))
    session.add(row)
    session.flush()
    audit.record(session, "ask_author_status", "author_request", row.id, by=by, details={"name": row.name})
    notices.tell_all(
        session, people.with_role(session, Role.ADMIN), "{name} asks for the next step as an author.",
        cause=f"author_asked:{row.id}", thing="author_request", name=row.name)
    return row


def _decide(row: AuthorRequest, state: RequestState, by: Person) -> None:
    if row.state != RequestState.WAITING or row.person_id == by.id:
        raise WrongState()
    row.state, row.decided_by, row.decided_at = state, by, clock.now()


def _note(session: Session, row: AuthorRequest, by: Person) -> None:
    details: dict[str, Any] = {"name": row.name, "reason": " ".join(filter(None, (row.criterion, row.reason)))}
    verb = "grant_author_status" if row.state == RequestState.GRANTED else "refuse_author_status"
    audit.record(session, verb, "author_request", row.id, by=by, details=details)
    session.flush()
