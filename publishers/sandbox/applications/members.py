"""Members as customer contact sees them, and customer groups that pass from one to another.

A member is one of `company_people`; `status` (1 when not said) and `contacts` false make one who may own no customer group.
Groups whose id begins with "staying" have an owner who has not left; "inner" ones are no customer groups.
"""

from __future__ import annotations

from typing import Any

from publishers.sandbox.applications.wecom import body_of
from publishers.sandbox.calls import Call, Json, Refusal
from publishers.sandbox.world import World

ACTIVE = 1


def one(world: World, call: Call) -> Json:
    """`user/get`."""
    found = _of(world, call.query.get("userid", ""))
    if found is None:
        raise Refusal(60111, "userid not found")
    return {"userid": found["id"], "name": found["name"], "status": found.get("status", ACTIVE)}


def with_contacts(world: World, call: Call) -> Json:
    """`get_follow_user_list`."""
    return {"follow_user": [one["id"] for one in world.settings.company_people if _has_contacts(one)]}


def transfer(world: World, call: Call) -> Json:
    """`groupchat/transfer`: of owners who have left."""
    return _passed_on(world, call, "staying", 90500)


def transfer_on_the_job(world: World, call: Call) -> Json:
    """`groupchat/onjob_transfer`: of owners who are still there."""
    return _passed_on(world, call, "gone", 86003)


def _passed_on(world: World, call: Call, refused: str, code: int) -> Json:
    body = body_of(call)
    owner = _of(world, str(body.get("new_owner") or ""))
    if owner is None or not _has_contacts(owner):
        raise Refusal(40003, "invalid new_owner")
    failed = []
    done = {(effect["chat"], effect["owner"]) for effect in world.effects("customer_group_transferred")}
    for chat in (str(chat) for chat in body.get("chat_id_list") or []):
        wrong = code if chat.startswith(refused) else 90501 if chat.startswith("inner") else 0
        if (chat, owner["id"]) in done:
            wrong = 90508
        if wrong:
            failed.append({"chat_id": chat, "errcode": wrong, "errmsg": "refused"})
        else:
            world.record("customer_group_transferred", call.at, chat=chat, owner=owner["id"])
    return {"failed_chat_list": failed}


def _of(world: World, user_id: str) -> dict[str, Any] | None:
    people = (one for one in world.settings.company_people if not one.get("outside"))
    return next((one for one in people if one["id"] == user_id), None)


def _has_contacts(one: dict[str, Any]) -> bool:
    return not one.get("outside") and one.get("contacts", True) and one.get("status", ACTIVE) == ACTIVE
