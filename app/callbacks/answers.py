"""What a follower is answered at once: the state of their own story, an auto reply, or the number of what they hand in."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial.accounts import OfficialAccount
from editorial.articles.articles import Article, ArticleSource
from editorial.articles.workflow import State
from editorial.calendar.editions import Edition, EditionState, Place
from editorial.intake import auto_replies, letter_boxes, letters
from editorial.intake.letter_boxes import LetterBox
from editorial.intake.letters import Incoming, Letter, TooMany
from editorial.intake.submissions import SubmissionState
from editorial.vault import vault
from publishers.wechat.messages import Message

TITLE_CHARACTERS = 40
DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
STATUS = re.compile(r"(?P<word>状态|稿件状态|进度|status)?\s*:?\s*(?P<number>\d{4}-\d{4,8})?", re.IGNORECASE)


def pseudonym_of(account_id: int, openid: str) -> str:
    """By what a follower is known to us: the same for one account, of no use to anybody else."""
    return vault.pseudonym("follower", str(account_id), openid)


def answer(session: Session, account: OfficialAccount, message: Message) -> str:
    """Take a follower's message in, if it is for us, and say what to answer; empty for nothing."""
    box, follower = letter_boxes.of(session, account.id), pseudonym_of(account.id, message.sender)
    if message.kind == "text":
        said = _state_of(session, box, follower, message.text) or auto_replies.answer_to(session, account.id, message.text)
        if said:
            return said
    return _hand_in(session, box, follower, message) if box.takes else ""


def _state_of(session: Session, box: LetterBox, follower: str, text: str) -> str:
    """The public state of a story to the one who handed it in. Of others' stories not even that they exist."""
    asked = STATUS.fullmatch(unicodedata.normalize("NFKC", text).translate(DASHES).strip())
    if asked is None or not asked.group():
        return ""
    letter = letters.of_follower(session, box.account_id, follower, asked["number"] or "")
    if letter is not None:
        return _public_state(session, letter)
    return _("We find no story of yours with this number.") if box.takes else ""


def _public_state(session: Session, letter: Letter) -> str:
    submission, number = letter.submission, letter.number
    if submission is None or submission.state == SubmissionState.RECEIVED:
        return _("%(number)s has arrived. An editor reads it soon.", number=number)
    if submission.state == SubmissionState.RETURNED:
        return _("%(number)s came back: %(reason)s You are welcome to send it again.", number=number, reason=submission.reason)
    if submission.state == SubmissionState.DECLINED:
        return _("%(number)s will not be used: %(reason)s", number=number, reason=submission.reason)
    if submission.state == SubmissionState.WITHDRAWN:
        return _("%(number)s was taken back.", number=number)
    if submission.state == SubmissionState.BANKED:
        return _("%(number)s was adopted and waits for its day.", number=number)
    article = session.scalar(
        select(Article).join(ArticleSource, ArticleSource.article_id == Article.id)
        .where(ArticleSource.submission_id == submission.id).order_by(Article.id).limit(1)
    )
    return _state_of_article(session, article, number)


def _state_of_article(session: Session, article: Article | None, number: str) -> str:
    """Neither days nor reviewers: what has not come out is not told beforehand."""
    if article is not None and article.state in (State.PUBLISHED, State.CORRECTED):
        link = _permalink(session, article)
        if link:
            return _("%(number)s is published: %(link)s", number=number, link=link)
        return _("%(number)s is published.", number=number)
    if article is not None and article.state in (State.SIGNED_OFF, State.SCHEDULED):
        return _("%(number)s is ready and waits for its day.", number=number)
    if article is not None and article.state in (State.REJECTED, State.WITHDRAWN):
        return _("%(number)s will not be published.", number=number)
    if article is not None and article.state == State.TAKEN_DOWN:
        return _("%(number)s was published and has been taken down.", number=number)
    return _("%(number)s was adopted. The editors work on it.", number=number)


def _permalink(session: Session, article: Article) -> str:
    query = (
        select(Place.permalink).join(Edition, Edition.id == Place.edition_id)
        .where(Place.article_id == article.id, Edition.state == EditionState.PUBLISHED).order_by(Place.id.desc()).limit(1)
    )
    return session.scalar(query) or ""


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
    return _(
        "Received, number %(number)s. Text, pictures and links that you send within ten minutes are added to it. "
        "Send “status %(number)s” to learn how it fares.", number=number,
    )
