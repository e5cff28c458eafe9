"""Writing circles: the list, one circle with its rule and its roster, opening the next, pauses, and closing it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.addresses import is_id
from app.auth import allow, can, guard, person_now
from app.extensions import db, deciding
from app.web.rights import day_of
from app.web.slots import house_zone
from app.web.words import field_errors
from editorial import clock
from editorial.circles import circles, members, rosters, rule_text
from editorial.circles.circles import CircleKind, Rule, WritingCircle
from editorial.errors import Invalid, NotFound
from editorial.groups import groups
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action

pages = Blueprint("circles", __name__)

KINDS: dict[str, Any] = {
    CircleKind.WRITING: lazy_gettext("Writing"), CircleKind.READING: lazy_gettext("Reading"),
    CircleKind.VIDEO: lazy_gettext("Video"), CircleKind.EARLY_RISING: lazy_gettext("Early rising"),
    CircleKind.SPORT: lazy_gettext("Sport"), CircleKind.OTHER: lazy_gettext("Something else"),
}
ROUNDS_SHOWN = 8


@pages.get("/circles")
@guard(Action.SEE_CIRCLES)
def index() -> ResponseReturnValue:
    """All circles; those one can come into first."""
    session = _database()
    query = select(WritingCircle).options(joinedload(WritingCircle.group), joinedload(WritingCircle.steward))
    found = session.scalars(query.order_by(WritingCircle.closed_at.is_not(None), WritingCircle.name).limit(200)).all()
    now = clock.now()
    turns = {one.id: circles.rhythm_of(session, one, house_zone()).at(now) for one in found if one.closed_at is None}
    mine = {circle.id for _member, circle in members.of_person(session, person_now())}
    return render_template("circles/index.html", circles=found, turns=turns, mine=mine, counts=members.counts(session), kinds=KINDS)


@pages.route("/circles/new", methods=["GET", "POST"])
@guard(Action.MANAGE_CIRCLES)
def new() -> ResponseReturnValue:
    """Open a circle, perhaps `like` another one: with its rule and nobody in it."""
    allow(Action.MANAGE_CIRCLES, _like())
    if request.method == "GET":
        return _new_page({}, {})
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        starts_on = day_of(typed, "starts_on")
        with deciding() as scoped:
            session, by = scoped(), people.get(scoped(), person_id)
            made = circles.begin(session, typed, rule_of(typed), starts_on=starts_on, like=_like(), zone=house_zone(), by=by)
            circle_id = made.id
    except Invalid as error:
        return _new_page(typed, field_errors(error)), 422
    flash(_("The circle is open. Tell people where to come in."))
    return redirect(url_for("circles.circle", circle_id=circle_id), 303)


@pages.get("/circles/<id:circle_id>")
@guard(Action.SEE_CIRCLES)
def circle(circle_id: int) -> ResponseReturnValue:
    """One circle: for who is in it or looks after it with its roster, for others with its rule and the way in."""
    return page(circle_id, {}, {})


@pages.post("/circles/<id:circle_id>")
@guard(Action.MANAGE_CIRCLES)
def describe(circle_id: int) -> ResponseReturnValue:
    """Change its name, its words and its steward; the rule stays."""
    return _change(circle_id, _("Saved."), lambda session, chosen, by: circles.describe(session, chosen, request.form, by=by))


@pages.post("/circles/<id:circle_id>/closing")
@guard(Action.MANAGE_CIRCLES)
def close(circle_id: int) -> ResponseReturnValue:
    """Nothing is due any more; everything stays to be read."""
    return _change(
        circle_id, _("The circle is closed. Everything in it stays to be read."),
        lambda session, chosen, by: circles.close(session, chosen, by=by),
    )


@pages.post("/circles/<id:circle_id>/pauses")
@guard(Action.MANAGE_CIRCLES)
def pause(circle_id: int) -> ResponseReturnValue:
    """Put a holiday pause in."""
    typed = request.form.to_dict()

    def put(session: Session, chosen: WritingCircle, by: Person) -> None:
        first, last = day_of(typed, "begins_on"), day_of(typed, "ends_on")
        circles.pause(session, chosen, first, last, name=typed.get("pause_name", ""), zone=house_zone(), by=by)

    return _change(circle_id, _("The pause is in. Due times after it have moved."), put)


@pages.post("/circles/<id:circle_id>/pauses/<id:pause_id>/removal")
@guard(Action.MANAGE_CIRCLES)
def end_pause(circle_id: int, pause_id: int) -> ResponseReturnValue:
    """Strike a pause, or let it end today."""

    def end(session: Session, chosen: WritingCircle, by: Person) -> None:
        found = circles.get_pause(session, pause_id)
        if found.circle_id != chosen.id:
            raise NotFound()
        circles.end_pause(session, chosen, found, zone=house_zone(), by=by)

    return _change(circle_id, _("The pause is ended. Due times after it have moved back."), end)


def page(circle_id: int, typed: dict[str, str], errors: dict[str, str]) -> str:
    """The page of a circle, as the present person may see it."""
    session, person = _database(), person_now()
    chosen = circles.get(session, circle_id)
    rhythm, clauses = circles.rhythm_of(session, chosen, house_zone()), rule_text.clauses(chosen.rule)
    member, manages = members.running(session, chosen, person), can(Action.MANAGE_CIRCLES, chosen)
    turn = rhythm.at(clock.now())
    common: dict[str, Any] = {
        "circle": chosen, "clauses": clauses, "kinds": KINDS, "turn": turn, "pauses": circles.pauses(session, chosen),
        "today": clock.to_wall(clock.now(), house_zone()).date(), "member": member, "manages": manages,
    }
    if member is None and not manages:
        before = members.spells(session, chosen, person)
        count = len(members.everyone(session, chosen))
        return render_template("circles/joining.html", before=before[-1] if before else None, count=count, **common)
    begun = turn.opens_at <= clock.now()
    last = turn.number if begun else 0
    return render_template(
        "circles/circle.html", typed=typed, errors=errors, begun=begun,
        owed=rosters.owed(session, chosen, [member], rhythm)[0] if member and chosen.closed_at is None else None,
        roster=rosters.of_round(session, chosen, rhythm, turn.number), present=members.everyone(session, chosen),
        rounds=[rhythm.round(number) for number in range(last, max(0, last - ROUNDS_SHOWN), -1)],
        following=rhythm.round(turn.number + 1), gone=members.gone(session, chosen) if manages else [],
        persons=_persons(session) if manages else [], **common,
    )


def rule_of(typed: dict[str, str]) -> Rule:
    """The rule a form says; what is no number is one that no rule allows."""
    numbers = {name: _number(typed.get(name, "")) for name in circles.NUMBERS}
    return Rule(due_time=typed.get("due_time", "")[:5], **numbers)


def _change(circle_id: int, sentence: str, act: Any) -> ResponseReturnValue:
    """One act of whoever looks after the circle; after an error its page as it was typed."""
    person_id = person_now().id
    allow(Action.MANAGE_CIRCLES, circles.get(_database(), circle_id))
    try:
        with deciding() as scoped:
            session = scoped()
            act(session, circles.get(session, circle_id), people.get(session, person_id))
    except Invalid as error:
        return page(circle_id, request.form.to_dict(), field_errors(error)), 422
    flash(sentence)
    return redirect(url_for("circles.circle", circle_id=circle_id), 303)


def _like() -> WritingCircle | None:
    """The circle whose rule the new one takes over, when the address names one that is there."""
    said = request.values.get("like", "")
    return circles.get(_database(), int(said)) if is_id(said) else None


def _new_page(typed: dict[str, str], errors: dict[str, str]) -> str:
    session, like = _database(), _like()
    values: dict[str, Any] = {**(like.rule if like else Rule()).__dict__, "kind": like.kind if like else CircleKind.WRITING}
    if like:
        values |= {"about": like.about, "group": like.group.slug if like.group else ""}
    return render_template(
        "circles/new.html", like=like, values=values | typed, errors=errors, kinds=KINDS, numbers=circles.NUMBERS,
        groups=groups.names(session), persons=_persons(session), me=person_now(),
    )


def _persons(session: Session) -> list[Any]:
    query = select(Person.email, Person.name).where(Person.active).order_by(Person.name)
    return list(session.execute(query).all())


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 else -1


def _database() -> Session:
    session: Session = db.session()
    return session
