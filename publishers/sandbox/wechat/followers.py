"""Tags and the list of followers (`tags/get`, `user/get`)."""

from __future__ import annotations

import hashlib

from publishers.sandbox import chinatime
from publishers.sandbox.calls import Call, Json, Refusal
from publishers.sandbox.things import Account
from publishers.sandbox.wechat import figures
from publishers.sandbox.world import World

MOST_AT_ONCE = 10_000


def tags(world: World, call: Call, account: Account) -> Json:
    """Every tag with the number of followers who wear it."""
    return {"tags": account.tags}


def listed(world: World, call: Call, account: Account) -> Json:
    """`user/get`: the total, and up to ten thousand OpenIDs after `next_openid`."""
    total = figures.followers(account, chinatime.day(call.at))
    begin = 0
    if after := call.query.get("next_openid", ""):
        known = next((n for n in range(total) if openid(account, n) == after), None)
        if known is None:
            raise Refusal(40003, "invalid openid")
        begin = known + 1
    found = [openid(account, n) for n in range(begin, min(begin + MOST_AT_ONCE, total))]
    data = {"data": {"openid": found}} if found else {}
    return {"total": total, "count": len(found), **data, "next_openid": found[-1] if found else ""}


def openid(account: Account, number: int) -> str:
    """The name under which the account knows its follower `number`."""
    return "o" + hashlib.sha256(f"{account.app_id} follower {number}".encode()).hexdigest()[:27]
