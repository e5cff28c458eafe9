"""The smart robot's long connection: it says who it is by its first frame, and whoever subscribes later takes its place."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from publishers.sandbox.applications import robot_talk
from publishers.sandbox.calls import Json
from publishers.sandbox.faults import Faults
from publishers.sandbox.streams.lines import Line
from publishers.sandbox.world import World, new_id

PLATFORM, PATH = "aibot", "/"
NOBODY = "?"
"""Whose connection it is before it has subscribed."""
WRONG, NO_SUCH, TOO_LATE = 853000, 846605, 846607
WELCOME_SECONDS = 5.0
ANSWERS = ("aibot_respond_msg", "aibot_respond_welcome_msg")


def admit(world: World, query: dict[str, str], at: float) -> tuple[str, dict[str, str]]:
    """Everybody: there is no ticket."""
    return NOBODY, {}


def begin(world: World, line: Line, query: dict[str, str]) -> None:
    """The robot speaks first."""


def hear(world: World, line: Line, frame: str | bytes) -> None:
    """A subscription, a ping, or an answer."""
    said: Json = json.loads(frame)
    command, asked, body = said.get("cmd"), str(said["headers"]["req_id"]), said.get("body") or {}
    if command == "aibot_subscribe":
        code = _subscribed(world, line, body)
    elif line.key == NOBODY:
        code = WRONG
    elif command in ANSWERS:
        code = _answered(world, line, command, asked, body)
    else:
        code = 0 if command == "ping" else NO_SUCH
    if not (command == "ping" and line.memory.get("deaf")):
        line.send(_acknowledged(asked, code))
    if command in ANSWERS and code == 0:
        line.note_answer(asked, body)


def telling(world: World, faults: Faults) -> robot_talk.Tell:
    """Tells robots that listen."""
    return partial(_tell, world, faults)


def _tell(world: World, faults: Faults, robot: Json, place: str, body: Json) -> tuple[bool, Json | None]:
    """Whether the robot listens, and what it answered within the time."""
    lines, number, kind = world.lines.of(PLATFORM, robot["bot_id"]), new_id(24), "event" if body["msgtype"] == "event" else "msg"
    if not lines:
        return False, None
    lines[-1].memory[number] = {"place": place, "at": world.now(), "kind": kind}
    frame = json.dumps({"cmd": f"aibot_{kind}_callback", "headers": {"req_id": number}, "body": body}, ensure_ascii=False)
    fault = faults.take(f"/stream/{PLATFORM}", frame)
    return True, world.lines.tell(lines[-1], number, [frame], fault, world.settings.event_seconds)


def control(line: Line, act: str) -> bool:
    """`deaf`: pings stay unanswered from now on."""
    line.memory["deaf"] = act == "deaf"
    return act == "deaf"


def _subscribed(world: World, line: Line, body: Json) -> int:
    robots = [one for one in world.settings.smart_robots if one["bot_id"] == body.get("bot_id")]
    if not robots or not robots[0].get("secret") or robots[0]["secret"] != body.get("secret"):
        return WRONG
    for earlier in world.lines.of(PLATFORM, robots[0]["bot_id"]):
        event = {"msgid": new_id(24), "aibotid": earlier.key, "msgtype": "event", "event": {"eventtype": "disconnected_event"}}
        earlier.key = NOBODY
        earlier.send(json.dumps({"cmd": "aibot_event_callback", "headers": {"req_id": new_id(24)}, "body": event}))
        earlier.connection.close()
    line.key = robots[0]["bot_id"]
    world.record("robot_subscribed", world.now(), bot_id=line.key, number=line.number)
    return 0


def _answered(world: World, line: Line, command: str, asked: str, body: Json) -> int:
    """An answer is read in the chat once; a greeting only within five seconds."""
    told: Any = line.memory.get(asked)
    if told is None or (told["kind"] == "event") != (command == "aibot_respond_welcome_msg"):
        return NO_SUCH
    if told["kind"] == "event" and world.now() - told["at"] > WELCOME_SECONDS:
        return TOO_LATE
    robot_talk.show(world, told["place"], body)
    return 0


def _acknowledged(asked: str, code: int) -> str:
    return json.dumps({"headers": {"req_id": asked}, "errcode": code, "errmsg": "ok" if code == 0 else "refused"})
