"""The calendar: editions by month, by week and as a list. It holds no more than the days it shows."""

from __future__ import annotations

import calendar as days_of
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from app.addresses import is_id
from app.auth import guard
from app.extensions import db
from app.web import mass_sends, meanings
from app.web.editions import house_zone, pages
from editorial import accounts, clock
from editorial.articles.articles import Article
from editorial.calendar.editions import Edition, EditionState, Place
from editorial.people.permissions import Action
from editorial.release import releases

PAGE = 50
MOST_BESIDE = 30


@dataclass(frozen=True)
class Entry:
    """An edition as the calendar shows it."""

    edition: Edition
    title: str
    state: str
    mode: str


@dataclass(frozen=True)
class Day:
    """One day of the house's wall calendar with what goes out on it."""

    date: date
    inside: bool
    today: bool
    entries: list[Entry]


@pages.get("/calendar")
@guard(Action.SEE_EDITIONS)
def month() -> ResponseReturnValue:
    """A month of whole weeks, Monday first."""
    first = _month(request.args.get("month", ""))
    last = first.replace(day=days_of.monthrange(first.year, first.month)[1])
    begin, end = first - timedelta(days=first.weekday()), last + timedelta(days=7 - last.weekday())
    return render_template(
        "calendar/month.html", days=_days(begin, end, first.month), first=first, unscheduled=_unscheduled(),
        before=(first - timedelta(days=1)).strftime("%Y-%m"), after=(last + timedelta(days=1)).strftime("%Y-%m"),
        views=_views("month"), weekdays=meanings.weekdays(),
        quotas=_quotas(_in_month(first)),
    )


@pages.get("/calendar/week")
@guard(Action.SEE_EDITIONS)
def week() -> ResponseReturnValue:
    """Seven days, Monday first."""
    day = _day(request.args.get("day", ""))
    begin = day - timedelta(days=day.weekday())
    return render_template(
        "calendar/week.html", days=_days(begin, begin + timedelta(days=7), None), begin=begin, unscheduled=_unscheduled(),
        end=begin + timedelta(days=6), before=(begin - timedelta(days=7)).isoformat(),
        after=(begin + timedelta(days=7)).isoformat(), views=_views("week"), weekdays=meanings.weekdays(),
        quotas=_quotas(clock.now()),
    )


@pages.get("/calendar/list")
@guard(Action.SEE_EDITIONS)
def listing() -> ResponseReturnValue:
    """Editions one under the other, the newest plan first."""
    state, cursor = request.args.get("state", ""), request.args.get("cursor", "")
    query = _query().order_by(Edition.id.desc()).limit(PAGE + 1)
    if state in set(EditionState):
        query = query.where(Edition.state == state)
    if is_id(cursor):
        query = query.where(Edition.id < int(cursor))
    found = _entries(query)
    following = url_for("calendar.listing", state=state, cursor=found[PAGE - 1].edition.id) if len(found) > PAGE else None
    return render_template(
        "calendar/listing.html", entries=found[:PAGE], state=state, next_url=following, views=_views("listing"),
    )


def _days(begin: date, end: date, month: int | None) -> list[Day]:
    zone, today = house_zone(), clock.to_wall(clock.now(), house_zone()).date()
    instants = [clock.from_wall(datetime.combine(day, time(12)), zone) - timedelta(hours=12) for day in (begin, end)]
    # Noon exists in every zone on every day; an hour of summer time at the edge is cut by the day below.
    query = _query().where(
        Edition.publish_at >= instants[0] - timedelta(hours=2), Edition.publish_at < instants[1] + timedelta(hours=2),
        Edition.state != EditionState.CANCELLED,
    )
    by_day: dict[date, list[Entry]] = {}
    for entry in _entries(query.order_by(Edition.publish_at, Edition.id)):
        at = entry.edition.publish_at
        if at is not None:
            by_day.setdefault(clock.to_wall(at, zone).date(), []).append(entry)
    dates = [begin + timedelta(days=number) for number in range((end - begin).days)]
    return [Day(day, month is None or day.month == month, day == today, by_day.get(day, [])) for day in dates]


def _unscheduled() -> list[Entry]:
    query = _query().where(Edition.state == EditionState.PLANNED).order_by(Edition.id.desc())
    return _entries(query.limit(MOST_BESIDE))


def _query() -> Select[Any]:
    """Editions with their lead headline and the number of their articles, in one query."""
    count = select(func.count()).select_from(Place).where(Place.edition_id == Edition.id).correlate(Edition).scalar_subquery()
    return (
        select(Edition, Article.title, count)
        .join(Place, (Place.edition_id == Edition.id) & (Place.position == 1)).join(Article, Article.id == Place.article_id)
    )


def _entries(query: Select[Any]) -> list[Entry]:
    rows: Sequence[Any] = db.session.execute(query).unique().all()
    states = releases.shown_states(db.session(), [edition for edition, _title, _count in rows])
    return [
        Entry(edition, meanings.headed(title, count), states[edition.id], meanings.word_of(meanings.MODES, edition.mode))
        for edition, title, count in rows
    ]


def _views(active: str) -> list[dict[str, Any]]:
    words = (("month", _("Month")), ("week", _("Week")), ("listing", _("List")))
    return [{"label": label, "url": url_for(f"calendar.{view}"), "active": view == active} for view, label in words]


def _quotas(at: datetime) -> list[tuple[str, str]]:
    """What is taken of each account's mass sends around `at`."""
    return mass_sends.quotas(db.session(), accounts.everyone(db.session()), at)


def _month(typed: str) -> date:
    try:
        return datetime.strptime(typed, "%Y-%m").date()
    except ValueError:
        return clock.to_wall(clock.now(), house_zone()).date().replace(day=1)


def _in_month(first: date) -> datetime:
    """Now, or the middle of another month that is looked at."""
    now = clock.now()
    wall = clock.to_wall(now, house_zone())
    if (wall.year, wall.month) == (first.year, first.month):
        return now
    return clock.from_wall(datetime.combine(first.replace(day=15), time(12)), house_zone())


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return clock.to_wall(clock.now(), house_zone()).date()
