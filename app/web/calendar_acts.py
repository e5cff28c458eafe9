"""Acts in the calendar: an edition to another day, plans without an edition, days of the house and its working hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.addresses import is_id
from app.auth import can, guard, person_now
from app.errors import problem_document
from app.extensions import db, deciding
from app.web.day_words import KINDS, marks_of
from app.web.slots import USUAL_HOUR, house_zone, instant_of, problems_of
from app.web.speaking_against import in_words
from app.web.words import field_errors
from editorial import accounts, clock, days, house, special_days
from editorial.calendar import conflicts, editions, planned_items
from editorial.calendar.editions import Edition
from editorial.errors import EditorialError, Invalid, Problem
from editorial.people import people
from editorial.people.permissions import Action
from editorial.release import releases
from editorial.special_days import SpecialDay

pages = Blueprint("days", __name__)

N_ = str
MOST_DAYS = 400
EMPTY = {"kind": "company_day", "name": "", "begins_on": "", "ends_on": "", "from_time": "", "to_time": "", "note": ""}


@pages.post("/editions/<id:edition_id>/slot/day")
@guard(Action.SCHEDULE)
def move_edition(edition_id: int) -> ResponseReturnValue:
    """An edition to another day at its time on the wall, or at `time`; without a day its time is taken away.

    Answers a script: what stands there now, and `before` and `time`, which bring back what stood there.
    """
    person_id = person_now().id
    try:
        chosen = editions.get(db.session(), edition_id)
        before = clock.to_wall(chosen.publish_at, house_zone()) if chosen.publish_at else None
        at = None if request.form.get("day") == "" else _chosen_time(chosen)
        problems = problems_of(db.session(), chosen) if at else []
        with deciding() as session:
            chosen, by = editions.get(session(), edition_id), people.get(session(), person_id)
            if at is None:
                releases.unschedule(session(), chosen, by=by)
            else:
                releases.schedule(session(), chosen, at, by=by, zone=house_zone(), blockers=problems)
    except EditorialError as error:
        said = " ".join(field_errors(error).values())
        return problem_document(422 if error.family == "invalid" else 409, said, error.problems)
    return jsonify(
        **_said_of(edition_id, at), before=f"{before:%Y-%m-%d}" if before else "", time=f"{before:%H:%M}" if before else "",
    )


@pages.post("/calendar/plans")
@guard(Action.WRITE_CALENDAR)
def put_plan() -> ResponseReturnValue:
    """A plan for a day, before there is an edition of it."""
    person_id, account = person_now().id, request.form.get("account", "")
    with deciding() as session:
        item = planned_items.put(
            session(), title=request.form.get("title", ""), on=_date("on"), at=request.form.get("time", ""),
            account=accounts.get(session(), int(account)) if is_id(account) else None, note=request.form.get("note", ""),
            by=people.get(session(), person_id),
        )
        on = item.on
    flash(_("It stands in the calendar. Nothing goes out by it."))
    return redirect(url_for("calendar.month", month=f"{on:%Y-%m}"), 303)


@pages.post("/calendar/plans/<id:item_id>/day")
@guard(Action.WRITE_CALENDAR)
def move_plan(item_id: int) -> ResponseReturnValue:
    """A plan to another day. Answers a script."""
    person_id = person_now().id
    try:
        with deciding() as session:
            item = planned_items.get(session(), item_id)
            before = item.on
            planned_items.move(session(), item, _date("day"), by=people.get(session(), person_id))
            on = item.on
    except Invalid as error:
        return problem_document(422, " ".join(field_errors(error).values()), error.problems)
    return jsonify(day=on.isoformat(), before=before.isoformat(), said=_("Moved to %(at)s.", at=on.isoformat()), against=[])


@pages.post("/calendar/plans/<id:item_id>/removal")
@guard(Action.WRITE_CALENDAR)
def strike_plan(item_id: int) -> ResponseReturnValue:
    """Take a plan off the calendar."""
    person_id = person_now().id
    with deciding() as session:
        planned_items.strike(session(), item_id, by=people.get(session(), person_id))
    flash(_("The plan is off the calendar."))
    return redirect(url_for("calendar.month"), 303)


@pages.get("/calendar/days")
@guard(Action.SEE_EDITIONS)
def index() -> ResponseReturnValue:
    """The house's own days, the public holidays of a year, and the working hours."""
    return _days_page(EMPTY, {})


@pages.post("/calendar/days")
@guard(Action.WRITE_CALENDAR)
def write() -> ResponseReturnValue:
    """Write something on a day or on days."""
    person_id, typed = person_now().id, {name: request.form.get(name, "") for name in (*EMPTY, "yearly")}
    try:
        with deciding() as session:
            special_days.write(
                session(), kind=typed["kind"], name=typed["name"], begins_on=_date("begins_on"),
                ends_on=_date("ends_on") if typed["ends_on"] else None, yearly=typed["yearly"] == "1",
                from_time=typed["from_time"], to_time=typed["to_time"], note=typed["note"], by=people.get(session(), person_id),
            )
    except Invalid as error:
        return _days_page(typed, field_errors(error)), 422
    flash(_("Written into the calendar."))
    return redirect(url_for("days.index"), 303)


@pages.post("/calendar/days/<id:special_day_id>/removal")
@guard(Action.WRITE_CALENDAR)
def strike(special_day_id: int) -> ResponseReturnValue:
    """Take something off the calendar."""
    person_id = person_now().id
    with deciding() as session:
        special_days.strike(session(), special_day_id, by=people.get(session(), person_id))
    flash(_("It is off the calendar."))
    return redirect(url_for("days.index"), 303)


@pages.post("/calendar/hours")
@guard(Action.MANAGE_SETTINGS)
def change_hours() -> ResponseReturnValue:
    """The house's working hours."""
    person_id, spans = person_now().id, request.form.get("working_hours", "").splitlines()
    try:
        with deciding() as session:
            days.change_hours(session(), spans, by=people.get(session(), person_id))
    except Invalid as error:
        return _days_page(EMPTY, field_errors(error)), 422
    flash(_("Kept. Clocks of first answers and reviews run in these hours."))
    return redirect(url_for("days.index"), 303)


@pages.post("/calendar/rules")
@guard(Action.MANAGE_SETTINGS)
def change_rules() -> ResponseReturnValue:
    """What the calendar warns of."""
    person_id, said = person_now().id, {name: value.strip() for name, value in request.form.items()}
    try:
        with deciding() as session:
            conflicts.change_rules(session(), said, by=people.get(session(), person_id))
    except Invalid as error:
        return _days_page(EMPTY | said, field_errors(error)), 422
    flash(_("Kept. The calendar looks for conflicts by these rules."))
    return redirect(url_for("days.index", _anchor="rules"), 303)


def _days_page(typed: dict[str, str], errors: dict[str, str]) -> str:
    session = db.session()
    asked = request.args.get("year", "")
    shown = int(asked) if is_id(asked) and 2000 < int(asked) < 2100 else clock.to_wall(clock.now(), house_zone()).year
    every = days.between(session, date(shown, 1, 1), date(shown, 12, 31))
    rows = session.scalars(select(SpecialDay).order_by(SpecialDay.begins_on.desc()).limit(MOST_DAYS))
    return render_template(
        "calendar/days.html", rows=list(rows), kinds=KINDS, typed=typed, errors=errors, year=shown, known=days.known(shown),
        free=[(day, marks_of(day)[0].word) for day in every if day.holiday or day.makeup],
        hours="\n".join(house.setting(session, days.HOURS)), most=conflicts.MOST,
        rules=house.settings(session, *conflicts.RULES) | {name: typed[name] for name in conflicts.RULES if name in typed},
        may_write=can(Action.WRITE_CALENDAR),
    )


def _chosen_time(chosen: Edition) -> datetime:
    """The instant on the day that was asked for. Raises Invalid where it does not exist, comes twice, or has passed."""
    on = _date("day")
    wall = clock.to_wall(chosen.publish_at, house_zone()) if chosen.publish_at else None
    time = request.form.get("time") or (f"{wall:%H:%M}" if wall else _first_hour(on))
    return instant_of(on.isoformat(), time)


def _first_hour(on: date) -> str:
    """When an edition goes out that had no time: at the usual hour; today, once that has passed, at the next full one."""
    soon = clock.to_wall(clock.now(), house_zone()) + timedelta(hours=1)
    return f"{soon.hour:02d}:00" if on == soon.date() and soon.hour > USUAL_HOUR else f"{USUAL_HOUR:02d}:00"


def _said_of(edition_id: int, at: datetime | None) -> dict[str, Any]:
    """Where the edition stands now, in words, and what speaks against it there."""
    if at is None:
        return {"day": "", "said": _("Its time is taken away. Nothing goes out."), "against": []}
    wall, session = clock.to_wall(at, house_zone()), db.session()
    against = in_words(conflicts.of_edition(session, editions.get(session, edition_id), at, house_zone()))
    words = _("It goes out on %(at)s.", at=f"{wall:%Y-%m-%d %H:%M}")
    return {"day": f"{wall:%Y-%m-%d}", "said": words, "against": [one.sentence for one in against]}


def _date(field: str) -> date:
    try:
        return date.fromisoformat(request.form.get(field, ""))
    except ValueError:
        raise Invalid(Problem(field, N_("A day is written as 2026-11-22."))) from None
