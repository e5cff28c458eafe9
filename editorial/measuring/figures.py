"""WeChat's own figures by day. They are kept beside our clicks and never added to them; what is missing is unknown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.base import Base, Numbered
from editorial.measuring import messages
from editorial.measuring.messages import ArticleMessage

WHOLE_NUMBERS = ("readers", "shares", "likes", "wows", "comments", "favourites")
"""What pages and the API name of an article, in their order."""


class Kind(StrEnum):
    """`day`: what happened on that day alone; `total`: all from the publication to the end of that day."""

    DAY = "day"
    TOTAL = "total"


class DayFigures(Numbered, Base):
    """Figures of one day of one article (`msgid`) or, with "", of the whole account. A name that is absent is unknown."""

    __tablename__ = "day_figures"

    account_id: Mapped[int] = mapped_column(ForeignKey("official_account.id"))
    msgid: Mapped[str] = mapped_column(String(60), default="")
    kind: Mapped[Kind] = mapped_column(String(8))
    day: Mapped[date]
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    sources: Mapped[dict[str, Any]] = mapped_column(default=dict)
    noted_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (UniqueConstraint("account_id", "msgid", "kind", "day"),)


@dataclass(frozen=True)
class Day:
    """One day of a series. An empty `figures` is a gap."""

    on: date
    figures: dict[str, float] = field(default_factory=dict)

    def get(self, name: str) -> float | None:
        """One figure, None when it is unknown."""
        return self.figures.get(name)


@dataclass(frozen=True)
class ArticleFigures:
    """What WeChat says of one publication: `total` as of `as_of`, and day by day. None: nothing yet."""

    message: ArticleMessage
    total: dict[str, float]
    as_of: date | None
    sources: dict[str, int]
    days: tuple[Day, ...]
    """Readers and sharers of each day alone."""
    totals: tuple[Day, ...]
    """All since the publication, at the end of each day."""

    @property
    def whole_numbers(self) -> dict[str, int]:
        """The counts among the totals, without what is unknown."""
        return {name: int(self.total[name]) for name in WHOLE_NUMBERS if name in self.total}


def note(
    session: Session, account_id: int, kind: Kind, day: date, found: dict[str, float], *, msgid: str = "",
    sources: dict[str, int] | None = None,
) -> None:
    """Keep figures; several interfaces tell of the same day, and a later answer replaces what it names."""
    known = session.scalar(select(DayFigures).where(
        DayFigures.account_id == account_id, DayFigures.msgid == msgid, DayFigures.kind == kind, DayFigures.day == day,
    ))
    if known is None:
        known = DayFigures(account_id=account_id, msgid=msgid, kind=kind, day=day, figures={}, sources={})
        session.add(known)
    known.figures = {**known.figures, **found}
    known.sources = sources or known.sources
    known.noted_at = clock.now()


def of_account(session: Session, account_id: int, first: date, last: date) -> tuple[Day, ...]:
    """Every day from `first` to `last` in order, those without an answer empty."""
    return _filled(_rows(session, account_id, [""], Kind.DAY, first), first, last)


def followers(session: Session, account_id: int) -> Day | None:
    """The last day whose number of followers is known."""
    query = select(DayFigures).where(
        DayFigures.account_id == account_id, DayFigures.msgid == "", DayFigures.kind == Kind.DAY,
    ).order_by(DayFigures.day.desc()).limit(31)
    return next((Day(row.day, row.figures) for row in session.scalars(query) if "followers" in row.figures), None)


def of_message(session: Session, message: ArticleMessage) -> ArticleFigures:
    """The figures of one publication, from its day to the last one that has any."""
    if not message.msgid:
        return ArticleFigures(message, {}, None, {}, (), ())
    rows = {kind: _rows(session, message.account_id, [message.msgid], kind) for kind in Kind}
    last = max((row.day for found in rows.values() for row in found), default=None)
    if last is None:
        return ArticleFigures(message, {}, None, {}, (), ())
    first = min(message.published_on, *(row.day for found in rows.values() for row in found))
    newest = max(rows[Kind.TOTAL], key=lambda row: row.day, default=None)
    return ArticleFigures(
        message, newest.figures if newest else {}, newest.day if newest else None, newest.sources if newest else {},
        _filled(rows[Kind.DAY], first, last), _filled(rows[Kind.TOTAL], first, last),
    )


def of_article(session: Session, article_id: int) -> list[ArticleFigures]:
    """The figures of every publication of an article, the newest first."""
    return [of_message(session, message) for message in messages.of_article(session, article_id)]


def newest_totals(session: Session, found: Iterable[ArticleMessage]) -> dict[int, Day]:
    """The newest totals of many publications of one account, by the id of the message."""
    numbered = {message.msgid: message for message in found if message.msgid}
    newest: dict[int, Day] = {}
    for account_id in {message.account_id for message in numbered.values()}:
        for row in _rows(session, account_id, list(numbered), Kind.TOTAL):
            newest[numbered[row.msgid].id] = Day(row.day, row.figures)
    return newest


def _rows(
    session: Session, account_id: int, msgids: list[str], kind: Kind, since: date = date.min
) -> Sequence[DayFigures]:
    query = select(DayFigures).where(
        DayFigures.account_id == account_id, DayFigures.msgid.in_(msgids), DayFigures.kind == kind, DayFigures.day >= since,
    )
    return session.scalars(query.order_by(DayFigures.day)).all()


def _filled(rows: Sequence[DayFigures], first: date, last: date) -> tuple[Day, ...]:
    known = {row.day: row.figures for row in rows}
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(Day(day, known.get(day, {})) for day in days)
