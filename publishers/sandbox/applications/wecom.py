"""WeCom's applications: messages to people with the duplicate check, chats the application made."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

from publishers.sandbox.applications import bearers
from publishers.sandbox.calls import Call, Json, Refusal, Reply, json_reply
from publishers.sandbox.robots.wecom import bubble
from publishers.sandbox.world import World, new_id

DAY_SECONDS = 86_400
GONE = "gone"
"""User ids that begin so are known to nobody."""


def token(world: World, call: Call) -> Json:
    """`GET /cgi-bin/gettoken`."""
    corp, secret = call.query.get("corpid", ""), call.query.get("corpsecret", "")
    if not corp:
        raise Refusal(40013, "invalid corpid")
    if not secret or secret == "wrong":
        raise Refusal(40001, "invalid credential")
    value, lives = bearers.issue(world, f"wecom:{corp}:{hashlib.sha256(secret.encode()).hexdigest()[:8]}", call.at)
    return {"access_token": value, "expires_in": lives}


def check(world: World, call: Call) -> None:
    """Raises Refusal without a living token."""
    value = call.query.get("access_token", "")
    if not value:
        raise Refusal(41001, "access_token missing")
    if not bearers.holder(world, value, "wecom", call.at):
        raise Refusal(40014, "invalid access_token")


def message(world: World, call: Call) -> Json:
    """`message/send`: the same body within the interval is shown once; people who are gone are left out."""
    body = body_of(call)
    people = [one for one in str(body.get("touser") or "").split("|") if one]
    others = [str(body[name]) for name in ("toparty", "totag") if body.get(name)]
    if not people and not others:
        raise Refusal(82001, "touser, toparty and totag are empty")
    if not isinstance(body.get("agentid"), int) or not body["agentid"]:
        raise Refusal(40056, "invalid agentid")
    missed = [one for one in people if one.startswith(GONE)]
    if people and len(missed) == len(people) and not others:
        raise Refusal(81013, "user & party & tag all invalid")
    shown, digest = bubble(body), hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    since = call.at - float(body.get("duplicate_check_interval", 1800))
    if body.get("enable_duplicate_check") and _is_repeat(world, digest, since):
        world.record("repeat_ignored", call.at, digest=digest)
        return {}
    key = "app:" + "|".join([*people, *others])
    chat, message_id = world.chat("wecom", key, call.at), new_id(40)
    world.record(
        "robot_message", call.at, platform="wecom", key=chat.key, chat=chat.name, msgtype=body["msgtype"], bubble=shown,
        body=body, id=message_id, digest=digest,
    )
    return {"invaliduser": "|".join(missed), "invalidparty": "", "invalidtag": "", "unlicenseduser": "", "msgid": message_id}


def recall(world: World, call: Call) -> Json:
    """`message/recall`, within 24 hours."""
    found = message_of(world, str(body_of(call).get("msgid") or ""))
    if found is None or call.at - found["at"] > DAY_SECONDS:
        raise Refusal(41047, "invalid msgid")
    take_back(world, found, call.at)
    return {}


def create_chat(world: World, call: Call) -> Json:
    """`appchat/create`: at least two members, the owner among them; an id of ours must be free."""
    body = body_of(call)
    members, owner = [str(one) for one in body.get("userlist") or []], str(body.get("owner") or "")
    chat_id = str(body.get("chatid") or new_id(32))
    if not 2 <= len(members) <= 2000:
        raise Refusal(86006, "invalid userlist")
    if owner and owner not in members:
        raise Refusal(86207, "owner not in userlist")
    if _chat(world, chat_id) is not None:
        raise Refusal(86215, "chatid existed")
    world.record("chat", call.at, values={"platform": "wecom", "key": chat_id, "name": str(body.get("name") or chat_id)})
    world.record("chat_made", call.at, key=chat_id, members=members, owner=owner)
    return {"chatid": chat_id}


def chat_message(world: World, call: Call) -> Json:
    """`appchat/send`: only into chats that an application made."""
    body = body_of(call)
    chat = _chat(world, str(body.get("chatid") or ""))
    if chat is None:
        raise Refusal(86003, "invalid chatid")
    if chat.state != "active":
        raise Refusal(86008, "not own chat")
    world.record(
        "robot_message", call.at, platform="wecom", key=chat.key, chat=chat.name, msgtype=body["msgtype"],
        bubble=bubble(body), body=body,
    )
    return {}


def refuse(code: int, words: str, address: str) -> Reply:
    """HTTP 200 with a code, as everywhere at WeCom."""
    return json_reply({"errcode": code, "errmsg": f"{words}, hint: [{time.time_ns()}], from ip: {address}"})


def body_of(call: Call) -> Json:
    """The body. Raises Refusal for escapes and for what is no object."""
    if call.has_escapes:
        raise Refusal(40033, "invalid charset")
    body = call.json()
    if body is None:
        raise Refusal(47001, "data format error")
    return body


def message_of(world: World, message_id: str) -> dict[str, Any] | None:
    """What was sent under this id."""
    return next((one for one in world.effects("robot_message") if message_id and one.get("id") == message_id), None)


def take_back(world: World, found: dict[str, Any], at: float) -> None:
    """The message is no longer read in its chat."""
    world.record(
        "message_recalled", at, platform=found["platform"], key=found["key"], id=found["id"], message_at=found["at"],
    )


def is_recalled(world: World, message_id: str) -> bool:
    """Whether it was taken back."""
    return any(one["id"] == message_id for one in world.effects("message_recalled"))


def _chat(world: World, chat_id: str) -> Any:
    return world.chats.get(("wecom", chat_id))


def _is_repeat(world: World, digest: str, since: float) -> bool:
    return any(one.get("digest") == digest and one["at"] >= since for one in world.effects("robot_message"))
