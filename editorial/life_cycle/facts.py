"""The facts of groups, counted from submissions, shares, clicks of people and decided cases. No chat is read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from editorial import clock
from editorial.articles.articles import Article
from editorial.conduct.cases import Case, CaseState
from editorial.groups.groups import Group
from editorial.intake.submissions import Submission
from editorial.life_cycle.stages import WINDOW_DAYS, WINDOWS, Facts
from editorial.share_back.clicks import PEOPLE, Click
from editorial.share_back.links import TrackedLink
from editorial.share_back.shares import Share

ADVERTISING = "spam_advertising"
ADVERTISING_DAYS = 90


def of_groups(session: Session, ids: Sequence[int]) -> dict[int, Facts]:
    """The facts of several groups now, by id."""
    now = clock.now()
    stories = _counted(session, ids, Submission.group_id, Submission.created_at, now)
    shares = _counted(session, ids, Share.group_id, Share.created_at, now)
    clicks = _clicks(session, ids, now)
    writers, advertising = _writers(session, ids, now), _advertising(session, ids, now)
    week = _week(session, ids, now)
    opened = dict(session.execute(select(Group.id, Group.created_at).where(Group.id.in_(ids))).all())
    return {
        group_id: Facts(
            age_days=(now - at).days, quiet_days=_quiet(now, at, stories.get(group_id), shares.get(group_id), clicks.get(group_id)),
            stories=_numbers(stories.get(group_id)), clicks=_numbers(clicks.get(group_id)), shares=_numbers(shares.get(group_id)),
            contributors=writers.get(group_id, 0), shares_in_week=week.get(group_id, 0), advertising=advertising.get(group_id, 0),
        )
        for group_id, at in opened.items()
    }


def _windows(at: InstrumentedAttribute[datetime], now: datetime) -> list[ColumnElement[int]]:
    edges = [now - timedelta(days=WINDOW_DAYS * number) for number in range(WINDOWS + 1)]
    return [func.sum(case((and_(at > edges[i + 1], at <= edges[i]), 1), else_=0)) for i in range(WINDOWS)]


def _counted(
    session: Session, ids: Sequence[int], group: InstrumentedAttribute[int], at: InstrumentedAttribute[datetime], now: datetime
) -> dict[int, Any]:
    query = select(group, func.max(at), *_windows(at, now)).where(group.in_(ids)).group_by(group)
    return {row[0]: row[1:] for row in session.execute(query)}


def _clicks(session: Session, ids: Sequence[int], now: datetime) -> dict[int, Any]:
    query = (
        select(TrackedLink.group_id, func.max(Click.at), *_windows(Click.at, now))
        .join(TrackedLink, TrackedLink.id == Click.link_id).where(Click.kind == PEOPLE, TrackedLink.group_id.in_(ids))
        .group_by(TrackedLink.group_id)
    )
    return {row[0]: row[1:] for row in session.execute(query)}


def _writers(session: Session, ids: Sequence[int], now: datetime) -> dict[int, int]:
    query = select(Submission.group_id, func.count(Submission.contributor_id.distinct())).where(
        Submission.group_id.in_(ids), Submission.created_at > now - timedelta(days=WINDOW_DAYS),
    )
    return dict(session.execute(query.group_by(Submission.group_id)).all())


def _week(session: Session, ids: Sequence[int], now: datetime) -> dict[int, int]:
    query = select(Share.group_id, func.count()).where(Share.group_id.in_(ids), Share.created_at > now - timedelta(days=7))
    return dict(session.execute(query.group_by(Share.group_id)).all())


def _advertising(session: Session, ids: Sequence[int], now: datetime) -> dict[int, int]:
    """Decided cases of advertising about articles from these groups."""
    query = (
        select(Article.group_id, func.count()).join(Case, and_(Case.thing == "article", Case.thing_id == Article.id))
        .where(Article.group_id.in_(ids), Case.state != CaseState.OPEN, Case.item.startswith(ADVERTISING))
        .where(Case.decided_at > now - timedelta(days=ADVERTISING_DAYS)).group_by(Article.group_id)
    )
    return dict(session.execute(query).all())


def _quiet(now: datetime, opened: datetime, *found: Any) -> int:
    last: datetime = max([opened, *(row[0] for row in found if row is not None)])
    return (now - last).days


def _numbers(row: Any) -> tuple[int, ...]:
    return tuple(int(count) for count in row[1:]) if row is not None else (0,) * WINDOWS
