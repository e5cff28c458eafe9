"""Joining groups and leaving them: my groups, one group's door, an invitation's link, and what one takes along."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from app import own_copies
from app.auth import person_now, signed_in
from app.extensions import db, deciding, limiter
from app.uploads.pictures import fit_without_keeping
from app.web import playbook
from app.web.charters import chosen
from app.web.slots import house_zone
from app.web.words import MEMBERSHIP_WAYS, field_errors
from editorial import house
from editorial.errors import Invalid, Problem
from editorial.groups import charters, groups
from editorial.groups.groups import Group
from editorial.members import admission_requests, invitations, memberships, rules
from editorial.members.admission_requests import MOST_PICTURES, Picture
from editorial.members.memberships import Membership
from editorial.members.rules import Admission
from editorial.people import people

pages = Blueprint("memberships", __name__)


@pages.get("/my-groups")
@signed_in
def mine() -> ResponseReturnValue:
    """The groups one belongs to, the requests that wait, and those one has left."""
    session, person = _database(), person_now()
    found = memberships.of_person(session, person)
    return render_template(
        "groups/mine.html", present=[one for one in found if one.present], past=[one for one in found if not one.present],
        requests=admission_requests.of_person(session, person), ways=MEMBERSHIP_WAYS,
        copies={one.group_id: own_copies.count(session, person, one.group) for one in found}, **playbook.of_person(person),
    )


@pages.get("/invitations/<code>")
@signed_in
def invited(code: str) -> ResponseReturnValue:
    """The link of an invitation leads to the group's door; one that is no good says why."""
    found = invitations.usable(_database(), code)
    return redirect(url_for("memberships.door", slug=found.group.slug, invitation=code))


@pages.route("/groups/<slug>/joining", methods=["GET", "POST"])
@signed_in
@limiter.limit("30 per hour", methods=["POST"], key_func=lambda: str(person_now().id))
def door(slug: str) -> ResponseReturnValue:
    """What the group asks of whoever wants to join; POST joins, or asks to."""
    if request.method == "GET":
        return _door_page(slug, {}, {})
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        pictures = _fitted(_database(), chosen(_database(), slug))
        with deciding() as scoped:
            session = scoped()
            group = chosen(session, slug)
            asked = rules.rule_of(session, group).questions
            answers = [typed.get(f"answer_{number}", "") for number in range(1, len(asked) + 1)]
            made = admission_requests.join(
                session, group, people.get(session, person_id), answers=answers, pictures=pictures,
                code=typed.get("invitation", ""), zone=house_zone(),
            )
            is_in = isinstance(made, Membership)
    except Invalid as error:
        return _door_page(slug, typed, field_errors(error)), 422
    flash(_("You are a member now.") if is_in else _("Sent. You are told as soon as somebody has decided."))
    return redirect(url_for("memberships.mine"), 303)


@pages.post("/groups/<slug>/leaving")
@signed_in
def leave(slug: str) -> ResponseReturnValue:
    """Leave in one step."""
    person_id = person_now().id
    with deciding() as scoped:
        session = scoped()
        memberships.leave(session, chosen(session, slug), people.get(session, person_id))
    flash(_("You have left the group. Its notices have stopped; your stories keep your name."))
    return redirect(url_for("memberships.mine", _anchor="past"), 303)


@pages.get("/groups/<slug>/my-copy.zip")
@signed_in
def copy(slug: str) -> ResponseReturnValue:
    """What I handed in through this group, to take along."""
    session, person = _database(), person_now()
    made = own_copies.packed(session, current_app.extensions["media"], person, chosen(session, slug), house_zone())
    return Response(made, mimetype="application/zip", headers={
        "Content-Disposition": f"attachment; filename={slug}.zip", "Cache-Control": "private, no-store",
    })


@pages.post("/admission-requests/<id:request_id>/withdrawal")
@signed_in
def withdraw(request_id: int) -> ResponseReturnValue:
    """Take one's own request back."""
    person_id = person_now().id
    with deciding() as scoped:
        session = scoped()
        admission_requests.withdraw(session, admission_requests.get(session, request_id), by=people.get(session, person_id))
    flash(_("Your request is taken back, and its pictures are deleted."))
    return redirect(url_for("memberships.mine"), 303)


def _fitted(session: Session, group: Group) -> list[Picture]:
    """The pictures that came, made fit before any transaction begins. Raises Invalid naming `evidence`."""
    came = [file for file in request.files.getlist("evidence") if file.filename]
    if rules.rule_of(session, group).admission != Admission.EVIDENCE:
        return []
    if len(came) > MOST_PICTURES:
        raise Invalid(Problem("evidence", "Add one to {most} pictures of what is asked for.", {"most": MOST_PICTURES}))
    return [_fit(file) for file in came]


def _fit(file: FileStorage) -> Picture:
    try:
        fitted = fit_without_keeping(file)
    except Invalid as error:
        raise Invalid(*(Problem("evidence", one.message, one.params) for one in error.problems)) from None
    return fitted.content_type, fitted.content


def _door_page(slug: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    session, person, group = _database(), person_now(), chosen(_database(), slug)
    code = typed.get("invitation") or request.args.get("invitation", "")
    return render_template(
        "groups/joining.html", group=group, rule=rules.rule_of(session, group), charter=charters.newest(session, group),
        typed=typed, errors=errors, code=code, invitation=invitations.by_code(session, code) if code else None,
        mine=memberships.of(session, group, person), waiting=admission_requests.waiting_of(session, group, person),
        evidence_days=house.setting(session, "evidence_days"), most=MOST_PICTURES, closed=group.state == groups.GroupState.CLOSED,
    )


def _database() -> Session:
    session: Session = db.session()
    return session
