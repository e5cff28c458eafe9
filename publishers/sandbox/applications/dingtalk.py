"""DingTalk's applications: codes are words and come with HTTP 4xx; the robot's messages, who read them, recall."""

from __future__ import annotations

import json

from publishers.sandbox.applications import bearers
from publishers.sandbox.applications.wecom import is_recalled, message_of, take_back
from publishers.sandbox.calls import Call, Json, Refusal, Reply, json_reply
from publishers.sandbox.robots.dingtalk import bubble
from publishers.sandbox.world import World, new_id

READERS = ["manager01", "user0192", "user0377"]
KINDS = {"sampleLink": "link", "sampleActionCard": "actionCard", "sampleMarkdown": "markdown", "sampleText": "text"}
WORDS = {
    88: "Throttling.Api", 40014: "InvalidAuthentication", 40035: "invalidParameter", 400106: "robot.notExist",
    400013: "conversation.dissolved", 43004: "invalidParameter", 60020: "Forbidden.AccessDenied.IpNotInWhiteList",
}
STATUSES = {88: 403, 40014: 401, 60020: 403, -1: 503}


def token(world: World, call: Call) -> Json:
    """`POST /v1.0/oauth2/accessToken`."""
    body = call.json() or {}
    key, secret = str(body.get("appKey") or ""), str(body.get("appSecret") or "")
    if not key or not secret or secret == "wrong":
        raise Refusal(40014, "invalid appKey or appSecret")
    value, lives = bearers.issue(world, f"dingtalk:{key}", call.at)
    return {"accessToken": value, "expireIn": lives}


def old_token(world: World, call: Call) -> Json:
    """`GET /gettoken` of the old interface."""
    key, secret = call.query.get("appkey", ""), call.query.get("appsecret", "")
    if not key or not secret or secret == "wrong":
        return {"errcode": 40001, "errmsg": "invalid appkey or appsecret"}
    value, lives = bearers.issue(world, f"dingtalk:{key}:old", call.at)
    return {"errcode": 0, "errmsg": "ok", "access_token": value, "expires_in": lives}


def check(world: World, call: Call) -> None:
    """Raises Refusal without a living token."""
    if not bearers.holder(world, call.headers.get("x-acs-dingtalk-access-token", ""), "dingtalk", call.at):
        raise Refusal(40014, "invalid token")


def send(world: World, call: Call) -> Json:
    """`groupMessages/send`: no repeat is known."""
    body = _body(call)
    chat = world.chat("dingtalk", str(body["openConversationId"]), call.at)
    if chat.state != "active":
        raise Refusal(400013 if chat.state == "dissolved" else 400106, "robot is not in the conversation")
    kind = KINDS.get(str(body.get("msgKey")))
    content = json.loads(str(body.get("msgParam") or "null"))
    if kind is None or not isinstance(content, dict):
        raise Refusal(40035, "msgKey or msgParam invalid")
    key = f"pqk{new_id(40)}"
    world.record(
        "robot_message", call.at, platform="dingtalk", key=chat.key, chat=chat.name, msgtype=kind,
        bubble=bubble({"msgtype": kind, kind: content}), body=body, id=key,
    )
    return {"processQueryKey": key}


def query(world: World, call: Call) -> Json:
    """`groupMessages/query`: who has read it."""
    key = str(_body(call).get("processQueryKey") or "")
    found = message_of(world, key)
    if found is None:
        raise Refusal(40035, "processQueryKey invalid")
    return {"sendStatus": "SUCCESS", "readUserIds": [] if is_recalled(world, key) else READERS, "hasMore": False}


def recall(world: World, call: Call) -> Json:
    """`groupMessages/recall`."""
    done, failed = [], {}
    for key in _body(call).get("processQueryKeys") or []:
        found = message_of(world, str(key))
        if found is None:
            failed[str(key)] = "notExist"
        else:
            take_back(world, found, call.at)
            done.append(str(key))
    return {"successResult": done, "failedResult": failed}


def refuse(code: int, words: str, address: str) -> Reply:
    """HTTP 4xx and a word."""
    said = {"code": WORDS.get(code, str(code)), "message": words, "requestid": new_id(32).upper()}
    return json_reply(said, status=STATUSES.get(code, 400))


def _body(call: Call) -> Json:
    body = call.json()
    if body is None or not body.get("openConversationId") or not body.get("robotCode"):
        raise Refusal(40035, "openConversationId or robotCode missing")
    return body
