"""DingTalk's Stream mode: a ticket for ninety seconds, frames of JSON; a robot's message is told once."""

from __future__ import annotations

import json
from typing import Any

from publishers.sandbox.calls import Call, Json, Refusal, Reply, json_reply
from publishers.sandbox.streams import chats
from publishers.sandbox.streams.lines import Line
from publishers.sandbox.world import World, new_id

PLATFORM, PATH, OPEN, SESSION = "dingtalk", "/connect", "/v1.0/gateway/connections/open", "/robot/sendBySession"
ROBOT = "/v1.0/im/bot/messages/get"
TELLS_AGAIN = False


def open_connection(world: World, call: Call) -> Json:
    """`POST /v1.0/gateway/connections/open`."""
    body = call.json() or {}
    key, secret = str(body.get("clientId") or ""), str(body.get("clientSecret") or "")
    if not key or not secret or secret == "wrong":
        raise Refusal(40014, "invalid clientId or clientSecret")
    if not any(one.get("topic") == ROBOT for one in body.get("subscriptions") or []):
        raise Refusal(40035, "subscriptions are missing")
    return {"endpoint": f"{world.lines.url}{PATH}", "ticket": world.lines.ticket(PLATFORM, key, call.at)}


def admit(world: World, query: dict[str, str], at: float) -> tuple[str, dict[str, str]]:
    """Whose ticket this is, or headers of the refusal."""
    return world.lines.redeem(query.get("ticket", ""), PLATFORM, at, world.settings.ticket_seconds), {}


def begin(world: World, line: Line, query: dict[str, str]) -> None:
    """It begins with a ping, which must come back as it is."""
    chats.open_chat(world, PLATFORM, line.key)
    line.memory["opaque"] = new_id(8)
    line.send(_frame("SYSTEM", "ping", new_id(24), {"opaque": line.memory["opaque"]}))


def hear(world: World, line: Line, frame: str | bytes) -> None:
    """An answer to a frame of ours."""
    said: Json = json.loads(frame)
    line.note_answer(said["headers"]["messageId"], {"code": said["code"], "data": json.loads(said["data"] or "null")})


def frames(line: Line, said: Json) -> tuple[str, list[str]]:
    """One message of the robot or an event, and under which number it is answered."""
    number = new_id(24)
    if "eventId" in said:
        return number, [_frame("EVENT", "*", number, {}, **said)]
    return number, [_frame("CALLBACK", ROBOT, number, said)]


def message(said: Json, sender: str, name: str, key: str, app_id: str, base: str) -> Json:
    """A colleague's message as the platform shapes it; `said` is `msgtype` and its body."""
    return {
        "msgId": key, "senderStaffId": sender, "senderNick": name, "conversationType": "1", "robotCode": app_id,
        "sessionWebhook": f"{base}{SESSION}?session={app_id}:{sender}", **said,
    }


def event(said: Json, key: str, app_id: str) -> Json:
    """An event that says nothing to the robot."""
    return {"eventId": key, "eventType": said["event"]}


def is_taken(answer: Json) -> bool:
    """Whether the application says that it has it."""
    status = (answer["data"] or {}).get("status", "SUCCESS")
    return bool(answer["code"] == 200 and status == "SUCCESS")


def control(line: Line, act: str) -> bool:
    """What only this platform does: it announces the end of a connection and ends it later."""
    return act == "disconnect" and line.send(_frame("SYSTEM", "disconnect", new_id(24), {"reason": "rebalance"}))


def answered(world: World, call: Call) -> Reply:
    """The robot answers in the conversation that its message came from."""
    body = call.json() or {}
    words = str((body.get("text") or {}).get("content") or "")
    key = call.query.get("session", "")
    if ("dingtalk", key) not in world.chats:
        return json_reply({"errcode": 300001, "errmsg": "session 不存在"})
    chats.show_answer(world, PLATFORM, key, words)
    return json_reply({"errcode": 0, "errmsg": "ok"})


def _frame(kind: str, topic: str, number: str, data: Json, **more: Any) -> str:
    headers = {"topic": topic, "messageId": number, "contentType": "application/json", "time": "0", **more}
    return json.dumps({
        "specVersion": "1.0", "type": kind, "headers": headers, "data": json.dumps(data, ensure_ascii=False),
    }, ensure_ascii=False)
