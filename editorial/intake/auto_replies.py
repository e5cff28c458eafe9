"""Auto replies (自动回复): what an official account or one of the company's applications answers by itself to certain words."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import ColumnElement, ForeignKey, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit
from editorial.accounts import OfficialAccount
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.people.people import Person
from editorial.platform_applications import PlatformApplication

MOST = 50
MOST_WORDS = 10
WORD_CHARACTERS = 30
ANSWER_CHARACTERS = 600
Owner = OfficialAccount | PlatformApplication
BETWEEN = re.compile(r"[,，、;；\n]+")


class AutoReply(Numbered, Dated, Base):
    """One answer of an account or of an application.

    `whole`: the message must be one of the words, else it is enough that one stands in it.
    """

    __tablename__ = "auto_reply"

    account_id: Mapped[int | None] = mapped_column(ForeignKey("official_account.id"), index=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("platform_application.id"), index=True)
    words: Mapped[list[str]]
    whole: Mapped[bool] = mapped_column(default=True)
    answer: Mapped[str] = mapped_column(Text)


def of(session: Session, owner: Owner) -> list[AutoReply]:
    """The auto replies of an account or application, in the order in which they are tried."""
    return list(session.scalars(select(AutoReply).where(_belongs(owner)).order_by(AutoReply.id)))


def add(session: Session, owner: Owner, *, words: str, whole: bool, answer: str, by: Person) -> AutoReply:
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
    if len(of(session, owner)) >= MOST:
        problems.append(Problem("words", "There are at most {limit} auto replies.", {"limit": MOST}))
    if problems:
        raise Invalid(*problems)
    place = "account_id" if isinstance(owner, OfficialAccount) else "application_id"
    reply = AutoReply(**{place: owner.id}, words=chosen, whole=whole, answer=said)
    session.add(reply)
    session.flush()
    audit.record(
        session, "add_auto_reply", "account" if isinstance(owner, OfficialAccount) else "application", owner.id, by=by,
        details={"words": chosen},
    )
    return reply


def remove(session: Session, owner: Owner, reply_id: int, *, by: Person) -> None:
    """Take an auto reply away. Raises NotFound."""
    reply = session.scalar(select(AutoReply).where(AutoReply.id == reply_id, _belongs(owner)))
    if reply is None:
        raise NotFound()
    audit.record(
        session, "remove_auto_reply", "account" if isinstance(owner, OfficialAccount) else "application", owner.id, by=by,
        details={"words": reply.words},
    )
    session.delete(reply)


def answer_to(session: Session, owner: Owner, text: str) -> str:
    """What to answer to a message, empty for nothing."""
    said = _plain(text)
    for reply in of(session, owner):
        if any(word == said if reply.whole else word in said for word in reply.words):
            return reply.answer
    return ""


def _belongs(owner: Owner) -> ColumnElement[bool]:
    return (AutoReply.account_id if isinstance(owner, OfficialAccount) else AutoReply.application_id) == owner.id


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _storable(text: str) -> str:
    """Without what neither a database nor the platform's XML can hold."""
    return "".join(sign for sign in text.strip().replace("\r\n", "\n") if sign == "\n" or unicodedata.category(sign) != "Cc")
