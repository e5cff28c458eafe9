"""What the platform tells us (消息推送): proof that it is the platform, decryption, the events of finished work.

Sources: developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption.html,
developers.weixin.qq.com/doc/oplatform/en/Third-party_Platforms/Message_Encryption/Technical_Plan.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from publishers.connector import Refused
from publishers.wechat.errors import mass_failure, publish_failure
from publishers.wechat.release import SUCCEEDED, failed_positions, permalinks
from publishers.wechat.xml import NotXml, parse

WINDOW_SECONDS = 300
BODY_BYTES = 1024 * 1024
TAKEN = "success"
"""What to answer within five seconds; anything else is repeated or shown to a follower as a fault."""

_BLOCK = 32


class NotGenuine(Exception):
    """The push does not prove that it comes from the platform, or cannot be read. Answer 403 and store nothing."""


@dataclass(frozen=True)
class CallbackKeys:
    """What account and platform share. `previous_aes_key` is tried after a change of keys."""

    app_id: str
    token: str = field(repr=False)
    aes_key: str = field(default="", repr=False)
    previous_aes_key: str = field(default="", repr=False)


@dataclass(frozen=True)
class PublishFinished:
    """`PUBLISHJOBFINISH`: a publishing task ended. A hint; the task's state can be asked for as well."""

    publish_id: str
    status: int
    article_id: str = ""
    permalinks: tuple[str, ...] = ()
    failed: tuple[int, ...] = ()

    @property
    def failure(self) -> Refused | None:
        """Why it was not published, or None."""
        return None if self.status == SUCCEEDED else publish_failure(self.status, self.failed)


@dataclass(frozen=True)
class MassSendFinished:
    """`MASSSENDJOBFINISH`: a mass send ended. The counts are the platform's own and approximate; None is unknown."""

    msg_id: str
    status: str
    total: int | None = None
    filtered: int | None = None
    sent: int | None = None
    failed: int | None = None
    permalinks: tuple[str, ...] = ()

    @property
    def failure(self) -> Refused | None:
        """Why it was not sent, or None."""
        return None if self.status.lower() == "send success" else mass_failure(self.status)


@dataclass(frozen=True)
class OtherPush:
    """Anything else: a follower's message or another event. `key` tells repeats of one push apart from new ones."""

    kind: str
    event: str
    sender: str
    key: str
    fields: Mapping[str, Any] = field(repr=False)


Push = PublishFinished | MassSendFinished | OtherPush


def check_address(keys: CallbackKeys, query: Mapping[str, str], now: float | None = None) -> str:
    """Answer the platform's check of our address: the text to send back as it is. Raises NotGenuine."""
    _check(query.get("signature", ""), (keys.token, *_time_and_nonce(query, now)))
    echo = query.get("echostr", "")
    if not echo:
        raise NotGenuine("nothing to echo")
    return echo


def read_push(keys: CallbackKeys, query: Mapping[str, str], body: bytes, now: float | None = None) -> Push:
    """Check, decrypt and read one push. `now` is seconds since the epoch. Raises NotGenuine."""
    if len(body) > BODY_BYTES:
        raise NotGenuine("the body is too long")
    stamp_and_nonce = _time_and_nonce(query, now)
    if query.get("encrypt_type", "raw") == "aes":
        cipher = str(_parsed(body).get("Encrypt", ""))
        _check(query.get("msg_signature", ""), (keys.token, *stamp_and_nonce, cipher))
        body = _decrypted(keys, cipher)
    else:
        _check(query.get("signature", ""), (keys.token, *stamp_and_nonce))
    return _understood(_parsed(body))


def signature(*parts: str) -> str:
    """The platform's signature over `parts`, in whatever order they are given."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def _time_and_nonce(query: Mapping[str, str], now: float | None) -> tuple[str, str]:
    stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        raise NotGenuine("no time stamp")
    if abs((time.time() if now is None else now) - int(stamp)) > WINDOW_SECONDS:
        raise NotGenuine("the time stamp is too old or too new")
    return stamp, nonce


def _check(given: str, parts: tuple[str, ...]) -> None:
    if not all(parts[:1]) or not hmac.compare_digest(signature(*parts).encode(), given.encode()):
        raise NotGenuine("the signature does not fit")


def _decrypted(keys: CallbackKeys, cipher: str) -> bytes:
    for key in filter(None, (keys.aes_key, keys.previous_aes_key)):
        message = _opened(key, cipher, keys.app_id)
        if message is not None:
            return message
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
    if not 1 <= pad <= _BLOCK or plain[-pad:] != bytes([pad]) * pad or len(plain) < 20 + pad:
        return None
    length = int.from_bytes(plain[16:20], "big")
    message, owner = plain[20 : 20 + length], plain[20 + length : -pad]
    return message if hmac.compare_digest(owner, app_id.encode()) else None


def _parsed(body: bytes) -> dict[str, Any]:
    """XML or JSON, whichever the account has chosen."""
    try:
        text = body.decode("utf-8")
        parsed = json.loads(text, strict=False) if text.lstrip()[:1] == "{" else parse(text)
    except (ValueError, RecursionError, NotXml):
        raise NotGenuine("the body cannot be read") from None
    if not isinstance(parsed, dict):
        raise NotGenuine("the body holds no fields")
    return parsed


def _understood(said: dict[str, Any]) -> Push:
    kind, event = _text(said, "MsgType").lower(), _text(said, "Event")
    if kind == "event" and event.upper() == "PUBLISHJOBFINISH":
        return _publish_finished(_child(said, "PublishEventInfo"))
    if kind == "event" and event.upper() == "MASSSENDJOBFINISH":
        return _mass_send_finished(said)
    sender = _text(said, "FromUserName")
    key = _text(said, "MsgId") or "/".join((sender, _text(said, "CreateTime"), event))
    return OtherPush(kind, event, sender, key, said)


def _publish_finished(info: dict[str, Any]) -> PublishFinished:
    status = _number(info.get("publish_status"))
    return PublishFinished(
        publish_id=_text(info, "publish_id"),
        status=-1 if status is None else status,
        article_id=_text(info, "article_id"),
        permalinks=permalinks(info.get("article_detail")),
        failed=failed_positions(info.get("fail_idx")),
    )


def _mass_send_finished(said: dict[str, Any]) -> MassSendFinished:
    # The event's own spelling is MsgID; ordinary messages have MsgId.
    results = _child(_child(said, "ArticleUrlResult"), "ResultList").get("item")
    items = [one for one in (results if isinstance(results, list) else [results]) if isinstance(one, dict)]
    items.sort(key=lambda item: _number(item.get("ArticleIdx")) or 0)
    return MassSendFinished(
        msg_id=_text(said, "MsgID") or _text(said, "MsgId"),
        status=_text(said, "Status"),
        total=_number(said.get("TotalCount")),
        filtered=_number(said.get("FilterCount")),
        sent=_number(said.get("SentCount")),
        failed=_number(said.get("ErrorCount")),
        permalinks=tuple(url for item in items if (url := _text(item, "ArticleUrl"))),
    )


def _text(said: Mapping[str, Any], name: str) -> str:
    """A field as text; samples carry line breaks inside."""
    value = said.get(name)
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


def _child(said: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = said.get(name)
    return value if isinstance(value, dict) else {}


def _number(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None
