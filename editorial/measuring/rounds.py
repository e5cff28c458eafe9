"""One China day of asking: its questions are placed in the morning, and its calls are counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.accounts import OfficialAccount
from editorial.base import Base
from editorial.measuring import messages
from editorial.measuring.messages import ArticleMessage, platform_day
from editorial.measuring.questions import BACK_DAYS, MANNERS, Interface, Manner, Question, morning

MOST_CALLS = 300
"""Calls a day and account for figures and comments. WeChat names no limit for these; this one is ours."""


class Round(Base):
    """The present China day of one account: its questions are placed, and so many calls were made."""

    __tablename__ = "figure_round"

    account_id: Mapped[int] = mapped_column(ForeignKey("official_account.id"), primary_key=True, autoincrement=False)
    day: Mapped[date]
    calls: Mapped[int] = mapped_column(default=0)


def begin_round(session: Session, account: OfficialAccount, *, newly_watched: bool) -> None:
    """Place today's questions once, after eight in China; a new day has its calls anew.

    Once more when articles were only now found to be published: what was asked before did not ask of their days.
    """
    today = platform_day(clock.now())
    current = session.get(Round, account.id)
    if clock.now() < morning(today):
        return
    if current is None:
        session.add(Round(account_id=account.id, day=today))
    elif current.day < today:
        current.day, current.calls = today, 0
    elif not newly_watched:
        return
    session.flush()
    _place(session, account, today)


def waits(session: Session, account_id: int) -> bool:
    """Whether there is something to ask or to place for this account now."""
    now = clock.now()
    today = platform_day(now)
    current = session.get(Round, account_id)
    if current is None or current.day < today:
        return now >= morning(today)
    due = select(Question.id).where(Question.account_id == account_id, Question.next_at <= now)
    return current.calls < MOST_CALLS and session.scalar(due.limit(1)) is not None


def count_call(session: Session, account_id: int, calls: int = 1) -> bool:
    """Count a call before it is made, so that dying in the middle costs no more than one. False: none is left today."""
    current = session.get(Round, account_id)
    if current is None:
        current = Round(account_id=account_id, day=platform_day(clock.now()) - timedelta(days=1), calls=0)
        session.add(current)
    if current.calls >= MOST_CALLS:
        return False
    current.calls += calls
    return True


def _place(session: Session, account: OfficialAccount, today: date) -> None:
    placed = select(Question.interface, Question.day).where(
        Question.account_id == account.id, Question.day >= today - timedelta(days=BACK_DAYS + 1))
    known = {(interface, day) for interface, day in session.execute(placed)}
    published = messages.lately_published(session, account.id, today - timedelta(days=BACK_DAYS + 1))
    for interface, manner in MANNERS.items():
        for day in _days(interface, manner, published, today):
            if day >= manner.since and (interface, day) not in known:
                session.add(Question(account_id=account.id, interface=interface, day=day, next_at=clock.now()))
    session.flush()


def _days(interface: Interface, manner: Manner, published: Sequence[ArticleMessage], today: date) -> list[date]:
    """The days of the last month that this interface may know something about."""
    month = [today - timedelta(days=number) for number in range(1, BACK_DAYS + 1)]
    if not manner.of_articles:
        return month
    days = {message.published_on for message in published}
    # A person may have given the link only on the day after they published.
    days |= {message.published_on - timedelta(days=1) for message in published if not message.msg_data_id}
    if interface == Interface.ARTICLE_TOTAL:
        return sorted(day for day in days if day < today)
    return [day for day in month if days and day >= min(days)]
