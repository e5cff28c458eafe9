"""Which figures are asked for when: every morning, again while they still move, then less often, then no more.

A question is one interface and one day. It is asked again until an answer comes; a day that never gets one is a gap.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.base import Base, Numbered
from editorial.measuring.messages import PLATFORM_ZONE, platform_day

READY = time(8, 5)
"""Yesterday's figures are there after eight in China."""
BACK_DAYS = 30
FIRST_WAIT = timedelta(minutes=10)
LONGEST_WAIT = timedelta(hours=6)
NOT_READY_WAIT = timedelta(hours=1)
MOST_REFUSALS = 3


class Interface(StrEnum):
    """What can be asked; the values are the platform's names."""

    ARTICLE_READ = "getarticleread"
    ARTICLE_SHARE = "getarticleshare"
    ARTICLE_TOTAL = "getarticletotaldetail"
    ACCOUNT = "getbizsummary"
    FOLLOWER_CHANGES = "getusersummary"
    FOLLOWERS = "getusercumulate"


@dataclass(frozen=True)
class Manner:
    """How an interface may be asked: days in one call, and the first day it knows."""

    span: int
    since: date
    of_articles: bool = False


_NEW = date(2025, 11, 1)
_OLD = date(2014, 12, 1)
MANNERS = {
    Interface.FOLLOWERS: Manner(7, _OLD),
    Interface.FOLLOWER_CHANGES: Manner(7, _OLD),
    Interface.ACCOUNT: Manner(30, _NEW),
    Interface.ARTICLE_TOTAL: Manner(1, _NEW, of_articles=True),
    Interface.ARTICLE_READ: Manner(1, _NEW, of_articles=True),
    Interface.ARTICLE_SHARE: Manner(1, _NEW, of_articles=True),
}
"""In the order in which they are asked."""


class QuestionState(StrEnum):
    """`open` is asked (again); `settled` has its last answer; `gap` never got one."""

    OPEN = "open"
    SETTLED = "settled"
    GAP = "gap"


class Question(Numbered, Base):
    """One interface asked about one day of one account. `still`: how often in a row the answer was the same."""

    __tablename__ = "figure_question"

    account_id: Mapped[int] = mapped_column(ForeignKey("official_account.id"))
    interface: Mapped[Interface] = mapped_column(String(24))
    day: Mapped[date]
    state: Mapped[QuestionState] = mapped_column(String(8), default=QuestionState.OPEN)
    next_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    still: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64), default="")
    answer: Mapped[dict[str, Any] | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    code: Mapped[str] = mapped_column(String(40), default="")

    __table_args__ = (
        UniqueConstraint("account_id", "interface", "day"), Index("ix_figure_question_next", "account_id", "next_at"),
    )


def due(session: Session, account_id: int) -> Sequence[Question]:
    """The next questions that one call answers: one interface, days in a row, the newest first."""
    query = select(Question).where(Question.account_id == account_id, Question.next_at <= clock.now())
    rows = session.scalars(query).all()
    order = {interface: place for place, interface in enumerate(MANNERS)}
    found = sorted(rows, key=lambda one: (order[one.interface], -one.day.toordinal()))
    together: list[Question] = []
    for question in found:
        if together and (question.interface != together[0].interface
                         or (together[0].day - question.day).days >= MANNERS[question.interface].span):
            break
        together.append(question)
    return together


def answered(question: Question, said: dict[str, Any], *, final: bool, empty: bool) -> None:
    """An answer came. `empty`: it holds nothing about this day; `final` False: the platform says more will come."""
    now = clock.now()
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    moved = digest != question.digest
    question.asked_at, question.tries, question.reason, question.code = now, 0, "", ""
    question.digest, question.answer, question.still = digest, said, 0 if moved else question.still + 1
    if not final:
        question.next_at = _later_today(now)
        return
    question.next_at = following(question.interface, question.day, now, moved=moved, still=question.still)
    if question.next_at is None:
        lacks = empty and not MANNERS[question.interface].of_articles
        question.state = QuestionState.GAP if lacks else QuestionState.SETTLED


def not_answered(question: Question, reason: str, code: str, *, after: float | None = None, refused: bool = False) -> None:
    """No answer: asked again later, and given up as a gap when the day is too old or the platform refuses for good."""
    now = clock.now()
    question.tries += 1
    question.asked_at, question.reason, question.code = now, reason, code
    wait = timedelta(seconds=after) if after is not None else min(FIRST_WAIT * 2.0 ** (question.tries - 1), LONGEST_WAIT)
    if refused:
        wait = timedelta(days=1)
    question.next_at = now + wait
    if (refused and question.tries >= MOST_REFUSALS) or platform_day(now) - question.day > timedelta(days=BACK_DAYS + 1):
        question.next_at = None
        question.state = QuestionState.SETTLED if question.digest else QuestionState.GAP


def postpone(session: Session, account_id: int, wait: timedelta) -> None:
    """Ask nothing of this account for a while: neither what is due now nor what would fall due meanwhile."""
    until = clock.now() + wait
    session.execute(
        update(Question).where(Question.account_id == account_id, Question.next_at < until).values(next_at=until)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def following(interface: Interface, day: date, now: datetime, *, moved: bool, still: int) -> datetime | None:
    """When an answered question is asked again, None for never.

    Totals grow for thirty days: daily in the first week and while they move, then twice, then once a week, and a last
    time when they are complete. What happened on one day is asked for until two answers agree.
    """
    today = platform_day(now)
    age = (today - day).days
    if interface == Interface.ARTICLE_TOTAL:
        if age > BACK_DAYS:
            return None
        wait = 1 if moved or age <= 7 else 3 if still < 3 else 7
        return morning(min(today + timedelta(days=wait), day + timedelta(days=BACK_DAYS + 1)))
    return None if still or age > 7 else morning(today + timedelta(days=1))


def morning(day: date) -> datetime:
    """The instant of `day` at which figures are asked for."""
    return clock.from_wall(datetime.combine(day, READY), PLATFORM_ZONE)


def gaps(session: Session, account_id: int, since: date, interfaces: Iterable[Interface]) -> dict[date, str]:
    """Why days have no figures: a reason in words, "" when it is still being asked for."""
    query = select(Question).where(
        Question.account_id == account_id, Question.day >= since, Question.interface.in_(list(interfaces)),
    )
    nothing = "WeChat gave no figures for this day."
    return {
        one.day: one.reason or (nothing if one.state == QuestionState.GAP else "")
        for one in session.scalars(query) if one.state != QuestionState.SETTLED
    }


def last_asked(session: Session, account_id: int) -> datetime | None:
    """When figures of this account were last asked for."""
    return session.scalar(select(func.max(Question.asked_at)).where(Question.account_id == account_id))


def trouble(session: Session, account_id: int) -> Question | None:
    """The latest question that could not be answered and is still open."""
    query = select(Question).where(Question.account_id == account_id, Question.state == QuestionState.OPEN, Question.reason != "")
    return session.scalar(query.order_by(Question.asked_at.desc()).limit(1))


def _later_today(now: datetime) -> datetime:
    """An hour on, or tomorrow morning when the day ends before."""
    later = now + NOT_READY_WAIT
    return later if platform_day(later) == platform_day(now) else morning(platform_day(later))
