"""What WeCom pushes to an application: proof, opening, and the passive reply.

Sources: developer.work.weixin.qq.com/document/path/90930 (setting up), 90239 (messages), 90241 (replies), 90968 (sealing).
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from publishers.flat_xml import NotXml, parse
from publishers.inbound import ID_CHARACTERS, TEXT_CHARACTERS, Message, Piece
from publishers.sealing import NotGenuine, opened, seal, signature

WINDOW_SECONDS = 600
WORDS_BYTES = 2048


@dataclass(frozen=True)
class Keys:
    """What application and platform share; `corp_id` is empty of a smart robot."""

    corp_id: str
    token: str = field(repr=False)
    aes_key: str = field(repr=False)


def check_address(keys: Keys, query: Mapping[str, str], now: float | None = None) -> str:
    """The text that answers the console's check of our address. Raises NotGenuine."""
    # A raw plus of base64 may have been read as a space.
    return proved(keys, query, query.get("echostr", "").replace(" ", "+"), now).decode("utf-8", "replace")


def open_push(keys: Keys, query: Mapping[str, str], body: bytes, now: float | None = None) -> dict[str, Any]:
    """The fields of a push. Raises NotGenuine."""
    said = _parsed(body)
    return _parsed(proved(keys, query, str(said.get("Encrypt") or ""), now))


def message(said: Mapping[str, Any]) -> Message | None:
    """A member's message; None for events and for what names no sender."""
    sender, kind = _text(said, "FromUserName"), _text(said, "MsgType")
    if not 0 < len(sender) <= ID_CHARACTERS or kind in ("event", ""):
        return None
    key = _text(said, "MsgId") or f"{sender}{_text(said, 'CreateTime')}"
    piece = _piece(kind, said)
    return Message(sender, key[:ID_CHARACTERS], (piece,) if piece else (), unread=piece is None)


def reply(keys: Keys, said: Mapping[str, Any], words: str, nonce: str, now: float | None = None) -> str:
    """The passive reply to a message, sealed, with `words` cut to what the platform takes."""
    stamp = str(int(time.time() if now is None else now))
    content = words.encode()[:WORDS_BYTES].decode(errors="ignore")
    plain = _written({
        "ToUserName": _text(said, "FromUserName"), "FromUserName": _text(said, "ToUserName"), "CreateTime": stamp,
        "MsgType": "text", "Content": content,
    })
    cipher = seal(plain, keys.aes_key, keys.corp_id)
    return _written({
        "Encrypt": cipher, "MsgSignature": signature(keys.token, stamp, nonce, cipher), "TimeStamp": stamp, "Nonce": nonce,
    })


def _piece(kind: str, said: Mapping[str, Any]) -> Piece | None:
    if kind == "text":
        return Piece("text", _text(said, "Content")[:TEXT_CHARACTERS])
    if kind == "image" and 0 < len(_text(said, "MediaId")) <= ID_CHARACTERS:
        return Piece("picture", value=_text(said, "MediaId"))
    if kind == "link":
        return Piece("link", _text(said, "Title")[:ID_CHARACTERS], _text(said, "Url")[:2000])
    return None


def proved(keys: Keys, query: Mapping[str, str], cipher: str, now: float | None = None) -> bytes:
    """What is sealed in `cipher`, when the query proves that the platform sent it. Raises NotGenuine."""
    stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        raise NotGenuine("no time stamp")
    if abs((time.time() if now is None else now) - int(stamp)) > WINDOW_SECONDS:
        raise NotGenuine("the time stamp is too old or too new")
    wanted = signature(keys.token, stamp, nonce, cipher)
    if not keys.token or not hmac.compare_digest(wanted.encode(), query.get("msg_signature", "").encode(errors="replace")):
        raise NotGenuine("the signature does not fit")
    plain = opened(keys.aes_key, cipher, keys.corp_id)
    if plain is None:
        raise NotGenuine("no key opens the message")
    return plain


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        return parse(body.decode("utf-8-sig"))
    except (UnicodeDecodeError, NotXml):
        raise NotGenuine("the body cannot be read") from None


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value.strip() if isinstance(value, str) else ""


def _written(fields: Mapping[str, str]) -> str:
    return f"<xml>{''.join(f'<{name}>{escape(value)}</{name}>' for name, value in fields.items())}</xml>"
