"""Feishu's events: proof over the raw body, opening, the check of the address, and a colleague's message.

Sources: open.feishu.cn event-subscription-configure (encrypt key, signature, challenge), im-v1/message/events/receive.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from publishers.inbound import ID_CHARACTERS, PIECES, TEXT_CHARACTERS, Message, Piece
from publishers.sealing import NotGenuine

RECEIVED = "im.message.receive_v1"
_BLOCK = 16
_MENTION = re.compile(r"@_user_\d+|@_all")


@dataclass(frozen=True)
class Keys:
    """What application and platform share. Without an Encrypt Key only the token in the body proves a call."""

    app_id: str
    verification_token: str = field(default="", repr=False)
    encrypt_key: str = field(default="", repr=False)


def sign(encrypt_key: str, stamp: str, nonce: str, body: bytes) -> str:
    """The signature of a raw body."""
    return hashlib.sha256(f"{stamp}{nonce}{encrypt_key}".encode() + body).hexdigest()


def open_call(keys: Keys, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """The fields of a call; `headers` by small names. The check of the address is only sealed, not signed. Raises NotGenuine."""
    said = _parsed(body)
    if keys.encrypt_key:
        said = _opened(keys.encrypt_key, str(said.get("encrypt") or ""))
        if said.get("type") != "url_verification":
            wanted = sign(
                keys.encrypt_key, headers.get("x-lark-request-timestamp", ""), headers.get("x-lark-request-nonce", ""), body,
            )
            if not hmac.compare_digest(wanted.encode(), headers.get("x-lark-signature", "").encode(errors="replace")):
                raise NotGenuine("the signature does not fit")
    token = str(said.get("token") or _mapping(said.get("header")).get("token") or "")
    if keys.verification_token and not hmac.compare_digest(token.encode(errors="replace"), keys.verification_token.encode()):
        raise NotGenuine("the token does not fit")
    if not (keys.encrypt_key or keys.verification_token):
        raise NotGenuine("neither an Encrypt Key nor a token is set up")
    if said.get("type") != "url_verification" and _mapping(said.get("header")).get("app_id") != keys.app_id:
        raise NotGenuine("it is for another application")
    return said


def open_event(keys: Keys, body: bytes) -> dict[str, Any]:
    """The fields of an event that came over our own connection, where nothing is signed. Raises NotGenuine."""
    said = _parsed(body)
    if "encrypt" in said:
        said = _opened(keys.encrypt_key, str(said.get("encrypt") or ""))
    # Events of the old shape name nobody; they say nothing to us.
    if _mapping(said.get("header")).get("app_id", keys.app_id) != keys.app_id:
        raise NotGenuine("it is for another application")
    return said


def challenge(said: Mapping[str, Any]) -> str:
    """What answers the check of the address; empty for any other call."""
    return _text(said, "challenge")[:1000] if said.get("type") == "url_verification" else ""


def message(said: Mapping[str, Any]) -> Message | None:
    """A colleague's message; None for other events and for what a robot wrote."""
    header, event = _mapping(said.get("header")), _mapping(said.get("event"))
    if header.get("event_type") != RECEIVED or _mapping(event.get("sender")).get("sender_type") not in (None, "user"):
        return None
    ids = _mapping(_mapping(event.get("sender")).get("sender_id"))
    sender, held = _text(ids, "open_id") or _text(ids, "user_id"), _mapping(event.get("message"))
    # A message can come under a second event id; its own id never changes.
    key = _text(held, "message_id")
    if not 0 < len(sender) <= ID_CHARACTERS or not 0 < len(key) <= ID_CHARACTERS:
        return None
    pieces = tuple(_pieces(_text(held, "message_type"), _content(held)))[:PIECES]
    return Message(sender, key, pieces, message_id=key, answer_at=key, unread=not pieces)


def _pieces(kind: str, content: Mapping[str, Any]) -> Iterator[Piece]:
    if kind == "text":
        yield Piece("text", _MENTION.sub("", _text(content, "text")).strip()[:TEXT_CHARACTERS])
    elif kind == "image" and _text(content, "image_key"):
        yield Piece("picture", value=_text(content, "image_key")[:ID_CHARACTERS])
    elif kind == "file" and _text(content, "file_key"):
        yield Piece("file", _text(content, "file_name")[:ID_CHARACTERS], _text(content, "file_key")[:ID_CHARACTERS])
    elif kind == "post":
        yield from _post(content)


def _post(content: Mapping[str, Any]) -> Iterator[Piece]:
    """A post: its title, then its lines; pictures stand between them."""
    if title := _text(content, "title"):
        yield Piece("text", title[:TEXT_CHARACTERS])
    lines = content.get("content")
    for line in lines if isinstance(lines, list) else ():
        words = ""
        for bit in line if isinstance(line, list) else ():
            one = _mapping(bit)
            if one.get("tag") in ("text", "a"):
                words += str(one.get("text") or "")
            elif one.get("tag") == "img" and _text(one, "image_key"):
                yield from _said(words)
                words = ""
                yield Piece("picture", value=_text(one, "image_key")[:ID_CHARACTERS])
        yield from _said(words)


def _said(words: str) -> Iterator[Piece]:
    if words.strip():
        yield Piece("text", words.strip()[:TEXT_CHARACTERS])


def _content(held: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return _mapping(json.loads(_text(held, "content") or "{}", strict=False))
    except (ValueError, RecursionError):
        return {}


def _opened(encrypt_key: str, cipher: str) -> dict[str, Any]:
    key = hashlib.sha256(encrypt_key.encode()).digest()
    try:
        data = base64.b64decode(cipher, validate=True)
        decryptor = Cipher(algorithms.AES256(key), modes.CBC(data[:_BLOCK])).decryptor()
        plain = decryptor.update(data[_BLOCK:]) + decryptor.finalize()
    except (ValueError, binascii.Error):
        raise NotGenuine("no key opens the message") from None
    pad = plain[-1] if plain else 0
    if not 1 <= pad <= _BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise NotGenuine("no key opens the message")
    return _parsed(plain[:-pad])


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body.decode("utf-8-sig"), strict=False)
    except (ValueError, RecursionError):
        raise NotGenuine("the body cannot be read") from None
    if not isinstance(said, dict):
        raise NotGenuine("the body holds no fields")
    return said


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return value.strip() if isinstance(value, str) else ""
