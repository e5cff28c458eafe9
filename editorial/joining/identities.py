"""Who a person is on a way of signing in. Nobody becomes somebody of the house without proof."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Select, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.joining.directories import Directory, DirectoryMember
from editorial.joining.ways import SignInWay
from editorial.people import people
from editorial.people.people import Person, Role

SUBJECT_CHARACTERS = 255
"""OpenID Connect Core 1.0, section 2: a subject has at most 255 characters and tells big letters from small ones."""


class Identity(Numbered, Dated, Base):
    """One person on one way: `subject` is what the other side calls them for good, `label` what people recognize."""

    __tablename__ = "identity"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    way_id: Mapped[int] = mapped_column(ForeignKey("sign_in_way.id"))
    subject: Mapped[str] = mapped_column(String(SUBJECT_CHARACTERS))
    label: Mapped[str] = mapped_column(String(160), default="")
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")
    way: Mapped[SignInWay] = relationship(lazy="joined")

    __table_args__ = (Index("uq_identity_subject", "way_id", "subject", unique=True),)


def arrive(
    session: Session, way: SignInWay, *, subject: str, label: str = "", name: str = "", email: str = "", verified: bool = False
) -> Person | None:
    """The person who came this way, active or not; None for somebody whom nothing proves to be one of ours.

    `email` counts only when the other side says that it is `verified`, and only as far as the way's rules go.
    """
    known = find(session, way, subject)
    if known is not None:
        known.used_at = clock.now()
        return known.person
    person = _of_directory(session, way, subject)
    if person is None and verified and email:
        person = _by_mail(session, way, email, name)
    if person is not None:
        join(session, person, way, subject=subject, label=label, by=None)
    return person


def join(session: Session, person: Person, way: SignInWay, *, subject: str, label: str, by: Person | None) -> Identity:
    """From now on this subject is this person. Raises Invalid when it is somebody already."""
    known = find(session, way, subject)
    if known is not None:
        raise Invalid(Problem("subject", "This account is already joined to somebody here."))
    row = Identity(person=person, way=way, subject=subject, label=label[:160], used_at=clock.now())
    session.add(row)
    session.flush()
    audit.record(session, "join_identity", "person", person.id, by=by, details={"name": way.name, "text": row.label})
    return row


def part(session: Session, person: Person, identity_id: int, *, by: Person) -> None:
    """The person no longer signs in this way. Raises NotFound for what is not theirs."""
    row = session.get(Identity, identity_id)
    if row is None or row.person_id != person.id:
        raise NotFound()
    audit.record(session, "part_identity", "person", person.id, by=by, details={"name": row.way.name, "text": row.label})
    session.delete(row)


def find(session: Session, way: SignInWay, subject: str) -> Identity | None:
    """Who this subject is here."""
    return session.scalar(select(Identity).where(Identity.way_id == way.id, Identity.subject == subject))


def of(session: Session, person: Person) -> list[Identity]:
    """All ways on which a person is known."""
    return list(session.scalars(select(Identity).where(Identity.person_id == person.id).order_by(Identity.id)))


def known_as(session: Session, application_id: int, subject: str) -> Person | None:
    """Whose account on an application's platform this is, as a directory or their sign-in has shown; active or not."""
    return known_among(session, application_id, [subject]).get(subject)


def known_among(session: Session, application_id: int, subjects: Collection[str]) -> dict[str, Person]:
    """Those of these accounts of whom it is known whose they are; a directory's word comes before a sign-in's."""
    joined = select(Identity.subject, Person).join(Person, Person.id == Identity.person_id)
    joined = joined.join(SignInWay, SignInWay.id == Identity.way_id)
    joined = joined.where(SignInWay.application_id == application_id, Identity.subject.in_(subjects))
    listed = _members(application_id).where(DirectoryMember.subject.in_(subjects))
    return {subject: person for query in (joined, listed) for subject, person in session.execute(query).unique()}


def _of_directory(session: Session, way: SignInWay, subject: str) -> Person | None:
    """The platform itself listed them under the same application: one and the same id."""
    return _listed(session, way.application_id, subject) if way.application_id is not None else None


def _listed(session: Session, application_id: int, subject: str) -> Person | None:
    row = session.execute(_members(application_id).where(DirectoryMember.subject == subject)).unique().first()
    return row[1] if row else None


def _members(application_id: int) -> Select[str, Person]:
    query = select(DirectoryMember.subject, Person).join(Person, Person.id == DirectoryMember.person_id)
    query = query.join(Directory, Directory.id == DirectoryMember.directory_id)
    return query.where(Directory.application_id == application_id, DirectoryMember.present)


def _by_mail(session: Session, way: SignInWay, email: str, name: str) -> Person | None:
    person = people.by_email(session, email)
    if person is not None:
        return person if way.joins_by_mail else None
    if way.admits and way.takes(email):
        return people.add(session, email=email, name=name[:80] or email.partition("@")[0], roles=[Role.CONTRIBUTOR])
    return None
