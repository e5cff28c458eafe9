"""Customer groups (客户群) of WeCom as the company's own: which there are, who owns them, how many are in them, day by day.

Of their members nothing is kept but how many they are. A day that WeCom has not told is a gap and never a zero.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, String, Text, UniqueConstraint, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Group
from editorial.people.people import Person

KIND = "wecom_customer_group"
DAYS_KEPT = 30
FIGURES = ("new_chats", "chats", "active_chats", "new_members", "members", "active_members", "messages")


class CustomerLook(Dated, Base):
    """An application whose customer groups are looked at once a day. `trouble`: why the last look ended early."""

    __tablename__ = "customer_look"

    application_id: Mapped[int] = mapped_column(ForeignKey("platform_application.id"), primary_key=True)
    active: Mapped[bool] = mapped_column(default=True)
    looked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(Text, default="")


class CustomerGroup(Numbered, Dated, Base):
    """One customer group as WeCom told it last. `status`: 0 usual, 1 its owner has left, 2 being passed on, 3 passed on."""

    __tablename__ = "customer_group"

    application_id: Mapped[int] = mapped_column(ForeignKey("platform_application.id"))
    chat_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200), default="")
    owner: Mapped[str] = mapped_column(String(64), default="")
    members: Mapped[int] = mapped_column(default=0)
    customers: Mapped[int] = mapped_column(default=0)
    status: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None]
    read_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    """Since when WeCom lists it no more."""

    __table_args__ = (
        UniqueConstraint("application_id", "chat_id"), Index("ix_customer_group_name", "application_id", "gone_at", "name"),
    )


class CustomerDay(Numbered, Base):
    """What WeCom counted for one owner's groups on one day (midnight to midnight in China)."""

    __tablename__ = "customer_day"

    application_id: Mapped[int] = mapped_column(ForeignKey("platform_application.id"))
    owner: Mapped[str] = mapped_column(String(64))
    day: Mapped[date]
    new_chats: Mapped[int]
    chats: Mapped[int]
    active_chats: Mapped[int]
    new_members: Mapped[int]
    members: Mapped[int]
    active_members: Mapped[int]
    messages: Mapped[int]
    read_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (UniqueConstraint("application_id", "owner", "day"),)


@dataclass(frozen=True)
class Seen:
    """One customer group as it was just read."""

    chat_id: str
    name: str
    owner: str
    members: int
    customers: int
    status: int
    opened_at: datetime | None


@dataclass(frozen=True)
class DaySum:
    """One day of all owners. `missing`: owners of whom WeCom has told nothing for it; figures are none when that is everybody."""

    day: date
    figures: Mapping[str, int] | None
    missing: tuple[str, ...]


def look_of(session: Session, application_id: int) -> CustomerLook | None:
    """Whether and when the groups of this application are looked at."""
    return session.get(CustomerLook, application_id)


def look_now(session: Session, application_id: int, *, by: Person) -> None:
    """Look at the application's customer groups soon, and from now on every day."""
    row = session.get(CustomerLook, application_id) or CustomerLook(application_id=application_id)
    row.active, row.looked_at = True, None
    session.add(row)
    session.flush()
    audit.record(session, "look_at_customer_groups", "application", application_id, by=by)


def look_no_more(session: Session, row: CustomerLook, *, by: Person) -> None:
    """Read nothing more; what is known stays."""
    row.active = False
    audit.record(session, "end_looking_at_customer_groups", "application", row.application_id, by=by)


def names(session: Session, chats: Collection[str]) -> dict[str, str]:
    """What these customer groups are called, as far as they were ever read."""
    if not chats:
        return {}
    rows = session.scalars(select(CustomerGroup).where(CustomerGroup.chat_id.in_(chats), CustomerGroup.name != ""))
    return {row.chat_id: row.name for row in rows}


def due(session: Session, before: datetime) -> list[int]:
    """Applications that nobody looked at since `before`."""
    unread = CustomerLook.looked_at.is_(None) | (CustomerLook.looked_at < before)
    return list(session.scalars(select(CustomerLook.application_id).where(CustomerLook.active, unread)))


def keep(session: Session, application_id: int, seen: Seen) -> None:
    """Keep what was read of one group."""
    row = session.scalar(select(CustomerGroup).where(*_one(application_id, seen.chat_id)))
    row = row or CustomerGroup(application_id=application_id, chat_id=seen.chat_id)
    row.name, row.owner, row.members, row.customers = seen.name[:200], seen.owner, seen.members, seen.customers
    row.status, row.opened_at, row.read_at, row.gone_at = seen.status, seen.opened_at, clock.now(), None
    session.add(row)


def mark_gone(session: Session, application_id: int, listed: Iterable[str]) -> None:
    """Those that are listed no more are gone; they are not forgotten."""
    there = set(listed)
    known = select(CustomerGroup.id, CustomerGroup.chat_id).where(CustomerGroup.application_id == application_id)
    gone = [row_id for row_id, chat_id in session.execute(known.where(CustomerGroup.gone_at.is_(None))) if chat_id not in there]
    for begin in range(0, len(gone), 500):
        session.execute(update(CustomerGroup).where(CustomerGroup.id.in_(gone[begin:begin + 500])).values(gone_at=clock.now()))


def owners(session: Session, application_id: int) -> list[str]:
    """Who owns groups there, by user id."""
    query = select(CustomerGroup.owner).where(CustomerGroup.application_id == application_id, CustomerGroup.gone_at.is_(None))
    return list(session.scalars(query.where(CustomerGroup.owner != "").distinct().order_by(CustomerGroup.owner)))


def gaps(session: Session, application_id: int, owner: str, yesterday: date) -> list[date]:
    """The days of the last month of which nothing is known for this owner, the oldest first."""
    first = yesterday - timedelta(days=DAYS_KEPT - 1)
    known = set(session.scalars(select(CustomerDay.day).where(*_days(application_id, first), CustomerDay.owner == owner)))
    return [day for day in _span(first) if day not in known]


def keep_days(session: Session, application_id: int, owner: str, days: Mapping[date, Mapping[str, int]]) -> None:
    """Keep what WeCom told of these days; told again, the newer word counts and no day is there twice."""
    query = select(CustomerDay).where(CustomerDay.application_id == application_id, CustomerDay.owner == owner)
    known = {row.day: row for row in session.scalars(query.where(CustomerDay.day.in_(days)))}
    for day, figures in days.items():
        row = known.get(day) or CustomerDay(application_id=application_id, owner=owner, day=day)
        for name in FIGURES:
            setattr(row, name, figures[name])
        row.read_at = clock.now()
        session.add(row)
    session.flush()


def month(session: Session, application_id: int, yesterday: date) -> list[DaySum]:
    """The last thirty days up to yesterday, the newest first, each with whom it lacks."""
    everyone, first = owners(session, application_id), yesterday - timedelta(days=DAYS_KEPT - 1)
    told: dict[date, list[CustomerDay]] = {}
    for row in session.scalars(select(CustomerDay).where(*_days(application_id, first))):
        told.setdefault(row.day, []).append(row)
    sums = []
    for day in reversed(_span(first)):
        rows = told.get(day, [])
        has = {row.owner for row in rows}
        figures = {name: sum(getattr(row, name) for row in rows) for name in FIGURES} if rows else None
        sums.append(DaySum(day, figures, tuple(owner for owner in everyone if owner not in has)))
    return sums


def listing(application_id: int, words: str = "", owner: str = "") -> Select[CustomerGroup]:
    """The groups of an application, those that are gone last."""
    query = select(CustomerGroup).where(CustomerGroup.application_id == application_id)
    if words:
        query = query.where(or_(CustomerGroup.name.contains(words, autoescape=True), CustomerGroup.chat_id == words))
    if owner:
        query = query.where(CustomerGroup.owner == owner)
    return query.order_by(CustomerGroup.gone_at.isnot(None), CustomerGroup.name, CustomerGroup.id)


def counts(session: Session, application_id: int) -> tuple[int, int, int]:
    """How many groups, people in them, and customers among those."""
    query = select(func.count(), func.sum(CustomerGroup.members), func.sum(CustomerGroup.customers))
    one = session.execute(query.where(CustomerGroup.application_id == application_id, CustomerGroup.gone_at.is_(None))).one()
    return one[0], one[1] or 0, one[2] or 0


def ours(session: Session) -> dict[str, Group]:
    """Which group of ours each customer group belongs to, by chat id."""
    query = select(GroupConnector, Group).join(Group, Group.id == GroupConnector.group_id).where(GroupConnector.kind == KIND)
    return {
        chat_id: group for connector, group in session.execute(query)
        for chat_id in str(connector.settings.get("chats", "")).replace("，", ",").replace(",", " ").split()
    }


def _one(application_id: int, chat_id: str) -> tuple[ColumnElement[bool], ...]:
    return CustomerGroup.application_id == application_id, CustomerGroup.chat_id == chat_id


def _days(application_id: int, first: date) -> tuple[ColumnElement[bool], ...]:
    return CustomerDay.application_id == application_id, CustomerDay.day >= first


def _span(first: date) -> list[date]:
    return [first + timedelta(days=number) for number in range(DAYS_KEPT)]
