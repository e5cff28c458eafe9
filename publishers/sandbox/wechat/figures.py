"""Figures of the account (`getbizsummary`, `getuser*`): the same day always has the same numbers once it is settled."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

from publishers.sandbox import chinatime
from publishers.sandbox.calls import Call, Json, Refusal
from publishers.sandbox.things import Account
from publishers.sandbox.wechat import readers
from publishers.sandbox.wechat.bodies import body_of
from publishers.sandbox.world import World

FIRST_DAY, FIRST_FOLLOWERS = date(2025, 11, 1), date(2014, 12, 1)
"""Since when there are figures: of articles and account, and of followers."""
DETAIL_DAYS = 30


def read(world: World, call: Call, account: Account) -> Json:
    """`getarticleread`: readers of each article on one day, by source."""
    (day,) = _days(world, call, 1)
    counted = [(article, article.readers(day, call.at)) for article in _articles(world, account, day)]
    return _listed(world, account, day, [
        {
            "ref_date": day.isoformat(), "msgid": article.msgid,
            "detail": {"read_user": users, "read_user_source": readers.sources(users, article.job.mass)},
        }
        for article, users in counted if users
    ])


def share(world: World, call: Call, account: Account) -> Json:
    """`getarticleshare`: who passed each article on, on one day."""
    (day,) = _days(world, call, 1)
    counted = [
        (article, readers.part(article.readers(day, call.at), "share_user")) for article in _articles(world, account, day)
    ]
    return _listed(world, account, day, [
        {"ref_date": day.isoformat(), "msgid": article.msgid, "detail": {"share_user": users}}
        for article, users in counted if users
    ])


def total_detail(world: World, call: Call, account: Account) -> Json:
    """`getarticletotaldetail`: of what was published on one day, the sums at the end of each of the next thirty days."""
    (day,) = _days(world, call, 1)
    last = min(chinatime.day(call.at) - timedelta(days=1), day + timedelta(days=DETAIL_DAYS - 1))
    rows = [
        {
            "ref_date": day.isoformat(), "msgid": article.msgid, "title": article.title,
            "content_url": article.url(call.base), "publish_type": int(not article.job.mass),
            "detail_list": [
                article.sums(stat, call.at) for stat in _span(day, last) if stat.isoformat() not in account.gaps
            ],
        }
        for article in readers.articles_of(world, account) if article.day == day
    ]
    return _listed(world, account, day, rows)


def business(world: World, call: Call, account: Account) -> Json:
    """`getbizsummary`: totals of the account per day, at most 30 days. Old articles are read a little every day."""
    rows = []
    for day in _days(world, call, 30):
        if day.isoformat() in account.gaps:
            continue
        articles = _articles(world, account, day)
        users = sum(article.readers(day, call.at) for article in articles) + _figure(account, day, "old", 90)
        rows.append({
            "ref_date": day.isoformat(),
            "detail": {
                "read_user": users, "read_user_source": readers.sources(users, mass=True),
                **{name: readers.part(users, name) for name in readers.PARTS}, "redirect_ori_page_user": 0,
                "send_page_count": sum(article.day == day for article in articles),
            },
        })
    return {"list": rows, "is_delay": world.settings.figures_delayed}


def followers_changed(world: World, call: Call, account: Account) -> Json:
    """`getusersummary`: followers gained and lost per day, at most 7 days."""
    days = [
        {"ref_date": day.isoformat(), "user_source": 0, "new_user": _gained(account, day), "cancel_user": _lost(account, day)}
        for day in _days(world, call, 7, FIRST_FOLLOWERS) if day.isoformat() not in account.gaps
    ]
    return {"list": days}


def followers_counted(world: World, call: Call, account: Account) -> Json:
    """`getusercumulate`: all followers at the end of each day, at most 7 days."""
    days = [
        {"ref_date": day.isoformat(), "user_source": 0, "cumulate_user": followers(account, day)}
        for day in _days(world, call, 7, FIRST_FOLLOWERS) if day.isoformat() not in account.gaps
    ]
    return {"list": days}


def followers(account: Account, day: date) -> int:
    """How many follow the account at the end of a day; it fits what was gained and lost."""
    if not account.counted_on:
        return account.followers
    known = date.fromisoformat(account.counted_on)
    first, last = sorted((known, day))
    moved = sum(_gained(account, one) - _lost(account, one) for one in _span(first + timedelta(days=1), last))
    return max(account.followers + (moved if day > known else -moved), 0)


def _articles(world: World, account: Account, day: date) -> list[readers.Read]:
    return [article for article in readers.articles_of(world, account) if article.day <= day]


def _listed(world: World, account: Account, day: date, rows: list[Json]) -> Json:
    missing = day.isoformat() in account.gaps
    return {"list": [] if missing else rows, "is_delay": world.settings.figures_delayed}


def _days(world: World, call: Call, most: int, since: date = FIRST_DAY) -> list[date]:
    """The days asked for. Raises 61500, 61501, and 61503 for yesterday before the figures' hour."""
    body = body_of(call)
    try:
        first, last = (date.fromisoformat(str(body.get(name))) for name in ("begin_date", "end_date"))
    except ValueError:
        raise Refusal(61500, "date format error") from None
    yesterday = chinatime.day(call.at) - timedelta(days=1)
    if last > yesterday or first > last or (last - first).days >= most or first < since:
        raise Refusal(61501, "date range error")
    now = chinatime.wall(call.at)
    if last == yesterday and now.hour + now.minute / 60 < world.settings.figures_hour:
        raise Refusal(61503, "data not ready, please try later")
    return _span(first, last)


def _span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _gained(account: Account, day: date) -> int:
    return _figure(account, day, "new", 25)


def _lost(account: Account, day: date) -> int:
    return _figure(account, day, "cancel", 6)


def _figure(account: Account, day: date, name: str, most: int) -> int:
    digest = hashlib.sha256(f"{account.app_id} {day} {name}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % most
