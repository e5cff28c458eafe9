"""How the house reaches its people: the mail server, the desk robot, a trial of each, and the log of all notices."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app import connecting, mailbox
from app.auth import guard, person_now
from app.extensions import db, deciding, limiter
from app.filters import sentence
from app.web import meanings, sendings
from app.web.words import field_errors
from editorial.errors import Invalid, NotFound, Problem
from editorial.notices import channels
from editorial.notices.kinds import Channel
from editorial.people import people
from editorial.people.permissions import Action

pages = Blueprint("notice_settings", __name__)

PORT = re.compile(r"[0-9]{0,5}")


@pages.route("/settings/notices", methods=["GET", "POST"])
@guard(Action.MANAGE_SETTINGS)
def index() -> ResponseReturnValue:
    """The mail server and the desk robot; POST sets or removes one of them."""
    if request.method == "GET":
        return _page({}, {})
    person_id, typed = person_now().id, request.form.to_dict()
    channel = _channel(typed.get("channel", ""))
    try:
        with deciding() as session:
            by = people.get(session(), person_id)
            if typed.get("remove"):
                channels.remove(session(), channel, by=by)
            elif channel == Channel.MAIL:
                said = mailbox.settings_of(session(), typed)
                channels.change(session(), channel, "smtp", said, f"{said['sender']} · {said['host']}", by=by)
            else:
                _set_robot(session(), typed, by)
    except Invalid as error:
        return _page(typed, {name.removeprefix("connector."): said for name, said in field_errors(error).items()}), 422
    flash(_("Saved. Send a trial to yourself to see that it works."))
    return redirect(url_for("notice_settings.index", _anchor=channel.value), 303)


@pages.post("/settings/notices/trial")
@guard(Action.MANAGE_SETTINGS)
@limiter.limit("20 per hour", key_func=lambda: str(person_now().id))
def trial() -> ResponseReturnValue:
    """Send one line to oneself now, with no transaction open meanwhile."""
    channel, session = _channel(request.form.get("channel", "")), _database()
    row = channels.of(session, channel)
    if row is None:
        raise NotFound()
    kind, said, address, name = row.kind, row.settings, person_now().email, person_now().name
    session.rollback()
    words = _("A trial line from Qunsheng. If you read it, notices arrive here.")
    reason = mailbox.try_out(current_app.extensions["wiring"], channel, kind, said, address, name, words)
    with deciding() as writing:
        channels.note_test(writing(), channel, reason)
    if reason:
        flash(_("It did not work: %(reason)s", reason=sentence(reason)), "error")
    else:
        flash(_("It was taken. Look whether it has arrived."))
    return redirect(url_for("notice_settings.index", _anchor=channel.value), 303)


@pages.get("/settings/notices/log")
@guard(Action.MANAGE_SETTINGS)
def log() -> ResponseReturnValue:
    """Who was told what, when, on which channel, with what result."""
    return sendings.page(_database())


def _set_robot(session: Session, typed: dict[str, str], by: Any) -> None:
    kind = typed.get("kind", "")
    if kind not in connecting.ROBOTS:
        raise Invalid(Problem("kind", "Choose one of the list."))
    kept = connecting.checked(kind, connecting.typed_settings(kind, typed))
    channels.change(session, Channel.CHAT, kind, dict(kept), connecting.hint(kind, kept), by=by)


def _channel(name: str) -> Channel:
    if name not in set(Channel):
        raise NotFound()
    return Channel(name)


def _page(typed: dict[str, str], errors: dict[str, str]) -> str:
    session = _database()
    mail = channels.of(session, Channel.MAIL)
    shown = {name: value for name, value in mail.settings.items() if name != "password"} if mail else {}
    return render_template(
        "notices/settings.html", mail=mail, robot=channels.of(session, Channel.CHAT), typed=typed, errors=errors,
        shown={**shown, **typed}, words=meanings.CONNECTORS,
        robots=connecting.ROBOTS,
    )


def _database() -> Session:
    session: Session = db.session()
    return session
