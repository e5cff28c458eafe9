"""Collecting what WeChat tells of what was published: figures and comments. One worker at a time for each account.

Everything here reads, so a killed worker costs one call: what it asked is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import accounts
from editorial.accounts import OfficialAccount
from editorial.measuring import comments, messages, questions, rounds
from editorial.measuring import figures as kept
from editorial.measuring.comments import Seen
from editorial.measuring.figures import Kind
from editorial.measuring.messages import ArticleMessage
from editorial.measuring.questions import Interface, Question
from editorial.outbox import holds
from publishers.connector import Failure, HandOver, Refused, TryLater
from publishers.wechat import figures
from publishers.wechat.client import Client
from publishers.wechat.comments import Comments
from publishers.wechat.errors import RIGHT_MISSING
from publishers.wechat.figures import Answer, Row

PREFIX = "figures:"
NOT_READY = "61503"
REST_SECONDS = 600.0
"""How long nothing is asked of an account that cannot be spoken to."""


def lanes_with_work(session: Session) -> list[str]:
    """The lane of every account that something is to be asked of now."""
    rows = session.execute(select(OfficialAccount.id, OfficialAccount.rights)).all()
    wanted = [account_id for account_id, rights in rows if _may_ask(rights) and _waits(session, account_id, rights)]
    standing = holds.standing(session, *(f"account:{account_id}" for account_id in wanted)) if wanted else {}
    if holds.EVERYTHING in standing:
        return []
    return [f"{PREFIX}{account_id}" for account_id in wanted if f"account:{account_id}" not in standing]


def collect(session: Session, lane: str, client_of: Callable[[OfficialAccount], Client], stop: Callable[[], bool]) -> int:
    """Ask everything that is due of one account. The caller holds the lane's lock. Returns how many calls were made."""
    account_id = int(lane.removeprefix(PREFIX))
    account = accounts.get(session, account_id)
    client = client_of(account)
    newly_watched = messages.note_published(session, account)
    if account.rights.get("statistics"):
        rounds.begin_round(session, account, newly_watched=newly_watched)
    session.commit()
    visit = _Collector(session, account_id, client, stop)
    return visit.ask_figures() + visit.read_comments()


def _may_ask(rights: dict[str, Any]) -> bool:
    """Verified accounts only: others have neither figures nor comments in the interface."""
    return bool(rights.get("statistics") or rights.get("release") or rights.get("mass_send"))


def _waits(session: Session, account_id: int, rights: dict[str, Any]) -> bool:
    if messages.unwatched(session, account_id) or comments.due(session, account_id) is not None:
        return True
    return bool(rights.get("statistics")) and rounds.waits(session, account_id)


class _Collector:
    """One visit at one account. The database is never held while the platform is spoken to."""

    def __init__(self, session: Session, account_id: int, client: Client, stop: Callable[[], bool]) -> None:
        self._session, self._account_id, self._client, self._stop = session, account_id, client, stop
        self._resting = False

    def ask_figures(self) -> int:
        asked = 0
        while not self._over():
            batch = self._statistics_questions()
            if not batch or not rounds.count_call(self._session, self._account_id):
                break
            interface, days = batch[0].interface, [question.day for question in batch]
            ids = [question.id for question in batch]
            self._session.commit()
            self._ask(interface, ids, days)
            asked += 1
        self._session.commit()
        return asked

    def read_comments(self) -> int:
        read = 0
        while not self._over():
            message = comments.due(self._session, self._account_id)
            if message is None or not rounds.count_call(self._session, self._account_id):
                break
            message_id, section = message.id, section_of(self._client, message)
            self._session.commit()
            self._read(message_id, section)
            read += 1
        self._session.commit()
        return read

    def _over(self) -> bool:
        return self._resting or self._stop()

    def _statistics_questions(self) -> Sequence[Question]:
        account = accounts.get(self._session, self._account_id)
        return questions.due(self._session, self._account_id) if account.rights.get("statistics") else ()

    def _ask(self, interface: Interface, ids: list[int], days: list[date]) -> None:
        try:
            answer = figures.ask(self._client, interface, min(days), max(days))
        except Failure as failure:
            self._not_answered(ids, failure)
        else:
            _keep(self._session, self._account_id, interface, answer)
            for question in self._questions(ids):
                _settle(question, answer)
        self._session.commit()

    def _not_answered(self, ids: list[int], failure: Failure) -> None:
        after = failure.after if isinstance(failure, TryLater) else None
        for question in self._questions(ids):
            questions.not_answered(question, failure.reason, failure.code, after=after, refused=isinstance(failure, Refused))
        if isinstance(failure, HandOver) and failure.code in RIGHT_MISSING:
            accounts.withdraw_right(self._session, accounts.get(self._session, self._account_id), "statistics")
        elif failure.code != NOT_READY and not isinstance(failure, Refused):
            self._rest(failure)

    def _rest(self, failure: Failure) -> None:
        """Nothing else would get through now either. Publishing is not held up by it: it finds out by itself."""
        self._resting = True
        after = failure.after if isinstance(failure, TryLater) and failure.after is not None else REST_SECONDS
        rest = timedelta(seconds=max(after, REST_SECONDS))
        self._session.flush()
        questions.postpone(self._session, self._account_id, rest)
        comments.postpone(self._session, self._account_id, failure.reason, rest)

    def _questions(self, ids: list[int]) -> Iterable[Question]:
        return self._session.scalars(select(Question).where(Question.id.in_(ids))).all()

    def _read(self, message_id: int, section: Comments) -> None:
        try:
            listing = section.read()
        except Failure as failure:
            self._not_read(message_id, failure)
        else:
            message = self._session.get_one(ArticleMessage, message_id)
            seen = [Seen(**asdict(one)) for one in listing.comments]
            comments.record(self._session, message, seen, listing.total, whole=listing.whole)
            rounds.count_call(self._session, self._account_id, listing.calls - 1)
        self._session.commit()

    def _not_read(self, message_id: int, failure: Failure) -> None:
        if isinstance(failure, Refused):
            comments.not_read(self._session.get_one(ArticleMessage, message_id), failure.reason)
        elif isinstance(failure, HandOver):
            comments.postpone(self._session, self._account_id, failure.reason, comments.REFUSED_WAIT)
        else:
            self._rest(failure)


def section_of(client: Client, message: ArticleMessage) -> Comments:
    """The comments of one publication on the platform."""
    return Comments(client, message.msg_data_id, message.position)


def _keep(session: Session, account_id: int, interface: Interface, answer: Answer) -> None:
    kind = Kind.TOTAL if interface == Interface.ARTICLE_TOTAL else Kind.DAY
    for row in answer.rows:
        if row.figures:
            kept.note(session, account_id, kind, row.day, row.figures, msgid=row.msgid, sources=row.sources)
    if interface == Interface.ARTICLE_TOTAL:
        told = {(row.msgid, row.title, row.url, row.published_on or row.day) for row in answer.rows if row.msgid}
        messages.learn(session, account_id, sorted(told))
    if interface == Interface.FOLLOWERS:
        newest = kept.followers(session, account_id)
        accounts.get(session, account_id).followers = int(newest.figures["followers"]) if newest else None


def _settle(question: Question, answer: Answer) -> None:
    """Of an answer about several days each question takes its own."""
    ours = [row for row in answer.rows if _about(question, row)]
    raw = [entry for entry in answer.raw["list"] if entry.get("ref_date") in (None, question.day.isoformat())]
    questions.answered(question, {"list": raw}, final=answer.final, empty=not ours)


def _about(question: Question, row: Row) -> bool:
    return question.interface == Interface.ARTICLE_TOTAL or row.day == question.day
