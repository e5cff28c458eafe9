"""Memberships: a person in a group, since when and through whom, and how it ended. Handing in asks for none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from editorial import audit, clock, notices
from editorial.base import Base, Numbered
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.groups import charters
from editorial.groups.groups import Group, GroupState
from editorial.people.people import Person

MOST_CHARACTERS = 500
AT_ONCE, MOST_TOLD = 100, 5_000
BY_DEPARTURE = "Their access to the house has ended."
BY_END = "The flash group is over."


class Way(StrEnum):
    """How somebody came in."""

    OPEN = "open"
    REQUEST = "request"
    INVITATION = "invitation"


class End(StrEnum):
    """How a membership ended."""

    LEFT = "left"
    REMOVED = "removed"
    LEFT_BY_RULE = "left_by_rule"


class Membership(Numbered, Base):
    """One stay in a group. `present` is true while it lasts and none afterwards, so that nobody is a member twice.

    `let_in_by` decided the request; `reason` says why somebody was removed, or by which rule they are out.
    """

    __tablename__ = "membership"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    present: Mapped[bool | None] = mapped_column(default=True)
    joined_at: Mapped[datetime] = mapped_column(default=clock.now)
    way: Mapped[Way] = mapped_column(String(12))
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("group_invitation.id"), index=True)
    seed: Mapped[bool] = mapped_column(default=False)
    let_in_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    end: Mapped[End | None] = mapped_column(String(12))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")

    group: Mapped[Group] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    let_in_by: Mapped[Person | None] = relationship(foreign_keys=[let_in_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])

    __table_args__ = (
        Index("uq_membership_present", "group_id", "person_id", "present", unique=True),
        Index("ix_membership_person", "person_id", "present"),
    )


def begin(
    session: Session, group: Group, person: Person, way: Way, *, invitation_id: int | None = None, seed: bool = False,
    let_in_by: Person | None = None,
) -> Membership:
    """Take somebody in who is no member; the caller has seen to the rule. Raises WrongState for a closed group."""
    if group.state == GroupState.CLOSED:
        raise WrongState()
    made = Membership(
        group_id=group.id, person_id=person.id, way=way, invitation_id=invitation_id, seed=seed,
        let_in_by_id=let_in_by.id if let_in_by else None, joined_at=clock.now(),
    )
    session.add(made)
    session.flush()
    audit.record(session, "join_group", "group", group.id, by=let_in_by or person, details={"name": person.name, "way": way})
    return made


def leave(session: Session, group: Group, person: Person) -> Membership:
    """Leave, without a reason; what the group's members are told stops at once. Raises NotFound for who is no member."""
    found = of(session, group, person)
    if found is None:
        raise NotFound()
    _close(session, found, End.LEFT, "", by=person)
    audit.record(session, "leave_group", "group", group.id, by=person, details={"name": person.name})
    return found


def remove(session: Session, found: Membership, reason: str, *, by: Person) -> None:
    """End somebody's membership; they read the reason. Raises WrongState when it has ended, Invalid naming `reason`."""
    said = reason.strip()
    if found.present is None:
        raise WrongState()
    if not 0 < len(said) <= MOST_CHARACTERS:
        raise Invalid(Problem("reason", "Say why, in at most {limit} characters: the person reads it.", {"limit": MOST_CHARACTERS}))
    _close(session, found, End.REMOVED, said, by=by)
    details = {"name": found.person.name, "reason": said}
    audit.record(session, "remove_member", "group", found.group_id, by=by, details=details)
    notices.tell(
        session, found.person, "You are no longer a member of “{group}”: {reason}", cause=f"membership_ended:{found.id}",
        thing="group", thing_id=found.group_id, group=found.group.name, reason=said,
    )


def end_of_leavers(session: Session) -> int:
    """Whose access to the house has ended is out of its groups by that rule. Returns how many."""
    query = select(Membership).join(Person, Person.id == Membership.person_id).where(Membership.present.is_(True), ~Person.active)
    found = session.scalars(query.limit(AT_ONCE)).all()
    for one in found:
        _close(session, one, End.LEFT_BY_RULE, BY_DEPARTURE, by=None)
        details = {"name": one.person.name, "reason": BY_DEPARTURE}
        audit.record(session, "end_membership_by_rule", "group", one.group_id, details=details)
    return len(found)


def archive(session: Session, group: Group) -> int:
    """End every membership of a flash group that is over, by that rule; nobody is told anything more. Returns how many."""
    found = session.scalars(select(Membership).where(Membership.group_id == group.id, Membership.present.is_(True))).all()
    for one in found:
        _close(session, one, End.LEFT_BY_RULE, BY_END, by=None)
        details = {"name": one.person.name, "reason": BY_END}
        audit.record(session, "end_membership_by_rule", "group", group.id, details=details)
    return len(found)


def tell_of_charter(session: Session, group: Group) -> None:
    """Members hear of a charter that was written after they came, once for each version."""
    charter = charters.newest(session, group)
    if charter is None:
        return
    older = [one.person for one in _present(session, group, MOST_TOLD) if one.joined_at < charter.created_at]
    notices.tell_all(
        session, older, "The charter of “{group}” has changed.", cause=f"{_prefix(group.id)}charter:{charter.version}",
        thing="group", thing_id=group.id, group=group.name,
    )


def of(session: Session, group: Group, person: Person) -> Membership | None:
    """The person's present membership."""
    mine = Membership.group_id == group.id, Membership.person_id == person.id, Membership.present.is_(True)
    return session.scalar(select(Membership).where(*mine))


def get(session: Session, membership_id: int) -> Membership:
    """The membership with this id, ended or not. Raises NotFound."""
    found = session.get(Membership, membership_id)
    if found is None:
        raise NotFound()
    return found


def present(session: Session, group: Group, limit: int) -> Sequence[Membership]:
    """Who belongs to the group, the newest first."""
    return _present(session, group, limit)


def past(session: Session, group: Group, limit: int) -> Sequence[Membership]:
    """Who no longer does, the last to go first."""
    query = select(Membership).where(Membership.group_id == group.id, Membership.present.is_(None))
    return session.scalars(query.options(joinedload(Membership.person)).order_by(Membership.ended_at.desc()).limit(limit)).all()


def count(session: Session, group: Group) -> int:
    """How many belong to it."""
    query = select(func.count()).select_from(Membership).where(Membership.group_id == group.id, Membership.present.is_(True))
    return session.scalar(query) or 0


def of_person(session: Session, person: Person, limit: int = 200) -> Sequence[Membership]:
    """The person's memberships: present ones first, then the last that ended."""
    query = select(Membership).where(Membership.person_id == person.id).options(joinedload(Membership.group))
    return session.scalars(query.order_by(Membership.present.is_(None), Membership.id.desc()).limit(limit)).all()


def _present(session: Session, group: Group, limit: int) -> Sequence[Membership]:
    query = select(Membership).where(Membership.group_id == group.id, Membership.present.is_(True))
    return session.scalars(query.options(joinedload(Membership.person)).order_by(Membership.id.desc()).limit(limit)).all()


def _close(session: Session, found: Membership, end: End, reason: str, *, by: Person | None) -> None:
    found.present, found.end, found.ended_at, found.reason = None, end, clock.now(), reason
    found.ended_by_id = by.id if by else None
    session.flush()
    notices.fall_silent(session, found.person, _prefix(found.group_id))


def _prefix(group_id: int) -> str:
    """How the causes of all notices to a group's members begin."""
    return f"member:{group_id}:"
