"""Signing in on a way beside the password: out to the provider, back, and who that is here. Joining it to one's own account."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app import auth, claiming
from app.auth import before_set_up, everybody, person_now, public_url, signed_in
from app.extensions import db, deciding, limiter
from app.web import entering
from app.web.conduct import suspension_of
from app.web.words import field_errors
from editorial import clock
from editorial.errors import Invalid
from editorial.joining import identities, ways
from editorial.joining.ways import SignInWay, WayKind
from editorial.people import people
from publishers.claims import Claim, ClaimRefused, Trip

pages = Blueprint("signing_in", __name__)

TRIP_SECONDS = 600
"""How long somebody may take at the provider."""
CLIENTS = {WayKind.WECOM: "wxwork", WayKind.DINGTALK: "dingtalk", WayKind.FEISHU: "lark"}
"""How the clients of the platforms name themselves to web pages."""


@pages.get("/sign-in/via/<id:way_id>")
@everybody
@limiter.limit("60 per minute")
def begin(way_id: int) -> ResponseReturnValue:
    """Out to the provider; what comes back must be an answer to exactly this. Who is signed in joins that account to theirs."""
    way = ways.open_way(_database(), way_id)
    person = auth.current_person()
    if person is not None and not request.args.get("join"):
        return redirect(url_for("people.home"))
    trip = Trip(secrets.token_hex(24), secrets.token_hex(24), secrets.token_urlsafe(48), _return_address(way_id))
    asked, in_app = claiming.voucher(current_app.extensions["wiring"], way), is_client_of(way)
    joining = person.id if person is not None else None
    _database().rollback()
    try:
        address = asked.address(trip, in_app=in_app)
    except ClaimRefused as refused:
        return _refused(_(refused.reason))
    session["trip"] = {
        "way": way_id, "state": trip.state, "nonce": trip.nonce, "verifier": trip.verifier, "since": _seconds(), "joining": joining,
        "next": entering.local(request.args.get("next", "")),
    }
    return redirect(address)


@pages.get("/sign-in/via/<id:way_id>/return")
@everybody
@limiter.limit("60 per minute")
def come_back(way_id: int) -> ResponseReturnValue:
    """Back from the provider. Whatever this browser did not set out for, on this very way, is refused; each trip ends here."""
    kept = session.pop("trip", None)
    state = request.args.get("state", "")
    if not kept or kept["way"] != way_id or _seconds() - kept["since"] > TRIP_SECONDS or not hmac.compare_digest(
            kept["state"].encode(), state.encode()):
        return _refused(_("This sign-in was not begun in this window, or it took too long. Please begin anew."))
    if request.args.get("error") or not _code():
        return _refused(_("The sign-in was broken off at the provider. Nothing has happened here."))
    way = ways.open_way(_database(), way_id)
    asked = claiming.voucher(current_app.extensions["wiring"], way)
    _database().rollback()
    try:
        trip = Trip(state, kept["nonce"], kept["verifier"], _return_address(way_id))
        claim = asked.claim(trip, request.args.to_dict() | {"code": _code()})
    except ClaimRefused as refused:
        return _refused(_(refused.reason))
    if kept["joining"] is not None:
        return _to_confirm(way_id, claim, kept["joining"])
    return _arrived(way_id, claim, kept["next"])


@pages.route("/me/identities/joining", methods=["GET", "POST"])
@before_set_up
@signed_in
def join() -> ResponseReturnValue:
    """Join the account that was just proved to one's own: asked once more, because it lets in from then on."""
    found: dict[str, Any] | None = session.get("joining")
    if found is None or found["person"] != person_now().id or _seconds() - found["since"] > TRIP_SECONDS:
        return redirect(url_for("people.me"), 303)
    way = ways.open_way(_database(), found["way"])
    if request.method == "GET":
        return render_template("people/joining.html", way=way, label=found["label"], error="")
    session.pop("joining")
    try:
        with deciding() as writing:
            person = people.get(writing(), found["person"])
            joined = ways.open_way(writing(), found["way"])
            identities.join(writing(), person, joined, subject=found["subject"], label=found["label"], by=person)
    except Invalid as error:
        way = ways.get(_database(), found["way"])
        return render_template("people/joining.html", way=way, label=found["label"], error=field_errors(error)["subject"]), 422
    flash(_("From now on you can sign in this way, too."))
    return redirect(url_for("people.me"), 303)


@pages.post("/me/identities/<id:identity_id>/removal")
@signed_in
def part(identity_id: int) -> ResponseReturnValue:
    """No longer sign in this way."""
    person_id = person_now().id
    with deciding() as writing:
        person = people.get(writing(), person_id)
        identities.part(writing(), person, identity_id, by=person)
    flash(_("You no longer sign in this way."))
    return redirect(url_for("people.me"), 303)


def offered(database: Session) -> list[SignInWay]:
    """The ways at the door, the one of the client that this page is read in first."""
    return sorted(ways.everyone(database, open_only=True), key=lambda way: not is_client_of(way))


def is_client_of(way: SignInWay) -> bool:
    """Whether this page is read inside the client of the way's platform."""
    name = CLIENTS.get(way.kind)
    return name is not None and name in (request.user_agent.string or "").lower()


def _arrived(way_id: int, claim: Claim, following: str) -> ResponseReturnValue:
    with deciding() as writing:
        way = ways.open_way(writing(), way_id)
        found = identities.arrive(
            writing(), way, subject=claim.subject, label=claim.label, name=claim.name, email=claim.email,
            verified=claim.email_verified,
        )
        person_id = found.id if found is not None else None
    if person_id is None:
        session["stranger"] = {
            "way": way_id, "subject": claim.subject, "name": claim.name, "email": claim.email if claim.email_verified else "",
            "label": claim.label, "since": _seconds(),
        }
        return render_template("people/stranger.html", way=ways.get(_database(), way_id), label=claim.label), 403
    person = people.get(_database(), person_id)
    if not person.active:
        return _refused(_("This account has no access any more. An administrator can give it again."))
    if person.is_suspended:
        closed = suspension_of(person)
        return render_template("people/sign_in.html", values={}, errors={}, next="", people=[], ways=[], closed=closed), 403
    return entering.let_in(_database(), person, following)


def _to_confirm(way_id: int, claim: Claim, person_id: int) -> ResponseReturnValue:
    person = auth.current_person()
    if person is None or person.id != person_id:
        return _refused(_("This sign-in was not begun in this window, or it took too long. Please begin anew."))
    session["joining"] = {"way": way_id, "subject": claim.subject, "label": claim.label, "person": person_id, "since": _seconds()}
    return redirect(url_for("signing_in.join"))


def _refused(reason: str) -> ResponseReturnValue:
    return render_template("people/refused.html", reason=reason), 403


def _code() -> str:
    """DingTalk says `authCode` where the others say `code`."""
    return request.args.get("code", "") or request.args.get("authCode", "")


def _return_address(way_id: int) -> str:
    return public_url() + url_for("signing_in.come_back", way_id=way_id)


def _seconds() -> int:
    return int(clock.now().timestamp())


def _database() -> Session:
    found: Session = db.session()
    return found
