"""What an official account does with its followers: take their messages as submissions, answer certain words, count them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web.words import field_errors
from editorial import accounts
from editorial.accounts import OfficialAccount
from editorial.errors import Invalid
from editorial.groups import groups
from editorial.intake import auto_replies, letter_boxes, letters
from editorial.intake.letters import Letter, LetterPart
from editorial.measuring import followings
from editorial.people import people
from editorial.people.permissions import Action

pages = Blueprint("followers", __name__, url_prefix="/settings/accounts/<id:account_id>/followers")

DAYS = 30


@pages.get("")
@guard(Action.MANAGE_ACCOUNTS)
def index(account_id: int) -> ResponseReturnValue:
    """The letter box, the auto replies, and how many came and went."""
    return _page(accounts.get(_database(), account_id), MultiDict(), {})


@pages.post("", endpoint="change")
@guard(Action.MANAGE_ACCOUNTS)
def change(account_id: int) -> ResponseReturnValue:
    """Open or close the letter box."""
    typed, person_id = request.form, person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            account = accounts.get(session, account_id)
            letter_boxes.change(
                session, account, is_open=bool(typed.get("is_open")), origin_group=typed.get("origin_group", ""),
                opening_word=typed.get("opening_word", ""), only_sealed=bool(typed.get("only_sealed")),
                stand_in=_("Followers of %(account)s", account=account.name), by=people.get(session, person_id),
            )
    except Invalid as error:
        return _page(accounts.get(_database(), account_id), typed, field_errors(error)), 422
    flash(_("Saved. It holds from the next message on."))
    return redirect(url_for("followers.index", account_id=account_id), 303)


@pages.post("/auto-replies")
@guard(Action.MANAGE_ACCOUNTS)
def add_reply(account_id: int) -> ResponseReturnValue:
    """Answer certain words from now on."""
    typed, person_id = request.form, person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            auto_replies.add(
                session, accounts.get(session, account_id), words=typed.get("words", ""), whole=typed.get("whole", "1") == "1",
                answer=typed.get("answer", ""), by=people.get(session, person_id),
            )
    except Invalid as error:
        return _page(accounts.get(_database(), account_id), typed, field_errors(error)), 422
    flash(_("The auto reply is added."))
    return redirect(url_for("followers.index", account_id=account_id, _anchor="auto-replies"), 303)


@pages.post("/auto-replies/<id:reply_id>/removal")
@guard(Action.MANAGE_ACCOUNTS)
def remove_reply(account_id: int, reply_id: int) -> ResponseReturnValue:
    """Answer these words no longer."""
    person_id = person_now().id
    with deciding() as scoped:
        session = scoped()
        auto_replies.remove(session, accounts.get(session, account_id), reply_id, by=people.get(session, person_id))
    flash(_("The auto reply is removed."))
    return redirect(url_for("followers.index", account_id=account_id, _anchor="auto-replies"), 303)


def _page(account: OfficialAccount, typed: MultiDict[str, str], errors: dict[str, str]) -> str:
    session = _database()
    days = followings.newest(session, account.id, DAYS)
    return render_template(
        "settings/followers.html", account=account, typed=typed, errors=errors, box=letter_boxes.of(session, account.id),
        groups=[("", _("Choose a group"))] + groups.names(session), replies=auto_replies.of(session, account),
        limits={"word": letter_boxes.WORD_CHARACTERS, "answer": auto_replies.ANSWER_CHARACTERS},
        set_up=bool(account.secrets.get("callback_token")), sealed=bool(account.secrets.get("encoding_aes_key")),
        began=sum(day.began for day in days) if days else None, ceased=sum(day.ceased for day in days) if days else None,
        **_letters(session, account.id),
    )


def _letters(session: Session, account_id: int) -> dict[str, Any]:
    taken = select(func.count()).select_from(Letter).where(Letter.account_id == account_id, Letter.submission_id.is_not(None))
    waits = select(func.count()).select_from(LetterPart).where(
        LetterPart.account_id == account_id, LetterPart.due_at.is_not(None)
    )
    return {"taken": session.scalar(taken), "waits": session.scalar(waits), "minutes": letters.TOGETHER.seconds // 60}


def _database() -> Session:
    session: Session = db.session()
    return session
