"""Conduct as everybody meets it: reporting something, what became of it, what was decided about oneself, appealing."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import Unauthorized

from app import subjects
from app.addresses import whole
from app.auth import current_person, everybody, person_now, signed_in
from app.extensions import db, deciding, limiter
from app.web.conduct_words import APPEALS, MEASURES, OUTCOMES, SCOPES, item_choices
from app.web.words import field_errors
from editorial.conduct import cases, decisions, penalties, versions
from editorial.conduct.cases import Case
from editorial.errors import Invalid, NotFound
from editorial.people import people
from editorial.people.people import Person
from publishers.rendering import render

pages = Blueprint("conduct", __name__)

APPEALING = "appealing"
"""In the session of somebody suspended who has just proved who they are: they may appeal, and nothing else."""


@pages.route("/reports/new", methods=["GET", "POST"])
@signed_in
@limiter.limit("30 per hour", methods=["POST"], key_func=lambda: str(person_now().id))
def report() -> ResponseReturnValue:
    """Report something one sees: what is wrong with it, and if one likes the item of the convention."""
    if request.method == "GET":
        return _report_page({}, {})
    typed, person_id = request.form.to_dict(), person_now().id
    try:
        with deciding() as scoped:
            found = _subject()
            number = cases.report(
                scoped(), found, text=typed.get("text", ""), item=typed.get("item", ""), by=people.get(scoped(), person_id)
            ).number
    except Invalid as error:
        return _report_page(typed, field_errors(error)), 422
    flash(_("Reported as %(number)s. You will be told what became of it.", number=number))
    return redirect(url_for("conduct.mine"), 303)


@pages.get("/conduct")
@signed_in
def mine() -> ResponseReturnValue:
    """What this person reported, and what was decided about them."""
    return _standing_page(person_now())


@pages.route("/appeals/<id:case_id>", methods=["GET", "POST"])
@everybody
@limiter.limit("20 per hour", methods=["POST"])
def appeal(case_id: int) -> ResponseReturnValue:
    """Ask somebody else to look at a decision about oneself. A suspended person comes here from the sign-in page."""
    person = current_person() or _suspended()
    if person is None:
        raise Unauthorized()
    case = _own_case(person, case_id)
    if request.method == "GET":
        return _appeal_page(case, {}, {})
    person_id, typed = person.id, request.form.to_dict()
    try:
        with deciding() as scoped:
            decisions.appeal(scoped(), cases.get(scoped(), case_id), text=typed.get("text", ""), by=people.get(scoped(), person_id))
    except Invalid as error:
        return _appeal_page(cases.get(db.session(), case_id), typed, field_errors(error)), 422
    flash(_("Your appeal is with somebody who had no part in the decision. You will be told the outcome and the reason."))
    return redirect(url_for("conduct.appeal", case_id=case_id), 303)


def muted_now() -> penalties.Penalty | None:
    """What keeps the present person from handing in; the longest first."""
    held = penalties.in_force(db.session(), person_now().id, penalties.Scope.SUBMIT)
    return held[0] if held else None


def suspension_of(person: Person) -> penalties.Penalty | None:
    """What the sign-in page tells somebody whose account is closed; the session may appeal from then on."""
    held = [one for one in penalties.in_force(db.session(), person.id) if one.measure == penalties.Measure.SUSPENSION]
    session.clear()
    session[APPEALING] = person.id
    return held[0] if held else None


def _suspended() -> Person | None:
    person_id = session.get(APPEALING)
    person = db.session.get(Person, person_id) if person_id is not None else None
    return person if person is not None and person.is_suspended else None


def _own_case(person: Person, case_id: int) -> Case:
    case = cases.get(db.session(), case_id)
    if case.about_id != person.id or case.outcome != decisions.Outcome.BREACH or case.state in cases.WAITING[:2]:
        raise NotFound()
    return case


def _subject() -> cases.Subject:
    return subjects.subject(db.session(), request.values.get("thing", ""), request.values.get("id", 0, type=whole))


def _report_page(typed: dict[str, str], errors: dict[str, str]) -> str:
    found = _subject()
    return render_template(
        "conduct/report.html", subject=found, words=render(found.words).plain, kind=subjects.KINDS[found.kind], typed=typed,
        errors=errors, items=item_choices(versions.current(db.session())),
    )


def _standing_page(person: Person) -> str:
    scoped = db.session()
    about = cases.about(scoped, person)
    return render_template(
        "conduct/mine.html", reports=cases.reports_of(scoped, person), about=about, outcomes=OUTCOMES,
        in_force=penalties.in_force(scoped, person.id), rules={case.id: decisions.rule_of(scoped, case) for case in about},
        measures=MEASURES, scopes=SCOPES, kinds=subjects.KINDS,
    )


def _appeal_page(case: Case, typed: dict[str, str], errors: dict[str, str]) -> str:
    scoped = db.session()
    return render_template(
        "conduct/appeal.html", case=case, rule=decisions.rule_of(scoped, case), appeal=decisions.appeal_of(scoped, case),
        penalties=decisions.penalties_of(scoped, case), measures=MEASURES, scopes=SCOPES, appeals=APPEALS, typed=typed,
        errors=errors,
    )
