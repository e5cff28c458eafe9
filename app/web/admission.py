"""Who may join a group: its rule, and a request with its answers and its evidence, which only its reviewers see."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addresses import is_id
from app.auth import allow, guard, person_now, signed_in
from app.extensions import db, deciding
from app.web.charters import chosen
from app.web.members import keepers, reviews
from app.web.words import ADMISSIONS, field_errors
from editorial import house
from editorial.errors import Invalid, NotFound
from editorial.members import admission_requests, rules
from editorial.members.admission_requests import AdmissionEvidence, AdmissionRequest
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action

pages = Blueprint("admission", __name__)


@pages.route("/groups/<slug>/admission", methods=["GET", "POST"])
@guard(Action.LOOK_AFTER_GROUP)
def rule(slug: str) -> ResponseReturnValue:
    """What the group asks of whoever wants to join; POST changes it."""
    allow(Action.LOOK_AFTER_GROUP, keepers(_database(), chosen(_database(), slug)))
    if request.method == "GET":
        return _rule_page(slug, {}, {})
    by_id, typed = person_now().id, request.form.to_dict()
    days = typed.get("days", "")
    try:
        with deciding() as scoped:
            session = scoped()
            rules.change(
                session, chosen(session, slug), admission=typed.get("admission", ""),
                questions=typed.get("questions", "").splitlines(), evidence=typed.get("evidence", ""),
                days=int(days) if is_id(days) and len(days) < 6 else 0, members_invite=typed.get("members_invite") == "1",
                reviewer=typed.get("reviewer", ""), by=people.get(session, by_id),
            )
    except Invalid as error:
        return _rule_page(slug, {"members_invite": "", **typed}, field_errors(error)), 422
    flash(_("Saved. Requests that wait are decided by what they were asked."))
    return redirect(url_for("groups.group", slug=slug, _anchor="members"), 303)


@pages.get("/admission-requests/<id:request_id>")
@signed_in
def one(request_id: int) -> ResponseReturnValue:
    """One request, for those who decide."""
    return _page(_reviewed(_database(), request_id), {}, {})


@pages.post("/admission-requests/<id:request_id>/decision")
@signed_in
def decide(request_id: int) -> ResponseReturnValue:
    """Let somebody in, or refuse them with a reason."""
    by_id, typed = person_now().id, request.form.to_dict()
    admitted = typed.get("decision") == "admit"
    try:
        with deciding() as scoped:
            session = scoped()
            row, by = _reviewed(session, request_id), people.get(session, by_id)
            name, slug = row.person.name, row.group.slug
            if admitted:
                admission_requests.admit(session, row, typed.get("reason", ""), by=by)
            else:
                admission_requests.refuse(session, row, typed.get("reason", ""), by=by)
    except Invalid as error:
        return _page(_reviewed(_database(), request_id), typed, field_errors(error)), 422
    flash(_("%(name)s is a member now.", name=name) if admitted else _("%(name)s was not let in and reads the reason.", name=name))
    return redirect(url_for("groups.group", slug=slug, _anchor="members"), 303)


@pages.get("/admission-evidence/<id:evidence_id>")
@signed_in
def evidence(evidence_id: int) -> ResponseReturnValue:
    """One picture of the evidence, for those who decide."""
    session = _database()
    found = session.get(AdmissionEvidence, evidence_id)
    if found is None:
        raise NotFound()
    _reviewed(session, found.request_id)
    return Response(found.content, mimetype=found.content_type, headers={"Cache-Control": "private, no-store"})


def _reviewed(session: Session, request_id: int) -> AdmissionRequest:
    """The request, when the present person decides about it. Raises NotFound."""
    row = admission_requests.get(session, request_id)
    if not reviews(session, row.group):
        raise NotFound()
    return row


def _page(row: AdmissionRequest, typed: dict[str, str], errors: dict[str, str]) -> str:
    session = _database()
    return render_template(
        "groups/admission_request.html", row=row, typed=typed, errors=errors, own=row.person_id == person_now().id,
        pictures=admission_requests.evidence_of(session, row), evidence_days=house.setting(session, "evidence_days"),
    )


def _rule_page(slug: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    session = _database()
    group = chosen(session, slug)
    kept = rules.rule_of(session, group)
    stored = {
        "admission": kept.admission, "questions": "\n".join(kept.questions), "evidence": kept.evidence, "days": kept.days,
        "members_invite": "1" if kept.members_invite else "", "reviewer": kept.reviewer.email if kept.reviewer else "",
    }
    active = select(Person.email, Person.name).where(Person.active).order_by(Person.name)
    return render_template(
        "groups/admission.html", group=group, values=stored | typed, errors=errors, admissions=ADMISSIONS,
        persons=session.execute(active).all(), evidence_days=house.setting(session, "evidence_days"), limits=rules,
    )


def _database() -> Session:
    session: Session = db.session()
    return session
