"""The departure of a person: one list of hand-overs, each moved at once, waiting for a successor, or done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock, house
from editorial.base import Base, Dated, Numbered
from editorial.departures import estate, moving
from editorial.departures.estate import Held, Part
from editorial.errors import Invalid, Problem, WrongState
from editorial.groups.connectors import GroupConnector
from editorial.notices import tell_all
from editorial.people.people import Person, Role, with_role
from editorial.review.rows import Substitution

NOTE_CHARACTERS = 200
BY_HAND = (Part.ROBOT, Part.ROLE)
"""What no change in our books passes on."""


class Standing(StrEnum):
    """Where one hand-over stands. DONE: ticked by a person, or settled some other way."""

    OPEN = "open"
    MOVED = "moved"
    DONE = "done"


class Departure(Numbered, Dated, Base):
    """Somebody left. `ended_at` is set when nothing of theirs waits any more."""

    __tablename__ = "departure"

    leaver_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(index=True)

    leaver: Mapped[Person] = relationship(foreign_keys=[leaver_id])
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])
    items: Mapped[list[HandOver]] = relationship(order_by="HandOver.id", back_populates="departure")


class HandOver(Numbered, Dated, Base):
    """One thing that passes on. `name` is what the thing was called then."""

    __tablename__ = "hand_over"

    departure_id: Mapped[int] = mapped_column(ForeignKey("departure.id"))
    part: Mapped[Part] = mapped_column(String(12))
    thing_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    standing: Mapped[Standing] = mapped_column(String(8), default=Standing.OPEN)
    to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(NOTE_CHARACTERS), default="")

    departure: Mapped[Departure] = relationship(back_populates="items")
    to: Mapped[Person | None] = relationship()

    __table_args__ = (
        Index("uq_hand_over_thing", "departure_id", "part", "thing_id", "name", unique=True),
        Index("ix_hand_over_open", "standing", "part", "created_at"),
    )

    @property
    def held(self) -> Held:
        """What it is about."""
        return Held(self.part, self.thing_id, self.name)


def begin(
    session: Session, leaver: Person, chosen: Mapping[str, Person] | None = None, *, others: Person | None = None,
    by: Person | None,
) -> Departure:
    """Pass on what `leaver` holds: to the chosen person, else to who comes to mind, else to `others`, else it waits in the list.

    `chosen` goes by the key of what is held. A second call only adds what was not there. Raises Invalid naming the key of
    what a chosen person may not take; then nothing is changed.
    """
    departure = of(session, leaver) or Departure(leaver_id=leaver.id, by_id=by.id if by else None)
    session.add(departure)
    session.flush()
    known, named = {item.held.key for item in departure.items}, chosen or {}
    for held in estate.of(session, leaver):
        if held.key not in known:
            item = _enter(session, departure, held)
            if held.key in named:
                hand(session, item, named[held.key], by=by)
            else:
                offer(session, item, [held.successor, others if held.part != Part.ROLE else None], by=by)
    _end_substitutions(session, leaver)
    details = {"name": leaver.name, "open": len(waiting(departure))}
    audit.record(session, "begin_departure", "person", leaver.id, by=by, details=details)
    _tell(session, departure)
    close_if_done(departure)
    return departure


def hand(session: Session, item: HandOver, successor: Person, *, by: Person | None) -> None:
    """Give one thing to `successor`, who is told. Raises WrongState when it no longer waits, Invalid naming its key."""
    leaver = item.departure.leaver
    if item.standing != Standing.OPEN:
        raise WrongState()
    if not estate.can_take(successor, leaver):
        raise Invalid(Problem(item.held.key, "Choose somebody else who can sign in."))
    moving.move(session, item.held, leaver, successor, by=by)
    item.to_id, item.to = successor.id, successor
    # What lies on a platform is not ours to move: the successor looks, and says that it is done.
    if item.part not in BY_HAND:
        _settle(item, Standing.MOVED)
    details = {"part": item.part, "name": item.name, "to": successor.name}
    audit.record(session, "hand_over", "person", leaver.id, by=by, details=details)


def offer(session: Session, item: HandOver, persons: Sequence[Person | None], *, by: Person | None) -> None:
    """Give it to the first of `persons` who may have it. When none may, it waits."""
    for successor in persons:
        if successor is None or item.standing != Standing.OPEN or item.to_id is not None:
            continue
        try:
            with session.begin_nested():
                hand(session, item, successor, by=by)
        except (Invalid, WrongState):
            session.refresh(item)


def tick(session: Session, item: HandOver, note: str, *, by: Person) -> None:
    """A person has seen to a robot or a role, and says what they found. Raises WrongState, Invalid naming `note`."""
    if item.standing != Standing.OPEN or item.part not in BY_HAND:
        raise WrongState()
    if len(note.strip()) > NOTE_CHARACTERS:
        raise Invalid(Problem("note", "At most {limit} characters, now {count}.",
                              {"limit": NOTE_CHARACTERS, "count": len(note.strip())}))
    item.note = note.strip()
    _settle(item, Standing.DONE)
    details = {"part": item.part, "name": item.name, "reason": item.note}
    audit.record(session, "settle_hand_over", "person", item.departure.leaver_id, by=by, details=details)
    close_if_done(item.departure)


def record_transfer(session: Session, item: HandOver, way: GroupConnector, sender: str, *, by: Person) -> None:
    """WeCom has passed the customer groups of this way on: their new owner sends from now on. Raises WrongState."""
    way.settings = {**way.settings, "sender": sender}
    audit.record(session, "transfer_customer_groups", "group", way.group_id, by=by, details={"name": item.name})
    tick(session, item, "", by=by)


def look_again(session: Session, departure: Departure) -> None:
    """Whatever was settled elsewhere, on the group's own page for example, waits no more; nothing does of who came back."""
    back = departure.leaver.active
    still = set() if back else {held.key for held in estate.of(session, departure.leaver)}
    for item in waiting(departure):
        if back or (item.part != Part.ROBOT and item.held.key not in still):
            _settle(item, Standing.DONE)
    close_if_done(departure)


def of(session: Session, leaver: Person) -> Departure | None:
    """The person's departure that has not ended."""
    return session.scalar(select(Departure).where(Departure.leaver_id == leaver.id, Departure.ended_at.is_(None)))


def latest(session: Session, leaver: Person) -> Departure | None:
    """The person's last departure, ended or not."""
    return session.scalar(select(Departure).where(Departure.leaver_id == leaver.id).order_by(Departure.id.desc()).limit(1))


def under_way(session: Session, limit: int = 50) -> Sequence[Departure]:
    """Departures in which something still waits, the oldest first."""
    return session.scalars(select(Departure).where(Departure.ended_at.is_(None)).order_by(Departure.id).limit(limit)).all()


def waiting(departure: Departure) -> list[HandOver]:
    """What still waits for somebody."""
    return [item for item in departure.items if item.standing == Standing.OPEN]


def hours(session: Session) -> int:
    """How long a group may wait for a steward before the house names one."""
    return int(house.setting(session, "handover_hours"))


def close_if_done(departure: Departure) -> None:
    """A departure ends when nothing waits any more."""
    if not waiting(departure):
        departure.ended_at = clock.now()


def _enter(session: Session, departure: Departure, held: Held) -> HandOver:
    item = HandOver(departure=departure, part=held.part, thing_id=held.thing_id, name=held.name[:200])
    session.add(item)
    session.flush()
    if held.part == Part.STAGE and moving.release(session, held):
        _settle(item, Standing.MOVED)
    return item


def _settle(item: HandOver, standing: Standing) -> None:
    item.standing, item.settled_at = standing, clock.now()


def _end_substitutions(session: Session, leaver: Person) -> None:
    now = clock.now()
    query = select(Substitution).where(Substitution.substitute_id == leaver.id, Substitution.ends_at > now)
    for row in session.scalars(query):
        row.ends_at = now


def _tell(session: Session, departure: Departure) -> None:
    """Who can find successors hears that something waits."""
    left = waiting(departure)
    if left:
        roles = (Role.ADMIN, Role.OPERATOR) if any(item.part == Part.STEWARD for item in left) else (Role.ADMIN,)
        tell_all(
            session, with_role(session, *roles), "{name} has left. {count} things of theirs wait for somebody to take them.",
            cause=f"departure:{departure.id}:{len(departure.items)}", thing="departure", thing_id=departure.leaver_id, urgent=True,
            name=departure.leaver.name, count=len(left),
        )
