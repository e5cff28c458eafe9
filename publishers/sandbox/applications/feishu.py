"""Feishu's applications: refusals come with HTTP 400; the same uuid is shown once within an hour; readers, recall."""

from __future__ import annotations

import json

from publishers.sandbox.applications import bearers
from publishers.sandbox.applications.wecom import is_recalled, message_of, take_back
from publishers.sandbox.calls import Call, Json, Refusal, Reply, json_reply
from publishers.sandbox.robots.feishu import bubble
from publishers.sandbox.streams import chats
from publishers.sandbox.world import World, new_id

MESSAGES = "/open-apis/im/v1/messages"
READERS = ["ou_7d8a6e", "ou_84aad3", "ou_c0f1b2"]
HOUR_SECONDS = 3600
BODY_BYTES = 30 * 1024


def token(world: World, call: Call) -> Json:
    """`tenant_access_token/internal`."""
    body = call.json() or {}
    app_id, secret = str(body.get("app_id") or ""), str(body.get("app_secret") or "")
    if not app_id:
        raise Refusal(10003, "invalid param")
    if not secret or secret == "wrong":
        raise Refusal(10014, "app secret invalid")
    value, lives = bearers.issue(world, f"feishu:{app_id}", call.at)
    return {"tenant_access_token": value, "expire": lives}


def check(world: World, call: Call) -> None:
    """Raises Refusal without a living token."""
    value = call.headers.get("authorization", "").removeprefix("Bearer ")
    if not bearers.holder(world, value, "feishu", call.at):
        raise Refusal(99991663, "Invalid access token for authorization")


def answer(world: World, call: Call) -> Json:
    """Everything below `im/v1/messages`."""
    message_id, _, rest = call.path.removeprefix(MESSAGES).strip("/").partition("/")
    if not message_id and call.method == "POST":
        return {"data": _send(world, call)}
    if rest == "reply":
        return {"data": _reply(world, call, message_id)}
    found = message_of(world, message_id)
    if found is None:
        raise Refusal(230001, "message not found")
    if call.method == "DELETE":
        take_back(world, found, call.at)
        return {"data": {}}
    if rest == "read_users":
        readers = [] if is_recalled(world, message_id) else READERS
        items = [{"user_id_type": "open_id", "user_id": one, "timestamp": str(int(call.at * 1000))} for one in readers]
        return {"data": {"items": items, "has_more": False, "page_token": ""}}
    raise Refusal(230001, "no such interface")


def refuse(code: int, words: str, address: str) -> Reply:
    """HTTP 400 and a number; a token is refused with 401's words in the body all the same."""
    return json_reply({"code": code, "msg": words, "data": {}}, status=400)


def _reply(world: World, call: Call, message_id: str) -> Json:
    body = call.json() or {}
    uuid, content = str(body.get("uuid") or ""), json.loads(str(body.get("content") or "null"))
    if not isinstance(content, dict) or not body.get("msg_type"):
        raise Refusal(230001, "invalid param")
    if not any(uuid and one.get("uuid") == uuid and call.at - one["at"] < HOUR_SECONDS for one in world.effects("reply")):
        world.record("reply", call.at, platform="feishu", to=message_id, content=content, uuid=uuid)
        asked = next((one for one in world.effects("member_message") if one.get("id") == message_id), None)
        if asked is not None:
            chats.show_answer(world, "feishu", asked["key"], str(content.get("text") or ""))
    return {"message_id": f"om_{new_id(32)}"}


def _send(world: World, call: Call) -> Json:
    body = call.json()
    if body is None or len(call.body) > BODY_BYTES or call.query.get("receive_id_type") != "chat_id":
        raise Refusal(230001, "invalid param")
    chat = world.chat("feishu", str(body.get("receive_id") or ""), call.at)
    if chat.state != "active":
        raise Refusal(232009 if chat.state == "dissolved" else 230002, "Bot/User can NOT be out of the chat.")
    uuid = str(body.get("uuid") or "")
    before = next((one for one in world.effects("robot_message")
                   if uuid and one.get("uuid") == uuid and call.at - one["at"] < HOUR_SECONDS), None)
    if before is not None:
        world.record("repeat_ignored", call.at, uuid=uuid)
        return {"message_id": before["id"], "chat_id": chat.key}
    kind, content = body.get("msg_type"), json.loads(str(body.get("content") or "null"))
    wrapped = {"card": content} if kind == "interactive" else {"content": {"post": content} if kind == "post" else content}
    message_id = f"om_{new_id(32)}"
    world.record(
        "robot_message", call.at, platform="feishu", key=chat.key, chat=chat.name, msgtype=kind,
        bubble=bubble({"msg_type": kind, **wrapped}), body=body, id=message_id, uuid=uuid,
    )
    return {"message_id": message_id, "chat_id": chat.key, "create_time": str(int(call.at * 1000))}
