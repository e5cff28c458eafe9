"""What each person wants where: kinds by channel, things muted, quiet hours, the rhythm, a robot of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock, days
from editorial.base import Base
from editorial.errors import Invalid, Problem
from editorial.notices.kinds import KINDS, Channel, Kind
from editorial.people.people import Person
from editorial.vault import Sealed

DAILY_AT = timedelta(hours=8, minutes=30)
DAY = 24 * 60
MOST_DAYS_OFF = 15
"""No holidays last longer; a house that never works gets its daily letter all the same."""


class Rhythm(StrEnum):
    """How often letters and messages leave."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"


class NoticeChoice(Base):
    """One switch that a person has set; what they have not set follows the catalogue."""

    __tablename__ = "notice_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    channel: Mapped[Channel] = mapped_column(String(8), primary_key=True)
    wanted: Mapped[bool]


class NoticeMute(Base):
    """One thing a person does not want to hear of; its notices are kept, and do not ring."""

    __tablename__ = "notice_mute"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    thing: Mapped[str] = mapped_column(String(20), primary_key=True)
    thing_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime] = mapped_column(default=clock.now)


class NoticeHabit(Base):
    """When a person wants to be written to. Quiet hours are minutes of the wall's day; they may go past midnight."""

    __tablename__ = "notice_habit"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    rhythm: Mapped[Rhythm] = mapped_column(String(8), default=Rhythm.AT_ONCE)
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    zone: Mapped[str] = mapped_column(String(60), default=clock.DEFAULT_ZONE)
    robot_kind: Mapped[str] = mapped_column(String(24), default="")
    robot_settings: Mapped[dict[str, Any] | None] = mapped_column(Sealed)
    robot_hint: Mapped[str] = mapped_column(String(40), default="")
    robot_alone: Mapped[bool] = mapped_column(default=False)
    """Whether nobody else reads where this robot writes: only then does it carry what is private, or a signed link."""
    robot_reason: Mapped[str] = mapped_column(Text, default="")


@dataclass(frozen=True)
class Wishes:
    """What several persons want, read together."""

    chosen: dict[tuple[int, str, Channel], bool]
    habits: dict[int, NoticeHabit]
    muted: frozenset[int]
    """Who has muted the thing that was asked for."""

    def wants(self, person_id: int, kind: Kind, channel: Channel) -> bool:
        """Whether a notice of `kind` goes to this person on `channel`."""
        by_default = channel in kind.channels
        return bool(self.chosen.get((person_id, kind.code, channel), by_default))

    def habit(self, person_id: int) -> NoticeHabit:
        """The person's habits, the usual ones when they set none."""
        return self.habits.get(person_id) or usual(person_id)


def wishes_of(session: Session, person_ids: Iterable[int], kind: str = "", thing: str = "", thing_id: int | None = None) -> Wishes:
    """What these persons chose for `kind` (all kinds when empty), and who of them muted the thing: three queries."""
    asked = list(person_ids)
    rows = select(NoticeChoice).where(NoticeChoice.person_id.in_(asked))
    if kind:
        rows = rows.where(NoticeChoice.kind == kind)
    muted: frozenset[int] = frozenset()
    if thing and thing_id is not None:
        muted = frozenset(session.scalars(select(NoticeMute.person_id).where(
            NoticeMute.person_id.in_(asked), NoticeMute.thing == thing, NoticeMute.thing_id == thing_id,
        )))
    habits = session.scalars(select(NoticeHabit).where(NoticeHabit.person_id.in_(asked)))
    return Wishes(
        {(row.person_id, row.kind, Channel(row.channel)): row.wanted for row in session.scalars(rows)},
        {habit.person_id: habit for habit in habits}, muted,
    )


def usual(person_id: int) -> NoticeHabit:
    """The habits of somebody who set none; not kept."""
    return NoticeHabit(
        person_id=person_id, rhythm=Rhythm.AT_ONCE, zone=clock.DEFAULT_ZONE, robot_kind="", robot_hint="",
        robot_alone=False, robot_reason="", quiet_from=None, quiet_until=None, robot_settings=None,
    )


def habit_of(session: Session, person: Person) -> NoticeHabit:
    """The person's habits, kept from now on."""
    row = session.get(NoticeHabit, person.id)
    if row is None:
        row = usual(person.id)
        session.add(row)
        session.flush()
    return row


def choose(session: Session, person: Person, wanted: Mapping[tuple[str, Channel], bool]) -> None:
    """Set switches of kinds that the catalogue has; what equals it is forgotten, so that it follows the catalogue."""
    for (code, channel), on in wanted.items():
        kind = KINDS[code]
        session.execute(delete(NoticeChoice).where(
            NoticeChoice.person_id == person.id, NoticeChoice.kind == code, NoticeChoice.channel == channel,
        ))
        if on != (channel in kind.channels):
            session.add(NoticeChoice(person_id=person.id, kind=code, channel=channel, wanted=on))
    session.flush()


def set_habit(session: Session, person: Person, rhythm: str, quiet_from: str, quiet_until: str, zone: str) -> None:
    """When to write. Quiet hours are `HH:MM` of the wall's day, both or none. Raises Invalid naming the field."""
    if rhythm not in set(Rhythm):
        raise Invalid(Problem("rhythm", "Choose one of: {choices}.", {"choices": ", ".join(Rhythm)}))
    if bool(quiet_from) != bool(quiet_until) or (quiet_from and quiet_from == quiet_until):
        raise Invalid(Problem("quiet_from", "Quiet hours need a beginning and another time as their end."))
    habit = habit_of(session, person)
    habit.rhythm, habit.zone = Rhythm(rhythm), zone
    habit.quiet_from, habit.quiet_until = _minute("quiet_from", quiet_from), _minute("quiet_until", quiet_until)


def set_robot(session: Session, person: Person, kind: str, settings: dict[str, Any], hint: str, *, alone: bool) -> None:
    """Write to this person through a robot of theirs; an empty `kind` goes back to the house's desk robot."""
    habit = habit_of(session, person)
    habit.robot_kind, habit.robot_settings, habit.robot_hint = kind, settings if kind else None, hint
    habit.robot_alone, habit.robot_reason = alone and bool(kind), ""


def mute(session: Session, person: Person, thing: str, thing_id: int) -> None:
    """Let nothing more ring about this thing."""
    if session.get(NoticeMute, (person.id, thing, thing_id)) is None:
        session.add(NoticeMute(person_id=person.id, thing=thing, thing_id=thing_id))
        session.flush()


def unmute(session: Session, person: Person, thing: str, thing_id: int) -> None:
    """Hear of this thing again."""
    session.execute(delete(NoticeMute).where(
        NoticeMute.person_id == person.id, NoticeMute.thing == thing, NoticeMute.thing_id == thing_id,
    ))


def muted_by(session: Session, person: Person, limit: int = 50) -> list[NoticeMute]:
    """What the person has muted, the newest first."""
    query = select(NoticeMute).where(NoticeMute.person_id == person.id)
    return list(session.scalars(query.order_by(NoticeMute.since.desc()).limit(limit)))


def leaves_at(session: Session, habit: NoticeHabit, now: datetime, *, urgent: bool) -> datetime:
    """When a letter of now leaves: by the rhythm, and not within the quiet hours. What is urgent leaves at once."""
    if urgent:
        return now
    wall = clock.to_wall(now, habit.zone).replace(tzinfo=None)
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    if habit.rhythm == Rhythm.DAILY:
        due = _next_morning(session, wall, midnight)
    elif habit.rhythm == Rhythm.HOURLY:
        due = wall.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    else:
        due = wall
    awake = _after_quiet(habit, due)
    return now if awake == wall else _instant(awake, habit.zone)


def _next_morning(session: Session, wall: datetime, midnight: datetime) -> datetime:
    """08:30 of today while it is still to come, else of the next day the house works."""
    for ahead in range(MOST_DAYS_OFF):
        morning = midnight + timedelta(days=ahead) + DAILY_AT
        if morning > wall and days.is_workday(session, date(morning.year, morning.month, morning.day)):
            return morning
    return midnight + timedelta(days=1) + DAILY_AT


def _after_quiet(habit: NoticeHabit, due: datetime) -> datetime:
    if habit.quiet_from is None or habit.quiet_until is None:
        return due
    minute = due.hour * 60 + due.minute
    length = (habit.quiet_until - habit.quiet_from) % DAY
    into = (minute - habit.quiet_from) % DAY
    if into >= length:
        return due
    return due.replace(second=0, microsecond=0) + timedelta(minutes=length - into)


def _instant(wall: datetime, zone: str) -> datetime:
    """A wall time that the zone skips comes an hour later."""
    try:
        return clock.from_wall(wall, zone)
    except Invalid:
        return clock.from_wall(wall + timedelta(hours=1), zone)


def _minute(field: str, text: str) -> int | None:
    if not text:
        return None
    hours, _, minutes = text.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60):
        raise Invalid(Problem(field, "This is not a time of day."))
    return int(hours) * 60 + int(minutes)
