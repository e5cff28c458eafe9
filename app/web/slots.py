"""A time as a person types it for an edition, and what stands in its way before anything is promised."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.filters import house_time
from app.typesetting import blockers
from editorial import clock
from editorial.articles import articles
from editorial.calendar.editions import Edition
from editorial.errors import Invalid, Problem
from editorial.people.people import Person

WHICH = ("first", "second")
USUAL_HOUR = 9
"""On the house's wall: when an edition goes out that nobody gave a time."""


def instant_of(day: str, time: str, which: str = "") -> datetime:
    """The instant of a day and a time on the house's wall.

    Raises Invalid naming `day`, or `which` where the clocks go back and the time comes twice: it is never guessed.
    """
    try:
        wall = datetime.strptime(f"{day} {time[:5]}", "%Y-%m-%d %H:%M")
    except ValueError:
        raise Invalid(Problem("day", "Give a day and a time.")) from None
    at = chosen_reading(wall, which)
    if at < clock.now():
        raise Invalid(Problem("day", "This time has passed. Choose a later one, or publish now."))
    return at


def chosen_reading(wall: datetime, which: str = "") -> datetime:
    """The instant of a wall time, of two the one that was chosen. Raises Invalid naming `day` or `which`."""
    zone = house_zone()
    found = clock.readings(wall, zone)
    if not found:
        sentence = "This time does not exist in {zone}: the clocks are put forward."
        raise Invalid(Problem("day", sentence, {"zone": zone}))
    if len(found) == 1:
        return found[0]
    if which not in WHICH:
        sentence = "The clocks go back that night and {time} comes twice. Choose which of the two is meant."
        raise Invalid(Problem("which", sentence, {"time": f"{wall:%H:%M}"}))
    return found[WHICH.index(which)]


def readings_of(day: str, time: str) -> list[tuple[str, str]]:
    """For a time that comes twice: both to choose from, with their distance to UTC; nothing for any other."""
    try:
        found = clock.readings(datetime.strptime(f"{day} {time[:5]}", "%Y-%m-%d %H:%M"), house_zone())
    except ValueError:
        return []
    if len(found) < 2:
        return []
    words = (_("the first time, before the clocks go back"), _("the second time, after it"))
    return [
        (code, f"{clock.to_wall(at, house_zone()):%H:%M %Z} ({clock.to_wall(at, house_zone()):%z}), {said}")
        for code, at, said in zip(WHICH, found, words, strict=True)
    ]


def problems_of(session: Session, edition: Edition) -> list[Problem]:
    """Every blocker of every article. Rendering is slow work, so it belongs before the transaction."""
    return [
        problem for place in edition.places for problem in blockers(session, articles.newest(session, place.article).content)
    ]


def own_time(at: datetime | None, person: Person | None) -> str:
    """An instant where the person is, with the place; nothing when the house's own time says it all."""
    if at is None or person is None or not person.zone or person.zone == house_zone():
        return ""
    wall = clock.to_wall(at, person.zone)
    pattern = "%H:%M" if f"{wall:%Y-%m-%d}" == house_time(at, "%Y-%m-%d") else "%m-%d %H:%M"
    return _("%(at)s in %(place)s", at=f"{wall:{pattern}}", place=person.zone.rpartition("/")[2].replace("_", " "))


def house_zone() -> str:
    """The zone whose wall clock the house goes by."""
    zone: str = current_app.extensions["settings"].zone
    return zone
