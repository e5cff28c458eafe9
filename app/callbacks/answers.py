"""What a follower is answered at once: the state of their own story, an auto reply, or the number of what they hand in."""

from __future__ import annotations

from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app import public_states
from app.catalogue import words
from editorial.accounts import OfficialAccount
from editorial.intake import auto_replies, letter_boxes, letters
from editorial.intake.letter_boxes import LetterBox
from editorial.intake.letters import Incoming, TooMany
from editorial.vault import vault
from publishers.wechat.messages import Message

N_ = str
TITLE_CHARACTERS = 40


def pseudonym_of(account_id: int, openid: str) -> str:
    """By what a follower is known to us: the same for one account, of no use to anybody else."""
    return vault.pseudonym("follower", str(account_id), openid)


def answer(session: Session, account: OfficialAccount, message: Message) -> str:
    """Take a follower's message in, if it is for us, and say what to answer; empty for nothing."""
    box, follower = letter_boxes.of(session, account.id), pseudonym_of(account.id, message.sender)
    if message.kind == "text":
        said = _state_of(session, box, follower, message.text) or auto_replies.answer_to(session, account, message.text)
        if said:
            return said
    return _hand_in(session, box, follower, message) if box.takes else ""


def _state_of(session: Session, box: LetterBox, follower: str, text: str) -> str:
    """The public state of a story to the one who handed it in. Of others' stories not even that they exist."""
    asked = public_states.asked(text)
    if asked is None:
        return ""
    letter = letters.of_follower(session, box.account_id, follower, asked["number"] or "")
    if letter is not None:
        return public_states.told(session, words(get_locale().language), letter.submission, letter.number)
    return _("We find no story of yours with this number.") if box.takes else ""


def _hand_in(session: Session, box: LetterBox, follower: str, message: Message) -> str:
    begun = letters.open_letter(session, box.account_id, follower) is not None
    text = message.text.strip()
    if not begun and box.opening_word:
        if message.kind != "text" or not text.casefold().startswith(box.opening_word.casefold()):
            return ""
        text = text[len(box.opening_word):].lstrip(" \t\n:：,，。")
    content = _content(message, text)
    if content is None:
        return _("Only text, pictures and links can be taken in here.")
    if not begun and message.kind == "text" and not text and not box.opening_word:
        return ""
    key = vault.pseudonym("push", str(box.account_id), message.key)
    try:
        part = letters.receive(session, box, Incoming(follower, key, message.kind, content.pop("title"), content))
    except TooMany:
        return _("You have sent many stories today. Please send more tomorrow.")
    return _receipt(part.letter.number) if part.is_first else ""


def _content(message: Message, text: str) -> dict[str, Any] | None:
    """What to store of a message, and the headline of a story that begins with it; None for a kind that is not taken."""
    if message.kind == "text":
        return {"title": _headline(text), "text": text}
    if message.kind == "image" and message.media_id:
        return {"title": _("A picture from a follower"), "media_id": message.media_id}
    if message.kind == "link" and (message.url or message.title):
        title = _headline(message.title) or _("A link from a follower")
        return {"title": title, "text": message.title, "description": message.description, "url": message.url}
    return None


def _headline(text: str) -> str:
    line = next((stripped for one in text.splitlines() if (stripped := one.strip())), "")
    return line if len(line) <= TITLE_CHARACTERS else line[:TITLE_CHARACTERS - 1] + "…"


def _receipt(number: str) -> str:
    return words(get_locale().language)(
        N_("Received, number {number}. Text, pictures and links that you send within ten minutes are added to it. "
           "Send “status {number}” to learn how it fares."), number=number,
    )
