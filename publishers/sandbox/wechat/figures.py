"""Statistics (`datacube/*`), simple but steady: the same day always has the same numbers."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta, timezone

from publishers.sandbox.calls import Call, Json, Refusal
from publishers.sandbox.things import Account
from publishers.sandbox.wechat.bodies import body_of
from publishers.sandbox.world import World

CHINA = timezone(timedelta(hours=8))


def business(world: World, call: Call, account: Account) -> Json:
    """`getbizsummary`: totals of the account per day, at most 30 days."""
    days = [
        {
            "ref_date": day.isoformat(),
            "detail": {
                "read_user": _figure(account, day, "read", 900), "read_user_source": [],
                "share_user": _figure(account, day, "share", 60), "zaikan_user": _figure(account, day, "zaikan", 40),
                "like_user": _figure(account, day, "like", 50), "comment_count": _figure(account, day, "comment", 12),
                "collection_user": _figure(account, day, "collection", 20), "redirect_ori_page_user": 0,
                "send_page_count": sum(
                    datetime.fromtimestamp(job.finished_at, CHINA).date() == day
                    for job, _ in world.pages() if job.app_id == account.app_id
                ),
            },
        }
        for day in _days(call, 30)
    ]
    return {"list": days, "is_delay": False}


def followers(world: World, call: Call, account: Account) -> Json:
    """`getusersummary`: followers gained and lost per day, at most 7 days."""
    days = [
        {
            "ref_date": day.isoformat(), "user_source": 0,
            "new_user": _figure(account, day, "new", 25), "cancel_user": _figure(account, day, "cancel", 6),
        }
        for day in _days(call, 7)
    ]
    return {"list": days}


def _days(call: Call, most: int) -> list[date]:
    body = body_of(call)
    try:
        first, last = (date.fromisoformat(str(body.get(name))) for name in ("begin_date", "end_date"))
    except ValueError:
        raise Refusal(61500, "date format error") from None
    yesterday = datetime.fromtimestamp(call.at, CHINA).date() - timedelta(days=1)
    if last > yesterday or first > last or (last - first).days >= most:
        raise Refusal(61501, "date range error")
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _figure(account: Account, day: date, name: str, most: int) -> int:
    digest = hashlib.sha256(f"{account.app_id} {day} {name}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % most
