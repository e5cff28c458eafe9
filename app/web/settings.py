"""Settings: the state of the house, its people, its rules, and what was done by whom."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.addresses import is_id
from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web import doings, meanings
from app.web.words import ROLES, field_errors
from editorial import accounts, house, pauses
from editorial.audit import AuditEntry
from editorial.departures import departures, estate
from editorial.errors import Invalid, Problem
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Group
from editorial.outbox import deliveries, holds, probes
from editorial.outbox.deliveries import Delivery
from editorial.outbox.holds import Hold
from editorial.outbox.probes import Probe
from editorial.people import credentials, people, second_factor
from editorial.people.people import Department, Person, PersonRole, Role
from editorial.people.permissions import Action

pages = Blueprint("settings", __name__)

PAGE = 50
LIMITS = ("visible_limit", "source_limit", "readback", "mass_quota")


@pages.get("/settings")
@guard(Action.MANAGE_SETTINGS)
def index() -> ResponseReturnValue:
    """Whether everything works: accounts, paused targets, the queue, the database; and the rules of the house."""
    return _index_page({}, {})


@pages.post("/settings/house")
@guard(Action.MANAGE_SETTINGS)
def change_house() -> ResponseReturnValue:
    """The name of the house and its rules."""
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as session:
            by = people.get(session(), person_id)
            _rename(typed.get("name", "").strip(), by)
            _allow_addresses(bool(typed.get("import_url")), by)
            _take_limits(typed, by)
    except Invalid as error:
        return _index_page(typed, field_errors(error)), 422
    flash(_("Saved."))
    return redirect(url_for("settings.index"), 303)


@pages.post("/settings/holds/removal")
@guard(Action.MANAGE_SETTINGS)
def lift_hold() -> ResponseReturnValue:
    """Speak to a paused target again."""
    person_id = person_now().id
    with deciding() as session:
        _lift(session(), request.form.get("target", ""), people.get(session(), person_id))
    flash(_("The pause is lifted. What waits goes out in a moment; what was refused can be tried again under Deliveries."))
    return redirect(url_for("settings.index"), 303)


@pages.route("/settings/people", methods=["GET", "POST"], endpoint="people")
@guard(Action.MANAGE_PEOPLE)
def everyone() -> ResponseReturnValue:
    """Who can sign in; POST adds a person."""
    if request.method == "GET":
        return _people_page({}, {})
    person_id, typed = person_now().id, request.form.to_dict()
    roles = request.form.getlist("roles")
    try:
        with deciding() as session:
            by = people.get(session(), person_id)
            added = people.add(
                session(), email=typed.get("email", ""), name=typed.get("name", ""), roles=roles,
                department=typed.get("department", ""), by=by)
            credentials.set_password(session(), added, typed.get("password", ""), by=by)
            name = added.name
    except Invalid as error:
        return _people_page(typed | {"roles": roles}, field_errors(error)), 422
    flash(_("%(name)s can sign in now. Tell them the first password; they change it under “My account”.", name=name))
    return redirect(url_for("settings.people"), 303)


@pages.route("/settings/people/<id:person_id>", methods=["GET", "POST"])
@guard(Action.MANAGE_PEOPLE)
def person(person_id: int) -> ResponseReturnValue:
    """One person; POST gives them exactly the chosen roles."""
    if request.method == "GET":
        return _person_page(person_id, {})
    by_id = person_now().id
    try:
        with deciding() as session:
            chosen = people.get(session(), person_id)
            people.set_roles(session(), chosen, request.form.getlist("roles"), by=people.get(session(), by_id))
    except Invalid as error:
        return _person_page(person_id, field_errors(error)), 422
    flash(_("The roles are changed. The person signs in anew."))
    return redirect(url_for("settings.person", person_id=person_id), 303)


@pages.post("/settings/people/<id:person_id>/activity")
@guard(Action.MANAGE_PEOPLE)
def activity(person_id: int) -> ResponseReturnValue:
    """End a person's access or give it back."""
    by_id, active = person_now().id, request.form.get("active") == "1"
    if by_id == person_id:
        return _person_page(person_id, {"form": _("Nobody ends their own access.")}), 422
    with deciding() as session:
        chosen, by = people.get(session(), person_id), people.get(session(), by_id)
        (people.reactivate if active else people.deactivate)(session(), chosen, by=by)
        if not active:
            departures.begin(session(), chosen, by=by)
    flash(_("Access is given again.") if active else _("Access has ended. Everything they did stays."))
    return redirect(url_for("settings.person", person_id=person_id), 303)


@pages.post("/settings/people/<id:person_id>/password")
@guard(Action.MANAGE_PEOPLE)
def password(person_id: int) -> ResponseReturnValue:
    """A new first password; every session of the person ends."""
    by_id = person_now().id
    try:
        with deciding() as session:
            chosen, by = people.get(session(), person_id), people.get(session(), by_id)
            credentials.set_password(session(), chosen, request.form.get("password", ""), by=by)
    except Invalid as error:
        return _person_page(person_id, field_errors(error)), 422
    flash(_("The password is set. Tell it to the person; they change it under “My account”."))
    return redirect(url_for("settings.person", person_id=person_id), 303)


@pages.get("/settings/audit")
@guard(Action.SEE_AUDIT)
def audit() -> ResponseReturnValue:
    """Who did what, when, the newest first."""
    thing, thing_id, cursor = (request.args.get(name, "") for name in ("thing", "id", "cursor"))
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(PAGE + 1)
    if thing in doings.THINGS:
        query = query.where(AuditEntry.thing == thing)
    if is_id(thing_id):
        query = query.where(AuditEntry.thing_id == int(thing_id))
    if is_id(cursor):
        query = query.where(AuditEntry.id < int(cursor))
    found = list(db.session.scalars(query))
    following = None
    if len(found) > PAGE:
        following = url_for("settings.audit", thing=thing, id=thing_id, cursor=found[PAGE - 1].id)
    return render_template(
        "settings/audit.html", entries=found[:PAGE], thing=thing, thing_id=thing_id, next_url=following,
        verbs=doings.VERBS, things=doings.THINGS, told=doings.details_of, address_of=doings.address_of,
    )


def _index_page(typed: dict[str, str], errors: dict[str, str]) -> str:
    session = db.session()
    trouble = select(func.count()).select_from(Delivery).where(deliveries.wants_person())
    return render_template(
        "settings/index.html", accounts=accounts.everyone(session), holds=_holds(), probe=session.get(Probe, 1),
        working=probes.is_fresh(session), typed=typed, errors=errors, trouble=session.scalar(trouble),
        database="PostgreSQL" if session.get_bind().dialect.name == "postgresql" else "SQLite",
        house_name=house.setting(session, "name"), import_url=house.setting(session, "import_url"),
        limits={name: typed.get(name) or house.setting(session, name) for name in LIMITS},
        persons=session.scalar(select(func.count()).select_from(Person).where(Person.active)),
    )


def _holds() -> list[dict[str, Any]]:
    """Every pause with the name of what is paused."""
    rows = db.session.scalars(select(Hold).order_by(Hold.since)).all()
    ids = {int(row.target.partition(":")[2]) for row in rows if row.target.startswith("group:")}
    ways = {f"connector:{one.id}": one for one in db.session.scalars(select(GroupConnector).where(~GroupConnector.preferred))}
    ids |= {ways[row.target].group_id for row in rows if row.target in ways}
    names = dict(db.session.execute(select(Group.id, Group.name).where(Group.id.in_(ids))).all()) if ids else {}
    known = {account.lane: account.name for account in accounts.everyone(db.session())}
    known |= {f"group:{group_id}": name for group_id, name in names.items()}
    known |= {
        target: f"{names[one.group_id]} · {meanings.word_of(meanings.CONNECTORS, one.kind)}"
        for target, one in ways.items() if one.group_id in names
    }
    known[holds.EVERYTHING] = _("everything")
    return [{"hold": row, "name": known.get(row.target, row.target)} for row in rows]


def _lift(session: Session, target: str, by: Person) -> None:
    """Of an account, what was held back meanwhile waits again, too."""
    account = next((one for one in accounts.everyone(session) if one.lane == target), None)
    if account is not None and pauses.of(session, account) is not None:
        pauses.resume(session, account, by=by)
    else:
        holds.release_hold(session, target, by=by)


def _rename(name: str, by: Person) -> None:
    session = db.session()
    if not name or len(name) > 40:
        raise Invalid(Problem("name", "A name is needed."))
    if name != house.setting(session, "name"):
        house.change(session, "name", name, by=by)


def _allow_addresses(allowed: bool, by: Person) -> None:
    if allowed != house.setting(db.session(), "import_url"):
        house.change(db.session(), "import_url", allowed, by=by)


def _take_limits(typed: dict[str, str], by: Person) -> None:
    for name in LIMITS:
        taken = typed.get(name, house.setting(db.session(), name))
        if taken not in ("block", "warn"):
            raise Invalid(Problem(name, "Choose one of the two."))
        if taken != house.setting(db.session(), name):
            house.change(db.session(), name, taken, by=by)


def _people_page(typed: dict[str, Any], errors: dict[str, str]) -> str:
    q, role, cursor = (request.args.get(name, "").strip() for name in ("q", "role", "cursor"))
    whole = (selectinload(Person.role_rows), joinedload(Person.department))
    query = select(Person).options(*whole).order_by(Person.id).limit(PAGE + 1)
    if q:
        words = or_(Person.name.contains(q, autoescape=True), Person.email.contains(q.lower(), autoescape=True))
        query = query.where(words)
    if role in set(Role):
        query = query.where(Person.id.in_(select(PersonRole.person_id).where(PersonRole.role == role)))
    if is_id(cursor):
        query = query.where(Person.id > int(cursor))
    found = list(db.session.scalars(query).unique())
    following = url_for("settings.people", q=q, role=role, cursor=found[PAGE - 1].id) if len(found) > PAGE else None
    return render_template(
        "settings/people.html", persons=found[:PAGE], q=q, role=role, roles=ROLES, typed=typed, errors=errors,
        next_url=following, departments=db.session.scalars(select(Department.name).order_by(Department.name)).all(),
    )


def _person_page(person_id: int, errors: dict[str, str]) -> str:
    chosen = people.get(db.session(), person_id)
    acts = select(AuditEntry).where(AuditEntry.thing == "person", AuditEntry.thing_id == person_id)
    return render_template(
        "settings/person.html", person=chosen, departure=departures.latest(db.session(), chosen) if not chosen.active else None,
        holds=bool(chosen.active and estate.of(db.session(), chosen)), roles=ROLES, errors=errors, own=person_id == person_now().id,
        has_second=second_factor.is_on(db.session(), chosen),
        entries=db.session.scalars(acts.order_by(AuditEntry.id.desc()).limit(20)).all(), verbs=doings.VERBS,
    )
