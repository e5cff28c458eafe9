"""What speaks against a time: two things for one slot, subject, department or lead, and days on which nothing should go out.

Each conflict is a sentence that explains itself and names what it is with. Most are advice; a blackout, an embargo and a
quota that is used up stop an edition, each for a reason of its own. A blackout lets pass what goes out in haste.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from editorial import clock, days, house
from editorial.calendar import haste, quota, seats
from editorial.calendar.editions import Edition, Mode
from editorial.calendar.seats import Seat
from editorial.days import Day
from editorial.errors import Invalid, Problem
from editorial.special_days import Kind

RULES = ("slot_minutes", "subject_days", "department_week", "blackout")
MOST = {"slot_minutes": 24 * 60, "subject_days": 365, "department_week": 50}
"""Up to what a rule that counts can be set; 0 asks for nothing."""
ALIKE = 0.5
"""Share of the shorter headline's pairs of characters that stand in the other one, too."""
FEWEST_PAIRS = 3
WEEK = timedelta(days=7)


class Clash(StrEnum):
    """What two things are in conflict about."""

    SLOT = "slot"
    LEAD = "lead"
    SUBJECT = "subject"
    COLUMN = "column"
    DEPARTMENT = "department"
    BLACKOUT = "blackout"
    SENSITIVE_DATE = "sensitive_date"
    PUBLIC_HOLIDAY = "public_holiday"
    UNKNOWN_YEAR = "unknown_year"
    EMBARGO = "embargo"
    QUOTA = "quota"


@dataclass(frozen=True)
class Conflict:
    """One of them. `said` explains it; `edition_id` is the other edition, none when it is about the day. `blocks`: not advice."""

    clash: Clash
    said: Problem
    edition_id: int | None = None
    blocks: bool = False


def of_edition(session: Session, edition: Edition, at: datetime, zone: str) -> list[Conflict]:
    """Everything that speaks against this edition going out at `at`."""
    rules = house.settings(session, *RULES)
    span = _span(rules)
    seat = seats.seat_of(session, edition, at, zone)
    near = seats.taken_between(session, at - span, at + span, zone)
    on_day = of_day(seat, days.day(session, seat.on), rules)
    if haste.of_edition(session, edition) is not None:
        on_day = [replace(one, blocks=one.blocks and one.clash != Clash.BLACKOUT) for one in on_day]
    found = [*on_day, *_held(seat), *among(seat, near, rules)]
    spent = quota.problem(session, edition, at) if edition.mode == Mode.MASS_SEND else None
    return [*found, Conflict(Clash.QUOTA, spent, blocks=True)] if spent else found


def of_all(
    wanted: Iterable[Seat], taken: Sequence[Seat], known: Mapping[date, Day], rules: Mapping[str, Any]
) -> dict[int, list[Conflict]]:
    """The conflicts of each of `wanted` with the `taken` ones, sorted by time, and with its day; by edition, none left out."""
    span = _span(rules)
    instants = [seat.at for seat in taken]
    found = {}
    for seat in wanted:
        near = taken[bisect_left(instants, seat.at - span):bisect_right(instants, seat.at + span)]
        on_day = of_day(seat, known[seat.on], rules) if seat.on in known else []
        found[seat.edition_id] = [*on_day, *_held(seat), *among(seat, near, rules)]
    return found


def rules_of(session: Session) -> dict[str, Any]:
    """The house's rules for conflicts, read together."""
    return house.settings(session, *RULES)


def of_day(seat: Seat, day: Day, rules: Mapping[str, Any]) -> list[Conflict]:
    """What the day itself says against it."""
    words: dict[str, object] = {"day": seat.on.isoformat()}
    found = [
        Conflict(Clash.BLACKOUT, Problem("publish_at", "{day} lies in the blackout “{name}”.", {**words, "name": row.name}),
                 blocks=rules["blackout"] == "block")
        for row in day.of(Kind.BLACKOUT) if row.holds_at(f"{seat.wall:%H:%M}")
    ]
    found += [
        Conflict(Clash.SENSITIVE_DATE, Problem("publish_at", "{day} is a sensitive date: {name}.", {**words, "name": row.name}))
        for row in day.of(Kind.SENSITIVE_DATE)
    ]
    if day.holiday:
        found.append(Conflict(Clash.PUBLIC_HOLIDAY, Problem("publish_at", "{day} is a public holiday; few are at work.", words)))
    if not day.known:
        said = Problem("publish_at", "The public holidays of {year} are not known yet.", {"year": seat.on.year})
        found.append(Conflict(Clash.UNKNOWN_YEAR, said))
    return found


def among(seat: Seat, others: Iterable[Seat], rules: Mapping[str, Any]) -> list[Conflict]:
    """What stands against it among other editions."""
    near = [other for other in others if other.edition_id != seat.edition_id]
    return [
        *_slot_and_lead(seat, near, timedelta(minutes=int(rules["slot_minutes"]))),
        *_subject(seat, near, timedelta(days=int(rules["subject_days"]))),
        *_departments(seat, near, int(rules["department_week"])),
    ]


def change_rules(session: Session, said: Mapping[str, str], *, by: Any) -> None:
    """Set the rules, each as it was typed. Raises Invalid naming what is no whole number in its range."""
    problems = [
        Problem(name, "Give a whole number from 0 to {most}.", {"most": most}) for name, most in MOST.items()
        if not said.get(name, "").isascii() or not said.get(name, "").isdigit() or int(said[name]) > most
    ]
    if problems:
        raise Invalid(*problems)
    values: dict[str, Any] = {name: int(said[name]) for name in MOST}
    values["blackout"] = "block" if said.get("blackout") == "block" else "warn"
    for name, before in house.settings(session, *RULES).items():
        if values[name] != before:
            house.change(session, name, values[name], by=by)


def blackout_problems(session: Session, edition: Edition, at: datetime, zone: str) -> list[Problem]:
    """Why this edition may not be scheduled for `at`; nothing for one in haste, or while the house only wants to be told."""
    if house.setting(session, "blackout") != "block" or haste.of_edition(session, edition) is not None:
        return []
    wall = clock.to_wall(at, zone)
    words: dict[str, object] = {"day": f"{wall:%Y-%m-%d}"}
    return [
        Problem("publish_at", "{day} lies in the blackout “{name}”.", {**words, "name": row.name})
        for row in days.day(session, wall.date()).of(Kind.BLACKOUT) if row.holds_at(f"{wall:%H:%M}")
    ]


def _span(rules: Mapping[str, Any]) -> timedelta:
    """How far around a time others can be in conflict with it; days are counted by the wall, so a day more."""
    return max(timedelta(days=int(rules["subject_days"])), WEEK) + timedelta(days=1)


def _held(seat: Seat) -> Iterator[Conflict]:
    for title, until in seat.embargoes:
        said = Problem("publish_at", "“{title}” is under embargo until {until}.", {"title": title, "until": until})
        yield Conflict(Clash.EMBARGO, said, blocks=True)


def _slot_and_lead(seat: Seat, near: Iterable[Seat], apart: timedelta) -> Iterator[Conflict]:
    for other in near:
        if other.account_id != seat.account_id:
            continue
        words: dict[str, object] = {"account": seat.account, "title": other.lead, "at": f"{other.wall:%m-%d %H:%M}"}
        if abs(other.at - seat.at) < apart:
            said = Problem("publish_at", "{account} has “{title}” at {at} already, close to this time.", words)
            yield Conflict(Clash.SLOT, said, other.edition_id)
        elif other.on == seat.on:
            said = Problem("publish_at", "{account} has another lead article that day: “{title}” at {at}.", words)
            yield Conflict(Clash.LEAD, said, other.edition_id)


def _subject(seat: Seat, near: Iterable[Seat], apart: timedelta) -> Iterator[Conflict]:
    for other in near:
        if abs(other.on - seat.on) > apart:
            continue
        words: dict[str, object] = {"day": f"{other.wall:%m-%d}"}
        for title, theirs in _alike(seat, other):
            said = Problem("publish_at", "“{title}” and “{other}” of {day} look like the same subject.",
                           {**words, "title": title, "other": theirs})
            yield Conflict(Clash.SUBJECT, said, other.edition_id)
        for column in sorted(seat.columns & other.columns):
            said = Problem("publish_at", "The column {column} has “{title}” on {day} already.",
                           {**words, "column": column, "title": other.lead})
            yield Conflict(Clash.COLUMN, said, other.edition_id)


def _alike(seat: Seat, other: Seat) -> Iterator[tuple[str, str]]:
    for title, mine in zip(seat.titles, seat.pairs, strict=True):
        for theirs, pairs in zip(other.titles, other.pairs, strict=True):
            common = len(mine & pairs)
            if common >= FEWEST_PAIRS and common >= ALIKE * min(len(mine), len(pairs)):
                yield title, theirs


def _departments(seat: Seat, near: Iterable[Seat], most: int) -> Iterator[Conflict]:
    for department in sorted(seat.departments):
        same = [other for other in near if other.week == seat.week and department in other.departments]
        if len(same) >= most:
            words: dict[str, object] = {"department": department, "count": len(same), "title": same[0].lead}
            said = Problem("publish_at", "{department} is in the calendar {count} times that week already, with “{title}”.", words)
            yield Conflict(Clash.DEPARTMENT, said, same[0].edition_id)
