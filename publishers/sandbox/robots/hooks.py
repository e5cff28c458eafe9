"""Receivers that are no group platform: /hooks/NAME of Standard Webhooks, and /others/NAME for what apprise sends.

A receiver of Standard Webhooks knows a repeat by `webhook-id`: it says yes again and does nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from publishers.sandbox.calls import Call, Refusal, Reply, json_reply
from publishers.sandbox.robots.limits import Windows
from publishers.sandbox.things import Chat
from publishers.sandbox.world import World

PATH, OTHER_PATH = "/hooks/", "/others/"
LATE_SECONDS = 300


def windows() -> Windows:
    return Windows((100, 60.0))


def answer(world: World, call: Call, limits: Windows) -> Reply:
    """Take one message of Standard Webhooks."""
    chat = world.chat("webhook", call.path.removeprefix(PATH), call.at)
    try:
        message_id = _check(chat, call, world.machine_time(call.at))
        if world.settings.rate_limits and limits.wait(chat.key, call.at) > 0:
            raise Refusal(429, "slow down")
    except Refusal as refusal:
        return refuse(refusal.code, refusal.words)
    known = any(effect["id"] == message_id for effect in world.effects("webhook_received"))
    said = {"key": chat.key, "chat": chat.name, "id": message_id, "body": call.body.decode("utf-8", "replace")}
    world.record("webhook_repeated" if known else "webhook_received", call.at, **said)
    return json_reply({"ok": True})


def take(world: World, call: Call, limits: Windows) -> Reply:
    """Take what apprise posts as JSON."""
    body = call.json() or {}
    said = {"key": call.path.removeprefix(OTHER_PATH), "title": body.get("title", ""), "text": body.get("message", "")}
    world.record("other_message", call.at, **said)
    return json_reply({"ok": True})


def refuse(code: int, words: str) -> Reply:
    """A refusal is an HTTP status; what is none is 400. "Busy" is 503."""
    status = 503 if code == -1 else code if 400 <= code < 600 else 400
    return json_reply({"error": words}, status=status)


def _check(chat: Chat, call: Call, now: float) -> str:
    """The message's id. Raises Refusal with the status of the answer."""
    if chat.state != "active":
        raise Refusal(410, "gone")
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    message_id, timestamp, signatures = (call.headers.get(name, "") for name in names)
    if not (message_id and timestamp.isdigit() and call.json()):
        raise Refusal(400, "not a message of Standard Webhooks")
    if chat.secret:
        key = base64.b64decode(chat.secret.removeprefix("whsec_"))
        signed = f"{message_id}.{timestamp}.".encode() + call.body
        wanted = f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"
        if wanted not in signatures.split() or abs(now - int(timestamp)) > LATE_SECONDS:
            raise Refusal(401, "wrong signature")
    return message_id
