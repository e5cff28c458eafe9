"""Asking for the next step as an author: by who is signed in, by a stranger whom a provider vouched for; and deciding it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth import everybody, guard, person_now, signed_in
from app.extensions import db, deciding, limiter
from app.web.words import ROLES, field_errors
from editorial import clock, house
from editorial.errors import Invalid, Problem, WrongState
from editorial.intake.submissions import ADOPTED, Submission
from editorial.joining import author_requests, ways
from editorial.joining.author_requests import STEPS, AuthorRequest
from editorial.people import people
from editorial.people.people import Role
from editorial.people.permissions import Action

pages = Blueprint("author_requests", __name__)

STRANGER_SECONDS = 3600
"""So long what a provider said of a stranger is good enough to ask for an account."""
DECIDED_SHOWN, MOST_CRITERIA, LONGEST_CRITERION = 20, 10, 300


@pages.route("/author-status", methods=["GET", "POST"])
@signed_in
@limiter.limit("10 per hour", methods=["POST"], key_func=lambda: str(person_now().id))
def mine() -> ResponseReturnValue:
    """One's own step of the ladder, what the next one asks for, and asking for it."""
    if request.method == "GET":
        return _own_page("", {})
    person_id, text = person_now().id, request.form.get("text", "")
    try:
        with deciding() as writing:
            author_requests.ask(writing(), people.get(writing(), person_id), text)
    except Invalid as error:
        return _own_page(text, field_errors(error)), 422
    flash(_("Sent. You are told as soon as somebody has decided."))
    return redirect(url_for("author_requests.mine"), 303)


@pages.route("/sign-in/request", methods=["GET", "POST"])
@everybody
@limiter.limit("10 per hour", methods=["POST"])
def knock() -> ResponseReturnValue:
    """A stranger asks for an account; who they are elsewhere was proved just before."""
    found: dict[str, Any] | None = session.get("stranger")
    if found is None or int(clock.now().timestamp()) - found["since"] > STRANGER_SECONDS:
        return redirect(url_for("people.sign_in"), 303)
    if request.method == "GET":
        return _knock_page(found, {}, {})
    typed = request.form.to_dict()
    try:
        with deciding() as writing:
            way = ways.open_way(writing(), found["way"])
            author_requests.ask_as_stranger(
                writing(), way, found["subject"], name=typed.get("name", ""), email=typed.get("email", ""),
                text=typed.get("text", ""),
            )
    except Invalid as error:
        return _knock_page(found, typed, field_errors(error)), 422
    except WrongState:
        return redirect(url_for("author_requests.knock"), 303)
    return redirect(url_for("author_requests.knock"), 303)


@pages.get("/settings/requests")
@guard(Action.MANAGE_PEOPLE)
def queue() -> ResponseReturnValue:
    """Who asks, and the criteria that everybody reads beforehand."""
    return _queue_page({})


@pages.post("/settings/requests/<id:request_id>/decision")
@guard(Action.MANAGE_PEOPLE)
def decide(request_id: int) -> ResponseReturnValue:
    """Grant or refuse; a refusal names the criterion that is not met."""
    person_id, typed = person_now().id, request.form.to_dict()
    granted = typed.get("decision") == "grant"
    try:
        with deciding() as writing:
            row, by = author_requests.get(writing(), request_id), people.get(writing(), person_id)
            if granted:
                author_requests.grant(writing(), row, reason=typed.get("reason", ""), by=by)
            else:
                author_requests.refuse(writing(), row, criterion=typed.get("criterion", ""), reason=typed.get("reason", ""), by=by)
            name = row.name
    except Invalid as error:
        return _queue_page(field_errors(error)), 422
    flash(_("%(name)s was granted it.", name=name) if granted else _("%(name)s was refused it, with the reason.", name=name))
    return redirect(url_for("author_requests.queue"), 303)


@pages.post("/settings/requests/criteria")
@guard(Action.MANAGE_PEOPLE)
def change_criteria() -> ResponseReturnValue:
    """What is looked at, one line each, and within how many days somebody decides."""
    person_id, typed = person_now().id, request.form.to_dict()
    said: dict[str, Any] = {f"{role}_criteria": _lines(typed.get(role, "")) for role in STEPS}
    days = typed.get("days", "")
    try:
        if not (days.isascii() and days.isdigit() and 1 <= int(days) <= 60):
            raise Invalid(Problem("days", "Write a whole number from {least} to {most}.", {"least": 1, "most": 60}))
        for role in STEPS:
            lines = said[f"{role}_criteria"]
            if not 0 < len(lines) <= MOST_CRITERIA or any(len(line) > LONGEST_CRITERION for line in lines):
                raise Invalid(Problem(role, "One to ten lines of at most 300 characters."))
        with deciding() as writing:
            by = people.get(writing(), person_id)
            for name, value in {**said, "author_request_days": int(days)}.items():
                if value != house.setting(writing(), name):
                    house.change(writing(), name, value, by=by)
    except Invalid as error:
        return _queue_page(field_errors(error)), 422
    flash(_("Saved."))
    return redirect(url_for("author_requests.queue"), 303)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _own_page(text: str, errors: dict[str, str]) -> str:
    database, person = _database(), person_now()
    step = author_requests.next_step(person)
    return render_template(
        "people/author_status.html", step=step, latest=author_requests.latest_of(database, person), roles=ROLES, text=text,
        criteria=author_requests.criteria(database, step) if step else [], days=house.setting(database, "author_request_days"),
        errors=errors,
    )


def _knock_page(found: dict[str, Any], typed: dict[str, str], errors: dict[str, str]) -> str:
    database = _database()
    way = ways.open_way(database, found["way"])
    return render_template(
        "people/knock.html", way=way, shown={"name": found["name"], "email": found["email"], **typed}, label=found["label"],
        waits=author_requests.waiting_of_stranger(database, way, found["subject"]), errors=errors,
        criteria=author_requests.criteria(database, Role.CONTRIBUTOR), days=house.setting(database, "author_request_days"),
    )


def _queue_page(errors: dict[str, str]) -> str:
    database = _database()
    rows = author_requests.waiting(database)
    criteria = {role.value: author_requests.criteria(database, role) for role in STEPS}
    return render_template(
        "settings/requests.html", waiting=rows, decided=author_requests.decided(database, DECIDED_SHOWN), roles=ROLES,
        errors=errors, criteria=criteria, choices_of={role: [(line, line) for line in lines] for role, lines in criteria.items()},
        work=_work(database, rows), now=clock.now(), days=house.setting(database, "author_request_days"),
    )


def _work(database: Session, rows: list[AuthorRequest]) -> dict[int, tuple[int, int]]:
    """How many stories each of these people has handed in, and how many of them were adopted."""
    persons = {row.person_id for row in rows if row.person_id}
    query = select(Submission.contributor_id, func.count(), func.count().filter(Submission.state.in_(ADOPTED)))
    found = database.execute(query.where(Submission.contributor_id.in_(persons)).group_by(Submission.contributor_id))
    return {person_id: (handed_in, adopted) for person_id, handed_in, adopted in found}


def _database() -> Session:
    found: Session = db.session()
    return found
