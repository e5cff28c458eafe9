"""The second proof: asked for at the door, set up and given up under “My account”, taken away by an administrator."""

from __future__ import annotations

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app import auth
from app.auth import before_set_up, everybody, guard, person_now, signed_in
from app.extensions import db, deciding, limiter
from app.web.words import field_errors
from editorial import house
from editorial.errors import Invalid, NotAllowed
from editorial.people import credentials, people, second_factor
from editorial.people.permissions import Action
from editorial.people.second_factor import Proof

pages = Blueprint("second_factor", __name__)


@pages.route("/sign-in/code", methods=["GET", "POST"])
@everybody
@limiter.limit("30 per minute", methods=["POST"])
def ask() -> ResponseReturnValue:
    """The code of the phone, or a recovery code, from somebody whose first proof was right."""
    half = auth.half_signed_in()
    if half is None:
        return redirect(url_for("people.sign_in"), 303)
    if request.method == "GET":
        return _code_page("")
    person_id, following = half
    with deciding() as session:
        proof = second_factor.prove(session(), people.get(session(), person_id), request.form.get("code", ""))
    if proof == Proof.SHUT:
        return _code_page(_("Too many codes were wrong. Please wait a few minutes before you try again.")), 429
    if proof == Proof.WRONG:
        return _code_page(_("This is not the code of the moment. Each code counts once; please type the next one.")), 422
    auth.sign_in(people.get(_database(), person_id))
    return redirect(following or url_for("people.home"), 303)


@pages.get("/me/second-factor")
@before_set_up
@signed_in
def mine() -> ResponseReturnValue:
    """Whether one has a second proof; while it is being set up, the code to scan."""
    return _own_page()


@pages.post("/me/second-factor")
@before_set_up
@signed_in
def begin() -> ResponseReturnValue:
    """A new secret for one's phone. It counts once the phone has shown the right code."""
    person_id = person_now().id
    with deciding() as session:
        second_factor.begin(session(), people.get(session(), person_id))
    return redirect(url_for("second_factor.mine"), 303)


@pages.post("/me/second-factor/confirmation")
@before_set_up
@signed_in
@limiter.limit("10 per minute", key_func=lambda: str(person_now().id))
def confirm() -> ResponseReturnValue:
    """The phone shows the right code: it counts from now on. The recovery codes are shown in this answer and never again."""
    person_id = person_now().id
    try:
        with deciding() as session:
            codes = second_factor.confirm(session(), people.get(session(), person_id), request.form.get("code", ""))
    except Invalid as error:
        return _own_page(field_errors(error)), 422
    auth.sign_in(people.get(_database(), person_id))
    return _own_page(codes=codes)


@pages.post("/me/second-factor/codes")
@signed_in
@limiter.limit("10 per minute", key_func=lambda: str(person_now().id))
def renew() -> ResponseReturnValue:
    """Ten new recovery codes; the old ones end."""
    wrong = _wrong_password()
    if wrong:
        return _own_page({"renew": wrong}), 422
    person_id = person_now().id
    with deciding() as session:
        codes = second_factor.renew_codes(session(), people.get(session(), person_id))
    return _own_page(codes=codes)


@pages.post("/me/second-factor/removal")
@signed_in
@limiter.limit("10 per minute", key_func=lambda: str(person_now().id))
def give_up() -> ResponseReturnValue:
    """Do without a second proof; the password is asked for, because an open screen is nobody's proof."""
    wrong = _wrong_password()
    if wrong:
        return _own_page({"remove": wrong}), 422
    person_id = person_now().id
    with deciding() as session:
        person = people.get(session(), person_id)
        second_factor.remove(session(), person, by=person)
    auth.sign_in(people.get(_database(), person_id))
    flash(_("The second proof is taken away. Your sessions on other devices have ended."))
    return redirect(url_for("people.me"), 303)


@pages.post("/settings/people/<id:person_id>/second-factor/removal")
@guard(Action.MANAGE_PEOPLE)
def take_away(person_id: int) -> ResponseReturnValue:
    """For somebody who lost phone and recovery codes: they sign in with their password alone and set it up anew."""
    by_id = person_now().id
    if by_id == person_id:
        # One's own needs the password, on the page of one's own account.
        raise NotAllowed()
    with deciding() as session:
        person = people.get(session(), person_id)
        second_factor.remove(session(), person, by=people.get(session(), by_id))
        name = person.name
    flash(_("%(name)s signs in without a code now and can set up a new phone.", name=name))
    return redirect(url_for("settings.person", person_id=person_id), 303)


def _wrong_password() -> str:
    if credentials.check_password(_database(), person_now().email, request.form.get("password", "")) is None:
        return _("This is not your present password.")
    return ""


def _code_page(error: str) -> str:
    return render_template("people/code.html", error=error)


def _own_page(errors: dict[str, str] | None = None, codes: list[str] | None = None) -> str:
    session, person = _database(), person_now()
    row = second_factor.of(session, person)
    address = ""
    if row is not None and row.confirmed_at is None:
        address = second_factor.address(row, person, house.setting(session, "name"))
    return render_template(
        "people/second_factor.html", row=row, errors=errors or {}, codes=codes or [], address=address,
        picture=segno.make(address, error="m").svg_data_uri(scale=5, border=2) if address else "",
        asked=second_factor.is_missing(session, person, second_factor.rule_of(session)),
    )


def _database() -> Session:
    session: Session = db.session()
    return session
