"""Who is in a circle, from which round to which: joining, leaving in one press, coming back, and rounds off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, func, or_, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.circles import circles
from editorial.circles.circles import WritingCircle
from editorial.circles.rhythm import Rhythm
from editorial.errors import Invalid, NotAllowed, NotFound, Problem, WrongState
from editorial.people.people import Person

MOST_MEMBERS = 60
"""More cannot read each other; a second circle is opened like the first."""


class Ending(StrEnum):
    """How a membership ended."""

    LEFT = "left"
    LEFT_BY_RULE = "left_by_rule"
    ACCESS_ENDED = "access_ended"


class CircleMember(Numbered, Dated, Base):
    """One person's time in a circle, from `first_round` to `last_round`, none while it lasts. Coming back is a new row.

    `reason` is a key of the message catalogue, `params` its values: why it ended.
    """

    __tablename__ = "circle_member"

    circle_id: Mapped[int] = mapped_column(ForeignKey("writing_circle.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    first_round: Mapped[int]
    last_round: Mapped[int | None]
    left_at: Mapped[datetime | None]
    ending: Mapped[Ending | None] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        Index("uq_circle_member_spell", "circle_id", "person_id", "first_round", unique=True),
        Index("ix_circle_member_person", "person_id", "left_at"),
    )

    def covers(self, number: int) -> bool:
        """Whether the round counts for them."""
        return self.first_round <= number and (self.last_round is None or number <= self.last_round)


class CircleBreak(Base):
    """A round off: nothing is due of one member in one round. `by_rule`: the written rule gave it, else the steward."""

    __tablename__ = "circle_break"

    member_id: Mapped[int] = mapped_column(ForeignKey("circle_member.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    by_rule: Mapped[bool] = mapped_column(default=False)


def join(session: Session, circle: WritingCircle, rhythm: Rhythm, *, by: Person) -> CircleMember:
    """Come in; the first round that counts is the next to begin. Who is in already stays as they are.

    Raises Invalid when the circle is full, WrongState when it is closed, NotAllowed for whom the rule put out:
    the steward takes them back.
    """
    circles.ensure_open(circle)
    known = spells(session, circle, by)
    if known and known[-1].left_at is None:
        return known[-1]
    if known and known[-1].ending == Ending.LEFT_BY_RULE:
        raise NotAllowed()
    member = _enter(session, circle, rhythm, by, known)
    audit.record(session, "join_circle", "circle", circle.id, by=by, details={"name": circle.name, "round": member.first_round})
    return member


def take_back(session: Session, member: CircleMember, circle: WritingCircle, rhythm: Rhythm, *, by: Person) -> CircleMember:
    """Take somebody back who is out; their misses count anew. Raises WrongState when they are in, Invalid when it is full."""
    circles.ensure_open(circle)
    known = spells(session, circle, member.person)
    if known[-1].left_at is None or not member.person.active:
        raise WrongState()
    back = _enter(session, circle, rhythm, member.person, known)
    details = {"name": member.person.name, "round": back.first_round}
    audit.record(session, "take_back_into_circle", "circle", circle.id, by=by, details=details)
    return back


def leave(session: Session, circle: WritingCircle, rhythm: Rhythm, *, handed_in: bool, by: Person) -> None:
    """Go, without a reason. The round under way counts only when one has `handed_in` for it. Raises NotAllowed."""
    member = running(session, circle, by)
    if member is None:
        raise NotAllowed()
    turn = rhythm.at(clock.now()).number
    end(member, turn if handed_in else turn - 1, Ending.LEFT)
    audit.record(session, "leave_circle", "circle", circle.id, by=by, details={"name": circle.name})


def end(member: CircleMember, last_round: int, ending: Ending, reason: str = "", **params: Any) -> None:
    """Let a membership end after a round."""
    member.last_round, member.left_at = max(last_round, member.first_round - 1), clock.now()
    member.ending, member.reason, member.params = ending, reason, params


def give_break(
    session: Session, circle: WritingCircle, member: CircleMember, number: int, rhythm: Rhythm, *, by: Person
) -> None:
    """Let nothing be due of a member in one round that is not over. Raises Invalid naming `round`."""
    circles.ensure_open(circle)
    if not member.covers(number) or rhythm.round(number).due_at < clock.now():
        raise Invalid(Problem("round", "Choose a round that counts for them and is not due yet."))
    if session.get(CircleBreak, (member.id, number)) is None:
        session.add(CircleBreak(member_id=member.id, round=number))
        session.flush()
        details = {"name": member.person.name, "round": number}
        audit.record(session, "give_circle_break", "circle", circle.id, by=by, details=details)


def get(session: Session, member_id: int) -> CircleMember:
    """The membership with this id. Raises NotFound."""
    found = session.get(CircleMember, member_id)
    if found is None:
        raise NotFound()
    return found


def running(session: Session, circle: WritingCircle, person: Person) -> CircleMember | None:
    """The membership that lasts, of a person in a circle."""
    return next((one for one in spells(session, circle, person) if one.left_at is None), None)


def spells(session: Session, circle: WritingCircle, person: Person) -> Sequence[CircleMember]:
    """Everything a person has been in this circle, in order."""
    query = select(CircleMember).where(CircleMember.circle_id == circle.id, CircleMember.person_id == person.id)
    return session.scalars(query.order_by(CircleMember.first_round, CircleMember.id)).all()


def everyone(session: Session, circle: WritingCircle) -> Sequence[CircleMember]:
    """Who is in now, in the order of joining."""
    query = select(CircleMember).where(CircleMember.circle_id == circle.id, CircleMember.left_at.is_(None))
    return session.scalars(query.order_by(CircleMember.id)).all()


def gone(session: Session, circle: WritingCircle) -> list[CircleMember]:
    """The last membership of everybody who was in and is not now, the last to leave first."""
    present = {one.person_id for one in everyone(session, circle)}
    query = select(CircleMember).where(CircleMember.circle_id == circle.id, CircleMember.left_at.is_not(None))
    last = {one.person_id: one for one in session.scalars(query.order_by(CircleMember.first_round, CircleMember.id))}
    found = [one for one in last.values() if one.person_id not in present]
    return sorted(found, key=lambda one: one.id, reverse=True)


def roster(session: Session, circle: WritingCircle, number: int) -> Sequence[CircleMember]:
    """For whom a round counts, in the order of joining."""
    until = or_(CircleMember.last_round.is_(None), CircleMember.last_round >= number)
    query = select(CircleMember).where(CircleMember.circle_id == circle.id, CircleMember.first_round <= number, until)
    return session.scalars(query.order_by(CircleMember.id)).all()


def breaks(session: Session, found: Sequence[CircleMember]) -> set[tuple[int, int]]:
    """The rounds off of these members: id of the membership and number of the round."""
    query = select(CircleBreak.member_id, CircleBreak.round).where(CircleBreak.member_id.in_([one.id for one in found]))
    return {(member_id, number) for member_id, number in session.execute(query)}


def counts(session: Session) -> dict[int, int]:
    """How many are in each circle now, by its id."""
    query = select(CircleMember.circle_id, func.count()).where(CircleMember.left_at.is_(None)).group_by(CircleMember.circle_id)
    return dict(session.execute(query).all())


def of_person(session: Session, person: Person) -> list[tuple[CircleMember, WritingCircle]]:
    """The open circles that a person is in."""
    query = (
        select(CircleMember, WritingCircle).join(WritingCircle, WritingCircle.id == CircleMember.circle_id)
        .options(joinedload(WritingCircle.group), joinedload(WritingCircle.steward))
        .where(CircleMember.person_id == person.id, CircleMember.left_at.is_(None), WritingCircle.closed_at.is_(None))
    )
    return [(member, circle) for member, circle in session.execute(query.order_by(WritingCircle.id))]


def _enter(
    session: Session, circle: WritingCircle, rhythm: Rhythm, person: Person, known: Sequence[CircleMember]
) -> CircleMember:
    if len(everyone(session, circle)) >= MOST_MEMBERS:
        raise Invalid(Problem("circle", "The circle is full: it has {limit} members.", {"limit": MOST_MEMBERS}))
    turn, now = rhythm.at(clock.now()), clock.now()
    first = turn.number if now < turn.opens_at else turn.number + 1
    member = next((one for one in known if one.first_round == first), None)
    if member is None:
        member = CircleMember(circle_id=circle.id, person=person, first_round=first)
        session.add(member)
    # Who left before their first round began and comes back has lost nothing, and one person begins a round once.
    member.last_round = member.left_at = member.ending = None
    member.reason, member.params = "", {}
    session.flush()
    return member
