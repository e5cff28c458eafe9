"""Cases: the moderators' queue, one case with its reports and history, the decision, the second person, the appeal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from app import subjects
from app.addresses import whole
from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web.conduct_words import AGGRAVATIONS, APPEALS, MEASURES, OUTCOMES, SCOPES, item_choices
from app.web.words import field_errors
from editorial.conduct import cases, convention, decisions, penalties, versions
from editorial.conduct.cases import Case, CaseState
from editorial.conduct.decisions import Verdict
from editorial.errors import Invalid
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action
from editorial.share_back import freezes

pages = Blueprint("cases", __name__, url_prefix="/cases")

PAGE = 50
SHOWN: dict[str, tuple[Any, tuple[CaseState, ...]]] = {
    "open": (lazy_gettext("To decide"), (CaseState.OPEN,)),
    "second": (lazy_gettext("Second person"), (CaseState.AWAITING_SECOND,)),
    "appeals": (lazy_gettext("Appeals"), (CaseState.APPEALED,)),
    "decided": (lazy_gettext("Decided cases"), (CaseState.DECIDED, CaseState.CLOSED)),
}


@pages.get("")
@guard(Action.MODERATE)
def queue() -> ResponseReturnValue:
    """What waits for a decision, a second person or somebody else's look; and what was decided."""
    session = db.session()
    shown = request.args.get("shown", "open")
    shown = shown if shown in SHOWN else "open"
    found = cases.queue(session, SHOWN[shown][1], before=request.args.get("beyond", type=whole), limit=PAGE + 1)
    further = url_for("cases.queue", shown=shown, beyond=found[PAGE - 1].id) if len(found) > PAGE else None
    return render_template(
        "conduct/cases.html", cases=found[:PAGE], counts=cases.counts(session, found[:PAGE]), shown=shown, places=SHOWN,
        further=further, kinds=subjects.KINDS, outcomes=OUTCOMES, measures=MEASURES,
    )


@pages.get("/<id:case_id>")
@guard(Action.MODERATE)
def case(case_id: int) -> ResponseReturnValue:
    """One case: what was reported, who said what, the person's history, the step that waits."""
    return _page(cases.get(db.session(), case_id), {}, {})


@pages.post("/<id:case_id>/decision")
@guard(Action.MODERATE)
def decide(case_id: int) -> ResponseReturnValue:
    """Decide it; with an aggravation a second person is asked first."""
    form = request.form
    verdict = Verdict(
        outcome=form.get("outcome", ""), reason=form.get("reason", ""), item=form.get("item", ""),
        measure=form.get("measure", "none"), scope=form.get("scope", "all"),
        aggravations=tuple(form.getlist("aggravations")), aggravation_reason=form.get("aggravation_reason", ""),
    )
    said = _("Kept. The people concerned are told.")

    def decided(session: Session, one: Case, by: Person) -> None:
        decisions.decide(session, one, verdict, by=by)
        if one.outcome == decisions.Outcome.REFUSED:
            freezes.lift(session, one, by=by)

    return _act(case_id, decided, said)


@pages.post("/<id:case_id>/freeze/removal")
@guard(Action.MODERATE)
def unfreeze(case_id: int) -> ResponseReturnValue:
    """Let the article of an objection go to groups again."""
    said = _("The links that waited go out within ten minutes.")
    return _act(case_id, lambda session, one, by: freezes.lift(session, one, by=by), said)


@pages.post("/<id:case_id>/second")
@guard(Action.MODERATE)
def second(case_id: int) -> ResponseReturnValue:
    """Agree to the heavier penalty as the second person, or give the case back."""
    agreed = request.form.get("agreed") == "1"
    said = _("Agreed. The penalty begins now, and the person is told.") if agreed else _("The case is open again.")
    return _act(case_id, lambda session, one, by: decisions.second(session, one, agreed=agreed, by=by), said)


@pages.post("/<id:case_id>/appeal")
@guard(Action.MODERATE)
def decide_appeal(case_id: int) -> ResponseReturnValue:
    """Say whether the decision stands, as somebody who had no part in it."""
    outcome, reason = request.form.get("outcome", ""), request.form.get("reason", "")
    return _act(
        case_id, lambda session, one, by: decisions.decide_appeal(session, one, outcome=outcome, reason=reason, by=by),
        _("Decided. The person is told the outcome and the reason."),
    )


def _act(case_id: int, verb: Callable[[Session, Case, Person], None], said: str) -> ResponseReturnValue:
    person_id = person_now().id
    try:
        with deciding() as session:
            verb(session(), cases.get(session(), case_id), people.get(session(), person_id))
    except Invalid as error:
        typed = {**request.form.to_dict(), "aggravations": request.form.getlist("aggravations")}
        return _page(cases.get(db.session(), case_id), typed, field_errors(error)), 422
    flash(said)
    return redirect(url_for("cases.case", case_id=case_id), 303)


def _page(chosen: Case, typed: dict[str, Any], errors: dict[str, str]) -> str:
    session = db.session()
    flagged = any(made.item in convention.AGAINST_MINORS for made in chosen.reports)
    suggested = penalties.suggest(session, chosen.about_id) if chosen.about_id else None
    heavier = penalties.suggest(session, chosen.about_id, aggravated=True) if chosen.about_id else None
    refusal = decisions.refusal_of(session, chosen, person_now())
    return render_template(
        "conduct/case.html", case=chosen, typed=typed, errors=errors, kind=subjects.KINDS.get(chosen.thing, chosen.thing),
        address=subjects.address_of(session, chosen), rule=decisions.rule_of(session, chosen), suggested=suggested, heavier=heavier,
        flagged=flagged, history=penalties.of_person(session, chosen.about_id) if chosen.about_id else [],
        appeal=decisions.appeal_of(session, chosen), penalties=decisions.penalties_of(session, chosen),
        items=item_choices(versions.current(session)), item_words=dict(item_choices(versions.current(session))),
        outcomes=[(code, OUTCOMES[code]) for code in decisions.OUTCOMES[chosen.kind]], outcome_words=OUTCOMES, measures=MEASURES,
        frozen=freezes.of_case(session, chosen), scopes=SCOPES, aggravations=AGGRAVATIONS, appeals=APPEALS,
        refusal=_(refusal) if refusal else "",
    )
