"""The submission mailbox: its settings, a look that says why it failed, and what was set aside instead of taken in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app import mail_in
from app.auth import guard, person_now
from app.extensions import db, deciding, limiter
from app.filters import sentence
from app.web.words import field_errors
from editorial.errors import Invalid, NotFound, Problem
from editorial.groups import groups
from editorial.intake import arrivals, mailboxes
from editorial.intake.arrivals import Arrival
from editorial.intake.mailboxes import Mailbox
from editorial.notices import channels
from editorial.notices.kinds import Channel
from editorial.people import people
from editorial.people.permissions import Action
from publishers.connector import Failure
from publishers.mail import inbox
from publishers.mail.inbox import Settings
from publishers.mail.outgoing import is_address

pages = Blueprint("mailbox", __name__)

FIELDS = ("host", "port", "security", "username", "folder")


@pages.get("/settings/mailbox")
@guard(Action.MANAGE_SETTINGS)
def index() -> ResponseReturnValue:
    """Where stories come in by mail."""
    return _page({}, {})


@pages.post("/settings/mailbox")
@guard(Action.MANAGE_SETTINGS)
def change() -> ResponseReturnValue:
    """Set the mailbox up."""
    typed, person_id = request.form.to_dict(), person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            address, said = _settings_of(mailboxes.of(session), typed)
            mailboxes.change(
                session, address=address, settings=said, is_open=bool(typed.get("is_open")), strangers=typed.get("strangers", ""),
                origin_group=typed.get("origin_group", ""), stand_in=_("Writers to the mailbox"), by=people.get(session, person_id),
            )
    except Invalid as error:
        return _page(typed, field_errors(error)), 422
    flash(_("Saved. Look into it once to see that it works."))
    return redirect(url_for("mailbox.index"), 303)


@pages.post("/settings/mailbox/trial")
@guard(Action.MANAGE_SETTINGS)
@limiter.limit("20 per hour", key_func=lambda: str(person_now().id))
def trial() -> ResponseReturnValue:
    """Open the mailbox now and say how much lies there; nothing is taken."""
    box, session = mailboxes.of(_database()), _database()
    if box is None:
        raise NotFound()
    settings = Settings(**box.settings, seconds=current_app.extensions["settings"].call_seconds)
    session.rollback()
    try:
        with inbox.opened(settings) as opened:
            unread = len(opened.unread())
    except Failure as failure:
        flash(_("It did not work: %(reason)s", reason=sentence(failure.reason)), "error")
    else:
        flash(_("It works. Unread mails in the folder: %(count)s.", count=unread))
    return redirect(url_for("mailbox.index"), 303)


@pages.get("/inbox/set-aside")
@guard(Action.TRIAGE)
def set_aside() -> ResponseReturnValue:
    """Mail that was kept and not taken in, and why."""
    return render_template("intake/set_aside.html", arrivals=[one for one in arrivals.aside(_database()) if one.original])


@pages.post("/arrivals/<id:arrival_id>/submission")
@guard(Action.TRIAGE)
def take_in(arrival_id: int) -> ResponseReturnValue:
    """Take it in after all; its writer is told the number."""
    with deciding() as scoped:
        session = scoped()
        number = mail_in.take_after_all(session, _arrival(session, arrival_id))
    flash(_("It is taken in as %(number)s and stands in the inbox in a moment.", number=number))
    return redirect(url_for("mailbox.set_aside"), 303)


@pages.get("/arrivals/<id:arrival_id>/original")
@guard(Action.TRIAGE)
def original(arrival_id: int) -> ResponseReturnValue:
    """The mail as it came, as a file."""
    arrival = _arrival(_database(), arrival_id)
    try:
        content = current_app.extensions["media"].read(arrival.original)
    except FileNotFoundError:
        raise NotFound() from None
    return Response(content, mimetype="application/octet-stream", headers={
        "Content-Disposition": f"attachment; filename=mail-{arrival.id}.eml", "Cache-Control": "private, no-store",
    })


def _arrival(session: Session, arrival_id: int) -> Arrival:
    arrival = session.get(Arrival, arrival_id)
    if arrival is None or not arrival.original:
        raise NotFound()
    return arrival


def _settings_of(box: Mailbox | None, typed: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """Address and settings to keep; an empty password keeps the one for the same account. Raises Invalid naming the field."""
    said: dict[str, Any] = {name: typed.get(name, "").strip() for name in FIELDS}
    said["folder"] = said["folder"] or "INBOX"
    same = box is not None and all(box.settings.get(name) == said[name] for name in ("host", "username"))
    said["password"] = typed.get("password", "") or (str(box.settings["password"]) if box is not None and same else "")
    port, address = said["port"], typed.get("address", "").strip().lower()
    if not is_address(address):
        raise Invalid(Problem("address", "This is not a mail address."))
    if port and not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise Invalid(Problem("port", "A port is a number from 1 to 65535."))
    said["port"] = int(port or 0)
    try:
        Settings(**said)
    except ValueError as error:
        field, _colon, message = str(error).partition(": ")
        raise Invalid(Problem(field, message)) from None
    return address, said


def _page(typed: dict[str, str], errors: dict[str, str]) -> str:
    session = _database()
    box = mailboxes.of(session)
    kept: dict[str, Any] = {}
    if box is not None:
        kept = {name: value for name, value in box.settings.items() if name != "password"}
        kept |= {"address": box.address, "strangers": box.strangers, "origin_group": box.group.slug if box.group else ""}
    return render_template(
        "settings/mailbox.html", box=box, shown={**kept, **typed}, errors=errors,
        is_open=bool(typed.get("is_open")) if typed else (box.is_open if box else True),
        groups=[("", _("Choose a group"))] + groups.names(session), answers=channels.of(session, Channel.MAIL) is not None,
        set_aside=len(arrivals.aside(session)),
    )


def _database() -> Session:
    session: Session = db.session()
    return session
