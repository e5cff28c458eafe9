"""How much a group wants to hear from us, when, and in which words: the house's rule, and what one group sets otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit, house
from editorial.base import Base
from editorial.errors import Invalid, Problem
from editorial.groups.groups import Group

MOST_MESSAGES, MOST_WORDS = 50, 120
RULES = ("group_week_messages", "group_quiet_from", "group_quiet_until", "digest_day", "digest_at")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class GroupHabit(Base):
    """What one group has set. `week_messages` none: as the house, 0: as many as come. `opening_words` begin what it is sent."""

    __tablename__ = "group_habit"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), primary_key=True, autoincrement=False)
    week_messages: Mapped[int | None]
    quiet_from: Mapped[str] = mapped_column(String(5), default="")
    quiet_until: Mapped[str] = mapped_column(String(5), default="")
    opening_words: Mapped[str] = mapped_column(Text, default="")


@dataclass(frozen=True)
class Quiet:
    """Minutes of the wall's day; they may go past midnight."""

    begins: int
    ends: int


@dataclass(frozen=True)
class Habit:
    """What counts for one group. `week_messages` 0: no limit."""

    week_messages: int
    quiet: Quiet | None
    opening_words: str = ""


@dataclass(frozen=True)
class Habits:
    """What counts for several groups, read together."""

    rules: dict[str, Any]
    rows: dict[int, GroupHabit]

    def of(self, group_id: int) -> Habit:
        """What counts for this group."""
        row = self.rows.get(group_id)
        quiet = _quiet(self.rules["group_quiet_from"], self.rules["group_quiet_until"])
        common = Habit(int(self.rules["group_week_messages"]), quiet)
        if row is None:
            return common
        messages = common.week_messages if row.week_messages is None else row.week_messages
        return Habit(messages, _quiet(row.quiet_from, row.quiet_until) or common.quiet, row.opening_words)


def at_hand(session: Session, group_ids: Iterable[int]) -> Habits:
    """The habits of these groups: two queries."""
    rows = session.scalars(select(GroupHabit).where(GroupHabit.group_id.in_(set(group_ids))))
    return Habits(house.settings(session, *RULES), {row.group_id: row for row in rows})


def row_of(session: Session, group: Group) -> GroupHabit | None:
    """What this group has set, if anything."""
    return session.get(GroupHabit, group.id)


def change(
    session: Session, group: Group, *, week_messages: str, quiet_from: str, quiet_until: str, opening_words: str, by: Any
) -> GroupHabit:
    """Set a group's habits; what is left empty is as in the house. Raises Invalid naming the field."""
    messages = _messages("week_messages", week_messages) if week_messages.strip() else None
    _check_quiet("quiet_from", quiet_from, quiet_until)
    words = opening_words.strip()
    if len(words) > MOST_WORDS:
        counts: dict[str, object] = {"limit": MOST_WORDS, "count": len(words)}
        raise Invalid(Problem("opening_words", "At most {limit} characters, now {count}.", counts))
    row = session.merge(GroupHabit(
        group_id=group.id, week_messages=messages, quiet_from=quiet_from, quiet_until=quiet_until, opening_words=words,
    ))
    session.flush()
    audit.record(session, "change_group_habit", "group", group.id, by=by, details={
        "week_messages": messages, "quiet_from": quiet_from, "quiet_until": quiet_until,
    })
    return row


def change_rules(session: Session, typed: dict[str, str], *, by: Any) -> None:
    """Set the house's rule, by the names of RULES. Raises Invalid naming the field."""
    _check_quiet("group_quiet_from", typed["group_quiet_from"], typed["group_quiet_until"])
    if not _TIME.fullmatch(typed["digest_at"]):
        raise Invalid(Problem("digest_at", "This is not a time of day."))
    if typed["digest_day"] not in set("1234567"):
        raise Invalid(Problem("digest_day", "Choose one of the list."))
    values: dict[str, Any] = {
        **{name: typed[name] for name in RULES}, "digest_day": int(typed["digest_day"]),
        "group_week_messages": _messages("group_week_messages", typed["group_week_messages"]),
    }
    before = house.settings(session, *RULES)
    for name, value in values.items():
        if value != before[name]:
            house.change(session, name, value, by=by)


def minute_of(text: str) -> int:
    """`HH:MM` as minutes of the day."""
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _quiet(begins: str, ends: str) -> Quiet | None:
    return Quiet(minute_of(begins), minute_of(ends)) if begins and ends else None


def _messages(field: str, text: str) -> int:
    said = text.strip()
    if not (said.isascii() and said.isdecimal() and int(said) <= MOST_MESSAGES):
        raise Invalid(Problem(field, "Give a whole number from 0 to {most}; 0 sets no limit.", {"most": MOST_MESSAGES}))
    return int(said)


def _check_quiet(field: str, begins: str, ends: str) -> None:
    if not begins and not ends:
        return
    if not (_TIME.fullmatch(begins) and _TIME.fullmatch(ends)) or begins == ends:
        raise Invalid(Problem(field, "Quiet hours need a beginning and another time as their end."))
