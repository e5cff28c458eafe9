"""Customer groups read with the company's own application: the list, one group in figures, and figures by day.

https://developer.work.weixin.qq.com/document/path/92120 (list), path/92122 (one group), path/92133 (statistics)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from publishers.connector import OutcomeUnknown, Refused
from publishers.wecom.api import Api

HERE = "/cgi-bin/externalcontact/groupchat"
CHINA = ZoneInfo("Asia/Shanghai")
OWNERS_AT_ONCE, DAYS_AT_ONCE, PAGE = 100, 30, 1000
TOO_MANY = "81017"
"""The application sees more than 1000 members: the list wants owners named."""
STAFF, CUSTOMER = 1, 2
SHAPE = "WeCom answered in a shape that is not known."
NAMES = {
    "new_chats": "new_chat_cnt", "chats": "chat_total", "active_chats": "chat_has_msg", "new_members": "new_member_cnt",
    "members": "member_total", "active_members": "member_has_msg", "messages": "msg_total",
}


@dataclass(frozen=True)
class Chat:
    """One group in figures. `joins`: how many came by which code (`state`) on which day; nobody is named."""

    name: str
    owner: str
    members: int
    customers: int
    opened_at: datetime | None
    joins: Counter[tuple[str, date]] = field(default_factory=Counter)


def chats(api: Api) -> Iterator[tuple[str, int]]:
    """Every group's id and status. Raises one of the four words."""
    try:
        first = _page(api, [], "")
    except Refused as refused:
        if refused.code != TOO_MANY:
            raise
        owners = [str(one) for one in api.call("GET", "/cgi-bin/externalcontact/get_follow_user_list").get("follow_user") or []]
        for begin in range(0, len(owners), OWNERS_AT_ONCE):
            some = owners[begin:begin + OWNERS_AT_ONCE]
            yield from _pages(api, some, _page(api, some, ""))
        return
    yield from _pages(api, [], first)


def chat(api: Api, chat_id: str) -> Chat:
    """One group. Raises one of the four words."""
    said = api.call("POST", f"{HERE}/get", {"chat_id": chat_id, "need_name": 0}).get("group_chat")
    if not isinstance(said, dict):
        raise OutcomeUnknown(SHAPE)
    members = [one for one in said.get("member_list") or [] if isinstance(one, dict)]
    opened = int(said.get("create_time") or 0)
    return Chat(
        name=str(said.get("name") or ""), owner=str(said.get("owner") or ""), members=len(members),
        customers=sum(one.get("type") == CUSTOMER for one in members),
        opened_at=datetime.fromtimestamp(opened, UTC) if opened else None,
        joins=Counter((str(one["state"]), _day(int(one.get("join_time") or 0))) for one in members if one.get("state")),
    )


def days(api: Api, owner: str, first: date, last: date) -> dict[date, dict[str, int]]:
    """What WeCom counted for one owner's groups from first to last day, at most 30; days it does not tell are left out.

    Raises one of the four words; 600018 for days that are not over or older than 180 days.
    """
    if (last - first).days >= DAYS_AT_ONCE:
        raise ValueError("WeCom tells thirty days at once")
    said = api.call("POST", f"{HERE}/statistic_group_by_day", {
        "day_begin_time": _midnight(first), "day_end_time": _midnight(last), "owner_filter": {"userid_list": [owner]},
    })
    told = {}
    for one in said.get("items") or []:
        data = one.get("data") or {}
        if all(isinstance(data.get(theirs), int) for theirs in NAMES.values()):
            told[_day(int(one["stat_time"]))] = {ours: int(data[theirs]) for ours, theirs in NAMES.items()}
    return told


def yesterday(now: datetime) -> date:
    """The last day that is over in China."""
    return now.astimezone(CHINA).date() - timedelta(days=1)


def _pages(api: Api, owners: Sequence[str], said: dict[str, Any]) -> Iterator[tuple[str, int]]:
    while True:
        yield from ((str(one["chat_id"]), int(one.get("status") or 0)) for one in said.get("group_chat_list") or [])
        cursor = str(said.get("next_cursor") or "")
        if not cursor:
            return
        said = _page(api, owners, cursor)


def _page(api: Api, owners: Sequence[str], cursor: str) -> dict[str, Any]:
    asked: dict[str, Any] = {"status_filter": 0, "limit": PAGE}
    if owners:
        asked["owner_filter"] = {"userid_list": list(owners)}
    return api.call("POST", f"{HERE}/list", {**asked, **({"cursor": cursor} if cursor else {})})


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=CHINA).timestamp())


def _day(instant: int) -> date:
    return datetime.fromtimestamp(instant, CHINA).date()
