"""The envelope of a push (消息推送): proof that it is the platform, opening it, sealing a reply; plain, compatible and secure mode.

Sources: developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption.html,
developers.weixin.qq.com/doc/oplatform/en/Third-party_Platforms/Message_Encryption/Technical_Plan.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from publishers.wechat.xml import NotXml, parse

WINDOW_SECONDS = 300
BODY_BYTES = 1024 * 1024

_BLOCK = 32
_RANDOM_BYTES = 16


class NotGenuine(Exception):
    """The push does not prove that it comes from the platform, or cannot be read. Answer 403 and store nothing."""


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


def seal(message: str, aes_key: str, app_id: str) -> str:
    """Encrypt a message as the platform does: 16 random bytes, length, message, AppID, padding to blocks of 32."""
    key = base64.b64decode(aes_key + "=")
    words = message.encode()
    plain = secrets.token_bytes(_RANDOM_BYTES) + len(words).to_bytes(4, "big") + words + app_id.encode()
    pad = _BLOCK - len(plain) % _BLOCK
    encryptor = Cipher(algorithms.AES256(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()


def signature(*parts: str) -> str:
    """The platform's signature over `parts`, in whatever order they are given."""
    return hashlib.sha1("".join(sorted(parts)).encode(errors="replace"), usedforsecurity=False).hexdigest()


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
        message = _opened(key, cipher, keys.app_id)
        if message is not None:
            return message, key
    raise NotGenuine("no key opens the message")


def _opened(aes_key: str, cipher: str, app_id: str) -> bytes | None:
    """The message: after 16 random bytes and its length, before the AppID and a padding to blocks of 32."""
    try:
        key = base64.b64decode(aes_key + "=", validate=True)
        data = base64.b64decode(cipher, validate=True)
        decryptor = Cipher(algorithms.AES256(key), modes.CBC(key[:16])).decryptor()
        plain = decryptor.update(data) + decryptor.finalize()
    except ValueError:
        return None
    pad = plain[-1] if plain else 0
    if not 1 <= pad <= _BLOCK or plain[-pad:] != bytes([pad]) * pad or len(plain) < _RANDOM_BYTES + 4 + pad:
        return None
    length = int.from_bytes(plain[16:20], "big")
    message, owner = plain[20 : 20 + length], plain[20 + length : -pad]
    return message if hmac.compare_digest(owner, app_id.encode()) else None


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
