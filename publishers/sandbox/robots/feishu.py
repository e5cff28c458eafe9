"""The Feishu custom bot (自定义机器人): `code`, not `errcode`; signature in the body; 5 a second, 100 a minute."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

from publishers.sandbox.calls import Call, Json, Refusal, Reply, json_reply
from publishers.sandbox.robots.limits import Windows
from publishers.sandbox.things import Chat
from publishers.sandbox.world import World

PATH = "/open-apis/bot/v2/hook/"
BODY_BYTES = 20 * 1024
HOUR_SECONDS = 3600

Bubble = dict[str, Any]


def windows() -> Windows:
    return Windows((5, 1.0), (100, 60.0))


def answer(world: World, call: Call, limits: Windows) -> Reply:
    """Send to one group."""
    try:
        chat = _chat(world, call)
        body = _body(call)
        _check_signature(chat, body, world.machine_time(call.at))
        shown = bubble(body)
        _check_keyword(chat, shown)
        if world.settings.rate_limits and limits.wait(chat.key, call.at) > 0:
            raise Refusal(11232, "create message trigger frequency limit")
    except Refusal as refusal:
        return refuse(refusal.code, refusal.words)
    kept = {name: value for name, value in body.items() if name != "sign"}
    world.record(
        "robot_message", call.at, platform="feishu", key=chat.key, chat=chat.name, msgtype=body["msg_type"],
        bubble=shown, body=kept,
    )
    return json_reply({"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"})


def refuse(code: int, words: str) -> Reply:
    return json_reply({"code": code, "data": {}, "msg": words})


def sign(secret: str, timestamp: str) -> str:
    """The signature: timestamp (s) and secret are the key, the message is empty."""
    return base64.b64encode(hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()


def _chat(world: World, call: Call) -> Chat:
    key = call.path.removeprefix(PATH)
    if not key or "/" in key:
        raise Refusal(19001, "param invalid: incoming webhook access token invalid")
    chat = world.chat("feishu", key, call.at)
    if chat.state != "active":
        raise Refusal(19001, "param invalid: incoming webhook access token invalid")
    if chat.ips and call.address not in chat.ips:
        raise Refusal(19022, "Ip Not Allowed")
    return chat


def _body(call: Call) -> Json:
    body = call.json()
    if body is None or len(call.body) > BODY_BYTES:
        raise Refusal(9499, "Bad Request")
    return body


def _check_signature(chat: Chat, body: Json, at: float) -> None:
    if not chat.secret:
        return
    timestamp = str(body.get("timestamp", ""))
    fresh = timestamp.isdigit() and abs(int(timestamp) - at) <= HOUR_SECONDS
    if not fresh or not hmac.compare_digest(sign(chat.secret, timestamp).encode(), str(body.get("sign", "")).encode()):
        raise Refusal(19021, "sign match fail or timestamp is not within one hour from current time")


def bubble(body: Json) -> Bubble:
    """What is seen of a message. Raises Refusal for what the platform would not take."""
    makers = {"text": _text, "post": _post, "image": _image, "share_chat": _share_chat}
    kind = body.get("msg_type")
    if kind == "interactive" and isinstance(body.get("card"), dict):
        return _interactive(body["card"])
    content = body.get("content")
    if kind not in makers or not isinstance(content, dict):
        raise Refusal(9499, "Bad Request")
    return makers[kind](content)


def _text(content: Json) -> Bubble:
    if not isinstance(content.get("text"), str) or not content["text"]:
        raise Refusal(9499, "Bad Request")
    return {"style": "text", "text": content["text"]}


def _image(content: Json) -> Bubble:
    if not content.get("image_key"):
        raise Refusal(9499, "Bad Request")
    return {"style": "text", "text": "[图片]"}


def _share_chat(content: Json) -> Bubble:
    if not content.get("share_chat_id"):
        raise Refusal(9499, "Bad Request")
    return {"style": "text", "text": "[群名片]"}


def _post(content: Json) -> Bubble:
    languages = content.get("post")
    post = next(iter(languages.values()), None) if isinstance(languages, dict) else None
    if not isinstance(post, dict) or not isinstance(post.get("content"), list):
        raise Refusal(9499, "Bad Request")
    links, lines = [], []
    for line in post["content"]:
        words = [_piece(piece) for piece in line]
        lines.append("".join(words))
        links += [piece for piece in line if piece.get("tag") == "a"]
    cards = [{"title": a.get("text", ""), "text": "", "url": a.get("href", ""), "picture": ""} for a in links]
    return {"style": "card", "title": post.get("title", ""), "text": "\n".join(lines).strip(), "cards": cards}


def _piece(piece: Json) -> str:
    if piece.get("tag") == "at":
        return "@所有人" if piece.get("user_id") == "all" else f"@{piece.get('user_name') or piece.get('user_id', '')}"
    # Links are shown as buttons below the words.
    return str(piece.get("text", "")) if piece.get("tag") != "a" else ""


def _interactive(card: Json) -> Bubble:
    elements = (card.get("body") or {}).get("elements") if card.get("schema") == "2.0" else card.get("elements")
    if not isinstance(elements, list) or not elements:
        raise Refusal(9499, "Bad Request")
    header = (card.get("header") or {}).get("title") or {}
    words, links = [], []
    for element in _flat(elements):
        link = _address(element)
        if link:
            links.append({"title": _said(element), "text": "", "url": link, "picture": ""})
        elif _said(element):
            words.append(_said(element))
    whole = (card.get("card_link") or {}).get("url")
    if whole and not links:
        links.append({"title": "查看详情", "text": "", "url": whole, "picture": ""})
    return {"style": "card", "title": str(header.get("content", "")), "text": "\n".join(words), "cards": links}


def _flat(elements: list[Any]) -> Iterator[Json]:
    """Every element of a card, with those inside columns and actions."""
    for element in elements:
        if not isinstance(element, dict):
            raise Refusal(9499, "Bad Request")
        inner = [item for name in ("actions", "columns", "elements") for item in element.get(name) or []]
        yield element
        yield from _flat(inner)


def _address(element: Json) -> str:
    if element.get("tag") != "button":
        return ""
    behaviours = [b.get("default_url", "") for b in element.get("behaviors") or [] if b.get("type") == "open_url"]
    return str(element.get("url") or (element.get("multi_url") or {}).get("url") or next(iter(behaviours), ""))


def _said(element: Json) -> str:
    text = element.get("text")
    if isinstance(text, dict):
        return str(text.get("content", ""))
    return str(element.get("content", "")) if element.get("tag") in ("markdown", "plain_text", "lark_md") else ""


def _check_keyword(chat: Chat, bubble: Bubble) -> None:
    words = [bubble.get("title", ""), bubble.get("text", "")]
    words += [card["title"] for card in bubble.get("cards", [])]
    if chat.keyword and not any(chat.keyword in text for text in words):
        raise Refusal(19024, "Key Words Not Found")
