"""Auto replies (自动回复): what an official account answers by itself to certain words of a follower."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import ForeignKey, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit
from editorial.accounts import OfficialAccount
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.people.people import Person

MOST = 50
MOST_WORDS = 10
WORD_CHARACTERS = 30
ANSWER_CHARACTERS = 600
BETWEEN = re.compile(r"[,，、;；\n]+")


class AutoReply(Numbered, Dated, Base):
    """One answer. `whole`: the message must be one of the words, else it is enough that one stands in it."""

    __tablename__ = "auto_reply"

    account_id: Mapped[int] = mapped_column(ForeignKey("official_account.id"), index=True)
    words: Mapped[list[str]]
    whole: Mapped[bool] = mapped_column(default=True)
    answer: Mapped[str] = mapped_column(Text)


def of(session: Session, account_id: int) -> list[AutoReply]:
    """The auto replies of an account, in the order in which they are tried."""
    return list(session.scalars(select(AutoReply).where(AutoReply.account_id == account_id).order_by(AutoReply.id)))


def add(session: Session, account: OfficialAccount, *, words: str, whole: bool, answer: str, by: Person) -> AutoReply:
    """Answer `words` (several with commas between) from now on. Raises Invalid naming `words` or `answer`."""
    chosen = list(dict.fromkeys(word for part in BETWEEN.split(words) if (word := _plain(part))))
    said = _storable(answer)
    problems = []
    if not 0 < len(chosen) <= MOST_WORDS:
        problems.append(Problem("words", "Give one to {limit} words, with commas between.", {"limit": MOST_WORDS}))
    elif too_long := [word for word in chosen if len(word) > WORD_CHARACTERS]:
        problems.append(Problem("words", "At most {limit} characters a word, now {count}.",
                                {"limit": WORD_CHARACTERS, "count": len(too_long[0])}))
    if not said:
        problems.append(Problem("answer", "Give the answer."))
    elif len(said) > ANSWER_CHARACTERS:
        problems.append(
            Problem("answer", "At most {limit} characters, now {count}.", {"limit": ANSWER_CHARACTERS, "count": len(said)})
        )
    if len(of(session, account.id)) >= MOST:
        problems.append(Problem("words", "An account has at most {limit} auto replies.", {"limit": MOST}))
    if problems:
        raise Invalid(*problems)
    reply = AutoReply(account_id=account.id, words=chosen, whole=whole, answer=said)
    session.add(reply)
    session.flush()
    audit.record(session, "add_auto_reply", "account", account.id, by=by, details={"words": chosen})
    return reply


def remove(session: Session, account: OfficialAccount, reply_id: int, *, by: Person) -> None:
    """Take an auto reply away. Raises NotFound."""
    reply = session.get(AutoReply, reply_id)
    if reply is None or reply.account_id != account.id:
        raise NotFound()
    audit.record(session, "remove_auto_reply", "account", account.id, by=by, details={"words": reply.words})
    session.delete(reply)


def answer_to(session: Session, account_id: int, text: str) -> str:
    """What to answer to a message, empty for nothing."""
    said = _plain(text)
    for reply in of(session, account_id):
        if any(word == said if reply.whole else word in said for word in reply.words):
            return reply.answer
    return ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _storable(text: str) -> str:
    """Without what neither a database nor the platform's XML can hold."""
    return "".join(sign for sign in text.strip().replace("\r\n", "\n") if sign == "\n" or unicodedata.category(sign) != "Cc")
