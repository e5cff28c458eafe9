"""The ways into a group: setting the preferred one, adding others, and what is done with each."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app import application_ways, connecting
from app.abilities import KINDS as ABLE
from app.addresses import is_id
from app.auth import allow, guard, person_now
from app.extensions import db, deciding
from app.web import groups as group_pages
from app.web import members
from app.web.meanings import connector_words
from app.web.words import field_errors
from app.wiring import Wiring
from editorial import audit
from editorial.errors import Invalid, NotFound
from editorial.groups import ways_in
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Group
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action
from publishers.connector import Failure, NoteParcel

pages = Blueprint("group_connectors", __name__)
pages.app_template_filter("connector_words")(connector_words)

NEW = "new"
MARKS = ("for_calls", "not_for_calls")
"""What the steward may do, too."""


@pages.post("/groups/<slug>/connector")
@guard(Action.MANAGE_GROUPS)
def save(slug: str) -> ResponseReturnValue:
    """Set the preferred way, with `as=NUMBER` another, with `as=new` add one. Where the kind stays, empty fields keep theirs."""
    person_id, typed = person_now().id, request.form.to_dict()
    kind, said = typed.get("kind", ""), typed.get("as", "")
    try:
        with deciding() as session:
            chosen = group_pages.get(slug)
            by, present = people.get(session(), person_id), _present(chosen, said)
            given = _with_kept(present, kind, typed)
            if said == NEW:
                connecting.add_connector(session(), chosen, kind, given, by=by)
            else:
                connecting.set_connector(session(), chosen, kind, given, by=by, instead_of=present)
    except Invalid as error:
        return group_pages.group_page(slug, {"connector_kind": kind, "as": typed.get("as", "")}, field_errors(error)), 422
    flash(_("Saved. Send a test line to see that it arrives."))
    return _back(slug)


@pages.post("/groups/<slug>/connectors/<id:connector_id>")
@guard(Action.LOOK_AFTER_GROUP)
def change(slug: str, connector_id: int) -> ResponseReturnValue:
    """Prefer it, mark it for calls, switch it, or forget it; `act` says which."""
    act, shown, person_id = request.form.get("act", ""), group_pages.get(slug), person_now().id
    allow(Action.LOOK_AFTER_GROUP if act in MARKS else Action.MANAGE_GROUPS, members.keepers(db.session(), shown))
    try:
        with deciding() as session:
            chosen = group_pages.get(slug)
            _do(session(), chosen, ways_in.get(chosen, connector_id), act, people.get(session(), person_id))
    except Invalid as error:
        return group_pages.group_page(slug, {}, field_errors(error)), 422
    flash(_("Saved."))
    return _back(slug)


@pages.post("/groups/<slug>/connector/test")
@guard(Action.MANAGE_GROUPS)
def test(slug: str) -> ResponseReturnValue:
    """Send one line through a way into the group, which everybody there sees; the page asks before."""
    chosen, said = group_pages.get(slug), request.form.get("connector", "")
    way = ways_in.get(chosen, int(said)) if is_id(said) else chosen.connector
    if way is None or ABLE[way.kind].needs_person:
        raise NotFound()
    wiring: Wiring = current_app.extensions["wiring"]
    group_id, name, kind = chosen.id, chosen.name, way.kind
    line = _("This is a test line from %(house)s. Nothing needs to be done.", house=_("Qunsheng"))
    outcome = ""
    try:
        robot = wiring.to_group(db.session(), chosen, None if way.preferred else way.id)
        db.session.rollback()
        robot.send(NoteParcel(marker=f"test-{group_id}", subject=name, text=line), lambda name, value: None)
    except Failure as failure:
        outcome = failure.reason
    person_id = person_now().id
    with deciding() as session:
        details = {"outcome": outcome or "sent", "kind": kind}
        audit.record(session(), "test_connector", "group", group_id, by=people.get(session(), person_id), details=details)
    if outcome:
        flash(_("The test line did not arrive: %(reason)s", reason=_(outcome)), "error")
    else:
        flash(_("The platform took the test line. Look into the group."))
    return _back(slug)


def _do(session: Session, chosen: Group, way: GroupConnector, act: str, by: Person) -> None:
    if act in MARKS:
        ways_in.mark_for_calls(session, chosen, way, act == "for_calls", by=by)
    elif act == "prefer":
        connecting.prefer(session, chosen, way, by=by)
    elif act in ("on", "off"):
        ways_in.switch(session, chosen, way, act == "on", by=by)
    elif act == "remove":
        connecting.remove_connector(session, chosen, way, by=by)
    else:
        raise NotFound()


def _present(chosen: Group, said: str) -> GroupConnector | None:
    """The way that is to be set anew; none for another one."""
    if said == NEW:
        return None
    return ways_in.get(chosen, int(said)) if is_id(said) else chosen.connector


def _back(slug: str) -> ResponseReturnValue:
    return redirect(url_for("groups.group", slug=slug, _anchor="connector"), 303)


def _with_kept(present: GroupConnector | None, kind: str, typed: dict[str, str]) -> dict[str, str]:
    """What was typed, completed by what is stored; a secret that is to be forgotten is left out."""
    names = connecting.FIELDS.get(kind, ())
    given = {name: typed.get(f"{kind}.{name}", "").strip() for name in names}
    if kind in application_ways.FIELDS:
        return given
    stored = present.settings if present and present.kind == kind else {}
    for name in names:
        if not given[name] and name != "keyword" and not (name == "secret" and typed.get("forget_secret")):
            given[name] = stored.get(name, "")
    return given
