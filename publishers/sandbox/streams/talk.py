"""People write to an application that listens over a long connection; trainers and tests order what goes wrong there."""

from __future__ import annotations

import random
import threading
import time
from types import ModuleType
from typing import Any

from publishers.sandbox.calls import Json
from publishers.sandbox.faults import Faults
from publishers.sandbox.streams import chats
from publishers.sandbox.streams.lines import Line
from publishers.sandbox.streams.switchboard import DIALECTS
from publishers.sandbox.world import World, new_id

PLATFORMS: dict[str, ModuleType] = {dialect.PLATFORM: dialect for dialect in DIALECTS.values()}


def say(world: World, faults: Faults, said: Json, base: str) -> Json:
    """A colleague writes: `platform`, `app_id`, `from`, `id`, and the message in the platform's own shape, or its `text`.

    Plain words as `text` are a message of text. `event` is one that says nothing to the robot instead, by its type. Says whether
    anybody was there and took it. A platform that tells again does so until it is taken, `again` times at most.
    """
    dialect, app_id = _dialect(said), str(said.pop("app_id", ""))
    sender, number, times = str(said.pop("from", "") or "linsy"), str(said.pop("id", "") or new_id(24)), int(said.pop("again", 3))
    if isinstance(said.get("text"), str):
        said.update(msgtype="text", text={"content": said["text"]})
    if "event" in said:
        message = dialect.event(said, number, app_id)
    else:
        name = _name(world, sender)
        words = (said.get("text") or {}).get("content") or f"[{said.get('msgtype') or said.get('message_type')}]"
        chats.show_member(world, dialect.PLATFORM, chats.open_chat(world, dialect.PLATFORM, app_id, sender), words, number)
        message = dialect.message(said, sender, name, number, app_id, base)
    return _told(world, faults, dialect, app_id, message, times)


def act(world: World, said: Json) -> Json:
    """Do something to the open connections of an application: drop, silence, disconnect, or send `raw` (text) frames."""
    dialect, what = _dialect(said), str(said.get("act"))
    lines = world.lines.of(dialect.PLATFORM, str(said.get("app_id") or ""))
    for line in lines:
        if what == "drop":
            line.drop()
        elif what == "silence":
            line.is_silent = True
        elif what == "raw":
            line.send(bytes.fromhex(said["hex"]) if "hex" in said else str(said["text"]))
        elif not dialect.control(line, what):
            raise ValueError("act must be one of drop, silence, raw, or one of the platform's own")
        if what == "disconnect":
            threading.Timer(world.settings.leave_seconds, line.connection.close).start()
    return {"lines": len(lines)}


def _told(world: World, faults: Faults, dialect: ModuleType, app_id: str, message: Json, times: int) -> Json:
    answer: Any = None
    tries = 0
    for tries in range(1, (times if dialect.TELLS_AGAIN else 1) + 1):
        if tries > 1:
            time.sleep(world.settings.again_seconds)
        lines = world.lines.of(dialect.PLATFORM, app_id)
        if lines:
            answer = _once(world, faults, dialect, random.choice(lines), message)
        if answer is not None and dialect.is_taken(answer):
            break
    taken = answer is not None and dialect.is_taken(answer)
    world.record("told", world.now(), platform=dialect.PLATFORM, app_id=app_id, taken=taken, tries=tries)
    return {"taken": taken, "answer": answer, "tries": tries}


def _once(world: World, faults: Faults, dialect: ModuleType, line: Line, message: Json) -> Json | None:
    number, frames = dialect.frames(line, message)
    fault = faults.take(f"/stream/{dialect.PLATFORM}", str(message))
    if fault is not None and fault.act == "delay":
        time.sleep(fault.seconds)
    return world.lines.tell(line, number, frames, fault, world.settings.event_seconds)


def _dialect(said: Json) -> ModuleType:
    dialect = PLATFORMS.get(str(said.pop("platform", "")))
    if dialect is None:
        raise ValueError(f"platform must be one of {', '.join(PLATFORMS)}")
    return dialect


def _name(world: World, user_id: str) -> str:
    return next((str(one["name"]) for one in world.settings.company_people if one["id"] == user_id), user_id)
