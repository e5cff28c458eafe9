"""Somebody leaves: what they hold, who takes it, and what still waits, on one page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import transferring
from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web.words import ROLES, field_errors
from app.wiring import Wiring
from editorial.departures import departures, estate
from editorial.departures.departures import Departure, HandOver, Standing
from editorial.departures.estate import Part
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.groups.connectors import GroupConnector
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action
from publishers.connector import Failure
from publishers.robots.settings import SettingError

pages = Blueprint("departures", __name__)

PARTS: dict[str, Any] = {
    Part.STEWARD: lazy_gettext("Groups they look after"),
    Part.DEPUTY: lazy_gettext("Groups they are deputy of"),
    Part.MODERATOR: lazy_gettext("Groups they are moderator of"),
    Part.CORRESPONDENT: lazy_gettext("Groups they are correspondent of"),
    Part.OPERATOR: lazy_gettext("Groups assigned to them as operator"),
    Part.EDITOR: lazy_gettext("Articles in work"),
    Part.ASSIGNMENT: lazy_gettext("Assignments"),
    Part.STAGE: lazy_gettext("Reviews that wait for them"),
    Part.ROBOT: lazy_gettext("Ways into groups"),
    Part.ROLE: lazy_gettext("Roles that nobody else has"),
}
"""In the order in which the page shows them."""
HINTS: dict[str, Any] = {
    Part.STEWARD: lazy_gettext(
        "Goes to the deputy at once. A group that nobody takes within %(hours)s hours is given to the steward above it "
        "or an operator.",
    ),
    Part.DEPUTY: lazy_gettext("The steward stays. Name another deputy."),
    Part.MODERATOR: lazy_gettext("Goes to their substitute at once, or to whoever you name. The duties stay as they are."),
    Part.CORRESPONDENT: lazy_gettext("Goes to their substitute at once, or to whoever you name. The duties stay as they are."),
    Part.OPERATOR: lazy_gettext("All of them go to one operator; the list of groups can part them afterwards."),
    Part.EDITOR: lazy_gettext("A desk editor goes on with it. Text, by-line and credit stay as they are."),
    Part.ASSIGNMENT: lazy_gettext("The substitute is asked, or whoever you name; they may decline."),
    Part.STAGE: lazy_gettext("What was only taken is free for the others again; who was asked by name needs a successor."),
    Part.ROBOT: lazy_gettext(
        "Links go on. Look on the platform whether robot and chat belonged to the person, pass them on there, "
        "and tick it off here with what you found.",
    ),
    Part.ROLE: lazy_gettext("Give the role to somebody on the People page, then tick it off."),
}


@pages.route("/settings/people/<id:person_id>/departure", methods=["GET", "POST"])
@guard(Action.MANAGE_PEOPLE)
def departure(person_id: int) -> ResponseReturnValue:
    """What would pass on, or what did; POST ends the access and hands over, later on what still waits."""
    if request.method == "GET":
        return _page(person_id, {}, {})
    by_id, typed = person_now().id, request.form.to_dict()
    if by_id == person_id:
        return _page(person_id, typed, {"form": _("Nobody ends their own access.")}), 422
    try:
        with deciding() as scoped:
            session = scoped()
            left = _pass_on(session, people.get(session, person_id), typed, people.get(session, by_id))
    except Invalid as error:
        return _page(person_id, typed, field_errors(error)), 422
    flash(_("Everything has passed on.") if not left else _("Handed over. %(count)s still wait for somebody.", count=left))
    return redirect(url_for("departures.departure", person_id=person_id), 303)


@pages.post("/settings/people/<id:person_id>/departure/items/<id:hand_over_id>")
@guard(Action.MANAGE_PEOPLE)
def tick(person_id: int, hand_over_id: int) -> ResponseReturnValue:
    """Somebody has seen to one thing that only a platform or another page can pass on."""
    by_id = person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            item = session.get(HandOver, hand_over_id)
            if item is None or item.departure.leaver_id != person_id:
                raise NotFound()
            departures.tick(session, item, request.form.get("note", ""), by=people.get(session, by_id))
    except (Invalid, WrongState) as error:
        flash(" ".join(field_errors(error).values()), "error")
    else:
        flash(_("Ticked off."))
    return redirect(url_for("departures.departure", person_id=person_id), 303)


@pages.post("/settings/people/<id:person_id>/departure/items/<id:hand_over_id>/transfer")
@guard(Action.MANAGE_PEOPLE)
def transfer(person_id: int, hand_over_id: int) -> ResponseReturnValue:
    """Pass customer groups on in WeCom. A successor who may not own them is refused before anything is asked for or recorded."""
    wiring: Wiring = current_app.extensions["wiring"]
    said, by_id, field = request.form.get("user_id", "").strip(), person_now().id, f"user_id-{hand_over_id}"
    way = transferring.way_of(db.session(), _item(db.session(), person_id, hand_over_id))
    if way is None:
        raise WrongState()
    way_id = way.id
    try:
        outcome = transferring.transfer(db.session(), wiring, way, said)
    except (Failure, SettingError) as failure:
        reason = failure.reason if isinstance(failure, Failure) else failure.message
        return _page(person_id, {field: said}, {field: _(reason)}), 422
    if outcome.failed:
        why = " ".join(_(reason) for reason in dict.fromkeys(outcome.failed.values()))
        done = outcome.count - len(outcome.failed)
        sentence = _("%(done)s of %(count)s customer groups are passed on; the others not. %(why)s",
                     done=done, count=outcome.count, why=why)
        flash(sentence, "error")
        return _page(person_id, {field: said}, {}), 422
    with deciding() as scoped:
        session = scoped()
        item, kept = _item(session, person_id, hand_over_id), session.get_one(GroupConnector, way_id)
        departures.record_transfer(session, item, kept, said, by=people.get(session, by_id))
    flash(_("WeCom has passed the customer groups on. Mass sends go to their new owner from now on."))
    return redirect(url_for("departures.departure", person_id=person_id), 303)


def _item(session: Session, person_id: int, hand_over_id: int) -> HandOver:
    item = session.get(HandOver, hand_over_id)
    if item is None or item.departure.leaver_id != person_id:
        raise NotFound()
    if item.standing != Standing.OPEN:
        raise WrongState()
    return item


def _pass_on(session: Session, leaver: Person, typed: dict[str, str], by: Person) -> int:
    """End the access, or go on with a departure; how many things wait after it."""
    chosen, others = _chosen(session, leaver, typed), _named(session, "everything", typed.get("everything", ""))
    present = departures.of(session, leaver)
    if leaver.active:
        people.deactivate(session, leaver, by=by)
        present = departures.begin(session, leaver, chosen, others=others, by=by)
    elif present is not None:
        for item in departures.waiting(present):
            if item.held.key in chosen:
                departures.hand(session, item, chosen[item.held.key], by=by)
            else:
                departures.offer(session, item, [others], by=by)
        departures.look_again(session, present)
    return len(departures.waiting(present)) if present else 0


def _chosen(session: Session, leaver: Person, typed: dict[str, str]) -> dict[str, Person]:
    """Whom a form names for what, by key."""
    named = {held.key: _named(session, held.key, typed.get(held.key, "")) for held in _held(session, leaver)}
    return {key: person for key, person in named.items() if person is not None}


def _held(session: Session, leaver: Person) -> list[estate.Held]:
    present = departures.of(session, leaver)
    return [item.held for item in departures.waiting(present)] if present else estate.of(session, leaver)


def _named(session: Session, field: str, said: str) -> Person | None:
    if not said.strip():
        return None
    found = people.by_email(session, said)
    if found is None:
        raise Invalid(Problem(field, "Nobody here has this address."))
    return found


def _page(person_id: int, typed: dict[str, str], errors: dict[str, str]) -> str:
    session: Session = db.session()
    leaver = people.get(session, person_id)
    present = departures.latest(session, leaver) if not leaver.active else None
    others = select(Person.email, Person.name).where(Person.active, Person.id != person_id).order_by(Person.name)
    return render_template(
        "settings/departure.html", person=leaver, departure=present, typed=typed, errors=errors, parts=PARTS, hints=HINTS,
        hours=departures.hours(session), role_names=ROLES, by_hand=departures.BY_HAND, **_listed(session, leaver, present),
        persons=session.execute(others).all(), customers=_customers(session, present),
    )


def _customers(session: Session, present: Departure | None) -> dict[int, str]:
    """Hand-overs of customer groups that wait, with the successor's user id as far as it is known."""
    waiting = departures.waiting(present) if present else []
    return {item.id: transferring.known_as(session, item) for item in waiting if transferring.way_of(session, item)}


def _listed(session: Session, leaver: Person, present: Departure | None) -> dict[str, Any]:
    """What waits and what is settled, by part."""
    if present is None:
        held = estate.of(session, leaver)
        return {"waiting": {part: [one for one in held if one.part == part] for part in PARTS}, "settled": {}}
    waiting = departures.waiting(present)
    settled = [item for item in present.items if item not in waiting]
    return {
        "waiting": {part: [item for item in waiting if item.part == part] for part in PARTS},
        "settled": {part: [item for item in settled if item.part == part] for part in PARTS},
    }
