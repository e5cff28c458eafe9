"""Persons, their departments and roles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem

NO_MAIL = "invalid"
"""RFC 2606, section 2: a name at which nothing ever arrives, for people whose address nobody told us."""


class Role(StrEnum):
    """Roles add up. An administrator has no editorial right by being one."""

    CONTRIBUTOR = "contributor"
    CORRESPONDENT = "correspondent"
    DESK_EDITOR = "desk_editor"
    DEPARTMENT_HEAD = "department_head"
    EDITOR_IN_CHIEF = "editor_in_chief"
    PUBLISHER = "publisher"
    OPERATOR = "operator"
    ADMIN = "admin"
    PROOFREADER = "proofreader"
    LEGAL_REVIEWER = "legal_reviewer"
    EMERGENCY_PUBLISHER = "emergency_publisher"


class Department(Numbered, Base):
    """A department of the company."""

    __tablename__ = "department"

    name: Mapped[str] = mapped_column(String(80), unique=True)


class Person(Numbered, Dated, Base):
    """Somebody who can sign in. `session_epoch` grows when every session of theirs must end."""

    __tablename__ = "person"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(String(8), default="")
    zone: Mapped[str] = mapped_column(String(40), default="")
    """Where they are, when that is not the house's zone: its times are shown beside."""
    suspended_until: Mapped[datetime | None]
    """Closed by a decision under the convention; what they did stays."""

    department: Mapped[Department | None] = relationship()
    role_rows: Mapped[list[PersonRole]] = relationship(cascade="all, delete-orphan")

    @property
    def is_suspended(self) -> bool:
        """Whether their account is closed now."""
        return self.suspended_until is not None and clock.now() < self.suspended_until

    @property
    def has_mailbox(self) -> bool:
        """Whether anything can arrive at their address; some directories list people without one."""
        return not self.email.endswith(f".{NO_MAIL}")

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(Role(row.role) for row in self.role_rows)


class PersonRole(Base):
    """One role of one person."""

    __tablename__ = "person_role"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(String(20), primary_key=True)


def add(
    session: Session, *, email: str, name: str, roles: list[str], department: str = "", by: Person | None = None
) -> Person:
    """Add a person. Raises Invalid naming `email`, `name` or `roles`."""
    email = email.strip().lower()
    problems = list(_problems(session, email, name, roles))
    if problems:
        raise Invalid(*problems)
    person = Person(email=email, name=name.strip(), department=named_department(session, department))
    session.add(person)
    session.flush()
    _give(person, roles)
    session.flush()
    audit.record(session, "add_person", "person", person.id, by=by, details={"roles": sorted(roles)})
    return person


def set_roles(session: Session, person: Person, roles: list[str], *, by: Person | None) -> None:
    """Give a person exactly these roles. Nobody changes their own."""
    if by is not None and by.id == person.id:
        raise Invalid(Problem("roles", "Nobody changes their own roles."))
    unknown = [role for role in roles if role not in set(Role)]
    if unknown:
        raise Invalid(Problem("roles", "There is no role called {role}.", {"role": unknown[0]}))
    person.role_rows = [row for row in person.role_rows if row.role in roles]
    _give(person, roles)
    person.session_epoch += 1
    audit.record(session, "set_roles", "person", person.id, by=by, details={"roles": sorted(roles)})


def correct(session: Session, person: Person, said: Mapping[str, str], *, by: Person | None) -> None:
    """Change name, email or department to what `said` has of them. Raises Invalid naming `email` when somebody else has it."""
    if "email" in said:
        twin = by_email(session, said["email"])
        if twin is not None and twin.id != person.id:
            raise Invalid(Problem("email", "Somebody already uses this address."))
        person.email = said["email"].strip().lower()
    if "name" in said:
        person.name = said["name"].strip()
    if "department" in said:
        person.department = named_department(session, said["department"])
    session.flush()
    audit.record(session, "correct_person", "person", person.id, by=by, details={"fields": sorted(said)})


def set_zone(session: Session, person: Person, zone: str, *, by: Person | None) -> None:
    """Keep where a person is; empty is where the house is. Raises Invalid naming `zone`."""
    if zone and zone not in available_timezones():
        raise Invalid(Problem("zone", "There is no zone called {zone}.", {"zone": zone}))
    person.zone = zone
    audit.record(session, "set_zone", "person", person.id, by=by, details={"zone": zone})


def deactivate(session: Session, person: Person, *, by: Person | None) -> None:
    """End a person's access; everything they did stays."""
    person.active = False
    person.session_epoch += 1
    audit.record(session, "deactivate_person", "person", person.id, by=by)


def reactivate(session: Session, person: Person, *, by: Person | None) -> None:
    """Give a person access again."""
    person.active = True
    audit.record(session, "reactivate_person", "person", person.id, by=by)


def by_email(session: Session, email: str) -> Person | None:
    """The person with this address, active or not."""
    return session.scalar(select(Person).where(Person.email == email.strip().lower()))


def get(session: Session, person_id: int) -> Person:
    """The person with this id. Raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound()
    return person


def is_address(email: str) -> bool:
    """Whether this could be an e-mail address."""
    return len(email) <= 254 and re.fullmatch(r"[^@\s]+@[^@\s]+", email) is not None


def named_department(session: Session, name: str) -> Department | None:
    """The department of this name, made when it is new; none for an empty name."""
    name = name.strip()
    if not name:
        return None
    department = session.scalar(select(Department).where(Department.name == name)) or Department(name=name)
    session.add(department)
    return department


def with_role(session: Session, *roles: Role) -> list[Person]:
    """Active persons who have one of these roles."""
    query = select(Person).join(PersonRole).where(PersonRole.role.in_(roles), Person.active).order_by(Person.id)
    return list(session.scalars(query).unique())


def _give(person: Person, roles: list[str]) -> None:
    held = {row.role for row in person.role_rows}
    person.role_rows.extend(PersonRole(role=Role(role)) for role in dict.fromkeys(roles) if role not in held)


def _problems(session: Session, email: str, name: str, roles: list[str]) -> Any:
    if not is_address(email):
        yield Problem("email", "This is not an e-mail address.")
    elif by_email(session, email):
        yield Problem("email", "Somebody already uses this address.")
    if not name.strip():
        yield Problem("name", "A name is needed.")
    elif len(name.strip()) > 80:
        yield Problem("name", "At most {limit} characters, now {count}.", {"limit": 80, "count": len(name.strip())})
    for role in roles:
        if role not in set(Role):
            yield Problem("roles", "There is no role called {role}.", {"role": role})
