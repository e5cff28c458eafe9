"""Kinds of groups in the settings: what their contributors are asked, and where their stories go."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from app import group_kinds
from app.addresses import is_id
from app.auth import guard, person_now
from app.extensions import db, deciding
from app.group_kinds import Ways, ways_of
from app.typesetting import theme_of
from app.web.words import KINDS, field_errors
from editorial.articles import themes
from editorial.errors import Invalid, NotFound
from editorial.groups import groups, kinds
from editorial.groups.groups import Kind
from editorial.groups.kinds import FieldKind, FormField
from editorial.people import people
from editorial.people.permissions import Action
from editorial.review import routes
from editorial.topics import columns
from publishers.rendering import THEMES

pages = Blueprint("group_kinds", __name__)

FIELD_KINDS: dict[str, Any] = {
    "short_text": lazy_gettext("a line"), "long_text": lazy_gettext("several lines"), "date": lazy_gettext("a day"),
    "number": lazy_gettext("a number"), "choice": lazy_gettext("one of several"),
}


@pages.get("/settings/group-kinds")
@guard(Action.MANAGE_ROUTES)
def index() -> ResponseReturnValue:
    """Every kind with what it brings with it."""
    session = _database()
    found = [(kind, kinds.of(session, kind)) for kind in Kind]
    return render_template(
        "settings/group_kinds.html", kinds=[(kind, row, ways_of(session, row)) for kind, row in found], words=KINDS,
        counts=groups.count_by_kind(session), columns={one.id: one.name for one in columns.everyone(session, retired=True)},
        routes={one.id: one.name for one in routes.everyone(session)}, themes=dict(_themes(session)),
    )


@pages.route("/settings/group-kinds/<kind>", methods=["GET", "POST"])
@guard(Action.MANAGE_ROUTES)
def one(kind: str) -> ResponseReturnValue:
    """One kind; POST moves, adds or takes away a question, or keeps it all."""
    if kind not in set(Kind):
        raise NotFound()
    shown, row = Kind(kind), kinds.of(_database(), kind)
    if request.method == "GET":
        return _page(shown, list(row.form), ways_of(_database(), row))
    form, ways = _done(_typed_fields(), request.form.get("act", "")), _typed_ways()
    if request.form.get("act") != "save":
        return _page(shown, form, ways)
    person_id = person_now().id
    try:
        with deciding() as session:
            group_kinds.change(session(), shown, form, ways, by=people.get(session(), person_id))
    except Invalid as error:
        return _page(shown, form, ways, field_errors(error)), 422
    flash(_("Saved. It counts from the next story; what was handed in before stays as it was asked."))
    return redirect(url_for("group_kinds.index"), 303)


def _typed_fields() -> list[FormField]:
    """The rows of the form in the order in which they came."""
    return [_row(place) for place in request.form.getlist("row") if place.isdecimal()]


def _row(place: str) -> FormField:
    said = {name: request.form.get(f"{name}-{place}", "") for name in ("label", "kind", "hint", "choices", "required")}
    known = said["kind"] if said["kind"] in FIELD_KINDS else FieldKind.SHORT_TEXT
    return FormField(said["label"], known, bool(said["required"]), said["hint"], tuple(said["choices"].splitlines()))


def _typed_ways() -> Ways:
    chosen, route = request.form.getlist("columns"), request.form.get("route", "")
    return Ways(frozenset(int(one) for one in chosen if is_id(one)), int(route) if is_id(route) else None,
                request.form.get("theme", ""))


def _done(form: list[FormField], act: str) -> list[FormField]:
    """The rows with what a button asked for done to them."""
    verb, _colon, place = act.partition(":")
    at = int(place) if place.isdecimal() and len(place) < 3 else len(form)
    other = at + (-1 if verb == "up" else 1)
    if verb == "add" and len(form) < kinds.MOST_FIELDS:
        return [*form, FormField("")]
    if verb == "remove":
        return [field for number, field in enumerate(form) if number != at]
    if verb in ("up", "down") and at < len(form) and 0 <= other < len(form):
        form[at], form[other] = form[other], form[at]
    return form


def _page(shown: Kind, form: list[FormField], ways: Ways, errors: dict[str, str] | None = None) -> str:
    session = _database()
    return render_template(
        "settings/group_kind.html", kind=shown, form_fields=form, ways=ways, errors=errors or {}, words=KINDS,
        field_kinds=list(FIELD_KINDS.items()), most=kinds.MOST_FIELDS, columns=columns.everyone(session),
        routes=[(one.id, one.name) for one in routes.everyone(session) if one.active and not one.of_house],
        of_house=routes.of_house(session).name, themes=_themes(session),
    )


def _themes(session: Session) -> list[tuple[str, str]]:
    """Every theme that may be chosen, the house's own by their names: articles take the version of the day they begin."""
    ours = [(name, _(theme.label)) for name, theme in THEMES.items()]
    own = [(one.name, one.label) for one in themes.everyone(session) if not one.retired]
    return [*ours, *(one for one in own if theme_of(session, themes.pinned(session, one[0])) is not None)]


def _database() -> Session:
    session: Session = db.session()
    return session
