"""What one of the company's applications does with messages that colleagues write to it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web.platform_applications import FIELDS
from app.web.words import field_errors
from editorial import platform_applications
from editorial.errors import Invalid
from editorial.groups import groups
from editorial.intake import auto_replies, receptions, robot_chats, silences
from editorial.people import people
from editorial.people.permissions import Action
from editorial.platform_applications import CALLED, Platform, PlatformApplication

pages = Blueprint("receptions", __name__, url_prefix="/settings/applications/<id:application_id>/messages")

KEYS: dict[Platform, tuple[str, ...]] = {
    Platform.WECOM: CALLED, Platform.DINGTALK: ("secret",), Platform.FEISHU: ("encrypt_key",), Platform.AIBOT: CALLED,
}
"""What must be set up before the platform can prove itself."""
CALLBACK, STREAM = "callback", "stream"


@pages.get("")
@guard(Action.MANAGE_ACCOUNTS)
def index(application_id: int) -> ResponseReturnValue:
    """The address for the console, and whether messages become submissions."""
    return _page(platform_applications.get(_database(), application_id), {}, {})


@pages.post("")
@guard(Action.MANAGE_ACCOUNTS)
def change(application_id: int) -> ResponseReturnValue:
    """Open or close it."""
    typed, person_id = request.form.to_dict(), person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            application = platform_applications.get(session, application_id)
            receptions.change(
                session, application, is_open=bool(typed.get("is_open")), origin_group=typed.get("origin_group", ""),
                by_stream=typed.get("comes") == STREAM,
                stand_in=_("Writers to %(application)s", application=application.name), by=people.get(session, person_id),
            )
    except Invalid as error:
        return _page(platform_applications.get(_database(), application_id), typed, field_errors(error)), 422
    flash(_("Saved. It holds from the next message on."))
    return redirect(url_for("receptions.index", application_id=application_id), 303)


@pages.post("/chats/<id:chat_id>")
@guard(Action.MANAGE_ACCOUNTS)
def name_chat(application_id: int, chat_id: int) -> ResponseReturnValue:
    """Say which of our groups a smart robot's chat is."""
    person_id, origin_group = person_now().id, request.form.get("origin_group", "")
    try:
        with deciding() as scoped:
            session = scoped()
            application = platform_applications.get(session, application_id)
            chat = robot_chats.name(session, application, chat_id, origin_group, by=people.get(session, person_id))
            named = chat.group.name if chat.group else ""
    except Invalid as error:
        wrong = {f"chat_{chat_id}": field_errors(error)["origin_group"]}
        return _page(platform_applications.get(_database(), application_id), {}, wrong), 422
    flash(_("From now on, stories of chat %(number)s are stories of “%(group)s”.", number=chat_id, group=named) if named
          else _("Chat %(number)s has no group of its own any more.", number=chat_id))
    return redirect(url_for("receptions.index", application_id=application_id, _anchor="chats"), 303)


@pages.post("/auto-replies")
@guard(Action.MANAGE_ACCOUNTS)
def add_reply(application_id: int) -> ResponseReturnValue:
    """Answer certain words from now on."""
    typed, person_id = request.form.to_dict(), person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            auto_replies.add(
                session, platform_applications.get(session, application_id), words=typed.get("words", ""),
                whole=typed.get("whole", "1") == "1", answer=typed.get("answer", ""), by=people.get(session, person_id),
            )
    except Invalid as error:
        return _page(platform_applications.get(_database(), application_id), typed, field_errors(error)), 422
    flash(_("The auto reply is added."))
    return redirect(url_for("receptions.index", application_id=application_id, _anchor="auto-replies"), 303)


@pages.post("/auto-replies/<id:reply_id>/removal")
@guard(Action.MANAGE_ACCOUNTS)
def remove_reply(application_id: int, reply_id: int) -> ResponseReturnValue:
    """Answer these words no longer."""
    person_id = person_now().id
    with deciding() as scoped:
        session = scoped()
        application = platform_applications.get(session, application_id)
        auto_replies.remove(session, application, reply_id, by=people.get(session, person_id))
    flash(_("The auto reply is removed."))
    return redirect(url_for("receptions.index", application_id=application_id, _anchor="auto-replies"), 303)


def _page(application: PlatformApplication, typed: dict[str, Any], errors: dict[str, str]) -> str:
    session = _database()
    reception = receptions.of(session, application.id)
    public = current_app.extensions["settings"].public_url or request.url_root.rstrip("/")
    names = dict(FIELDS[application.platform])
    begun = bool(typed) and "answer" not in typed
    chosen = begun and "comes" in typed
    by_stream = typed["comes"] == STREAM if chosen else receptions.comes_by_stream(application, reception)
    row, silence = silences.standing(session, application)
    needed = () if by_stream else KEYS[application.platform]
    missing = [str(names[name]) for name in needed if not application.secrets.get(name)]
    return render_template(
        "applications/messages.html", application=application, reception=reception, errors=errors, missing=missing,
        callback_url=f"{public}/callbacks/{application.platform}/{application.id}",
        is_open=bool(typed.get("is_open")) if begun else reception.is_open,
        origin_group=typed.get("origin_group", "") if begun else (reception.group.slug if reception.group else ""),
        groups=[("", _("Choose a group"))] + groups.names(session), minutes=receptions.TOGETHER.seconds // 60,
        replies=auto_replies.of(session, application), typed=typed, most_characters=auto_replies.ANSWER_CHARACTERS,
        comes=STREAM if by_stream else CALLBACK, may_choose=application.platform in receptions.STREAMED, listening=row,
        silence=silence,
        chats=robot_chats.of(session, application.id) if application.platform == Platform.AIBOT else [],
    )


def _database() -> Session:
    session: Session = db.session()
    return session
