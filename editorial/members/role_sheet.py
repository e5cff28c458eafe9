"""The role sheet of a group: steward, deputy, correspondent and moderator, their duties, and who stands in for them when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit
from editorial.base import Base
from editorial.errors import Invalid, Problem
from editorial.groups import charters
from editorial.groups.groups import Group
from editorial.people import people
from editorial.people.people import Person

MOST_CHARACTERS = 1_000


class Part(StrEnum):
    """What somebody is to a group."""

    STEWARD = "steward"
    DEPUTY = "deputy"
    CORRESPONDENT = "correspondent"
    MODERATOR = "moderator"


NAMED_HERE = (Part.CORRESPONDENT, Part.MODERATOR)
"""Steward and deputy are named on the group itself."""
KEEPING = (Part.STEWARD, Part.DEPUTY, Part.MODERATOR)
"""Those who look after the group: a correspondent writes."""
DUTIES: dict[Part, str] = {
    Part.STEWARD: "Answers for the group: its purpose, its rules, who belongs to it. Posts what no robot can post.",
    Part.DEPUTY: "Does what the steward does while the steward is away, and takes over when the steward leaves the company.",
    Part.CORRESPONDENT: "Hands in what happens in the group, at least once a month, and asks members for pictures and details.",
    Part.MODERATOR: "Decides who may join, answers questions, and sees that the group keeps to its rules.",
}
"""What is expected unless a group says it in its own words: keys of the message catalogue."""


class GroupRole(Base):
    """One line of the sheet. `duties` empty: those of DUTIES. A substitute stands in on all days from the first to the last."""

    __tablename__ = "group_role"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), primary_key=True)
    part: Mapped[Part] = mapped_column(String(16), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    duties: Mapped[str] = mapped_column(Text, default="")
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    substitute_from: Mapped[date | None]
    substitute_until: Mapped[date | None]

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    substitute: Mapped[Person | None] = relationship(foreign_keys=[substitute_id])


@dataclass(frozen=True)
class Line:
    """One role as it stands on a day. `duties` empty: those of DUTIES. `acting`: who does it on that day."""

    part: Part
    person: Person | None
    duties: str
    substitute: Person | None
    substitute_from: date | None
    substitute_until: date | None
    acting: Person | None


@dataclass(frozen=True)
class Keepers:
    """Those who look after a group on one day."""

    ids: frozenset[int]

    def belongs_to(self, person_id: int) -> bool:
        return person_id in self.ids


def sheet(session: Session, group: Group, zone: str) -> list[Line]:
    """The four lines of today."""
    rows = {row.part: row for row in session.scalars(select(GroupRole).where(GroupRole.group_id == group.id))}
    holders = {Part.STEWARD: group.steward, Part.DEPUTY: group.deputy}
    present = charters.today(zone)
    return [_line(part, holders.get(part), rows.get(part), present) for part in Part]


def keepers(session: Session, group: Group, zone: str) -> Keepers:
    """Steward, deputy and moderator, and whoever stands in for one of them today."""
    lines = [line for line in sheet(session, group, zone) if line.part in KEEPING]
    return Keepers(frozenset(one.id for line in lines for one in (line.person, line.acting) if one is not None and one.active))


def change(session: Session, group: Group, part: Part, said: Mapping[str, str], *, by: Person) -> None:
    """Set one line: `duties`, `substitute` (an address) with `substitute_from` and `substitute_until` (days), `person` too
    where the sheet names it. Raises Invalid naming the field."""
    problems: list[Problem] = []
    duties = said.get("duties", "").strip()
    if len(duties) > MOST_CHARACTERS:
        limits: dict[str, object] = {"limit": MOST_CHARACTERS, "count": len(duties)}
        problems.append(Problem("duties", "At most {limit} characters, now {count}.", limits))
    holder = _active(session, "person", said.get("person", ""), problems) if part in NAMED_HERE else None
    substitute = _active(session, "substitute", said.get("substitute", ""), problems)
    begins, ends = (_day(name, said.get(name, ""), problems) for name in ("substitute_from", "substitute_until"))
    if substitute is not None and (begins is None or ends is None or ends < begins):
        problems.append(Problem("substitute_until", "Say from which day to which day: the last is not before the first."))
    elif substitute is not None and substitute in (holder, group.steward if part == Part.STEWARD else None,
                                                   group.deputy if part == Part.DEPUTY else None):
        problems.append(Problem("substitute", "Nobody stands in for themselves."))
    if problems:
        raise Invalid(*problems)
    row = session.get(GroupRole, (group.id, part)) or GroupRole(group_id=group.id, part=part)
    row.duties, row.person_id, row.person = duties, holder.id if holder else None, holder
    row.substitute_id, row.substitute = (substitute.id, substitute) if substitute else (None, None)
    row.substitute_from, row.substitute_until = (begins, ends) if substitute else (None, None)
    session.add(row)
    session.flush()
    details = {"part": part, "name": holder.name if holder else "", "substitute": substitute.name if substitute else ""}
    audit.record(session, "change_group_role", "group", group.id, by=by, details=details)


def pass_on(session: Session, group: Group, part: Part, successor: Person, *, by: Person | None) -> None:
    """Somebody else does from now on what the sheet names; the duties stay, and nobody stands in for themselves."""
    row = session.get_one(GroupRole, (group.id, part))
    row.person_id, row.person = successor.id, successor
    if row.substitute_id == successor.id:
        row.substitute_id = row.substitute = row.substitute_from = row.substitute_until = None
    details = {"part": part, "name": successor.name, "substitute": row.substitute.name if row.substitute else ""}
    audit.record(session, "change_group_role", "group", group.id, by=by, details=details)


def _line(part: Part, holder: Person | None, row: GroupRole | None, present: date) -> Line:
    person = row.person if row is not None and part in NAMED_HERE else holder
    if row is None:
        return Line(part, person, "", None, None, None, person)
    begins, ends = row.substitute_from, row.substitute_until
    away = begins is not None and ends is not None and begins <= present <= ends
    standing_in = row.substitute if away and row.substitute is not None and row.substitute.active else None
    return Line(part, person, row.duties, row.substitute, begins, ends, standing_in or person)


def _active(session: Session, field: str, email: str, problems: list[Problem]) -> Person | None:
    if not email.strip():
        return None
    person = people.by_email(session, email)
    if person is None or not person.active:
        problems.append(Problem(field, "Nobody here has this address."))
        return None
    return person


def _day(field: str, said: str, problems: list[Problem]) -> date | None:
    if not said.strip():
        return None
    try:
        return date.fromisoformat(said.strip())
    except ValueError:
        problems.append(Problem(field, "This is not a day."))
        return None
