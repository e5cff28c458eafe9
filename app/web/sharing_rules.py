"""What groups hear from us, and when: the house's rule, one group's own, and the services that an administrator allows."""

from __future__ import annotations

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web import meanings
from app.web.words import field_errors
from editorial import house
from editorial.errors import Invalid, NotFound, Problem
from editorial.groups import groups
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action
from editorial.share_back import group_habits
from editorial.share_back.group_habits import RULES
from publishers import others

pages = Blueprint("sharing_rules", __name__)

SERVICE = re.compile(r"[a-z][a-z0-9+.-]{1,30}(://[a-z0-9][a-z0-9.-]{0,250})?")
MOST_SERVICES = 50


@pages.route("/settings/share-back", methods=["GET", "POST"])
@guard(Action.MANAGE_SETTINGS)
def rules() -> ResponseReturnValue:
    """The house's rule and the services that are allowed; POST sets them."""
    if request.method == "GET":
        return _page({}, {})
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as scoped:
            by = people.get(scoped(), person_id)
            group_habits.change_rules(scoped(), {name: typed.get(name, "").strip() for name in RULES}, by=by)
            _allow(scoped(), typed.get("other_services", ""), by)
    except Invalid as error:
        return _page(typed, field_errors(error)), 422
    flash(_("Saved."))
    return redirect(url_for("sharing_rules.rules"), 303)


@pages.post("/groups/<slug>/habit")
@guard(Action.MANAGE_GROUPS)
def change_habit(slug: str) -> ResponseReturnValue:
    """How much one group hears from us, when, and in which words."""
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as scoped:
            chosen = groups.by_slug(scoped(), slug)
            if chosen is None:
                raise NotFound()
            said = {name: typed.get(name, "") for name in ("week_messages", "quiet_from", "quiet_until", "opening_words")}
            group_habits.change(scoped(), chosen, **said, by=people.get(scoped(), person_id))
    except Invalid as error:
        for words in field_errors(error).values():
            flash(words, "error")
        return redirect(url_for("groups.group", slug=slug, _anchor="habit"), 303)
    flash(_("Saved. It counts for what goes out from now on."))
    return redirect(url_for("groups.group", slug=slug, _anchor="habit"), 303)


def _allow(session: Session, typed: str, by: Person) -> None:
    """Take the list of allowed services, one a line. Raises Invalid."""
    lines = list(dict.fromkeys(line.strip().lower() for line in typed.splitlines() if line.strip()))
    if len(lines) > MOST_SERVICES or not all(SERVICE.fullmatch(line) for line in lines):
        raise Invalid(Problem("other_services", "One service a line, such as tgram, or with its host: ntfys://ntfy.sh."))
    if lines != house.setting(session, "other_services"):
        house.change(session, "other_services", lines, by=by)


def _page(typed: dict[str, str], errors: dict[str, str]) -> str:
    now = house.settings(db.session(), *RULES, "other_services")
    shown = {name: typed.get(name, now[name]) for name in RULES}
    services = typed.get("other_services", "\n".join(now["other_services"]))
    return render_template(
        "settings/share_back.html", shown=shown, services=services, errors=errors, installed=others.is_installed(),
        weekdays=[(str(number), word) for number, word in enumerate(meanings.weekdays(), 1)],
    )
