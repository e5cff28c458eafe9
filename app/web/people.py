"""Doors: signing in and out, the start page of each role, one's own account, language, notices."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import auth
from app.auth import can, everybody, person_now, signed_in
from app.extensions import db, deciding, limiter
from app.web import entering, noticed, signing_in, words
from app.web.conduct import suspension_of
from editorial import notices
from editorial.conduct.penalties import Penalty
from editorial.errors import Invalid, NotFound, Problem
from editorial.joining import author_requests, identities
from editorial.people import credentials, people, second_factor
from editorial.people.credentials import ApiToken
from editorial.people.people import Person
from editorial.people.permissions import Action

pages = Blueprint("people", __name__)
pages.app_template_filter("role_words")(words.role_words)
pages.app_template_filter("stage_words")(words.stage_words)
pages.app_template_filter("kind_words")(words.kind_words)
pages.app_template_filter("told")(words.told)
pages.app_template_filter("charter_names")(words.charter_names)

YEAR_SECONDS = 365 * 24 * 3600


@pages.app_context_processor
def bell() -> dict[str, Any]:
    """How many notices the frame of every page counts."""
    person = auth.current_person() if not auth.is_api() else None
    return {"unseen_notices": notices.unseen(_database(), person) if person else 0}


def _address_and_place() -> str:
    return f"{request.form.get('email', '').strip().lower()[:254]} {get_remote_address()}"


def _failed(response: Response) -> bool:
    return response.status_code != 303


@pages.route("/sign-in", methods=["GET", "POST"])
@everybody
@limiter.limit("10 per minute", methods=["POST"], key_func=_address_and_place, deduct_when=_failed)
@limiter.limit("120 per minute", methods=["POST"], deduct_when=_failed)
def sign_in() -> ResponseReturnValue:
    """Prove who you are. A wrong address and a wrong password get the same answer in the same time."""
    following = entering.local(request.values.get("next", ""))
    if request.method == "GET":
        if auth.current_person() is not None:
            return redirect(following or url_for("people.home"))
        return _sign_in_page({}, {}, following)
    email, password = request.form.get("email", ""), request.form.get("password", "")
    person = credentials.check_password(_database(), email, password)
    if person is None:
        sentence = _("The address and the password do not belong together. Please try again.")
        return _sign_in_page({"email": email}, {"sign_in": sentence}, following), 422
    if person.is_suspended:
        return _sign_in_page({"email": email}, {}, following, suspension_of(person)), 403
    return entering.let_in(_database(), person, following)


@pages.post("/sign-out")
@everybody
def sign_out() -> ResponseReturnValue:
    """End this session."""
    auth.sign_out()
    flash(_("You are signed out."))
    return redirect(url_for("people.sign_in"), 303)


@pages.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """Where this person's work begins."""
    for action, endpoint in (
        (Action.SEE_DESK, "desk.today"), (Action.HAND_IN, "intake.mine"), (Action.MANAGE_SETTINGS, "settings.index"),
    ):
        if can(action):
            return redirect(url_for(endpoint))
    return redirect(url_for("people.me"))


@pages.route("/me", methods=["GET", "POST"])
@signed_in
@limiter.limit("10 per minute", methods=["POST"], key_func=lambda: str(person_now().id), deduct_when=_failed)
def me() -> ResponseReturnValue:
    """One's own account; POST changes the password."""
    if request.method == "GET":
        return _account_page()
    if credentials.check_password(_database(), person_now().email, request.form.get("current", "")) is None:
        return _account_page({"current": _("This is not your present password.")}), 422
    if request.form.get("password") != request.form.get("again"):
        return _account_page({"again": _("The two new passwords are not the same.")}), 422
    person_id = person_now().id
    try:
        with deciding() as session:
            person = people.get(session(), person_id)
            credentials.set_password(session(), person, request.form.get("password", ""), by=person)
    except Invalid as error:
        return _account_page(words.field_errors(error)), 422
    auth.sign_in(people.get(_database(), person_id))
    flash(_("The password is changed. Your sessions on other devices have ended."))
    return redirect(url_for("people.me"), 303)


@pages.post("/me/tokens")
@signed_in
def add_token() -> ResponseReturnValue:
    """A new API token: shown in this answer and never again."""
    name = request.form.get("name", "").strip()
    if not name or len(name) > 80:
        return _account_page({"name": _("Give the token a name of at most 80 characters, so that you know it again.")}), 422
    person_id = person_now().id
    with deciding() as session:
        person = people.get(session(), person_id)
        token = credentials.create_token(session(), person, name, by=person)
    return _account_page(token=token), 201


@pages.post("/me/tokens/<id:token_id>/revocation")
@signed_in
def revoke_token(token_id: int) -> ResponseReturnValue:
    """End one of one's own tokens."""
    person_id = person_now().id
    with deciding() as session:
        row = session.get(ApiToken, token_id)
        if row is None or row.person_id != person_id:
            raise NotFound()
        if row.revoked_at is None:
            credentials.revoke_token(session(), row, by=row.person)
    flash(_("The token is revoked: programs that use it are refused from now on."))
    return redirect(url_for("people.me"), 303)


@pages.post("/language")
@everybody
def language() -> ResponseReturnValue:
    """This browser's language, kept for a year."""
    chosen = request.form.get("locale", "")
    if chosen not in ("zh", "en"):
        raise Invalid(Problem("locale", "Choose one of: {choices}.", {"choices": "zh, en"}))
    back = urlsplit(request.referrer or "")
    target = f"{back.path}?{back.query}".rstrip("?") if back.netloc == request.host else ""
    response = current_app.make_response(redirect(entering.local(target) or url_for("people.home"), 303))
    response.set_cookie("language", chosen, max_age=YEAR_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure)
    return response


@pages.get("/notices", endpoint="notices")
@signed_in
def notice_list() -> ResponseReturnValue:
    """What the house told this person, newest first."""
    found, unseen = notices.latest(_database(), person_now()), notices.unseen(_database(), person_now())
    return render_template("people/notices.html", notices=found, addresses=noticed.addresses(_database(), found), unseen=unseen,
        mutable=noticed.MUTABLE)


@pages.post("/notices/seen")
@signed_in
def see_notices() -> ResponseReturnValue:
    """Everything up to now was read."""
    person_id = person_now().id
    with deciding() as session:
        notices.see_all(session(), people.get(session(), person_id))
    return redirect(url_for("people.notices"), 303)


def _sign_in_page(values: dict[str, str], errors: dict[str, str], following: str, closed: Penalty | None = None) -> str:
    return render_template(
        "people/sign_in.html", values=values, errors=errors, next=following, people=_demo_people(), closed=closed,
        ways=signing_in.offered(_database()),
    )


def _demo_people() -> list[dict[str, str]]:
    """Whom a newcomer may try the demo as; nobody outside it."""
    known: list[tuple[str, str, str, str]] = current_app.extensions.get("demo_people", [])
    there = set(_database().scalars(select(Person.email).where(Person.email.in_([email for _role, _name, email, _word in known]))))
    return [
        {"role": str(words.ROLES.get(role, role)), "name": name, "email": email, "password": password}
        for role, name, email, password in known if email in there
    ]


def _account_page(errors: dict[str, str] | None = None, token: str = "") -> str:
    g.pop("person", None)
    person = person_now()
    query = select(ApiToken).where(ApiToken.person_id == person.id, ApiToken.revoked_at.is_(None)).order_by(ApiToken.id.desc())
    tokens = _database().scalars(query).all()
    return render_template(
        "people/me.html", person=person, tokens=tokens, errors=errors or {}, token=token,
        has_second=second_factor.is_on(_database(), person), identities=identities.of(_database(), person),
        next_step=author_requests.next_step(person),
        ways=signing_in.offered(_database()),
    )


def _database() -> Session:
    session: Session = db.session()
    return session
