"""The WeCom group robot (企业微信 消息推送): errors with HTTP 200, silent cutting, 20 messages a sliding minute."""

from __future__ import annotations

import base64
import binascii
import hashlib
import time
from typing import Any

from publishers.sandbox.calls import Call, Json, Refusal, Reply, json_reply
from publishers.sandbox.robots.limits import Windows
from publishers.sandbox.things import Chat
from publishers.sandbox.world import World, new_id

PATH = "/cgi-bin/webhook/send"
UPLOAD_PATH = "/cgi-bin/webhook/upload_media"

_CARD_TYPES = {"text_notice", "news_notice"}

Bubble = dict[str, Any]


def windows() -> Windows:
    return Windows((20, 60.0))


def answer(world: World, call: Call, limits: Windows) -> Reply:
    """Send to one group, or upload a file for it."""
    try:
        chat = _chat(world, call)
        if call.path == UPLOAD_PATH:
            return _upload(call)
        body = _body(call)
        shown = bubble(body)
        if world.settings.rate_limits and limits.wait(chat.key, call.at) > 0:
            raise Refusal(45009, "api freq out of limit")
    except Refusal as refusal:
        return refuse(refusal.code, refusal.words, call.address)
    world.record(
        "robot_message", call.at, platform="wecom", key=chat.key, chat=chat.name, msgtype=body["msgtype"],
        bubble=shown, body=body,
    )
    return json_reply({"errcode": 0, "errmsg": "ok"})


def refuse(code: int, words: str, address: str) -> Reply:
    more = f"more info at https://open.work.weixin.qq.com/devtool/query?e={code}"
    hint = f"hint: [{time.time_ns()}], from ip: {address}"
    return json_reply({"errcode": code, "errmsg": f"{words}, {hint}, {more}"})


def _chat(world: World, call: Call) -> Chat:
    key = call.query.get("key", "")
    if not key:
        raise Refusal(93000, "invalid webhook url")
    chat = world.chat("wecom", key, call.at)
    if chat.state == "stopped":
        raise Refusal(93004, "robot is disabled")
    if chat.state == "dissolved":
        raise Refusal(93008, "not in chat")
    if chat.state == "removed":
        raise Refusal(93000, "invalid webhook url")
    return chat


def _body(call: Call) -> Json:
    if call.has_escapes:
        raise Refusal(40033, "invalid charset")
    body = call.json()
    if body is None:
        raise Refusal(47001, "data format error")
    return body


def bubble(body: Json) -> Bubble:
    """What is seen of a message. Raises Refusal for what the platform would not take."""
    makers = {
        "text": _text, "markdown": _markdown, "markdown_v2": _markdown, "image": _image, "news": _news,
        "file": _media, "voice": _media, "template_card": _template_card,
    }
    kind = body.get("msgtype")
    if kind not in makers:
        raise Refusal(40008, "invalid message type")
    content = body.get(kind)
    if not isinstance(content, dict):
        raise Refusal(40058, f"{kind} missing")
    return makers[kind](content)


def _text(content: Json) -> Bubble:
    text = _words(content, "content", 2048)
    mentioned = [*content.get("mentioned_list", []), *content.get("mentioned_mobile_list", [])]
    calls = " ".join("@所有人" if who == "@all" else f"@{who}" for who in mentioned)
    return {"style": "text", "text": f"{text}\n{calls}".strip()}


def _markdown(content: Json) -> Bubble:
    return {"style": "markdown", "text": _words(content, "content", 4096)}


def _words(content: Json, name: str, most: int) -> str:
    text = content.get(name)
    if not isinstance(text, str) or not text:
        raise Refusal(44004, "content is empty")
    if len(text.encode("utf-8")) > most:
        raise Refusal(45002, f"content exceed max length {most}")
    return text


def _image(content: Json) -> Bubble:
    try:
        raw = base64.b64decode(str(content.get("base64", "")), validate=True)
    except binascii.Error:
        raise Refusal(40009, "invalid image size") from None
    if not raw or len(raw) > 2 * 1024 * 1024:
        raise Refusal(40009, "invalid image size")
    if hashlib.md5(raw, usedforsecurity=False).hexdigest() != content.get("md5"):
        raise Refusal(301019, "image md5 mismatch")
    return {"style": "text", "text": "[图片]"}


def _media(content: Json) -> Bubble:
    if not content.get("media_id"):
        raise Refusal(40007, "invalid media_id")
    return {"style": "file", "text": "[文件]"}


def _news(content: Json) -> Bubble:
    articles = content.get("articles")
    if not isinstance(articles, list) or not articles:
        raise Refusal(44004, "articles is empty")
    if len(articles) > 8:
        raise Refusal(45008, "articles size exceed limit 8")
    return {"style": "cards", "cards": [_article(article) for article in articles]}


def _article(article: Json) -> dict[str, str]:
    title, url = article.get("title"), article.get("url")
    if not isinstance(title, str) or not title or not isinstance(url, str) or not url:
        raise Refusal(40058, "title or url missing")
    if len(url.encode("utf-8")) > 2048:
        raise Refusal(45008, "url exceed max length 2048")
    return {
        "title": _cut(title, 128), "text": _cut(str(article.get("description") or ""), 512),
        "url": url, "picture": str(article.get("picurl") or ""),
    }


def _cut(text: str, most: int) -> str:
    """WeCom cuts silently, by bytes."""
    return text.encode("utf-8")[:most].decode("utf-8", "ignore")


def _template_card(card: Json) -> Bubble:
    if card.get("card_type") not in _CARD_TYPES:
        raise Refusal(40058, "card_type invalid")
    action = card.get("card_action") or {}
    if action.get("type") not in (1, 2) or (action["type"] == 1 and not action.get("url")):
        raise Refusal(40058, "card_action invalid")
    for name, most in (("horizontal_content_list", 6), ("jump_list", 3), ("vertical_content_list", 4)):
        if len(card.get(name) or []) > most:
            raise Refusal(45008, f"{name} exceed limit {most}")
    main = card.get("main_title") or {}
    if not (main.get("title") or card.get("sub_title_text")):
        raise Refusal(40058, "main_title or sub_title_text missing")
    image = card.get("card_image") or {}
    if card["card_type"] == "news_notice" and not image.get("url"):
        raise Refusal(40058, "card_image missing")
    if not 1.3 <= float(image.get("aspect_ratio", 1.3)) <= 2.25:
        raise Refusal(40058, "aspect_ratio invalid")
    rows = [row.get("desc", "") for row in card.get("vertical_content_list") or []]
    words = "\n".join(filter(None, [main.get("desc", ""), card.get("sub_title_text", ""), *rows]))
    picture, url = image.get("url", ""), action.get("url", "")
    cards = [{"title": main.get("title", ""), "text": words, "url": url, "picture": picture}]
    more = [
        {"title": jump.get("title", ""), "text": "", "url": jump.get("url", ""), "picture": ""}
        for jump in card.get("jump_list") or []
    ]
    return {"style": "card", "title": (card.get("source") or {}).get("desc", ""), "cards": cards + more}


def _upload(call: Call) -> Reply:
    media = call.form().get("media")
    if media is None or not 5 <= len(media.content) <= 20 * 1024 * 1024:
        raise Refusal(40006, "invalid file size")
    kind = call.query.get("type", "file")
    return json_reply(
        {"errcode": 0, "errmsg": "ok", "type": kind, "media_id": new_id(40), "created_at": str(int(call.at))}
    )
