"""Feishu's long connection: an address with a ticket, frames of protobuf, events told again until they are taken.

The few kinds of fields that its frames have are written by hand: ours reads them with protobuf's own runtime.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from publishers.sandbox.calls import Call, Json, Reply, json_reply
from publishers.sandbox.streams import chats
from publishers.sandbox.streams.lines import Line
from publishers.sandbox.world import World, new_id

PLATFORM, PATH, ENDPOINT = "feishu", "/ws/v2", "/callback/ws/endpoint"
TELLS_AGAIN = True
SERVICE = 33554678
CONTROL, DATA = 0, 1
SECRET_WRONG, AUTH_FAILED = 10014, 514

Fields = list[tuple[int, int | bytes]]


def endpoint(world: World, call: Call) -> Reply:
    """`POST /callback/ws/endpoint`."""
    body = call.json() or {}
    key, secret = str(body.get("AppID") or ""), str(body.get("AppSecret") or "")
    if not key or not secret or secret == "wrong":
        return json_reply({"code": SECRET_WRONG, "msg": "app secret invalid"})
    ticket = world.lines.ticket(PLATFORM, key, call.at)
    address = f"{world.lines.url}{PATH}?device_id={new_id(19)}&service_id={SERVICE}&ticket={ticket}"
    return json_reply({"code": 0, "msg": "", "data": {"URL": address, "ClientConfig": world.settings.feishu_figures}})


def admit(world: World, query: dict[str, str], at: float) -> tuple[str, dict[str, str]]:
    """Whose ticket this is, or headers of the refusal."""
    key = world.lines.redeem(query.get("ticket", ""), PLATFORM, at, world.settings.ticket_seconds)
    return key, {} if key else {"handshake-status": str(AUTH_FAILED), "handshake-msg": "auth failed", "handshake-autherrcode": "1"}


def begin(world: World, line: Line, query: dict[str, str]) -> None:
    """Nothing is said until something happens."""
    chats.open_chat(world, PLATFORM, line.key)


def hear(world: World, line: Line, frame: str | bytes) -> None:
    """A ping, or the answer to an event."""
    fields = list(_fields(frame if isinstance(frame, bytes) else frame.encode()))
    headers = {_text(one, 1): _text(one, 2) for one in (list(_fields(held)) for held in _all(fields, 5))}
    if dict(fields)[4] == CONTROL and headers.get("type") == "ping":
        line.memory["pings"] = line.memory.get("pings", 0) + 1
        line.send(_frame(CONTROL, {"type": "pong"}, json.dumps(world.settings.feishu_figures).encode()))
    elif dict(fields)[4] == DATA:
        payload = next(iter(_all(fields, 8)), b"")
        line.note_answer(headers["message_id"], json.loads(payload))


def frames(line: Line, said: Json) -> tuple[str, list[bytes]]:
    """An event, in as many `parts` as wanted, and under which number it is answered."""
    number, payload, parts = new_id(24), json.dumps(said["body"], ensure_ascii=False).encode(), int(said["parts"])
    size = -(-len(payload) // parts)
    return number, [
        _frame(DATA, {
            "type": "event", "message_id": number, "sum": str(parts), "seq": str(place), "trace_id": new_id(16),
        }, payload[place * size:(place + 1) * size])
        for place in range(parts)
    ]


def message(said: Json, sender: str, name: str, key: str, app_id: str, base: str) -> Json:
    """A colleague's message as the platform shapes it; `said` is its `text`, or `message_type` and `content`.

    `parts` cuts the event; `for` names another application.
    """
    content = said.get("content") or {"text": (said.get("text") or {}).get("content", "")}
    event = {
        "sender": {"sender_id": {"open_id": f"ou_{sender}"}, "sender_type": "user"},
        "message": {
            "message_id": key, "chat_id": f"{app_id}:{sender}", "chat_type": "p2p",
            "message_type": said.get("message_type") or "text", "content": json.dumps(content, ensure_ascii=False),
        },
    }
    header = {"event_id": new_id(32), "event_type": "im.message.receive_v1", "app_id": said.get("for") or app_id, "token": ""}
    return {"parts": said.get("parts", 1), "body": {"schema": "2.0", "header": header, "event": event}}


def event(said: Json, key: str, app_id: str) -> Json:
    """An event that says nothing to the robot."""
    header = {"event_id": key, "event_type": said["event"], "app_id": app_id}
    return {"parts": 1, "body": {"schema": "2.0", "header": header, "event": {}}}


def is_taken(answer: Json) -> bool:
    """Whether the application says that it has it."""
    return bool(answer.get("code") == 200)


def control(line: Line, act: str) -> bool:
    """Nothing more than any connection."""
    return False


def _frame(method: int, headers: dict[str, str], payload: bytes) -> bytes:
    held = b"".join(_bytes(5, _bytes(1, name.encode()) + _bytes(2, value.encode())) for name, value in headers.items())
    numbers = b"".join(_varint(field << 3) + _varint(value) for field, value in ((1, 1), (2, 2), (3, SERVICE), (4, method)))
    return numbers + held + _bytes(8, payload)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(content):
        tag, at = _read(content, at)
        value, at = _read(content, at)
        if tag & 7 == 0:
            yield tag >> 3, value
        elif tag & 7 == 2:
            yield tag >> 3, content[at:at + value]
            at += value
        else:
            raise ValueError("no such kind of field")


def _read(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (content[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if content[at - 1] < 0x80:
            return value, at


def _all(fields: Fields, number: int) -> list[bytes]:
    return [value for field, value in fields if field == number and isinstance(value, bytes)]


def _text(fields: Fields, number: int) -> str:
    return next(iter(_all(fields, number)), b"").decode()
