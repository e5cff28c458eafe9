"""What is meant to go out some day, before there is an edition of it: plans typed in or brought from another calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit
from editorial.accounts import OfficialAccount
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.people.people import Person

HOUR = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
LONGEST = {"title": 200, "column": 60, "department": 80}


class PlannedItem(Numbered, Dated, Base):
    """One plan for a day of the house's wall calendar; `at` is its time of the day, if it has one.

    `uid` names it where it came from, so that bringing the same file again changes it instead of making a second one.
    """

    __tablename__ = "planned_item"

    title: Mapped[str] = mapped_column(String(200))
    on: Mapped[date] = mapped_column("planned_on", index=True)
    at: Mapped[str] = mapped_column("planned_at", String(5), default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("official_account.id"))
    column: Mapped[str] = mapped_column("column_name", String(60), default="")
    department: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    uid: Mapped[str | None] = mapped_column(String(255), unique=True)
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    account: Mapped[OfficialAccount | None] = relationship(lazy="joined")
    planned_by: Mapped[Person] = relationship()


def put(
    session: Session, *, title: str, on: date, at: str = "", account: OfficialAccount | None = None, column: str = "",
    department: str = "", note: str = "", uid: str | None = None, by: Person,
) -> PlannedItem:
    """Put a plan on a day; of one with a known `uid` this is its change. Raises Invalid naming the field."""
    problems = list(problems_of(title=title, at=at, column=column, department=department))
    if problems:
        raise Invalid(*problems)
    item = session.scalar(select(PlannedItem).where(PlannedItem.uid == uid)) if uid else None
    if item is None:
        item = PlannedItem(uid=uid, planned_by_id=by.id)
        session.add(item)
    item.title, item.on, item.at, item.account = title.strip(), on, at, account
    item.column, item.department, item.note = column.strip(), department.strip(), note.strip()
    session.flush()
    audit.record(session, "put_planned_item", "planned_item", item.id, by=by, details={"on": on.isoformat(), "at": at})
    return item


def problems_of(*, title: str, at: str, column: str = "", department: str = "") -> Iterator[Problem]:
    """What keeps these words from being a plan."""
    if not title.strip():
        yield Problem("title", "A title is needed.")
    for field, typed in (("title", title), ("column", column), ("department", department)):
        if len(typed.strip()) > LONGEST[field]:
            yield Problem(field, "At most {limit} characters, now {count}.", {"limit": LONGEST[field], "count": len(typed.strip())})
    if at and not HOUR.fullmatch(at):
        yield Problem("time", "A time is written as 09:30.")


def move(session: Session, item: PlannedItem, on: date, *, by: Person) -> None:
    """Put it on another day."""
    details = {"from": item.on.isoformat(), "to": on.isoformat()}
    audit.record(session, "move_planned_item", "planned_item", item.id, by=by, details=details)
    item.on = on


def strike(session: Session, item_id: int, *, by: Any) -> None:
    """Take a plan off the calendar. Of one that is off already nothing is left to do."""
    item = session.get(PlannedItem, item_id)
    if item is None:
        return
    audit.record(session, "strike_planned_item", "planned_item", item.id, by=by, details={"on": item.on.isoformat()})
    session.delete(item)


def between(session: Session, first: date, last: date) -> list[PlannedItem]:
    """Plans from `first` to `last`, in order."""
    query = select(PlannedItem).where(PlannedItem.on >= first, PlannedItem.on <= last)
    return list(session.scalars(query.order_by(PlannedItem.on, PlannedItem.at, PlannedItem.id)))


def get(session: Session, item_id: int) -> PlannedItem:
    """The plan with this id. Raises NotFound."""
    item = session.get(PlannedItem, item_id)
    if item is None:
        raise NotFound()
    return item
