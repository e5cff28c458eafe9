"""Notices: where one leads, what is sent where, one's own robot, what is muted; and ending mails from a mail itself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app import connecting, unsubscribing
from app.addresses import is_id
from app.audience import Act, audience
from app.auth import current_person, everybody, person_now, signed_in
from app.extensions import csrf, db, deciding, limiter
from app.web import doings, meanings, noticed, sendings
from app.web.words import field_errors
from editorial.errors import Invalid, NotFound, Problem
from editorial.notices import Notice, channels, choices
from editorial.notices.choices import Rhythm
from editorial.notices.kinds import KINDS, Channel
from editorial.people import people

pages = Blueprint("notices", __name__)


@pages.app_template_global()
def will_be_told(act: str, thing: Any) -> list[str]:
    """Names of those whom the present person's act on `thing` tells."""
    return [person.name for person in audience(db.session(), Act(act), thing, by=current_person())]


@pages.get("/notices/<id:notice_id>")
@signed_in
def follow(notice_id: int) -> ResponseReturnValue:
    """To what a notice is about; it counts as seen."""
    person_id = person_now().id
    with deciding() as session:
        found = session.get(Notice, notice_id)
        if found is None or found.person_id != person_id:
            raise NotFound()
        noticed.see(found)
    found = db.session.get_one(Notice, notice_id)
    return redirect(noticed.addresses(db.session(), [found]).get(found.id) or url_for("people.notices"))


@pages.route("/notices/preferences", methods=["GET", "POST"])
@signed_in
def preferences() -> ResponseReturnValue:
    """What is sent to this person, where and when."""
    if request.method == "GET":
        return _preferences_page({}, {})
    person_id, typed = person_now().id, request.form.to_dict()
    wanted = {
        (kind.code, channel): f"{kind.code}.{channel}" in request.form for kind in KINDS.values() for channel in Channel
    }
    try:
        with deciding() as session:
            person = people.get(session(), person_id)
            choices.choose(session(), person, wanted)
            choices.set_habit(
                session(), person, typed.get("rhythm", ""), typed.get("quiet_from", ""), typed.get("quiet_until", ""), _zone(),
            )
    except Invalid as error:
        return _preferences_page(typed, field_errors(error)), 422
    flash(_("Saved. It holds for what comes from now on."))
    return redirect(url_for("notices.preferences"), 303)


@pages.post("/notices/robot")
@signed_in
@limiter.limit("20 per hour", key_func=lambda: str(person_now().id))
def robot() -> ResponseReturnValue:
    """Be written to through a robot of one's own; an empty kind goes back to the desk robot."""
    person_id, typed = person_now().id, request.form.to_dict()
    kind = typed.get("kind", "")
    try:
        if kind and kind not in connecting.ROBOTS:
            raise Invalid(Problem("kind", "Choose one of the list."))
        kept = connecting.checked(kind, connecting.typed_settings(kind, typed)) if kind else {}
        with deciding() as session:
            hint = connecting.hint(kind, kept) if kind else ""
            choices.set_robot(session(), people.get(session(), person_id), kind, kept, hint, alone=bool(typed.get("alone")))
    except Invalid as error:
        return _preferences_page(typed, {name.removeprefix("connector."): said for name, said in field_errors(error).items()}), 422
    flash(_("Saved. What comes by chat goes there from now on.") if kind else _("Your own robot is forgotten."))
    return redirect(url_for("notices.preferences", _anchor="robot"), 303)


@pages.post("/notices/mutes")
@signed_in
def mutes() -> ResponseReturnValue:
    """Let nothing more ring about one thing, or hear of it again."""
    person_id, thing, thing_id = person_now().id, request.form.get("thing", ""), request.form.get("thing_id", "")
    if thing not in noticed.MUTABLE or not is_id(thing_id):
        raise NotFound()
    again = request.form.get("again") == "1"
    with deciding() as session:
        (choices.unmute if again else choices.mute)(session(), people.get(session(), person_id), thing, int(thing_id))
    flash(_("You hear of it again.") if again else _("Muted: what happens there is listed here, and does not ring or get sent."))
    return redirect(url_for("notices.preferences", _anchor="muted") if again else url_for("people.notices"), 303)


@pages.get("/notices/sent")
@signed_in
def sent() -> ResponseReturnValue:
    """What this person was told, when, on which channel, and what became of it."""
    return sendings.page(db.session(), person=person_now())


@pages.route("/unsubscribe/<id:person_id>/<kind>/<sign>", methods=["GET", "POST"])
@everybody
@limiter.limit("30 per minute")
def unsubscribe(person_id: int, kind: str, sign: str) -> ResponseReturnValue:
    """End mails of a kind, from the mail itself. The address is the proof; asking for the page changes nothing."""
    if not unsubscribing.is_ours(person_id, kind, sign):
        raise NotFound()
    ended = [KINDS[kind]] if kind in KINDS else list(KINDS.values())
    if request.method == "POST":
        with deciding() as session:
            person = people.get(session(), person_id)
            choices.choose(session(), person, {(one.code, Channel.MAIL): False for one in ended})
    return render_template("notices/unsubscribe.html", kinds=ended, done=request.method == "POST")


# The reader's mail program sends it for them, from nowhere.
csrf.exempt(f"{__name__}.{unsubscribe.__name__}")


def _preferences_page(typed: dict[str, str], errors: dict[str, str]) -> str:
    session, person = _database(), person_now()
    wishes = choices.wishes_of(session, [person.id])
    habit, there = wishes.habit(person.id), channels.open_channels(session)
    muted = choices.muted_by(session, person)
    return render_template(
        "notices/preferences.html", kinds=list(KINDS.values()), channels=list(Channel), habit=habit, typed=typed, errors=errors,
        wanted={(kind.code, channel): wishes.wants(person.id, kind, channel) for kind in KINDS.values() for channel in Channel},
        usable={Channel.MAIL: Channel.MAIL in there, Channel.CHAT: Channel.CHAT in there or bool(habit.robot_kind)},
        rhythms=list(Rhythm), muted=muted, names=noticed.names(session, muted), email=person.email,
        robots=connecting.ROBOTS, words=meanings.CONNECTORS,
        clock_time=_clock_time, words_of_thing=lambda thing: doings.THINGS.get(thing, thing),
    )


def _clock_time(minute: int | None) -> str:
    return "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"


def _zone() -> str:
    zone: str = current_app.extensions["settings"].zone
    return zone


def _database() -> Session:
    session: Session = db.session()
    return session
