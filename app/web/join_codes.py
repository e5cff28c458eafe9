"""Join codes of a group's customer groups: made, changed and removed in WeCom, their posters, and how many came by each."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app import group_posters, join_pictures, outside
from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web.charters import chosen
from app.web.words import field_errors
from editorial import clock
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.groups import customer_groups, join_codes, kept_outside
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Group
from editorial.groups.join_codes import JoinCode, Wanted
from editorial.groups.kept_outside import Standing
from editorial.people import people
from editorial.people.permissions import Action
from publishers.pictures.posters import Shape
from publishers.wecom import customers
from publishers.wecom.groups import yesterday

pages = Blueprint("join_codes", __name__)

LATELY = timedelta(days=30)


@pages.get("/groups/<slug>/join-codes")
@guard(Action.MANAGE_GROUPS)
def index(slug: str) -> ResponseReturnValue:
    """The codes of a group, with how many came by each."""
    return _page(slug, {}, {})


@pages.post("/groups/<slug>/join-codes")
@guard(Action.MANAGE_GROUPS)
def add(slug: str) -> ResponseReturnValue:
    """Make a code."""
    typed, person_id = request.form.to_dict(), person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            group = chosen(session, slug)
            way = way_of(group)
            if way is None:
                raise Invalid(Problem("form", "This group is not reached by customer groups."))
            application, chats = int(way.settings["application"]), list(customers.Settings.from_settings(way.settings).chats)
            row = join_codes.add(session, group, application, chats, _wanted(typed), by=people.get(session, person_id))
            code_id = row.id
    except Invalid as error:
        return _page(slug, typed, field_errors(error)), 422
    _ask(code_id)
    return redirect(url_for("join_codes.index", slug=slug, _anchor=f"code-{code_id}"), 303)


@pages.post("/join-codes/<id:join_code_id>")
@guard(Action.MANAGE_GROUPS)
def change(join_code_id: int) -> ResponseReturnValue:
    """Rename it, fetch its picture again, say whether WeCom has it, or take it away; `act` says which."""
    act, typed, person_id = request.form.get("act", "picture"), request.form.to_dict(), person_now().id
    slug = join_codes.get(_database(), join_code_id).group.slug
    try:
        asked = _do(join_code_id, act, typed, person_id)
    except Invalid as error:
        return _page(slug, {**typed, "code": str(join_code_id)}, field_errors(error)), 422
    except WrongState:
        flash(_("This code was changed meanwhile. Look at it again."), "error")
        asked = False
    if asked:
        _ask(join_code_id)
    return redirect(url_for("join_codes.index", slug=slug), 303)


@pages.get("/join-codes/<id:join_code_id>/picture")
@guard(Action.MANAGE_GROUPS)
def picture(join_code_id: int) -> ResponseReturnValue:
    """The code as a picture, or with `shape` as a poster."""
    row, shape = join_codes.get(_database(), join_code_id), request.args.get("shape", "")
    if row.picture is None or (shape and shape not in set(Shape)):
        raise NotFound()
    drawn, kind = join_pictures.drawn(row), "image/png"
    if shape:
        drawn, kind = group_posters.join_poster(_database(), row.group, drawn, Shape(shape)), "image/jpeg"
    return Response(drawn, mimetype=kind, headers={"Cache-Control": "private, no-store"})


def way_of(group: Group) -> GroupConnector | None:
    """The customer groups that the group is reached by."""
    return next((one for one in group.connectors if one.kind == customer_groups.KIND), None)


def _do(code_id: int, act: str, typed: dict[str, str], person_id: int) -> bool:
    """Whether WeCom is to be asked now."""
    with deciding() as scoped:
        session = scoped()
        row, by = join_codes.get(session, code_id), people.get(session, person_id)
        if act == "rename":
            join_codes.change(session, row, _wanted(typed), by=by)
        elif act == "remove":
            return join_codes.remove(session, row, by=by)
        elif act in ("there", "not_there"):
            kept_outside.decide(row, act == "there")
            return False
        elif act == "again" and row.standing == Standing.REFUSED:
            join_codes.change(session, row, Wanted(row.name, row.opens_more, row.base_name), by=by)
        elif act != "picture":
            raise NotFound()
        return act != "picture" or _fetches(row)


def _fetches(row: JoinCode) -> bool:
    """Whether only the picture is missing; then it alone is asked for, after the transaction."""
    if not row.remote_id:
        raise WrongState()
    row.picture = None
    return True


def _ask(code_id: int) -> None:
    """Ask WeCom for what is wanted, and for the picture of what it has."""
    row = join_codes.get(_database(), code_id)
    if row.standing == Standing.UNKNOWN:
        outside.ask(row)
    row = _database().get(JoinCode, code_id, populate_existing=True)
    if row is None:
        flash(_("The code is gone. Whoever scans it comes nowhere."))
    elif row.standing == Standing.REFUSED:
        flash(_("It could not be done: %(reason)s", reason=_(row.reason)), "error")
    elif row.remote_id and row.picture is None:
        failed = join_pictures.fetch(row)
        if failed:
            flash(_("The code is there, but its picture could not be fetched: %(reason)s", reason=_(failed)), "error")
        else:
            flash(_("Made. Print the poster, or send the picture."))


def _wanted(typed: dict[str, str]) -> Wanted:
    return Wanted(typed.get("name", ""), bool(typed.get("opens_more")), typed.get("base_name", ""))


def _page(slug: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    session = _database()
    group = chosen(session, slug)
    way, codes = way_of(group), join_codes.of_group(session, group)
    if way is None and not codes:
        raise NotFound()
    look = customer_groups.look_of(session, int(way.settings["application"])) if way else None
    since = yesterday(clock.now()) - LATELY
    return render_template(
        "customer_groups/join_codes.html", group=group, way=way, codes=codes, joined=join_codes.joined(session, codes, since),
        typed=typed, errors=errors, is_read=look is not None and look.active,
    )


def _database() -> Session:
    session: Session = db.session()
    return session
