"""The envelope of a push (消息推送): proof that it is the platform, opening it, sealing a reply; plain, compatible and secure mode.

Sources: developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption.html,
developers.weixin.qq.com/doc/oplatform/en/Third-party_Platforms/Message_Encryption/Technical_Plan.html
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from publishers.flat_xml import NotXml, parse
from publishers.sealing import NotGenuine, opened, seal, signature

__all__ = ["CallbackKeys", "NotGenuine", "Opened", "check_address", "open_push", "seal", "signature"]

WINDOW_SECONDS = 300
BODY_BYTES = 1024 * 1024


@dataclass(frozen=True)
class CallbackKeys:
    """What account and platform share. `previous_aes_key` is tried after a change of keys.

    `only_sealed` refuses a push in the clear: the proof of such a push does not cover its body.
    """

    app_id: str
    token: str = field(repr=False)
    aes_key: str = field(default="", repr=False)
    previous_aes_key: str = field(default="", repr=False)
    only_sealed: bool = False


@dataclass(frozen=True)
class Opened:
    """What a push says, and how to answer it: with the key that opened it (none: in the clear), in its own format."""

    said: Mapping[str, Any] = field(repr=False)
    aes_key: str = field(default="", repr=False)
    as_json: bool = False


def check_address(keys: CallbackKeys, query: Mapping[str, str], now: float | None = None) -> str:
    """Answer the platform's check of our address: the text to send back as it is. Raises NotGenuine."""
    _check(query.get("signature", ""), (keys.token, *_time_and_nonce(query, now)))
    echo = query.get("echostr", "")
    if not echo:
        raise NotGenuine("nothing to echo")
    return echo


def open_push(keys: CallbackKeys, query: Mapping[str, str], body: bytes, now: float | None = None) -> Opened:
    """Check and open one push. `now` is seconds since the epoch. Raises NotGenuine."""
    if len(body) > BODY_BYTES:
        raise NotGenuine("the body is too long")
    stamp_and_nonce = _time_and_nonce(query, now)
    if query.get("encrypt_type", "").lower() != "aes":
        if keys.only_sealed:
            raise NotGenuine("this account takes sealed pushes only")
        _check(query.get("signature", ""), (keys.token, *stamp_and_nonce))
        return Opened(_parsed(body), as_json=_is_json(body))
    # In compatible mode the same words stand beside the cipher in the clear; nothing proves those.
    cipher = str(_parsed(body).get("Encrypt", "")).strip()
    _check(query.get("msg_signature", ""), (keys.token, *stamp_and_nonce, cipher))
    message, key = _decrypted(keys, cipher)
    return Opened(_parsed(message), key, _is_json(body))


def _time_and_nonce(query: Mapping[str, str], now: float | None) -> tuple[str, str]:
    stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        raise NotGenuine("no time stamp")
    if abs((time.time() if now is None else now) - int(stamp)) > WINDOW_SECONDS:
        raise NotGenuine("the time stamp is too old or too new")
    return stamp, nonce


def _check(given: str, parts: tuple[str, ...]) -> None:
    if not parts[0] or not hmac.compare_digest(signature(*parts).encode(), given.encode(errors="replace")):
        raise NotGenuine("the signature does not fit")


def _decrypted(keys: CallbackKeys, cipher: str) -> tuple[bytes, str]:
    """The message and the key that opened it."""
    for key in filter(None, (keys.aes_key, keys.previous_aes_key)):
        message = opened(key, cipher, keys.app_id)
        if message is not None:
            return message, key
    raise NotGenuine("no key opens the message")


def _parsed(body: bytes) -> dict[str, Any]:
    """XML or JSON, whichever the account has chosen."""
    try:
        text = body.decode("utf-8-sig")
        parsed = json.loads(text, strict=False) if _is_json(body) else parse(text)
    except (ValueError, RecursionError, NotXml):
        raise NotGenuine("the body cannot be read") from None
    if not isinstance(parsed, dict):
        raise NotGenuine("the body holds no fields")
    return parsed


def _is_json(body: bytes) -> bool:
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
