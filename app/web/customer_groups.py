"""Customer groups of WeCom: which there are, whose they are, and how the last month went; gaps stand as gaps."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from app.auth import guard, person_now
from app.extensions import db, deciding
from editorial import clock, platform_applications
from editorial.errors import NotFound
from editorial.groups import customer_groups
from editorial.joining import identities
from editorial.people import people
from editorial.people.permissions import Action
from editorial.platform_applications import Platform, PlatformApplication
from publishers.wecom import groups as wecom_groups

pages = Blueprint("customer_groups", __name__)

PAGE = 100
STATUSES: dict[int, Any] = {
    1: lazy_gettext("its owner has left"), 2: lazy_gettext("being passed on"), 3: lazy_gettext("passed on"),
}


@pages.get("/customer-groups")
@guard(Action.MANAGE_GROUPS)
def index() -> ResponseReturnValue:
    """The groups and the last month of one application."""
    session, found = _database(), platform_applications.everyone(_database(), Platform.WECOM)
    named = request.args.get("application", "")
    chosen = next((one for one in found if str(one.id) == named), found[0] if found else None)
    if chosen is None:
        return render_template("customer_groups/index.html", applications=[], chosen=None, look=None)
    words, owner, start = request.args.get("q", "").strip(), request.args.get("owner", ""), request.args.get("from", "0")
    begin = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 0
    owners = customer_groups.owners(session, chosen.id)
    known = {one: person.name for one, person in identities.known_among(session, chosen.id, owners).items()}
    rows = session.scalars(customer_groups.listing(chosen.id, words, owner).offset(begin).limit(PAGE + 1)).all()
    following = url_for("customer_groups.index", **{**request.args, "from": begin + PAGE}) if len(rows) > PAGE else None
    return render_template(
        "customer_groups/index.html", applications=found, chosen=chosen, look=customer_groups.look_of(session, chosen.id),
        rows=rows[:PAGE], next_url=following, words=words, owner=owner,
        owner_choices=[("", _("All")), *((one, known.get(one, one)) for one in owners)], known=known,
        application_choices=[(str(one.id), one.name) for one in found],
        counts=customer_groups.counts(session, chosen.id), ours=customer_groups.ours(session), statuses=STATUSES,
        month=customer_groups.month(session, chosen.id, wecom_groups.yesterday(clock.now())),
    )


@pages.post("/customer-groups/<id:application_id>/look")
@guard(Action.MANAGE_GROUPS)
def look(application_id: int) -> ResponseReturnValue:
    """Look soon, and from now on every day; with `act=end` no more."""
    person_id, act = person_now().id, request.args.get("act", "")
    with deciding() as scoped:
        session = scoped()
        application, by = _wecom(session, application_id), people.get(session, person_id)
        row = customer_groups.look_of(session, application_id)
        if act == "end":
            if row is None or not row.active:
                raise NotFound()
            customer_groups.look_no_more(session, row, by=by)
        else:
            customer_groups.look_now(session, application.id, by=by)
    ends, begins = _("Nothing more is read; what is known stays."), _("The groups are read in a moment, and every day from now on.")
    flash(ends if act == "end" else begins)
    return redirect(url_for("customer_groups.index", application=application_id), 303)


def _wecom(session: Session, application_id: int) -> PlatformApplication:
    found = platform_applications.get(session, application_id)
    if found.platform != Platform.WECOM:
        raise NotFound()
    return found


def _database() -> Session:
    session: Session = db.session()
    return session
