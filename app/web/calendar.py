"""The calendar: editions by month, by week and as a list, on days that say what they are. It holds no more than it shows."""

from __future__ import annotations

import calendar as days_of
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.addresses import is_id
from app.auth import guard, person_now
from app.extensions import db
from app.web import mass_sends, meanings
from app.web.day_words import Mark, marks_of, old_words
from app.web.editions import pages
from app.web.slots import USUAL_HOUR, house_zone, own_time
from app.web.speaking_against import Said, in_words
from editorial import accounts, clock, days
from editorial.accounts import OfficialAccount
from editorial.articles import embargo
from editorial.articles.articles import Article
from editorial.calendar import conflicts, planned_items, seats
from editorial.calendar.editions import Edition, EditionState, Place
from editorial.calendar.planned_items import PlannedItem
from editorial.people.permissions import Action
from editorial.release import releases

PAGE = 50
MOST_BESIDE = 30
AROUND = timedelta(days=8)
"""How far beyond the days shown another edition can be in conflict with one of them."""


@dataclass(frozen=True)
class Entry:
    """An edition as the calendar shows it. `own`: its time where the person is; `against`: what speaks against it."""

    edition: Edition
    title: str
    state: str
    mode: str
    own: str = ""
    against: list[Said] = field(default_factory=list)

    @cached_property
    def at(self) -> str:
        return f"{clock.to_wall(self.edition.publish_at, house_zone()):%H:%M}" if self.edition.publish_at else ""

    @property
    def movable(self) -> bool:
        return self.state in ("planned", "scheduled")


@dataclass(frozen=True)
class Day:
    """One day of the house's wall calendar: what it is, what goes out on it, whose embargo ends, what is only planned."""

    date: date
    inside: bool
    today: bool
    entries: list[Entry]
    facts: days.Day
    marks: list[Mark]
    old: str
    embargoes: list[Article]
    items: list[PlannedItem]

    @property
    def things(self) -> list[Entry | PlannedItem]:
        """What goes out and what is only planned, in the order of the clock; what has no time yet comes first."""
        return sorted([*self.entries, *self.items], key=lambda thing: thing.at)

    @property
    def free(self) -> bool:
        return not (self.entries or self.embargoes or self.items or self.marks)


@pages.get("/calendar")
@guard(Action.SEE_EDITIONS)
def month() -> ResponseReturnValue:
    """A month of whole weeks, Monday first."""
    first = _month(request.args.get("month", ""))
    last = first.replace(day=days_of.monthrange(first.year, first.month)[1])
    begin, end = first - timedelta(days=first.weekday()), last + timedelta(days=7 - last.weekday())
    return _page(
        "month", _days(begin, end, first.month), _in_month(first), first=first,
        before=(first - timedelta(days=1)).strftime("%Y-%m"), after=(last + timedelta(days=1)).strftime("%Y-%m"),
    )


@pages.get("/calendar/week")
@guard(Action.SEE_EDITIONS)
def week() -> ResponseReturnValue:
    """Seven days, Monday first."""
    day = _day(request.args.get("day", ""))
    begin = day - timedelta(days=day.weekday())
    return _page(
        "week", _days(begin, begin + timedelta(days=7), None), clock.now(), begin=begin, end=begin + timedelta(days=6),
        before=(begin - timedelta(days=7)).isoformat(), after=(begin + timedelta(days=7)).isoformat(),
    )


@pages.get("/calendar/list")
@guard(Action.SEE_EDITIONS)
def listing() -> ResponseReturnValue:
    """Editions one under the other, the newest plan first."""
    state, cursor = request.args.get("state", ""), request.args.get("cursor", "")
    wanted = select(Edition.id).order_by(Edition.id.desc()).limit(PAGE + 1)
    if state in set(EditionState):
        wanted = wanted.where(Edition.state == state)
    if is_id(cursor):
        wanted = wanted.where(Edition.id < int(cursor))
    # These few first: their articles are looked up and not sorted with all others.
    found = _entries(_query().where(Edition.id.in_(wanted)).order_by(Edition.id.desc()))
    following = url_for("calendar.listing", state=state, cursor=found[PAGE - 1].edition.id) if len(found) > PAGE else None
    return render_template(
        "calendar/listing.html", entries=found[:PAGE], state=state, next_url=following, views=_views("listing"),
    )


def _page(view: str, shown: list[Day], at: datetime, **more: Any) -> str:
    unknown = sorted({day.date.year for day in shown if not day.facts.known})
    known = accounts.everyone(db.session())
    return render_template(
        f"calendar/{view}.html", days=shown, unscheduled=_unscheduled(), views=_views(view), weekdays=meanings.weekdays(),
        quotas=mass_sends.quotas(db.session(), known, at), unknown=unknown, tomorrow=_tomorrow(), usual_time=f"{USUAL_HOUR:02d}:00",
        account_choices=[("", _("none yet")), *((str(one.id), one.name) for one in known)], **more,
    )


def _tomorrow() -> date:
    return clock.to_wall(clock.now(), house_zone()).date() + timedelta(days=1)


def _days(begin: date, end: date, month: int | None) -> list[Day]:
    session, zone, today = db.session(), house_zone(), clock.to_wall(clock.now(), house_zone()).date()
    first, last = _bounds(begin, end)
    facts = days.between(session, begin, end - timedelta(days=1))
    entries = _with_conflicts(_between(first, last), facts, first, last)
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        if entry.edition.publish_at is not None:
            by_day.setdefault(clock.to_wall(entry.edition.publish_at, zone).date(), []).append(entry)
    ending: dict[date, list[Article]] = {}
    for article in embargo.between(session, first, last):
        if article.embargo_until is not None:
            ending.setdefault(clock.to_wall(article.embargo_until, zone).date(), []).append(article)
    items: dict[date, list[PlannedItem]] = {}
    for item in planned_items.between(session, begin, end - timedelta(days=1)):
        items.setdefault(item.on, []).append(item)
    return [
        Day(fact.date, month is None or fact.date.month == month, fact.date == today, by_day.get(fact.date, []), fact,
            marks_of(fact), old_words(fact), ending.get(fact.date, []), items.get(fact.date, []))
        for fact in facts
    ]


def _bounds(begin: date, end: date) -> list[datetime]:
    """Instants around these days. Noon exists in every zone on every day; what lies beyond is cut by the day itself."""
    noons = [clock.from_wall(datetime.combine(day, time(12)), house_zone()) - timedelta(hours=12) for day in (begin, end)]
    return [noons[0] - timedelta(hours=2), noons[1] + timedelta(hours=2)]


def _between(first: datetime, last: datetime) -> list[Entry]:
    query = _query().where(Edition.publish_at >= first, Edition.publish_at < last, Edition.state != EditionState.CANCELLED)
    return _entries(query.order_by(Edition.publish_at, Edition.id))


def _with_conflicts(entries: list[Entry], facts: list[days.Day], first: datetime, last: datetime) -> list[Entry]:
    """What is out needs no advice any more; what is only scheduled is judged among everything around it."""
    scheduled = {entry.edition.id for entry in entries if entry.edition.state == EditionState.SCHEDULED}
    if not scheduled:
        return entries
    session = db.session()
    taken = seats.taken_between(session, first - AROUND, last + AROUND, house_zone())
    wanted = [seat for seat in taken if seat.edition_id in scheduled]
    found = conflicts.of_all(wanted, taken, {fact.date: fact for fact in facts}, conflicts.rules_of(session))
    return [
        Entry(entry.edition, entry.title, entry.state, entry.mode, entry.own, in_words(found.get(entry.edition.id, [])))
        for entry in entries
    ]


def _unscheduled() -> list[Entry]:
    query = _query().where(Edition.state == EditionState.PLANNED).order_by(Edition.id.desc())
    return _entries(query.limit(MOST_BESIDE))


def _query() -> Select[Any]:
    """Editions with their lead headline and the number of their articles, in one query."""
    count = select(func.count()).select_from(Place).where(Place.edition_id == Edition.id).correlate(Edition).scalar_subquery()
    return (
        select(Edition, Article.title, count)
        .join(Place, (Place.edition_id == Edition.id) & (Place.position == 1)).join(Article, Article.id == Place.article_id)
        .options(joinedload(Edition.account).defer(OfficialAccount.secrets))
    )


def _entries(query: Select[Any]) -> list[Entry]:
    rows: Sequence[Any] = db.session.execute(query).unique().all()
    states, person = releases.shown_states(db.session(), [edition for edition, _title, _count in rows]), person_now()
    return [
        Entry(edition, meanings.headed(title, count), states[edition.id], meanings.word_of(meanings.MODES, edition.mode),
              own_time(edition.publish_at, person))
        for edition, title, count in rows
    ]


def _views(active: str) -> list[dict[str, Any]]:
    words = (("month", _("Month")), ("week", _("Week")), ("listing", _("List")))
    return [{"label": label, "url": url_for(f"calendar.{view}"), "active": view == active} for view, label in words]


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
