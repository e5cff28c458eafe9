"""What speaks against a time, in sentences with links: on the edition's page before it is scheduled, and in the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.auth import guard
from app.errors import say
from app.extensions import db
from app.web.slots import chosen_reading, house_zone, readings_of
from editorial.calendar import conflicts, editions
from editorial.calendar.conflicts import Conflict
from editorial.calendar.editions import Edition, EditionState
from editorial.errors import Invalid
from editorial.people.permissions import Action

pages = Blueprint("against", __name__)


@dataclass(frozen=True)
class Said:
    """One conflict in words. `blocks`: the time cannot be chosen; `url` leads to the other thing."""

    sentence: str
    blocks: bool
    url: str


@pages.get("/editions/<id:edition_id>/conflicts")
@guard(Action.SEE_EDITIONS)
def conflicts_at(edition_id: int) -> ResponseReturnValue:
    """What speaks against the time that stands in the form, while it is being chosen."""
    chosen = editions.get(db.session(), edition_id)
    day, time = request.args.get("day", ""), request.args.get("time", "")
    return render_template(
        "calendar/against.html", edition=chosen, against=spoken_against(chosen, day, time), readings=readings_of(day, time),
        typed={"which": request.args.get("which", "")}, errors={},
    )


def spoken_against(edition: Edition, day: str, time: str) -> list[Said]:
    """Every conflict of a planned or scheduled edition with this time; none while it is no time."""
    if edition.state not in (EditionState.PLANNED, EditionState.SCHEDULED) or not edition.places:
        return []
    try:
        at = chosen_reading(datetime.strptime(f"{day} {time[:5]}", "%Y-%m-%d %H:%M"), "first")
    except (Invalid, ValueError):
        return []
    return in_words(conflicts.of_edition(db.session(), edition, at, house_zone()))


def in_words(found: Iterable[Conflict]) -> list[Said]:
    """Conflicts as a page shows them, what blocks before what is advice."""
    said = [
        Said(say(one.said), one.blocks,
             url_for("calendar.edition", edition_id=one.edition_id) if one.edition_id else "")
        for one in found
    ]
    return sorted(dict.fromkeys(said), key=lambda one: not one.blocks)
