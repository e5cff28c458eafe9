"""Flash groups (快闪群): opened for one occasion, from one instant to another, and closed by the clock.

Visits after the end are led on and not counted. Only its steward may open such a group again, with a new end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock, house
from editorial.base import Base, BigKey, Dated, Numbered
from editorial.errors import Invalid, NotAllowed, Problem
from editorial.groups.groups import Group, GroupState
from editorial.notices import tell_all
from editorial.outbox.deliveries import Delivery, State
from editorial.people.people import Person, Role, with_role


class FlashRun(Numbered, Dated, Base):
    """One occasion of a group. `report` stands from its end on, and is `final` when every visit before it is counted."""

    __tablename__ = "flash_run"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    final: Mapped[bool] = mapped_column(default=False, index=True)
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    delivery_id: Mapped[int | None] = mapped_column(BigKey)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    group: Mapped[Group] = relationship()
    by: Mapped[Person] = relationship()

    __table_args__ = (Index("ix_flash_run_group", "group_id", "id"),)


def plan(session: Session, group: Group, starts_at: datetime, ends_at: datetime, *, by: Person) -> FlashRun:
    """Make a group a flash group, or open it again. Until it begins nothing is sent into it.

    Raises Invalid naming `starts_at` or `ends_at`, NotAllowed for who would open a closed one and is not its steward.
    """
    before = latest(session, group)
    if before is not None and group.state == GroupState.CLOSED and by.id != group.steward_id:
        raise NotAllowed()
    problems = list(_problems(session, group, before, starts_at, ends_at))
    if problems:
        raise Invalid(*problems)
    made = FlashRun(group_id=group.id, starts_at=starts_at, ends_at=ends_at, by_id=by.id)
    session.add(made)
    session.flush()
    group.state = GroupState.PREPARING
    details = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    audit.record(session, "plan_flash_group", "group", group.id, by=by, details=details)
    open_due(session)
    return made


def open_due(session: Session) -> int:
    """Open those whose time has come. Returns how many."""
    now = clock.now()
    due = FlashRun.opened_at.is_(None), FlashRun.starts_at <= now
    found = session.scalars(select(FlashRun).where(*due).order_by(FlashRun.id).limit(100)).all()
    for run in found:
        run.opened_at, run.group.state = now, GroupState.ACTIVE
        audit.record(session, "open_flash_group", "group", run.group_id)
    session.flush()
    return len(found)


def latest(session: Session, group: Group) -> FlashRun | None:
    """The group's present or last occasion; none for a group that never was a flash group."""
    return session.scalar(select(FlashRun).where(FlashRun.group_id == group.id).order_by(FlashRun.id.desc()).limit(1))


def of_group(session: Session, group: Group) -> Sequence[FlashRun]:
    """All its occasions, the last one first."""
    return session.scalars(select(FlashRun).where(FlashRun.group_id == group.id).order_by(FlashRun.id.desc()).limit(50)).all()


def ends(session: Session, group_ids: Iterable[int]) -> Mapping[int, datetime]:
    """Until when visits of these groups are counted; groups that have no such end are left out."""
    last = select(func.max(FlashRun.id)).where(FlashRun.group_id.in_(list(group_ids))).group_by(FlashRun.group_id)
    return dict(session.execute(select(FlashRun.group_id, FlashRun.ends_at).where(FlashRun.id.in_(last))).all())


def of_delivery(session: Session, delivery: Delivery) -> FlashRun:
    """The occasion whose closing message this is."""
    return session.get_one(FlashRun, delivery.owner_id)


def tell_trouble(session: Session, delivery: Delivery) -> None:
    """Whoever looks after the group must know that its closing message needs them."""
    run = of_delivery(session, delivery)
    if delivery.state == State.ACCEPTED and delivery.awaiting == "person":
        sentence = "The closing message of “{group}” waits to be posted by hand."
    elif delivery.state in (State.NEEDS_PERSON, State.REFUSED):
        sentence = "The closing message did not reach {group}: {reason}"
    else:
        return
    keepers = [one for one in (run.group.steward, run.group.deputy) if one is not None and one.active]
    tell_all(
        session, keepers or with_role(session, Role.OPERATOR), sentence, cause=f"{delivery.state}:{delivery.id}:{delivery.fence}",
        thing="group", thing_id=run.group_id, group=run.group.name, reason=delivery.reason,
    )


def _problems(
    session: Session, group: Group, before: FlashRun | None, starts_at: datetime, ends_at: datetime
) -> Iterable[Problem]:
    most = int(house.setting(session, "flash_hours"))
    if before is not None and before.closed_at is None:
        yield Problem("starts_at", "This occasion is not over yet.")
    if ends_at <= starts_at:
        yield Problem("ends_at", "The end comes after the start.")
    elif ends_at <= clock.now():
        yield Problem("ends_at", "This time has passed. Choose a later one.")
    elif ends_at - starts_at > timedelta(hours=most):
        yield Problem("ends_at", "A flash group lasts at most {limit} hours.", {"limit": most})
    if group.state == GroupState.CLOSED and before is None:
        yield Problem("starts_at", "This group is closed. Take it up again first.")
