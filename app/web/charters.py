"""The charter of a group: what it says, its versions, and what the group lacks to be active."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.auth import can, guard, person_now
from app.extensions import db, deciding
from app.web.slots import house_zone
from app.web.words import CHARTER, field_errors
from editorial.errors import Invalid, NotFound
from editorial.groups import charters, groups
from editorial.groups.groups import Group
from editorial.members import memberships
from editorial.people import people
from editorial.people.permissions import Action

pages = Blueprint("charters", __name__)


@pages.route("/groups/<slug>/charter", methods=["GET", "POST"])
@guard(Action.MANAGE_GROUPS)
def charter(slug: str) -> ResponseReturnValue:
    """The charter and its versions; POST keeps a new version."""
    if request.method == "GET":
        return _page(slug, {}, {})
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as scoped:
            session = scoped()
            keep(session, chosen(session, slug), typed, by=people.get(session, person_id))
    except Invalid as error:
        return _page(slug, typed, field_errors(error)), 422
    flash(_("The charter is saved. Earlier versions stay below."))
    return redirect(url_for("charters.charter", slug=slug), 303)


@pages.post("/groups/<slug>/reopening")
@guard(Action.MANAGE_GROUPS)
def take_up(slug: str) -> ResponseReturnValue:
    """Make the group active, if it has what it needs."""
    person_id = person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            charters.take_up(session, chosen(session, slug), zone=house_zone(), by=people.get(session, person_id))
    except Invalid as error:
        flash(" ".join(field_errors(error).values()), "error")
    else:
        flash(_("The group is active."))
    return redirect(url_for("groups.group", slug=slug), 303)


def keep(session: Session, group: Group, typed: dict[str, str], *, by: Any) -> None:
    """Keep what a form says as the group's charter. Raises Invalid naming the field."""
    charters.write(
        session, group, {name: typed.get(name, "") for name in charters.FIELDS}, mode=typed.get("mode") or "lasting",
        ends_on=_day(typed.get("ends_on", "")), zone=house_zone(), by=by,
    )
    memberships.tell_of_charter(session, group)


def on_group(group: Group) -> dict[str, Any]:
    """What a group's page shows of its charter."""
    session: Session = db.session()
    return {
        "charter": charters.newest(session, group), "charter_words": CHARTER,
        "lacking": charters.missing(session, group) if can(Action.MANAGE_GROUPS) else [],
        "needs_charter": charters.is_bound(session, group),
    }


def chosen(session: Session, slug: str) -> Group:
    """The group of an address. Raises NotFound."""
    found = groups.by_slug(session, slug)
    if found is None:
        raise NotFound()
    return found


def _page(slug: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    session: Session = db.session()
    group = chosen(session, slug)
    newest = charters.newest(session, group)
    stored = newest.words if newest else {"purpose": group.purpose}
    stored |= {"mode": group.mode, "ends_on": group.ends_on.isoformat() if group.ends_on else ""}
    return render_template(
        "groups/charter.html", group=group, values=stored | typed, errors=errors, charter_words=CHARTER,
        versions=charters.versions(session, group),
    )


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
