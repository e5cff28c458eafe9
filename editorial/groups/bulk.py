"""One change for many groups at once, kept with what was before, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.groups import groups, tags
from editorial.groups.groups import Group, GroupState
from editorial.people.people import Person
from editorial.people.permissions import Action, may

MOST_GROUPS = 1_000
"""At once: the largest house we measure for."""


class Act(StrEnum):
    """What can be done to many groups."""

    TAG = "tag"
    UNTAG = "untag"
    OPERATOR = "operator"
    DEPUTY = "deputy"
    PARENT = "parent"
    CLOSE = "close"


class BulkChange(Numbered, Dated, Base):
    """One act on many groups. `before`: what each changed group had, by its id; `after` what it got."""

    __tablename__ = "bulk_change"

    act: Mapped[Act] = mapped_column(String(8))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[Any] = mapped_column(JSON, nullable=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]

    by: Mapped[Person] = relationship()

    __table_args__ = (Index("ix_bulk_change_by", "by_id", "id"),)


@dataclass(frozen=True)
class Undone:
    """How many groups have again what they had, and how many somebody had changed since, which were left alone."""

    restored: int
    left: int


def do(session: Session, found: Sequence[Group], act: str, value: str = "", *, by: Person) -> BulkChange:
    """Do `act` to all of `found` or to none. `value`: a tag's id, an address, a slug; empty takes it away.

    Raises Invalid naming `act`, `value` or `groups`. Groups that have it already are not touched.
    """
    if act not in set(Act):
        raise Invalid(Problem("act", "Choose what to do."))
    if not found or len(found) > MOST_GROUPS:
        raise Invalid(Problem("groups", "Choose between 1 and {limit} groups.", {"limit": MOST_GROUPS}))
    after = _value(session, Act(act), value)
    _ensure_possible(session, found, Act(act), after)
    before = _apply(session, found, Act(act), after)
    made = BulkChange(act=Act(act), before=before, after=after, by_id=by.id)
    session.add(made)
    session.flush()
    details = {"act": act, "groups": [int(group_id) for group_id in before]}
    audit.record(session, "change_groups", "bulk_change", made.id, by=by, details=details)
    return made


def undo(session: Session, change: BulkChange, *, by: Person) -> Undone:
    """Give every group back what it had, unless somebody changed it since. Raises WrongState for a second time."""
    if change.undone_at is not None:
        raise WrongState()
    change.undone_at = clock.now()
    ids = [int(group_id) for group_id in change.before]
    if change.act in (Act.TAG, Act.UNTAG):
        restored = _retag(session, ids, change)
    else:
        name = COLUMNS[change.act]
        restored = 0
        for group in session.scalars(select(Group).where(Group.id.in_(ids))):
            if getattr(group, name) == change.after:
                setattr(group, name, change.before[str(group.id)])
                restored += 1
    audit.record(session, "undo_group_change", "bulk_change", change.id, by=by, details={"restored": restored})
    return Undone(restored, len(ids) - restored)


def last_of(session: Session, person: Person) -> BulkChange | None:
    """The person's newest change."""
    return session.scalar(select(BulkChange).where(BulkChange.by_id == person.id).order_by(BulkChange.id.desc()).limit(1))


def get(session: Session, change_id: int) -> BulkChange:
    """The change with this id. Raises NotFound."""
    found = session.get(BulkChange, change_id)
    if found is None:
        raise NotFound()
    return found


COLUMNS = {Act.OPERATOR: "operator_id", Act.DEPUTY: "deputy_id", Act.PARENT: "parent_id", Act.CLOSE: "state"}


def _value(session: Session, act: Act, value: str) -> Any:
    reading: dict[Act, Callable[[], Any]] = {
        Act.TAG: lambda: _tag(session, value), Act.UNTAG: lambda: _tag(session, value),
        Act.OPERATOR: lambda: _operator(session, value), Act.DEPUTY: lambda: _person(session, value),
        Act.PARENT: lambda: _parent(session, value), Act.CLOSE: lambda: GroupState.CLOSED.value,
    }
    return reading[act]()


def _apply(session: Session, found: Sequence[Group], act: Act, after: Any) -> dict[str, Any]:
    ids = [group.id for group in found]
    if act in (Act.TAG, Act.UNTAG):
        tag = tags.get(session, after)
        changed = tags.give(session, ids, tag) if act == Act.TAG else tags.take(session, ids, tag)
        return {str(group_id): act == Act.UNTAG for group_id in changed}
    name = COLUMNS[act]
    before = {str(group.id): getattr(group, name) for group in found if getattr(group, name) != after}
    for group in found:
        setattr(group, name, after)
    return before


def _retag(session: Session, ids: list[int], change: BulkChange) -> int:
    tag = session.get(tags.Tag, change.after)
    if tag is None:
        return 0
    return len(tags.give(session, ids, tag) if change.act == Act.UNTAG else tags.take(session, ids, tag))


def _ensure_possible(session: Session, found: Sequence[Group], act: Act, after: Any) -> None:
    """No circle in the tree, no steward as their own deputy."""
    if act == Act.DEPUTY and after is not None and any(group.steward_id == after for group in found):
        raise Invalid(Problem("value", "The steward cannot be their own deputy."))
    if act == Act.PARENT and after is not None:
        chosen, above = {group.id for group in found}, session.get(Group, after)
        while above is not None:
            if above.id in chosen:
                raise Invalid(Problem("value", "A group cannot stand under itself."))
            above = above.parent


def _tag(session: Session, value: str) -> int:
    known = value.isascii() and value.isdigit() and len(value) < 19
    if not known or session.get(tags.Tag, int(value)) is None:
        raise Invalid(Problem("value", "There is no such tag."))
    return int(value)


def _operator(session: Session, value: str) -> int | None:
    person_id = _person(session, value)
    if person_id is not None and not may(session.get(Person, person_id), Action.MANAGE_GROUPS):
        raise Invalid(Problem("value", "Only an operator can take these groups over."))
    return person_id


def _person(session: Session, value: str) -> int | None:
    if not value:
        return None
    found = session.scalar(select(Person).where(Person.email == value.strip().lower(), Person.active))
    if found is None:
        raise Invalid(Problem("value", "Nobody here has this address."))
    return found.id


def _parent(session: Session, value: str) -> int | None:
    if not value:
        return None
    above = groups.by_slug(session, value)
    if above is None:
        raise Invalid(Problem("value", "There is no group called {slug}.", {"slug": value}))
    return above.id
