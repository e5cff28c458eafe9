"""The search page: submissions, articles, topics and pictures by words and filters, and searches kept under a name."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addresses import is_id
from app.auth import can, guard, person_now
from app.extensions import db, deciding
from app.web.editions import house_zone
from app.web.signs import STATES
from app.web.topic_words import TYPES, words_of
from app.web.words import field_errors
from editorial import clock
from editorial.articles import finding, saved_views
from editorial.articles.finding import Found, Shelf, Wanted
from editorial.errors import Invalid
from editorial.groups import groups
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action
from editorial.topics import columns

pages = Blueprint("finding", __name__)

FEW, PAGE = 6, 50
ASKED = ("q", "kind", "state", "type", "column", "group", "person", "since", "until")
SHELVES: dict[str, Any] = {
    "articles": lazy_gettext("Articles"), "submissions": lazy_gettext("Submissions"), "topics": lazy_gettext("Topics"),
    "pictures": lazy_gettext("Pictures"),
}
STATES_OF = {"articles": "article", "submissions": "submission", "topics": "topic"}


@pages.get("/search")
@guard(Action.SEE_DESK)
def index() -> ResponseReturnValue:
    """What was found, a few of each kind or one kind in pages; what was typed stays in the bar."""
    session, asked = _database(), _asked(request.args.to_dict())
    shelves = [shelf for shelf in Shelf if _open(shelf) and asked["kind"] in ("", shelf)]
    wanted, searched = wanted_of(session, asked), any(value for name, value in asked.items() if name != "kind")
    whole = len(shelves) == 1
    found = [
        finding.look(session, shelf, wanted, request.args.get("after", "") if whole else "", PAGE if whole else FEW)
        for shelf in shelves
    ] if searched or whole else []
    kept = {name: value for name, value in asked.items() if value}
    return render_template(
        "finding/index.html", found=found, asked=asked, searched=searched, whole=whole, shelves=SHELVES, kept=kept,
        further=_further(found, kept) if whole else None, any_found=any(one.things for one in found),
        views=saved_views.of_person(session, person_now()), states=_states(asked["kind"]), types=words_of(TYPES),
        columns=columns.everyone(session, retired=True), groups=groups.names(session), persons=_persons(),
        open_shelves=[shelf for shelf in Shelf if _open(shelf)],
    )


@pages.post("/search/views")
@guard(Action.SEE_DESK)
def keep() -> ResponseReturnValue:
    """Keep a search under a name, for oneself or for the desk."""
    person_id, typed = person_now().id, request.form.to_dict()
    asked = {name: value for name, value in _asked(typed).items() if value}
    try:
        with deciding() as scoped:
            session = scoped()
            saved_views.keep(
                session, name=typed.get("name", ""), asked=asked, shared=typed.get("shared") == "1",
                by=people.get(session, person_id),
            )
    except Invalid as error:
        for sentence in field_errors(error).values():
            flash(sentence, "error")
    else:
        flash(_("The search is kept. It stands above the results."))
    return redirect(url_for("finding.index", **asked), 303)


@pages.post("/search/views/<id:view_id>/removal")
@guard(Action.SEE_DESK)
def forget(view_id: int) -> ResponseReturnValue:
    """Forget one of one's own searches."""
    person_id = person_now().id
    with deciding() as scoped:
        session = scoped()
        saved_views.remove(session, view_id, by=people.get(session, person_id))
    flash(_("The search is no longer kept."))
    return redirect(url_for("finding.index"), 303)


def wanted_of(session: Session, asked: dict[str, str]) -> Wanted:
    """What a form asks for. What it says wrongly does not narrow."""
    group = groups.by_slug(session, asked["group"]) if asked["group"] else None
    return Wanted(
        words=asked["q"][:100], state=asked["state"], type=asked["type"], column_id=_id(asked["column"]),
        group_id=group.id if group else None, person_id=_id(asked["person"]), since=_instant(asked["since"]),
        until=_instant(asked["until"], timedelta(days=1)),
    )


def _asked(said: dict[str, str]) -> dict[str, str]:
    asked = {name: said.get(name, "").strip() for name in ASKED}
    asked["kind"] = asked["kind"] if asked["kind"] in SHELVES else ""
    asked["type"] = asked["type"] if asked["type"] in TYPES else ""
    codes = [code for code, _word in _states(asked["kind"])]
    asked["state"] = asked["state"] if asked["state"] in codes else ""
    return asked


def _states(kind: str) -> list[tuple[str, str]]:
    """States to choose from: of one kind of thing, since each kind has its own."""
    return [(code, str(word)) for code, (_tone, _icon, word) in STATES[STATES_OF[kind]].items()] if kind in STATES_OF else []


def _further(found: list[Found], kept: dict[str, str]) -> str | None:
    return url_for("finding.index", **kept, after=found[0].further) if found and found[0].further else None


def _open(shelf: Shelf) -> bool:
    """Whether this person may see things of this kind."""
    return can(Action.SEE_SUBMISSION) if shelf == Shelf.SUBMISSIONS else can(Action.SEE_ARTICLE)


def _persons() -> list[tuple[int, str]]:
    return [(one.id, one.name) for one in _database().execute(select(Person.id, Person.name).order_by(Person.name))]


def _id(said: str) -> int | None:
    return int(said) if is_id(said) else None


def _instant(said: str, later: timedelta = timedelta()) -> datetime | None:
    try:
        day = date.fromisoformat(said) + later
        return clock.from_wall(datetime(day.year, day.month, day.day), house_zone())
    except (ValueError, OverflowError, Invalid):
        return None


def _database() -> Session:
    session: Session = db.session()
    return session
