"""What a group is for: its charter in versions, what it lacks to be active, and task groups that end by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock, house
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, Problem
from editorial.groups import flash, groups
from editorial.groups.groups import Group, GroupState, Mode
from editorial.notices import tell_all
from editorial.people.people import Person

FIELDS = ("audience", "purpose", "output", "rules", "kpi")
"""What a charter says: who it is for, for what, what comes out of it, its rules, how its worth is measured."""
MOST_CHARACTERS = 1_000
ASKED = {
    "audience": Problem("audience", "Say who the group is for: without it nobody can tell who belongs here."),
    "purpose": Problem("purpose", "Say what the group is for: without it nobody can tell whether it still has a use."),
}
NEEDED = {
    **ASKED,
    "output": Problem("output", "Say what comes out of the group."),
    "steward": Problem("steward", "Name a steward who can sign in."),
}
"""What a group cannot be active without."""


class Charter(Numbered, Dated, Base):
    """One version of a group's charter. A version is never changed; the newest is in force."""

    __tablename__ = "group_charter"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    version: Mapped[int]
    audience: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    output: Mapped[str] = mapped_column(Text, default="")
    rules: Mapped[str] = mapped_column(Text, default="")
    kpi: Mapped[str] = mapped_column(Text, default="")
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    written_by: Mapped[Person | None] = relationship()

    __table_args__ = (Index("uq_group_charter_version", "group_id", "version", unique=True),)

    @property
    def words(self) -> dict[str, str]:
        """What it says, by field."""
        return {name: getattr(self, name) for name in FIELDS}


def write(
    session: Session, group: Group, said: Mapping[str, str], *, mode: str = Mode.LASTING, ends_on: date | None = None,
    zone: str = clock.DEFAULT_ZONE, by: Person | None,
) -> Charter:
    """Keep a new version; of the very same words the version in force. Raises Invalid naming the field.

    The two questions, who and for what, must be answered. A task group needs a last day that has not passed.
    """
    words = {name: said.get(name, "").strip() for name in FIELDS}
    problems = list(_problems(words, mode, ends_on, today(zone)))
    if problems:
        raise Invalid(*problems)
    group.mode, group.ends_on = Mode(mode), ends_on if mode == Mode.TASK else None
    before = newest(session, group)
    if before is not None and before.words == words:
        return before
    group.purpose, group.charter_version = words["purpose"], group.charter_version + 1
    made = Charter(group_id=group.id, version=group.charter_version, written_by_id=by.id if by else None, **words)
    session.add(made)
    session.flush()
    audit.record(session, "write_charter", "group", group.id, by=by, details={"version": made.version})
    return made


def newest(session: Session, group: Group) -> Charter | None:
    """The charter in force."""
    return versions(session, group, 1)[0] if group.charter_version else None


def versions(session: Session, group: Group, limit: int = 50) -> Sequence[Charter]:
    """All versions, the newest first."""
    query = select(Charter).where(Charter.group_id == group.id).order_by(Charter.version.desc())
    return session.scalars(query.limit(limit)).all()


def missing(session: Session, group: Group) -> list[str]:
    """Names of what the group lacks to be active: keys of NEEDED."""
    charter = newest(session, group)
    said = charter.words if charter else dict.fromkeys(FIELDS, "")
    lacking = [name for name in ("audience", "purpose", "output") if not said[name]]
    return lacking if group.steward is not None and group.steward.active else [*lacking, "steward"]


def settle(session: Session, group: Group) -> None:
    """A new group without all it needs is being prepared, not active."""
    if missing(session, group):
        group.state = GroupState.PREPARING


def take_up(session: Session, group: Group, *, zone: str = clock.DEFAULT_ZONE, by: Person) -> None:
    """Make a group active. Raises Invalid naming what it lacks.

    A group that came without a charter, through the API, needs one only when the house says so.
    """
    lacking = missing(session, group) if is_bound(session, group) else []
    problems = [NEEDED[name] for name in lacking]
    if flash.latest(session, group) is not None:
        problems.append(Problem("ends_at", "A flash group is opened again by its steward, with a new end."))
    if group.ends_on is not None and group.ends_on < today(zone):
        problems.append(Problem("ends_on", "Its last day has passed. Set a later one in the charter first."))
    if problems:
        raise Invalid(*problems)
    groups.reopen(session, group, by=by)


def is_bound(session: Session, group: Group) -> bool:
    """Whether the group needs a complete charter to be active."""
    chartered = group.charter_version > 0 or group.state == GroupState.PREPARING
    return chartered or bool(house.setting(session, "charter_required"))


def close_ended(session: Session, zone: str = clock.DEFAULT_ZONE, limit: int = 100) -> int:
    """Close the task groups whose last day is over and tell those who looked after them. Returns how many."""
    query = select(Group).where(Group.ends_on < today(zone), Group.state != GroupState.CLOSED).limit(limit)
    ended = session.scalars(query).all()
    for group in ended:
        groups.close(session, group, by=None)
        tell_all(
            session, [one for one in (group.steward, group.deputy) if one is not None],
            "The task group “{group}” has reached its last day and is closed.", cause=f"group_ended:{group.id}:{group.ends_on}",
            thing="group", thing_id=group.id, group=group.name,
        )
    return len(ended)


def today(zone: str) -> date:
    """The day on the house's wall."""
    return clock.to_wall(clock.now(), zone).date()


def _problems(words: dict[str, str], mode: str, ends_on: date | None, present: date) -> Any:
    yield from (problem for name, problem in ASKED.items() if not words[name])
    for name, text in words.items():
        if len(text) > MOST_CHARACTERS:
            yield Problem(name, "At most {limit} characters, now {count}.", {"limit": MOST_CHARACTERS, "count": len(text)})
    if mode not in set(Mode):
        yield Problem("mode", "Choose one of: {choices}.", {"choices": ", ".join(Mode)})
    elif mode == Mode.TASK and ends_on is None:
        yield Problem("ends_on", "A task group needs a last day.")
    elif mode == Mode.TASK and ends_on is not None and ends_on < present:
        yield Problem("ends_on", "The last day lies in the past.")
