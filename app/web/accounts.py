"""The official accounts: set up step by step, tested, paused and resumed."""

from __future__ import annotations

import secrets
import string
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from app import account_checks, account_signs, accounts_setup
from app.account_checks import Finding
from app.account_signs import Sign
from app.auth import guard, person_now, public_url
from app.extensions import db, deciding
from app.filters import house_time, sentence
from app.web import account_calls
from app.web.words import field_errors, told
from editorial import accounts, canaries, contacts, pauses
from editorial.accounts import OfficialAccount
from editorial.errors import Invalid
from editorial.outbox.holds import BY_PERSON
from editorial.people import people
from editorial.people.permissions import Action

pages = Blueprint("accounts", __name__, url_prefix="/settings/accounts")

FIELDS = ("name", "account_type", "app_id", "app_secret", "callback_token", "encoding_aes_key")
RIGHT_WORDS: dict[str, Any] = {
    "draft": lazy_gettext("Draft box"), "release": lazy_gettext("Release"), "mass_send": lazy_gettext("Mass send"),
    "statistics": lazy_gettext("Figures"), "comments": lazy_gettext("Reader comments"),
    "followers": lazy_gettext("Followers and tags"),
}
MODE_WORDS: dict[str, Any] = {
    "plain": lazy_gettext("plain text mode"), "sealed": lazy_gettext("sealed: compatible or secure mode"),
}
MOST_USED = 5
LETTERS = string.ascii_letters + string.digits


@pages.route("", methods=["GET", "POST"])
@guard(Action.MANAGE_ACCOUNTS)
def index() -> ResponseReturnValue:
    """The official accounts; POST adds one and asks the platform at once what it may do."""
    if request.method == "GET":
        return _index_page({}, {})
    typed = {name: request.form.get(name, "") for name in FIELDS}
    try:
        added = accounts_setup.add_account(typed, by=person_now())
    except Invalid as error:
        return _index_page(typed, field_errors(error)), 422
    if added.probe_reason:
        flash(_("The account is kept, but its rights could not be asked: %(reason)s", reason=_(added.probe_reason)), "error")
    else:
        flash(_("The account is added and its rights are known."))
    return redirect(url_for("accounts.account", account_id=added.id), 303)


@pages.get("/<id:account_id>")
@guard(Action.MANAGE_ACCOUNTS)
def account(account_id: int) -> ResponseReturnValue:
    """One account: each step of its set-up with what was found, and what to do about it."""
    return _account_page(account_id, {})


@pages.post("/<id:account_id>/probe")
@guard(Action.MANAGE_ACCOUNTS)
def probe(account_id: int) -> ResponseReturnValue:
    """Try the credentials and ask anew what the account may do."""
    return _tested(account_id, accounts_setup.test_account(account_id))


@pages.post("/<id:account_id>/secret")
@guard(Action.MANAGE_ACCOUNTS)
def secret(account_id: int) -> ResponseReturnValue:
    """Another AppSecret, tried at once."""
    try:
        found = accounts_setup.change_secret(account_id, request.form.get("app_secret", ""), by=person_now())
    except Invalid as error:
        return _account_page(account_id, field_errors(error)), 422
    return _tested(account_id, found)


@pages.post("/<id:account_id>/callback")
@guard(Action.MANAGE_ACCOUNTS)
def callback(account_id: int) -> ResponseReturnValue:
    """Token and EncodingAESKey, as typed or newly made; new ones are shown this once, to be copied into the console."""
    making = "make" in request.form
    token = _random(32) if making else request.form.get("callback_token", "")
    key = _random(43) if making else request.form.get("encoding_aes_key", "")
    person_id = person_now().id
    try:
        with deciding() as session:
            chosen = accounts.get(session(), account_id)
            accounts.change_callback(session(), chosen, token, key, by=people.get(session(), person_id))
    except Invalid as error:
        return _account_page(account_id, field_errors(error)), 422
    if making:
        return _account_page(account_id, {}, made={"token": token, "key": key}), 201
    flash(_("Saved. Press submit in WeChat's console now: what comes in is shown here."))
    return redirect(url_for("accounts.account", account_id=account_id, _anchor="callback"), 303)


@pages.get("/<id:account_id>/contact")
@guard(Action.MANAGE_ACCOUNTS)
def contact(account_id: int) -> ResponseReturnValue:
    """What has come in from WeChat, as a part of the page that asks for itself again."""
    found = accounts.get(db.session(), account_id)
    return render_template("accounts/contact.html", account=found, contact=contacts.of(db.session(), account_id), modes=MODE_WORDS)


@pages.post("/<id:account_id>/pause")
@guard(Action.MANAGE_ACCOUNTS)
def pause(account_id: int) -> ResponseReturnValue:
    """Nothing goes out through the account until somebody resumes it."""
    person_id = person_now().id
    with deciding() as session:
        pauses.pause_by_person(session(), accounts.get(session(), account_id), by=people.get(session(), person_id))
    flash(_("The account is paused. What falls due meanwhile is held back and shown here."))
    return redirect(url_for("accounts.account", account_id=account_id), 303)


@pages.post("/<id:account_id>/pause/removal")
@guard(Action.MANAGE_ACCOUNTS)
def resume(account_id: int) -> ResponseReturnValue:
    """End a person's pause. One that the platform caused ends when a test succeeds."""
    paused = pauses.of(db.session(), accounts.get(db.session(), account_id))
    if paused is not None and paused.cause != BY_PERSON:
        return _tested(account_id, accounts_setup.test_account(account_id))
    waiting = accounts_setup.resume_account(account_id, by=person_now())
    flash(_("The account goes on.") if not waiting else ngettext(
        "The account goes on. %(num)s thing that was held back waits again.",
        "The account goes on. %(num)s things that were held back wait again.", waiting))
    return redirect(url_for("accounts.account", account_id=account_id), 303)


@pages.post("/<id:account_id>/canary")
@guard(Action.MANAGE_ACCOUNTS)
def canary(account_id: int) -> ResponseReturnValue:
    """Switch the canary on or off, or let it sing now."""
    person_id, act = person_now().id, request.form.get("act", "")
    with deciding() as session:
        chosen = accounts.get(session(), account_id)
        if act == "now":
            canaries.sing_soon(session(), chosen)
        else:
            canaries.switch(session(), chosen, on=act == "on", by=people.get(session(), person_id))
    flash({
        "on": _("Switched on. The first draft is laid in a moment; from then on once a day."),
        "now": _("It is looked at in a moment."),
    }.get(act) or _("Switched off. Nothing of it stays in the draft box."))
    return redirect(url_for("accounts.account", account_id=account_id, _anchor="canary"), 303)


def _tested(account_id: int, found: Finding) -> ResponseReturnValue:
    if found.failure is None:
        flash(_("It works. What the account may do was asked anew."))
    else:
        flash(_("It does not work yet: %(reason)s", reason=_(found.failure.reason)), "error")
    return redirect(url_for("accounts.account", account_id=account_id), 303)


def _index_page(typed: dict[str, str], errors: dict[str, str]) -> str:
    session = db.session()
    known = accounts.everyone(session)
    return render_template(
        "accounts/index.html", accounts=known, typed=typed, errors=errors, callback=_callback,
        signs={one.id: _signs(one) for one in known},
    )


def _account_page(account_id: int, errors: dict[str, str], made: dict[str, str] | None = None) -> str:
    session = db.session()
    chosen = accounts.get(session, account_id)
    paused = pauses.of(session, chosen)
    return render_template(
        "accounts/account.html", account=chosen, errors=errors, made=made, callback=_callback(chosen), rights=RIGHT_WORDS,
        signs={sign.subject: sign for sign in _signs(chosen)}, paused=paused,
        asks_by_itself=account_checks.asks_by_itself(paused), by_person=bool(paused and paused.cause == BY_PERSON),
        held_back=len(pauses.held_back(session, chosen, paused)) if paused else 0, contact=contacts.of(session, account_id),
        modes=MODE_WORDS, rows=[row for row in account_calls.rows(chosen) if row["calls"]][:MOST_USED],
        reachable=account_signs.is_reachable(accounts_setup.wiring().settings), canary=canaries.of(session, account_id),
    )


def _signs(chosen: OfficialAccount) -> list[Sign]:
    return [_in_words(sign) for sign in account_signs.signs(db.session(), accounts_setup.wiring().settings, chosen)]


def _in_words(sign: Sign) -> Sign:
    """The same with whole sentences in the reader's language."""
    params = told({
        key: house_time(value, "%m-%d %H:%M:%S") if isinstance(value, datetime) else value for key, value in sign.params.items()
    })
    return replace(sign, found=sentence(sign.found, params), remedy=sentence(sign.remedy, params))


def _callback(chosen: OfficialAccount) -> str:
    return f"{public_url()}/callbacks/wechat/{chosen.id}"


def _random(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _position in range(length))
