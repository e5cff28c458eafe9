"""Welcome messages of customer groups: for each kind of group what newcomers read first, and whether WeCom has it so."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select

from app import outside
from app.addresses import is_id
from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web.words import KINDS, field_errors
from editorial import platform_applications
from editorial.errors import Invalid, NotFound, WrongState
from editorial.groups import welcome_messages
from editorial.groups.groups import Group, GroupState, Kind
from editorial.groups.kept_outside import Standing
from editorial.groups.welcome_messages import Page, WelcomeMessage, Words
from editorial.people import people
from editorial.people.permissions import Action
from editorial.platform_applications import Platform, PlatformApplication

pages = Blueprint("welcome_messages", __name__, url_prefix="/welcome-messages")

PAGES: tuple[tuple[str, Any], ...] = (
    (Page.NONE, lazy_gettext("No card, only the text")), (Page.HAND_IN, lazy_gettext("the page where stories are handed in")),
    (Page.DOOR, lazy_gettext("the group's door, with its rules and how to join")),
)
STANDINGS: dict[str, Any] = {
    Standing.KEPT: lazy_gettext("WeCom has it"), Standing.REFUSED: lazy_gettext("not sent to WeCom as it stands"),
    Standing.UNKNOWN: lazy_gettext("unknown whether WeCom has it"),
}


@pages.get("")
@guard(Action.MANAGE_GROUPS)
def index() -> ResponseReturnValue:
    """Every kind of group with its message, of one application."""
    found = platform_applications.everyone(db.session(), Platform.WECOM)
    named = request.args.get("application", "")
    chosen = next((one for one in found if str(one.id) == named), found[0] if found else None)
    return render_template(
        "groups/welcome_messages.html", applications=found, chosen=chosen, kinds=KINDS, standings=STANDINGS,
        messages=welcome_messages.of(db.session(), chosen.id) if chosen else {}, most=welcome_messages.MOST,
        count=welcome_messages.count(db.session(), chosen.corp_id) if chosen else 0,
    )


@pages.route("/<id:application_id>/<kind>", methods=["GET", "POST"])
@guard(Action.MANAGE_GROUPS)
def one(application_id: int, kind: str) -> ResponseReturnValue:
    """One message; POST writes it and gives it to WeCom."""
    application, named = _named(application_id, kind)
    if request.method == "GET":
        return _page(application, named, None, {})
    typed, person_id = _typed(), person_now().id
    try:
        with deciding() as session:
            row = welcome_messages.write(session(), application_id, named, typed, by=people.get(session(), person_id))
    except (Invalid, WrongState) as error:
        return _page(_named(application_id, kind)[0], named, typed, field_errors(error)), 422 if isinstance(error, Invalid) else 409
    outside.ask(row)
    kept = welcome_messages.one(db.session(), application_id, named)
    if kept.standing != Standing.KEPT:
        said = {"form": _("It could not be done: %(reason)s", reason=_(kept.reason))} if kept.standing == Standing.REFUSED else {}
        return _page(_named(application_id, kind)[0], named, None, said), 422 if said else 200
    flash(_("WeCom has the message. Now choose it for the groups in WeCom; the steps stand below."))
    return _back(application_id, kind)


@pages.post("/<id:application_id>/<kind>/removal")
@guard(Action.MANAGE_GROUPS)
def remove(application_id: int, kind: str) -> ResponseReturnValue:
    """Take it away, in WeCom too."""
    person_id = person_now().id
    with deciding() as session:
        row = welcome_messages.remove(session(), application_id, kind, by=people.get(session(), person_id))
    if row is not None:
        outside.ask(row)
    left = welcome_messages.of(db.session(), application_id).get(kind)
    if left is not None:
        flash(_("It could not be done: %(reason)s", reason=_(left.reason)), "error")
        return _back(application_id, kind)
    flash(_("The message is gone. Groups that had it welcome nobody any more."))
    return redirect(url_for("welcome_messages.index", application=application_id), 303)


@pages.post("/<id:application_id>/<kind>/resolution")
@guard(Action.MANAGE_GROUPS)
def resolve(application_id: int, kind: str) -> ResponseReturnValue:
    """Find out about an unknown outcome: WeCom is asked, or a person who has looked there says."""
    person_id, outcome = person_now().id, request.form.get("outcome", "")
    if outcome == "ask":
        if not outside.look(welcome_messages.one(db.session(), application_id, kind)):
            flash(_("WeCom does not say. Look there yourself, or ask again later."), "error")
        if kind not in welcome_messages.of(db.session(), application_id):
            return redirect(url_for("welcome_messages.index", application=application_id), 303)
        return _back(application_id, kind)
    if outcome not in ("there", "not_there"):
        raise WrongState()
    with deciding() as session:
        by = people.get(session(), person_id)
        welcome_messages.decide(session(), application_id, kind, there=outcome == "there", by=by)
    flash(_("Noted."))
    return _back(application_id, kind)


def _typed() -> Words:
    said, group = request.form, request.form.get("group", "")
    page = said.get("page", "")
    return Words(
        said.get("text", ""), page if page in set(Page) else Page.NONE, said.get("title", ""), said.get("description", ""),
        int(group) if is_id(group) else 0, bool(said.get("notify")),
    )


def _named(application_id: int, kind: str) -> tuple[PlatformApplication, Kind]:
    found = platform_applications.get(db.session(), application_id)
    if found.platform != Platform.WECOM or kind not in set(Kind):
        raise NotFound()
    return found, Kind(kind)


def _page(application: PlatformApplication, kind: Kind, typed: Words | None, errors: dict[str, str]) -> str:
    row: WelcomeMessage | None = welcome_messages.of(db.session(), application.id).get(kind)
    query = select(Group.id, Group.name).where(Group.kind == kind, Group.state != GroupState.CLOSED).order_by(Group.name)
    return render_template(
        "groups/welcome_message.html", application=application, kind=kind, kinds=KINDS, row=row, errors=errors, pages=PAGES,
        words=typed or (row.words if row else Words("")), standings=STANDINGS,
        groups=[(group_id, name) for group_id, name in db.session.execute(query)],
    )


def _back(application_id: int, kind: str) -> ResponseReturnValue:
    return redirect(url_for("welcome_messages.one", application_id=application_id, kind=kind), 303)
