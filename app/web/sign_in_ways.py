"""Settings: the ways of signing in beside the password, one page each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import claiming
from app.auth import guard, person_now, public_url
from app.extensions import db, deciding, limiter
from app.web.words import field_errors
from editorial import platform_applications
from editorial.errors import Invalid, NotFound
from editorial.joining import ways
from editorial.joining.identities import Identity
from editorial.joining.ways import WayKind
from editorial.people import people
from editorial.people.permissions import Action
from publishers.claims import ClaimRefused

pages = Blueprint("sign_in_ways", __name__)

WAY_KINDS: dict[str, Any] = {
    "oidc": "OpenID Connect", "wecom": lazy_gettext("WeCom"), "dingtalk": lazy_gettext("DingTalk"),
    "feishu": lazy_gettext("Feishu"),
}


@pages.route("/settings/access/ways/new", methods=["GET", "POST"])
@guard(Action.MANAGE_SETTINGS)
def new() -> ResponseReturnValue:
    """Add a way; everybody sees it at the door from then on."""
    if request.method == "GET":
        return _page(None, {"kind": request.args.get("kind", WayKind.OIDC)}, {})
    person_id, typed = person_now().id, {"kind": WayKind.OIDC.value} | request.form.to_dict()
    try:
        with deciding() as session:
            way_id = ways.add(session(), typed, by=people.get(session(), person_id)).id
    except Invalid as error:
        return _page(None, typed, field_errors(error)), 422
    flash(_("Saved. Try it before you tell the others."))
    return redirect(url_for("sign_in_ways.way", way_id=way_id), 303)


@pages.route("/settings/access/ways/<id:way_id>", methods=["GET", "POST"])
@guard(Action.MANAGE_SETTINGS)
def way(way_id: int) -> ResponseReturnValue:
    """One way; POST changes it."""
    if request.method == "GET":
        return _page(way_id, {}, {})
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as session:
            ways.change(session(), ways.get(session(), way_id), typed, by=people.get(session(), person_id))
    except Invalid as error:
        return _page(way_id, typed, field_errors(error)), 422
    flash(_("Saved."))
    return redirect(url_for("sign_in_ways.way", way_id=way_id), 303)


@pages.post("/settings/access/ways/<id:way_id>/activity")
@guard(Action.MANAGE_SETTINGS)
def activity(way_id: int) -> ResponseReturnValue:
    """Offer the way at the door, or no longer."""
    person_id, on = person_now().id, request.form.get("active") == "1"
    with deciding() as session:
        ways.switch(session(), ways.get(session(), way_id), on=on, by=people.get(session(), person_id))
    flash(_("It is offered at the door again.") if on else _("It is no longer offered at the door. Who was joined to it stays so."))
    return redirect(url_for("sign_in_ways.way", way_id=way_id), 303)


@pages.post("/settings/access/ways/<id:way_id>/trial")
@guard(Action.MANAGE_SETTINGS)
@limiter.limit("20 per minute", key_func=lambda: str(person_now().id))
def trial(way_id: int) -> ResponseReturnValue:
    """Ask whoever vouches something harmless; nobody is signed in."""
    ask = claiming.trial(current_app.extensions["wiring"], ways.get(_database(), way_id))
    _database().rollback()
    try:
        ask()
    except ClaimRefused as refused:
        flash(_("It did not work: %(reason)s", reason=_(refused.reason)), "error")
    else:
        flash(_("It answers. Sign in by it once in another window, to see the whole way."))
    return redirect(url_for("sign_in_ways.way", way_id=way_id), 303)


def return_address(way_id: int) -> str:
    """The address that the provider's console must allow."""
    return public_url() + url_for("signing_in.come_back", way_id=way_id)


def _page(way_id: int | None, typed: dict[str, Any], errors: dict[str, str]) -> str:
    session = _database()
    row = ways.get(session, way_id) if way_id is not None else None
    shown = {
        "kind": row.kind, "name": row.name, "issuer": row.issuer, "client_id": row.client_id, "application": row.application_id,
        "joins_by_mail": row.joins_by_mail, "admits": row.admits, "domains": "、".join(row.domains),
    } if row is not None and not errors else typed
    joined = session.scalar(select(func.count()).select_from(Identity).where(Identity.way_id == way_id)) if row is not None else 0
    kind = str(row.kind if row is not None else shown.get("kind"))
    if kind not in WAY_KINDS:
        raise NotFound()
    rows = [] if kind == WayKind.OIDC else platform_applications.everyone(session, kind)
    applications = [("", _("Please choose")), *((row.id, row.name) for row in rows)]
    return render_template(
        "settings/way.html", way=row, kind=kind, kinds=WAY_KINDS, shown=shown, errors=errors, joined=joined,
        applications=applications, return_address=return_address(way_id) if way_id is not None else "",
    )


def _database() -> Session:
    found: Session = db.session()
    return found
