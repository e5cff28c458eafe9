"""What came out: by kind of group and month, by column, by goal, by group. A silent kind or group is said, not hidden.

Articles of different goals are counted side by side and never ranked in one list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Case, Row, case, func, select
from sqlalchemy.orm import Session

from editorial import clock, house
from editorial.articles.articles import Article
from editorial.articles.workflow import State
from editorial.calendar.editions import Edition, Place
from editorial.groups.groups import Group, GroupState, Kind
from editorial.intake.submissions import Submission
from editorial.share_back.clicks import PEOPLE, Click
from editorial.share_back.links import TrackedLink
from editorial.topics import columns
from editorial.topics.columns import ArticleType, Goal, OutputPlan

OUT = (State.PUBLISHED, State.CORRECTED)
SILENT_DAYS = 30
"""A kind of group without a published piece for so long is flagged."""
MOST_PER_GOAL = 5


@dataclass(frozen=True)
class Month:
    """One month of the house: its first day, and its two instants."""

    name: str
    begin: datetime
    end: datetime


@dataclass(frozen=True)
class KindLine:
    """One kind of group: pieces published in each month, and whether it has been silent for SILENT_DAYS."""

    kind: Kind
    groups: int
    pieces: tuple[int, ...]
    silent: bool


@dataclass(frozen=True)
class GoalLine:
    """One goal: pieces published, and those of them with the most clicks of people, compared among themselves only."""

    goal: Goal | None
    pieces: int
    best: list[tuple[int, str, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Output:
    """What one group brought out: pieces by type in 30 and 90 days, stories handed in, the last publication."""

    types: list[tuple[ArticleType | None, int, int]]
    handed_in: tuple[int, int]
    last_at: datetime | None
    silent_days: int
    silent: bool
    plan: OutputPlan


def by_kind(session: Session, months: Sequence[Month]) -> list[KindLine]:
    """Pieces of each kind of group in each month, in two queries. An article that went out twice counts once a month."""
    # The newest month whose beginning is past.
    newest_first = [(Edition.published_at >= month.begin, number) for number, month in reversed(list(enumerate(months)))]
    column = case(*newest_first, else_=-1)
    rows = session.execute(
        _out(select(Group.kind, column.label("month"), func.count(Article.id.distinct())).select_from(Edition), months[0].begin)
        .join(Group, Group.id == Article.group_id).group_by(Group.kind, column)
    )
    found = {(kind, number): count for kind, number, count in rows}
    lately = set(session.scalars(
        _out(select(Group.kind).distinct().select_from(Edition), clock.now() - timedelta(days=SILENT_DAYS))
        .join(Group, Group.id == Article.group_id)
    ))
    open_groups = _open_groups(session)
    return [
        KindLine(kind, open_groups.get(kind, 0), tuple(found.get((kind, number), 0) for number in range(len(months))),
                 silent=kind not in lately and open_groups.get(kind, 0) > 0)
        for kind in Kind
    ]


def by_goal(session: Session, since: datetime) -> list[GoalLine]:
    """Pieces of each goal since then, and the best of each by clicks of people on our links."""
    counted = dict(session.execute(
        _out(select(Article.goal, func.count(Article.id.distinct())).select_from(Edition), since).group_by(Article.goal)
    ).all())
    # Links of these pieces first: a click is looked for only under them.
    wanted = _out(select(Article.id).select_from(Edition), since).where(Article.goal.is_not(None))
    clicks = dict(session.execute(
        select(TrackedLink.article_id, func.count()).join(Click, Click.link_id == TrackedLink.id)
        .where(TrackedLink.article_id.in_(wanted), Click.kind == PEOPLE).group_by(TrackedLink.article_id)
    ).all())
    pieces = session.execute(select(Article.id, Article.title, Article.goal).where(Article.id.in_(list(clicks)[:900]))).all()
    lines = []
    for goal in (*Goal, None):
        own = [(one.id, one.title, clicks[one.id]) for one in pieces if goal is not None and one.goal == goal]
        best = sorted(own, key=lambda one: -one[2])[:MOST_PER_GOAL]
        lines.append(GoalLine(goal, counted.get(goal, 0), best))
    return lines


def out_by_column(session: Session) -> dict[int, tuple[int, int]]:
    """Of each column the pieces published in 30 and in 90 days."""
    recent, since = _within(30), clock.now() - timedelta(days=90)
    rows = session.execute(
        _out(select(Article.column_id, func.sum(recent), func.count()).select_from(Edition), since)
        .where(Article.column_id.is_not(None)).group_by(Article.column_id)
    )
    return {column_id: (int(few or 0), many) for column_id, few, many in rows if column_id is not None}


def output_of(session: Session, group_id: int) -> Output:
    """What one group brought out of late; `silent` when nothing was published for as long as the group or the house says."""
    plan = columns.plan_of(session, group_id)
    since = clock.now() - timedelta(days=90)
    rows = session.execute(
        _out_of(select(Article.type, func.sum(_within(30)), func.count(Article.id.distinct())).select_from(Article), group_id)
        .where(Edition.published_at >= since).group_by(Article.type)
    ).all()
    found = {kind: (int(few or 0), many) for kind, few, many in rows}
    shown: list[ArticleType | None] = [one for one in ArticleType if one in plan.types or one in found]
    if None in found:
        shown.append(None)
    last_at = session.scalar(_out_of(select(func.max(Edition.published_at)).select_from(Article), group_id))
    days = plan.silent_days or int(house.setting(session, "silent_days"))
    return Output(
        types=[(kind, *found.get(kind, (0, 0))) for kind in shown], handed_in=_handed_in(session, group_id), last_at=last_at,
        silent_days=days, silent=last_at is None or last_at < clock.now() - timedelta(days=days), plan=plan,
    )


def year_review(
    session: Session, begin: datetime, end: datetime, *, type: str = "", goal: str = "", limit: int | None = None
) -> Sequence[Row[tuple[Article, datetime, str | None]]]:
    """Everything that was published in a time, in one query: article, instant and permalink, the first first."""
    query = _out(select(Article, Edition.published_at, Place.permalink).select_from(Edition), begin, end)
    if type in set(ArticleType):
        query = query.where(Article.type == type)
    if goal in set(Goal):
        query = query.where(Article.goal == goal)
    return session.execute(query.order_by(Edition.published_at, Place.position).limit(limit)).all()


def _out(query: Any, since: datetime, until: datetime | None = None) -> Any:
    """Of a query over Edition: the articles of editions that came out in [since, until) and are out still."""
    then = select(Edition.id).where(Edition.published_at >= since)
    if until is not None:
        then = then.where(Edition.published_at < until)
    joined = query.join(Place, Place.edition_id == Edition.id).join(Article, Article.id == Place.article_id)
    # Nearly all articles are out, and few in this time: the state is asked in a way that no index serves.
    return joined.where(Place.edition_id.in_(then), func.coalesce(Article.state, "").in_(OUT))


def _out_of(query: Any, group_id: int) -> Any:
    """Of a query over Article: those of one group that are out. It begins at the group, which has few."""
    joined = query.join(Place, Place.article_id == Article.id).join(Edition, Edition.id == Place.edition_id)
    return joined.where(Article.group_id == group_id, Article.state.in_(OUT), Edition.published_at.is_not(None))


def _within(days: int) -> Case[int]:
    return case((Edition.published_at >= clock.now() - timedelta(days=days), 1), else_=0)


def _open_groups(session: Session) -> dict[Kind, int]:
    query = select(Group.kind, func.count()).where(Group.state != GroupState.CLOSED).group_by(Group.kind)
    return dict(session.execute(query).all())


def _handed_in(session: Session, group_id: int) -> tuple[int, int]:
    """Stories handed in from a group in 30 and in 90 days."""
    now = clock.now()
    few = case((Submission.created_at >= now - timedelta(days=30), 1), else_=0)
    lately = Submission.created_at >= now - timedelta(days=90)
    row = session.execute(select(func.sum(few), func.count()).where(Submission.group_id == group_id, lately)).one()
    return int(row[0] or 0), int(row[1])
