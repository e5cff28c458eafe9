"""A writing circle with the rule that its members join under, its steward, and its holiday pauses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, BigKey, Dated, Numbered
from editorial.circles.rhythm import Rhythm
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.groups import groups
from editorial.groups.groups import Group
from editorial.people.people import Person, by_email

NAME_CHARACTERS, ABOUT_CHARACTERS = 60, 1_000
LONGEST_PAUSE, FARTHEST_START = timedelta(days=92), timedelta(days=366)
TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
NUMBERS = {
    "days": (1, 92), "grace_days": (0, 30), "comments": (0, 5), "remind_hours": (1, 72), "off_after": (0, 12), "out_after": (0, 12),
}
"""Least and most of each number of the rule."""


class CircleKind(StrEnum):
    """What is handed in."""

    WRITING = "writing"
    READING = "reading"
    VIDEO = "video"
    EARLY_RISING = "early_rising"
    SPORT = "sport"
    OTHER = "other"


@dataclass(frozen=True)
class Rule:
    """What a circle asks of everybody in it. `off_after` and `out_after` are rounds missed in a row, 0 for never.

    `days` and `grace_days` are days, `remind_hours` hours before the due time, `comments` how many are written in a round.
    """

    days: int = 7
    due_time: str = "20:00"
    grace_days: int = 2
    comments: int = 2
    remind_hours: int = 24
    off_after: int = 2
    out_after: int = 3


class WritingCircle(Numbered, Dated, Base):
    """One circle. Its rule and its start never change: members joined under them, and another circle may have another rule.

    `judged` and `drawn` are the numbers of the last rounds whose misses were looked at and whose duties were drawn,
    `reminded_at` the due time last reminded of, `next_look_at` when the clock has something to do with it.
    """

    __tablename__ = "writing_circle"

    name: Mapped[str] = mapped_column(String(NAME_CHARACTERS))
    kind: Mapped[CircleKind] = mapped_column(String(16), default=CircleKind.WRITING)
    about: Mapped[str] = mapped_column(Text, default="")
    group_id: Mapped[int | None] = mapped_column(ForeignKey("community_group.id"), index=True)
    steward_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    starts_on: Mapped[date]
    days: Mapped[int]
    due_time: Mapped[str] = mapped_column(String(5))
    grace_days: Mapped[int]
    comments: Mapped[int]
    remind_hours: Mapped[int]
    off_after: Mapped[int]
    out_after: Mapped[int]
    like_id: Mapped[int | None] = mapped_column(BigKey)
    """The circle whose rule it took over."""
    closed_at: Mapped[datetime | None]
    judged: Mapped[int] = mapped_column(default=0)
    drawn: Mapped[int] = mapped_column(default=0)
    reminded_at: Mapped[datetime | None]
    next_look_at: Mapped[datetime | None]

    group: Mapped[Group | None] = relationship()
    steward: Mapped[Person | None] = relationship()

    __table_args__ = (Index("ix_writing_circle_look", "next_look_at"),)

    def belongs_to(self, person_id: int) -> bool:
        """Whether the person looks after it: its steward, and steward and deputy of its group."""
        return person_id == self.steward_id or (self.group is not None and self.group.belongs_to(person_id))

    @property
    def rule(self) -> Rule:
        return Rule(**{name: getattr(self, name) for name in Rule.__dataclass_fields__})


class CirclePause(Numbered, Dated, Base):
    """Days that do not count, first and last included; due times move by them."""

    __tablename__ = "circle_pause"

    circle_id: Mapped[int] = mapped_column(ForeignKey("writing_circle.id"), index=True)
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    name: Mapped[str] = mapped_column(String(NAME_CHARACTERS), default="")


def begin(
    session: Session, said: Mapping[str, str], rule: Rule, *, starts_on: date | None, like: WritingCircle | None = None,
    zone: str = clock.DEFAULT_ZONE, by: Person,
) -> WritingCircle:
    """Open a circle. `said`: name, kind, about, group (a slug), steward (an e-mail address). Raises Invalid naming the field."""
    problems = [*_name_problems(said), *_rule_problems(rule), *_start_problems(starts_on, _today(zone))]
    kind = said.get("kind") or CircleKind.WRITING
    if kind not in set(CircleKind):
        problems.append(Problem("kind", "Choose one of: {choices}.", {"choices": ", ".join(CircleKind)}))
    group, steward = _group(session, said.get("group", ""), problems), _steward(session, said.get("steward", ""), problems)
    if problems or starts_on is None:
        raise Invalid(*problems)
    circle = WritingCircle(
        name=said["name"].strip(), kind=CircleKind(kind), about=said.get("about", "").strip(), group=group, steward=steward or by,
        starts_on=starts_on, like_id=like.id if like else None, next_look_at=clock.now(), **rule.__dict__,
    )
    session.add(circle)
    session.flush()
    audit.record(session, "begin_circle", "circle", circle.id, by=by, details={"name": circle.name, "rule": rule.__dict__})
    return circle


def describe(session: Session, circle: WritingCircle, said: Mapping[str, str], *, by: Person) -> None:
    """Change name, words and steward. Raises Invalid naming the field."""
    problems = list(_name_problems(said))
    steward = _steward(session, said.get("steward", ""), problems)
    if steward is None and not problems:
        problems.append(Problem("steward", "A circle needs a steward."))
    if problems:
        raise Invalid(*problems)
    circle.name, circle.about, circle.steward = said["name"].strip(), said.get("about", "").strip(), steward
    audit.record(session, "describe_circle", "circle", circle.id, by=by, details={"name": circle.name})


def close(session: Session, circle: WritingCircle, *, by: Person) -> None:
    """End a circle: nothing is due any more, everything in it stays. Raises WrongState when it is closed."""
    ensure_open(circle)
    circle.closed_at, circle.next_look_at = clock.now(), None
    audit.record(session, "close_circle", "circle", circle.id, by=by, details={"name": circle.name})


def pause(
    session: Session, circle: WritingCircle, first: date | None, last: date | None, *, name: str = "",
    zone: str = clock.DEFAULT_ZONE, by: Person,
) -> CirclePause:
    """Let days not count. Raises Invalid naming `begins_on` or `ends_on`: what was due already stays as it is."""
    ensure_open(circle)
    if first is None or last is None:
        raise Invalid(Problem("ends_on" if first else "begins_on", "Give a first and a last day."))
    if first <= _today(zone):
        raise Invalid(Problem("begins_on", "A pause begins tomorrow at the earliest: what is due today stays due."))
    if last < first or last - first > LONGEST_PAUSE:
        raise Invalid(Problem("ends_on", "The last day follows the first, and a pause has at most {limit} days.",
                              {"limit": LONGEST_PAUSE.days + 1}))
    made = CirclePause(circle_id=circle.id, begins_on=first, ends_on=last, name=name.strip()[:NAME_CHARACTERS])
    session.add(made)
    _look_anew(circle)
    session.flush()
    audit.record(session, "pause_circle", "circle", circle.id, by=by, details={"name": circle.name, "days": f"{first}/{last}"})
    return made


def end_pause(
    session: Session, circle: WritingCircle, one: CirclePause, *, zone: str = clock.DEFAULT_ZONE, by: Person
) -> None:
    """Strike a pause that has not begun, or let the one under way end today. Raises WrongState when it is over."""
    ensure_open(circle)
    present = _today(zone)
    if one.ends_on <= present:
        raise WrongState()
    if one.begins_on > present:
        session.delete(one)
    else:
        one.ends_on = present
    _look_anew(circle)
    session.flush()
    audit.record(session, "end_circle_pause", "circle", circle.id, by=by, details={"name": circle.name})


def ensure_open(circle: WritingCircle) -> None:
    """Raise WrongState when the circle has been closed."""
    if circle.closed_at is not None:
        raise WrongState()


def get(session: Session, circle_id: int) -> WritingCircle:
    """The circle with this id. Raises NotFound."""
    found = session.get(WritingCircle, circle_id)
    if found is None:
        raise NotFound()
    return found


def get_pause(session: Session, pause_id: int) -> CirclePause:
    """The pause with this id. Raises NotFound."""
    found = session.get(CirclePause, pause_id)
    if found is None:
        raise NotFound()
    return found


def pauses(session: Session, circle: WritingCircle) -> Sequence[CirclePause]:
    """All pauses of a circle, in order."""
    query = select(CirclePause).where(CirclePause.circle_id == circle.id)
    return session.scalars(query.order_by(CirclePause.begins_on, CirclePause.id)).all()


def rhythm_of(session: Session, circle: WritingCircle, zone: str = clock.DEFAULT_ZONE) -> Rhythm:
    """When its rounds are, with the pauses there are now."""
    spans = tuple((one.begins_on, one.ends_on) for one in pauses(session, circle))
    return Rhythm(circle.starts_on, circle.days, circle.due_time, circle.grace_days, spans, zone)


def _look_anew(circle: WritingCircle) -> None:
    circle.next_look_at = clock.now()


def _today(zone: str) -> date:
    return clock.to_wall(clock.now(), zone).date()


def _group(session: Session, slug: str, problems: list[Problem]) -> Group | None:
    found = groups.by_slug(session, slug) if slug else None
    if slug and found is None:
        problems.append(Problem("group", "There is no group called {slug}.", {"slug": slug}))
    return found


def _steward(session: Session, email: str, problems: list[Problem]) -> Person | None:
    found = by_email(session, email) if email.strip() else None
    if email.strip() and (found is None or not found.active):
        problems.append(Problem("steward", "Nobody here has this address."))
    return found


def _name_problems(said: Mapping[str, str]) -> Any:
    for field, most in (("name", NAME_CHARACTERS), ("about", ABOUT_CHARACTERS)):
        text = said.get(field, "").strip()
        if field == "name" and not text:
            yield Problem("name", "A name is needed.")
        elif len(text) > most:
            yield Problem(field, "At most {limit} characters, now {count}.", {"limit": most, "count": len(text)})


def _rule_problems(rule: Rule) -> Any:
    outside = [name for name, (least, most) in NUMBERS.items() if not least <= getattr(rule, name) <= most]
    for name in outside:
        least, most = NUMBERS[name]
        yield Problem(name, "Choose a number from {least} to {most}.", {"least": least, "most": most})
    if not TIME.fullmatch(rule.due_time):
        yield Problem("due_time", "Write the time as 20:00.")
    if outside:
        return
    if rule.grace_days >= rule.days:
        yield Problem("grace_days", "Days of grace must be fewer than the days of a round.")
    if rule.remind_hours >= rule.days * 24:
        yield Problem("remind_hours", "A reminder must fall within its round.")
    if rule.out_after and rule.off_after >= rule.out_after:
        yield Problem("out_after", "A round off comes before leaving: choose more missed rounds here.")


def _start_problems(starts_on: date | None, present: date) -> Any:
    if starts_on is None:
        yield Problem("starts_on", "Give the first day.")
    elif starts_on < present:
        yield Problem("starts_on", "The first day lies in the past.")
    elif starts_on - present > FARTHEST_START:
        yield Problem("starts_on", "The first day is at most a year away.")
