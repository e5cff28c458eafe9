"""The DingTalk custom robot (自定义机器人): signature in the address, keywords, ten minutes' ban when too fast."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from publishers.sandbox.calls import Call, Json, Refusal, Reply, json_reply
from publishers.sandbox.robots.limits import Windows
from publishers.sandbox.things import Chat
from publishers.sandbox.world import World

PATH = "/robot/send"
BODY_BYTES = 20_000
HOUR_MS = 3_600_000

Bubble = dict[str, Any]


def windows() -> Windows:
    return Windows((20, 60.0))


def answer(world: World, call: Call, limits: Windows) -> Reply:
    """Send to one group."""
    try:
        chat = _chat(world, call)
        _check_signature(chat, call, world.machine_time(call.at))
        body = _body(call)
        shown = bubble(body)
        _check_keyword(chat, shown)
        penalty = world.settings.dingtalk_block_seconds
        if world.settings.rate_limits and limits.wait(chat.key, call.at, penalty) > 0:
            raise Refusal(410100, "发送速度太快而限流")
    except Refusal as refusal:
        return refuse(refusal.code, refusal.words)
    world.record(
        "robot_message", call.at, platform="dingtalk", key=chat.key, chat=chat.name, msgtype=body["msgtype"],
        bubble=shown, body=body,
    )
    return json_reply({"errcode": 0, "errmsg": "ok"})


def refuse(code: int, words: str) -> Reply:
    return json_reply({"errcode": code, "errmsg": words})


def sign(secret: str, timestamp: str) -> str:
    """The raw base64 signature; the secret is the key, the timestamp (ms) is part of the message."""
    message = f"{timestamp}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha256).digest()).decode()


def _chat(world: World, call: Call) -> Chat:
    key = call.query.get("access_token", "")
    if not key:
        raise Refusal(400101, "access_token不存在")
    chat = world.chat("dingtalk", key, call.at)
    if chat.state != "active":
        code, words = {
            "stopped": (400102, "机器人已停用"), "dissolved": (400013, "群已被解散"),
        }.get(chat.state, (400106, "机器人不存在"))
        raise Refusal(code, words)
    if chat.ips and call.address not in chat.ips:
        raise Refusal(310000, f"ip {call.address} not in whitelist")
    return chat


def _check_signature(chat: Chat, call: Call, now: float) -> None:
    if not chat.secret:
        return
    timestamp = call.query.get("timestamp", "")
    if not timestamp.isdigit() or abs(int(timestamp) - now * 1000) > HOUR_MS:
        raise Refusal(310000, "invalid timestamp")
    if not hmac.compare_digest(sign(chat.secret, timestamp).encode(), call.query.get("sign", "").encode()):
        raise Refusal(310000, "sign not match")


def _body(call: Call) -> Json:
    if "application/json" not in call.headers.get("content-type", ""):
        raise Refusal(43004, "无效的HTTP HEADER Content-Type")
    body = call.json()
    if body is None:
        raise Refusal(40035, "缺少参数 json")
    if len(call.body) > BODY_BYTES:
        raise Refusal(460101, "message too long")
    return body


def bubble(body: Json) -> Bubble:
    """What is seen of a message. Raises Refusal for what the platform would not take."""
    makers = {"text": _text, "link": _link, "markdown": _markdown, "actionCard": _action_card, "feedCard": _feed_card}
    kind = body.get("msgtype")
    if kind not in makers:
        raise Refusal(400105, "不支持的消息类型")
    content = body.get(kind)
    if not isinstance(content, dict):
        raise Refusal(40035, "缺少参数 json")
    bubble = makers[kind](content)
    at = body.get("at") or {}
    if at.get("isAtAll") and kind in ("text", "markdown"):
        bubble["text"] += "\n@所有人"
    return bubble


def _words(content: Json, *names: str) -> list[str]:
    values = [content.get(name) for name in names]
    for name, value in zip(names, values, strict=True):
        if not isinstance(value, str) or not value:
            raise Refusal(40035, f"缺少参数 {name}")
    return [str(value) for value in values]


def _text(content: Json) -> Bubble:
    (text,) = _words(content, "content")
    return {"style": "text", "text": text}


def _markdown(content: Json) -> Bubble:
    title, text = _words(content, "title", "text")
    return {"style": "markdown", "title": title, "text": text}


def _link(content: Json) -> Bubble:
    title, text, url = _words(content, "title", "text", "messageUrl")
    return {"style": "cards", "cards": [_card(title, url, text, str(content.get("picUrl") or ""))]}


def _action_card(content: Json) -> Bubble:
    title, text = _words(content, "title", "text")
    if content.get("btns"):
        buttons = [_words(button, "title", "actionURL") for button in content["btns"]]
    else:
        buttons = [_words(content, "singleTitle", "singleURL")]
    return {"style": "card", "title": title, "text": text, "cards": [_card(name, url) for name, url in buttons]}


def _feed_card(content: Json) -> Bubble:
    links = content.get("links")
    if not isinstance(links, list) or not links:
        raise Refusal(40035, "缺少参数 links")
    cards = []
    for link in links:
        title, url = _words(link, "title", "messageURL")
        cards.append(_card(title, url, picture=str(link.get("picURL") or "")))
    return {"style": "feed", "cards": cards}


def _card(title: str, url: str, text: str = "", picture: str = "") -> dict[str, str]:
    return {"title": title, "text": text, "url": url, "picture": picture}


def _check_keyword(chat: Chat, bubble: Bubble) -> None:
    words = [bubble.get("title", ""), bubble.get("text", "")]
    words += [part for card in bubble.get("cards", []) for part in (card["title"], card["text"])]
    if chat.keyword and not any(chat.keyword in text for text in words):
        raise Refusal(310000, "keywords not in content")
