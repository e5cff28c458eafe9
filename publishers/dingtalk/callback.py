"""What DingTalk's application robot sends in HTTP mode: proof by signed headers, and its message.

Sources: open.dingtalk.com/document/orgapp/receive-message, open-dingtalk.github.io/developerpedia (message payload).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from publishers.inbound import ID_CHARACTERS, NAME_CHARACTERS, PIECES, TEXT_CHARACTERS, Message, Piece
from publishers.sealing import NotGenuine

WINDOW_SECONDS = 3600
ANSWER_HOSTS = ("oapi.dingtalk.com", "api.dingtalk.com")


def sign(secret: str, stamp: str) -> str:
    """The signature of a time stamp in milliseconds, as the header carries it."""
    return base64.b64encode(hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()).decode()


def open_call(secret: str, headers: Mapping[str, str], body: bytes, now: float | None = None) -> dict[str, Any]:
    """The fields of a call; `headers` by small names. Raises NotGenuine."""
    stamp = headers.get("timestamp", "")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 15:
        raise NotGenuine("no time stamp")
    if abs((time.time() if now is None else now) - int(stamp) / 1000) > WINDOW_SECONDS:
        raise NotGenuine("the time stamp is too old or too new")
    if not secret or not hmac.compare_digest(sign(secret, stamp).encode(), headers.get("sign", "").encode(errors="replace")):
        raise NotGenuine("the signature does not fit")
    try:
        said = json.loads(body.decode("utf-8-sig"), strict=False)
    except (ValueError, RecursionError):
        raise NotGenuine("the body cannot be read") from None
    if not isinstance(said, dict):
        raise NotGenuine("the body holds no fields")
    return said


def message(said: Mapping[str, Any], platform_host: str = "") -> Message | None:
    """A colleague's message; None for what names no sender or carries no id. `platform_host`: a simulated platform's."""
    sender = _text(said, "senderStaffId") or _text(said, "senderId")
    key = _text(said, "msgId")
    if not 0 < len(sender) <= ID_CHARACTERS or not 0 < len(key) <= ID_CHARACTERS:
        return None
    pieces = tuple(_pieces(said))[:PIECES]
    return Message(
        sender, key, pieces, name=_text(said, "senderNick")[:NAME_CHARACTERS], answer_at=_webhook(said, platform_host),
        unread=not pieces,
    )


def _pieces(said: Mapping[str, Any]) -> Iterator[Piece]:
    kind, content = _text(said, "msgtype"), _mapping(said.get("content"))
    if kind == "text":
        yield Piece("text", _text(_mapping(said.get("text")), "content")[:TEXT_CHARACTERS])
    elif kind == "picture":
        yield from _media("picture", content)
    elif kind == "file":
        yield from _media("file", content, _text(content, "fileName"))
    elif kind == "richText":
        parts = content.get("richText")
        for part in parts if isinstance(parts, list) else ():
            one = _mapping(part)
            if words := _text(one, "text"):
                yield Piece("text", words[:TEXT_CHARACTERS])
            yield from _media("picture", one)
    elif kind == "audio" and (heard := _text(content, "recognition")):
        yield Piece("text", heard[:TEXT_CHARACTERS])


def _media(kind: Any, content: Mapping[str, Any], name: str = "") -> Iterator[Piece]:
    code = _text(content, "downloadCode")
    if 0 < len(code) <= 2 * ID_CHARACTERS:
        yield Piece(kind, name[:ID_CHARACTERS], code)


def _webhook(said: Mapping[str, Any], platform_host: str) -> str:
    """Where an answer is taken: only at the platform itself."""
    address = _text(said, "sessionWebhook")
    parts = urlsplit(address)
    ours = parts.scheme == "https" and parts.hostname in ANSWER_HOSTS
    return address if ours or (platform_host and parts.scheme == "http" and parts.netloc == platform_host) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value.strip() if isinstance(value, str) else ""
