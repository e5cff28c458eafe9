"""What the house does about reader comments: asked of the platform at once, outside any transaction, with an audit entry first.

An answer that is missing is found out by reading the list again; nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum

from flask import current_app

from app.collecting import section_of
from app.extensions import db, deciding
from app.wiring import Wiring
from editorial import accounts, audit
from editorial.errors import Invalid, Problem, WrongState
from editorial.measuring import comments
from editorial.measuring.comments import ReaderComment, Seen
from editorial.measuring.messages import ArticleMessage
from editorial.outbox import holds
from editorial.people import people
from editorial.people.people import Person
from publishers.connector import Failure, OutcomeUnknown
from publishers.wechat.comments import REPLY_CHARACTERS, Comments

ALREADY_SO = frozenset({"88005"})
"""Codes that say that what was asked for stands already: somebody else, or our own first try."""


class Act(StrEnum):
    """What can be done; the values are the words of the audit log."""

    OPEN = "open_comments"
    CLOSE = "close_comments"
    ELECT = "elect_comment"
    UNELECT = "unelect_comment"
    REPLY = "reply_comment"
    DELETE_REPLY = "delete_reply"
    DELETE = "delete_comment"


@dataclass(frozen=True)
class Outcome:
    """What became of it. Not `done` with `unknown`: neither the answer nor the list could be read."""

    done: bool
    reason: str = ""
    code: str = ""
    rid: str = ""
    unknown: bool = False


def read_now(message_id: int) -> Outcome:
    """Read an article's comments now."""
    section = _section(message_id)
    try:
        _keep(message_id, section)
    except Failure as failure:
        with deciding() as session:
            session.get_one(ArticleMessage, message_id).comments_reason = failure.reason
        return _failed(failure)
    return Outcome(done=True)


def switch(message_id: int, act: Act, *, by: Person) -> Outcome:
    """Open or close an article's comments. To ask twice is harmless, so an unknown outcome is asked again by a person."""
    person_id, section = by.id, _section(message_id)
    with deciding() as session:
        article_id = session.get_one(ArticleMessage, message_id).place.article_id
        audit.record(session(), act, "article", article_id, by=people.get(session(), person_id))
    try:
        (section.open if act == Act.OPEN else section.close)()
    except Failure as failure:
        return _failed(failure)
    with deciding() as session:
        session.get_one(ArticleMessage, message_id).comments_open = act == Act.OPEN
    return Outcome(done=True)


def act_on(comment_id: int, act: Act, *, by: Person, text: str = "") -> Outcome:
    """Feature, answer or delete a comment, or take such an act back. Raises Invalid naming `text`, NotFound, WrongState."""
    person_id, text = by.id, text.strip()
    comment = comments.get(db.session(), comment_id)
    _check(comment, act, text)
    message_id, remote_id, article_id = comment.message_id, comment.remote_id, comment.message.place.article_id
    section = _section(message_id)
    with deciding() as session:
        audit.record(session(), act, "article", article_id, by=people.get(session(), person_id), details={"comment": comment_id})
    try:
        _calls(section, remote_id, text)[act]()
    except OutcomeUnknown as failure:
        return _found_out(comment_id, act, section, message_id, failure)
    except Failure as failure:
        if failure.code not in ALREADY_SO:
            return _failed(failure)
    return _after(comment_id, act, section, message_id, text)


def _check(comment: ReaderComment, act: Act, text: str) -> None:
    if act == Act.REPLY and not text:
        raise Invalid(Problem("text", "The text is empty."))
    if act == Act.REPLY and len(text) > REPLY_CHARACTERS:
        raise Invalid(Problem("text", "At most {limit} characters, now {count}.", {"limit": REPLY_CHARACTERS, "count": len(text)}))
    if (act == Act.REPLY and comment.reply) or (act == Act.DELETE_REPLY and not comment.reply):
        raise WrongState()


def _calls(section: Comments, remote_id: str, text: str) -> dict[Act, Callable[[], None]]:
    return {
        Act.ELECT: lambda: section.elect(remote_id), Act.UNELECT: lambda: section.unelect(remote_id),
        Act.REPLY: lambda: section.reply(remote_id, text), Act.DELETE_REPLY: lambda: section.delete_reply(remote_id),
        Act.DELETE: lambda: section.delete(remote_id),
    }


def _after(comment_id: int, act: Act, section: Comments, message_id: int, text: str) -> Outcome:
    """The platform took it: the list says how it stands now; where it cannot be read, what we did."""
    try:
        _keep(message_id, section)
    except Failure:
        with deciding() as session:
            _note(session.get_one(ReaderComment, comment_id), act, text)
    return Outcome(done=True)


def _found_out(comment_id: int, act: Act, section: Comments, message_id: int, unclear: Failure) -> Outcome:
    try:
        _keep(message_id, section)
    except Failure:
        return Outcome(done=False, reason=unclear.reason, unknown=True)
    return Outcome(done=_stands(db.session.get_one(ReaderComment, comment_id), act), reason=unclear.reason)


def _stands(comment: ReaderComment, act: Act) -> bool:
    """Whether the list shows what was asked for."""
    if comment.gone_at is not None:
        return act == Act.DELETE
    return {
        Act.ELECT: comment.featured, Act.UNELECT: not comment.featured, Act.REPLY: bool(comment.reply),
        Act.DELETE_REPLY: not comment.reply,
    }.get(act, False)


def _note(comment: ReaderComment, act: Act, text: str) -> None:
    if act == Act.DELETE:
        comments.forget(comment)
    elif act in (Act.ELECT, Act.UNELECT):
        comment.featured = act == Act.ELECT
    else:
        comment.reply = text if act == Act.REPLY else ""


def _section(message_id: int) -> Comments:
    """The comments on the platform, with no transaction left open. Raises WrongState without a number, or while paused."""
    session = db.session()
    message = session.get_one(ArticleMessage, message_id)
    account = accounts.get(session, message.account_id)
    if not message.msg_data_id or holds.holding(session, account.lane) is not None:
        raise WrongState()
    wiring: Wiring = current_app.extensions["wiring"]
    section = section_of(wiring.client(db.engine, account), message)
    session.rollback()
    return section


def _keep(message_id: int, section: Comments) -> None:
    listing = section.read()
    with deciding() as session:
        message = session.get_one(ArticleMessage, message_id)
        seen = [Seen(**asdict(one)) for one in listing.comments]
        comments.record(session(), message, seen, listing.total, whole=listing.whole)


def _failed(failure: Failure) -> Outcome:
    return Outcome(
        done=False, reason=failure.reason, code=failure.code, rid=failure.rid, unknown=isinstance(failure, OutcomeUnknown)
    )
