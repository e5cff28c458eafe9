"""Rules that move people a step as authors: looked at before they are put in force, ended, and whom they moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlalchemy.orm import Session

from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web.words import ROLES, field_errors
from editorial.errors import Invalid, WrongState
from editorial.incentives import tiers
from editorial.incentives.tiers import Candidate, Condition, Fact
from editorial.joining.author_requests import STEPS
from editorial.people import people
from editorial.people.permissions import Action

pages = Blueprint("tiers", __name__)

MOVES_SHOWN, ROWS = 30, 3
USUAL = (Fact.ADOPTED, "3", "90")
FACTS: dict[str, Any] = {
    Fact.ADOPTED: lazy_gettext("Stories adopted"), Fact.COMMENTS: lazy_gettext("Peer comments written"),
    Fact.TENURE: lazy_gettext("Days here"),
}


@pages.get("/settings/tiers")
@guard(Action.MANAGE_PEOPLE)
def index() -> ResponseReturnValue:
    """The rules in force, and a new one."""
    return _page({}, [], {}, None)


@pages.post("/settings/tiers")
@guard(Action.MANAGE_PEOPLE)
def begin() -> ResponseReturnValue:
    """Show whom the rule would move; with `act=begin` put it in force, if this very rule was looked at before."""
    typed, person_id = request.form.to_dict(), person_now().id
    rows = list(zip(*(request.form.getlist(name) for name in ("fact", "least", "days")), strict=False))
    try:
        role, conditions = tiers.checked(typed.get("role", ""), rows)
        if typed.get("act") != "begin" or typed.get("seen") != _sign(role, conditions):
            return _page(typed, rows, {}, tiers.would_move(_database(), role, conditions))
        with deciding() as scoped:
            session = scoped()
            rule = tiers.begin(
                session, role, conditions, steps_back=bool(typed.get("steps_back")), by=people.get(session, person_id),
            )
            moved = len(tiers.moves_of(session, rule))
    except Invalid as error:
        return _page(typed, rows, field_errors(error), None), 422
    flash(ngettext("In force. %(num)s person was moved now; it looks once a day.",
                   "In force. %(num)s people were moved now; it looks once a day.", moved))
    return redirect(url_for("tiers.index"), 303)


@pages.post("/settings/tiers/<id:tier_rule_id>/end")
@guard(Action.MANAGE_PEOPLE)
def end(tier_rule_id: int) -> ResponseReturnValue:
    """Let a rule move nobody any more."""
    person_id = person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            tiers.end(session, tiers.get(session, tier_rule_id), by=people.get(session, person_id))
    except WrongState:
        flash(_("This rule was ended already."), "error")
    else:
        flash(_("The rule moves nobody any more. Whom it moved keeps the step."))
    return redirect(url_for("tiers.index"), 303)


def _sign(role: str, conditions: Sequence[Condition]) -> str:
    return " ".join([role, *(f"{one.fact}:{one.least}:{one.days}" for one in conditions)])


def rule_words(condition: Condition) -> str:
    """A condition as a sentence."""
    if condition.fact == Fact.TENURE:
        return _("At least %(least)s days here", least=condition.least)
    fact = FACTS[condition.fact]
    return _("%(fact)s: at least %(least)s in %(days)s days", fact=fact, least=condition.least, days=condition.days)


def _page(
    typed: dict[str, str], rows: list[tuple[str, ...]], errors: dict[str, str], preview: list[Candidate] | None
) -> str:
    session = _database()
    conditions = tiers.checked(typed.get("role", ""), rows)[1] if preview is not None else ()
    return render_template(
        "settings/tiers.html", rules=tiers.in_force(session), moves=tiers.latest_moves(session, MOVES_SHOWN), typed=typed,
        rows=[*(rows or [USUAL]), *[("", "", "")] * ROWS][:max(ROWS, len(rows))], errors=errors, preview=preview, facts=FACTS,
        steps={role: ROLES[role] for role in STEPS}, roles=ROLES, rule_words=rule_words, conditions=conditions,
        seen=_sign(typed.get("role", ""), conditions),
        heads=[(str(FACTS[one.fact]), "figures") for one in conditions],
    )


def _database() -> Session:
    session: Session = db.session()
    return session
