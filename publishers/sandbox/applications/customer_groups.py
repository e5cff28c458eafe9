"""Customer groups as the company's application reads them, and their figures by day.

A group is `{id, name, owner, status?, opened, members: [{type, joined, state?}]}`, instants in epoch seconds.
"""

from __future__ import annotations

from typing import Any

from publishers.sandbox.applications.wecom import body_of
from publishers.sandbox.calls import Call, Json, Refusal
from publishers.sandbox.world import World

DAY = 86_400
CHINA_AHEAD = 8 * 3600
MOST_DAYS, OLDEST_DAYS, MOST_OWNERS, MOST_PAGE = 30, 180, 100, 1000


def listed(world: World, call: Call) -> Json:
    """`groupchat/list`: pages of what the owners have; without owners only while there are few members."""
    body = body_of(call)
    owners, limit = (body.get("owner_filter") or {}).get("userid_list") or [], body.get("limit")
    if not isinstance(limit, int) or not 1 <= limit <= MOST_PAGE or len(owners) > MOST_OWNERS:
        raise Refusal(40058, "invalid limit or owner_filter")
    if not owners and world.settings.customer_owners_needed:
        raise Refusal(81017, "owner_filter is needed")
    found = [one for one in _groups(world) if not owners or one["owner"] in owners]
    page = min(limit, world.settings.company_page or limit)
    begin = int(str(body.get("cursor") or "0").removeprefix("c"))
    shown = [{"chat_id": one["id"], "status": one.get("status", 0)} for one in found[begin:begin + page]]
    return {"group_chat_list": shown, "next_cursor": f"c{begin + page}" if begin + page < len(found) else ""}


def one(world: World, call: Call) -> Json:
    """`groupchat/get`."""
    found = of(world, str(body_of(call).get("chat_id") or ""))
    members = [
        {"userid": f"wm{number:04d}", "type": member["type"], "join_time": int(member["joined"]), "join_scene": 3,
         **({"state": member["state"]} if member.get("state") else {})}
        for number, member in enumerate(_members(world, found))
    ]
    return {"group_chat": {
        "chat_id": found["id"], "name": found["name"], "owner": found["owner"], "create_time": int(found["opened"]),
        "member_list": members, "admin_list": [],
    }}


def by_day(world: World, call: Call) -> Json:
    """`groupchat/statistic_group_by_day`: whole days in China that are over, at most thirty of the last 180."""
    body = body_of(call)
    first, last = int(body.get("day_begin_time") or 0), int(body.get("day_end_time") or body.get("day_begin_time") or 0)
    owners = (body.get("owner_filter") or {}).get("userid_list") or []
    today = (int(call.at) + CHINA_AHEAD) // DAY
    numbers = [(first + CHINA_AHEAD) // DAY, (last + CHINA_AHEAD) // DAY]
    whole = all((instant + CHINA_AHEAD) % DAY == 0 for instant in (first, last))
    if not whole or not today - OLDEST_DAYS <= numbers[0] <= numbers[1] < today or numbers[1] - numbers[0] >= MOST_DAYS:
        raise Refusal(600018, "invalid statistic time")
    if not 1 <= len(owners) <= MOST_OWNERS:
        raise Refusal(40058, "invalid owner_filter")
    days = [day for day in range(numbers[0], numbers[1] + 1) if day * DAY - CHINA_AHEAD not in world.settings.customer_gaps]
    return {"items": [{"stat_time": day * DAY - CHINA_AHEAD, "data": _data(world, owners, day)} for day in days]}


def _data(world: World, owners: list[str], day: int) -> Json:
    begin, end = day * DAY - CHINA_AHEAD, (day + 1) * DAY - CHINA_AHEAD
    groups = [one for one in _groups(world) if one["owner"] in owners and one["opened"] < end]
    joined = [member["joined"] for one in groups for member in _members(world, one) if member["joined"] < end]
    fresh = sum(at >= begin for at in joined)
    return {
        "new_chat_cnt": sum(one["opened"] >= begin for one in groups), "chat_total": len(groups), "chat_has_msg": len(groups),
        "new_member_cnt": fresh, "member_total": len(joined), "member_has_msg": len(joined) // 2,
        "msg_total": 3 * len(joined) + fresh,
        "migrate_trainee_chat_cnt": 0,
    }


def _members(world: World, group: dict[str, Any]) -> list[dict[str, Any]]:
    """Those it was set up with who have not left, and those who scanned a code."""
    came = [one for one in world.effects("customer_joined") if one["chat"] == group["id"]]
    return [*group["members"], *({"type": 2, "joined": one["at"], "state": one["state"]} for one in came)]


def _groups(world: World) -> list[dict[str, Any]]:
    return world.settings.customer_groups


def of(world: World, chat_id: str) -> dict[str, Any]:
    """The group with this id. Raises Refusal."""
    found = next((one for one in _groups(world) if one["id"] == chat_id), None)
    if found is None:
        raise Refusal(49008, "group not exist")
    return found
