"""Join codes (群活码): a QR of WeCom for each place where a customer group is shown, and how many came by which.

WeCom tells by which code a member came as long as they are in the group. Each look keeps the most that was ever seen of a
day: who leaves stays counted for the day they joined, and nobody is counted twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Boolean, ForeignKey, LargeBinary, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit
from editorial.base import Base, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.groups import kept_outside
from editorial.groups.groups import Group
from editorial.groups.kept_outside import KeptOutside
from editorial.people.people import Person

NAME_CHARACTERS, BASE_CHARACTERS, MOST_CHATS, MOST_CODES = 30, 40, 5, 50
"""https://developer.work.weixin.qq.com/document/path/92229"""
STATE_PREFIX = "qs-"


@dataclass(frozen=True)
class Wanted:
    """A code as people write it: where it hangs, and whether WeCom opens another group when the named ones are full."""

    name: str
    opens_more: bool = True
    base_name: str = ""


class JoinCode(KeptOutside, Base):
    """One code. `state` is how WeCom tells us who came by it; `picture` is WeCom's QR (PNG), none until it was fetched."""

    __tablename__ = "join_code"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_CHARACTERS))
    chats: Mapped[list[str]]
    opens_more: Mapped[bool] = mapped_column(Boolean, default=True)
    base_name: Mapped[str] = mapped_column(String(BASE_CHARACTERS), default="")
    state: Mapped[str] = mapped_column(String(30), unique=True)
    picture: Mapped[bytes | None] = mapped_column(LargeBinary)

    group: Mapped[Group] = relationship()


class JoinCount(Numbered, Base):
    """So many joined one customer group by one code on one day (in China)."""

    __tablename__ = "join_count"

    code_id: Mapped[int] = mapped_column(ForeignKey("join_code.id", ondelete="CASCADE"))
    chat_id: Mapped[str] = mapped_column(String(64))
    day: Mapped[date]
    joins: Mapped[int]

    __table_args__ = (UniqueConstraint("code_id", "chat_id", "day"),)


def add(session: Session, group: Group, application_id: int, chats: list[str], wanted: Wanted, *, by: Person) -> JoinCode:
    """Make a code for a group that is reached by these customer groups. Raises Invalid naming `name`, `base_name` or `form`."""
    kept_outside.application_of(session, application_id)
    if problems := [*_problems(wanted), *_too_many(session, group)]:
        raise Invalid(*problems)
    row = JoinCode(
        group_id=group.id, application_id=application_id, chats=chats[:MOST_CHATS], state=STATE_PREFIX + secrets.token_hex(8),
        name=wanted.name.strip(), opens_more=wanted.opens_more, base_name=wanted.base_name.strip(),
    )
    session.add(row)
    kept_outside.begin(row)
    session.flush()
    _note(session, "add_join_code", row, by)
    return row


def change(session: Session, row: JoinCode, wanted: Wanted, *, by: Person) -> None:
    """Write it anew; the QR stays as it hangs. Raises Invalid, WrongState while an outcome is unknown."""
    kept_outside.application_of(session, row.application_id)
    if problems := list(_problems(wanted)):
        raise Invalid(*problems)
    kept_outside.begin(row)
    row.name, row.opens_more, row.base_name = wanted.name.strip(), wanted.opens_more, wanted.base_name.strip()
    _note(session, "change_join_code", row, by)


def remove(session: Session, row: JoinCode, *, by: Person) -> bool:
    """Take it away: whoever scans it then comes nowhere. False: WeCom never had it, and it is gone. Raises WrongState."""
    kept_outside.application_of(session, row.application_id)
    _note(session, "remove_join_code", row, by)
    return kept_outside.begin_removal(session, row)


def get(session: Session, code_id: int) -> JoinCode:
    """The code with this id. Raises NotFound."""
    found = session.get(JoinCode, code_id)
    if found is None:
        raise NotFound()
    return found


def of_group(session: Session, group: Group) -> list[JoinCode]:
    """The codes of a group, the first made first."""
    return list(session.scalars(select(JoinCode).where(JoinCode.group_id == group.id).order_by(JoinCode.id)))


def count(session: Session, chat_id: str, joins: Mapping[tuple[str, date], int]) -> None:
    """Keep how many of those in this customer group now came by which code (its state) on which day."""
    states = {state for state, _ in joins if state.startswith(STATE_PREFIX)}
    codes = dict(session.execute(select(JoinCode.state, JoinCode.id).where(JoinCode.state.in_(states))).all()) if states else {}
    counted = select(JoinCount).where(JoinCount.chat_id == chat_id, JoinCount.code_id.in_(codes.values()))
    known = {(row.code_id, row.day): row for row in session.scalars(counted)} if codes else {}
    for (state, day), number in joins.items():
        if state not in codes:
            continue
        if row := known.get((codes[state], day)):
            row.joins = max(row.joins, number)
        else:
            session.add(JoinCount(code_id=codes[state], chat_id=chat_id, day=day, joins=number))
    session.flush()


def joined(session: Session, codes: list[JoinCode], since: date) -> dict[int, tuple[int, int]]:
    """Of each code: how many joined by it in all, and how many since that day."""
    ids = [one.id for one in codes]
    query = select(JoinCount.code_id, func.sum(JoinCount.joins)).where(JoinCount.code_id.in_(ids)).group_by(JoinCount.code_id)
    everybody = dict(session.execute(query).all())
    lately = dict(session.execute(query.where(JoinCount.day >= since)).all())
    return {number: (everybody.get(number, 0), lately.get(number, 0)) for number in ids}


def _problems(wanted: Wanted) -> Iterator[Problem]:
    for field, said, most in (("name", wanted.name, NAME_CHARACTERS), ("base_name", wanted.base_name, BASE_CHARACTERS)):
        if len(said.strip()) > most:
            yield Problem(field, "At most {limit} characters, now {count}.", {"limit": most, "count": len(said.strip())})
    if not wanted.name.strip():
        yield Problem("name", "Say where this code hangs.")


def _too_many(session: Session, group: Group) -> Iterator[Problem]:
    if len(of_group(session, group)) >= MOST_CODES:
        yield Problem("form", "A group has at most {limit} join codes.", {"limit": MOST_CODES})


def _note(session: Session, verb: str, row: JoinCode, by: Person) -> None:
    audit.record(session, verb, "group", row.group_id, by=by, details={"name": row.name, "state": row.state})
