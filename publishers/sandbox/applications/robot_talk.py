"""People talk to WeCom's smart robots: in groups by calling them, in a chat of two; and read what they are answered."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from publishers.sandbox.applications import robot_store
from publishers.sandbox.calls import Json
from publishers.sandbox.things import Account
from publishers.sandbox.wechat import events
from publishers.sandbox.world import World, new_id

Tell = Callable[[Json, str, Json], tuple[bool, Json | None]]
"""How a robot that listens is told: its settings, the chat, the message → whether it was there, and what it answered."""
FIELDS = {"bot_id", "name", "url", "token", "encoding_aes_key", "secret", "encrypts"}
IN_GROUPS = ("text", "mixed")
WORDS = {"image": "[图片]", "file": "[文件]", "video": "[视频]", "voice": "[语音]"}


def register(world: World, values: Json, at: float) -> None:
    """Make a smart robot, or change it. With `encrypts` it is told ids that stand for people. Raises ValueError."""
    if unknown := set(values) - FIELDS:
        raise ValueError(f"unknown field: {sorted(unknown)[0]}")
    if not values.get("bot_id"):
        raise ValueError("bot_id is missing")
    if values.get("url") and values.get("secret"):
        raise ValueError("a smart robot has a url or a secret: the two modes exclude each other")
    others = [one for one in world.settings.smart_robots if one["bot_id"] != values["bot_id"]]
    world.record("settings", at, values={"smart_robots": [*others, values]})


def robot_of(world: World, bot_id: str) -> Json:
    """A robot by its id, or the first one. Raises ValueError."""
    found = next((one for one in world.settings.smart_robots if bot_id in ("", one["bot_id"])), None)
    if found is None:
        raise ValueError("no such smart robot")
    return found


def chat_id(key: str) -> str:
    """By what a smart robot knows a group; the key of another robot there stays that robot's."""
    return key if key.startswith("wrk") else f"wrk{hashlib.sha256(key.encode()).hexdigest()[:29]}"


def check_address(world: World, robot: Json) -> bool:
    """What the console does when the address is saved: GET with a sealed `echostr`, whose text must come back within a second."""
    echo = new_id(19)
    sealed = events.encrypt(_account(robot), echo)
    try:
        address = events.with_query(str(robot["url"]), {**_signed(robot, sealed), "echostr": sealed})
        with events.opener().open(address, timeout=1.0) as answer:
            return bool(answer.read(200).decode("utf-8", "replace") == echo)
    except (OSError, http.client.HTTPException, ValueError):
        return False


def say(world: World, said: Json, base: str, tell: Tell) -> Json:
    """Somebody says something: a message in the platform's own shape, `{"base64": …}` in place of the address of a medium.

    `bot_id`, `chatid` (a group's), `from` (a user id), `msgid`, `times` (how often it is pushed) stand beside it.
    """
    robot, chat, at = robot_of(world, str(said.pop("bot_id", ""))), str(said.pop("chatid", "")), world.now()
    sender, times = str(said.pop("from", "") or "linsy"), int(said.pop("times", 1))
    if chat and said.get("msgtype") not in IN_GROUPS:
        raise ValueError("in a group the robot hears text and mixed messages only; quote the others")
    body = {
        "msgid": str(said.pop("msgid", "") or new_id(24)), "aibotid": robot["bot_id"],
        "chattype": "group" if chat else "single", **({"chatid": chat} if chat else {}),
        "from": {"userid": robot_store.open_user_id(sender) if robot.get("encrypts") else sender},
        "response_url": f"{base}/cgi-bin/aibot/response?response_code={new_id(32)}", "create_time": int(at),
        **_stored(world, robot, said, at, base),
    }
    place = _place(world, robot, chat, sender, at)
    _seen(world, place, {"style": "text", "text": _shown(body), "who": _name(world, sender)}, at)
    return [_told(world, robot, place, body, tell) for _ in range(times)][-1]


def enter(world: World, said: Json, tell: Tell) -> Json:
    """Somebody opens the chat of two for the first time that day, or another event happens."""
    robot, sender = robot_of(world, str(said.get("bot_id") or "")), str(said.get("from") or "linsy")
    body = {
        "msgid": new_id(24), "aibotid": robot["bot_id"], "chattype": "single", "from": {"userid": sender}, "msgtype": "event",
        "create_time": int(world.now()), "event": {"eventtype": str(said.get("event") or "enter_chat")},
    }
    return _told(world, robot, _place(world, robot, "", sender, world.now()), body, tell)


def _told(world: World, robot: Json, place: str, body: Json, tell: Tell) -> Json:
    """Push it once, or tell it over the robot's connection; the HTTP status (0: nobody was there), and what is read in the chat."""
    if robot.get("secret"):
        is_there, answer = tell(robot, place, body)
        return {"status": 200 if is_there else 0, "reply": answer or {}, "msgid": body["msgid"]}
    status, text = _posted(world, robot, body)
    reply: Json = {}
    if text:
        answer = json.loads(text)
        parts = str(robot["token"]), str(answer["timestamp"]), str(answer["nonce"]), str(answer["encrypt"])
        if answer["msgsignature"] != events.signature(*parts) or not isinstance(answer["timestamp"], int):
            raise ValueError("the signature of the reply does not fit")
        reply = json.loads(events.decrypt(_account(robot), answer["encrypt"]))
        show(world, place, reply)
    return {"status": status, "reply": reply, "msgid": body["msgid"]}


def show(world: World, place: str, reply: Json) -> None:
    """What the robot answered is read in the chat."""
    content = (reply.get("stream") or reply.get("text") or reply.get("markdown") or {}).get("content")
    if content:
        _seen(world, place, {"style": "text", "text": content}, world.now())


def _posted(world: World, robot: Json, body: Json) -> tuple[int, str]:
    sealed = events.encrypt(_account(robot), json.dumps(body, ensure_ascii=False))
    address = events.with_query(str(robot["url"]), _signed(robot, sealed))
    content = json.dumps({"encrypt": sealed}).encode()
    request = urllib.request.Request(address, content, {"Content-Type": "application/json"}, method="POST")
    try:
        with events.opener().open(request, timeout=world.settings.event_seconds) as answer:
            return answer.status, answer.read(200_000).decode()
    except urllib.error.HTTPError as error:
        return error.code, ""
    except (OSError, http.client.HTTPException):
        return 0, ""


def _stored(world: World, robot: Json, said: Any, at: float, base: str) -> Any:
    """The message with addresses in place of the media themselves."""
    if isinstance(said, dict) and "base64" in said:
        return robot_store.put(world, robot, base64.b64decode(said["base64"]), at, base)
    if isinstance(said, dict):
        return {name: _stored(world, robot, value, at, base) for name, value in said.items()}
    return [_stored(world, robot, value, at, base) for value in said] if isinstance(said, list) else said


def _place(world: World, robot: Json, chat: str, sender: str, at: float) -> str:
    """The chat on the phone; one of two is made under both names."""
    key = chat or f"{robot['bot_id']}:{sender}"
    if chat:
        key = next((one for platform, one in world.chats if platform == "wecom" and chat_id(one) == chat), chat)
    if ("wecom", key) not in world.chats:
        name = f"{robot.get('name') or robot['bot_id']}（{_name(world, sender)}）"
        world.chat("wecom", key, at)
        if not chat:
            world.record("chat", at, values={"platform": "wecom", "key": key, "name": name})
    return key


def _seen(world: World, key: str, bubble: Json, at: float) -> None:
    chat, kind = world.chats["wecom", key], "member_message" if bubble.get("who") else "robot_message"
    world.record(kind, at, platform="wecom", key=key, chat=chat.name, msgtype="text", bubble=bubble, body={})


def _shown(said: Json) -> str:
    """What stands in the chat of a message."""
    kind = str(said.get("msgtype"))
    held = said.get(kind) or {}
    words = WORDS.get(kind) or held.get("content", "")
    if kind == "mixed":
        words = " ".join(_shown(one) for one in held.get("msg_item", []))
    quote = said.get("quote")
    return f"「{_shown(quote)}」\n{words}" if isinstance(quote, dict) else str(words)


def _name(world: World, user_id: str) -> str:
    return next((str(one["name"]) for one in world.settings.company_people if one["id"] == user_id), user_id)


def _account(robot: Json) -> Account:
    """A robot of the own company names no receiver."""
    return Account("", token=str(robot.get("token") or ""), encoding_aes_key=str(robot.get("encoding_aes_key") or ""))


def _signed(robot: Json, sealed: str) -> dict[str, str]:
    query = events.signed(str(robot["token"]))
    parts = str(robot["token"]), query["timestamp"], query["nonce"], sealed
    return {"timestamp": query["timestamp"], "nonce": query["nonce"], "msg_signature": events.signature(*parts)}
