"""The passive reply (被动回复): words to the follower inside the answer to their own message, sealed as the message was.

Source: developers.weixin.qq.com/doc/subscription/guide/dev/push/encryption.html
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from publishers.wechat.envelope import CallbackKeys, Opened, seal, signature
from publishers.wechat.inbound import OtherPush

WORDS_BYTES = 2048


@dataclass(frozen=True)
class Reply:
    """A body to answer with."""

    body: str = field(repr=False)
    content_type: str


def text_reply(keys: CallbackKeys, opened: Opened, push: OtherPush, words: str, now: float | None = None) -> Reply:
    """Answer `push` with `words`, cut to what the platform takes. `now` is seconds since the epoch."""
    stamp = int(time.time() if now is None else now)
    fields: Mapping[str, str | int] = {
        "ToUserName": push.sender, "FromUserName": push.text("ToUserName"), "CreateTime": stamp, "MsgType": "text",
        "Content": words.encode()[:WORDS_BYTES].decode(errors="ignore"),
    }
    message = _written(fields, opened.as_json)
    if opened.aes_key:
        cipher, nonce = seal(message, opened.aes_key, keys.app_id), secrets.token_hex(8)
        proof = signature(keys.token, str(stamp), nonce, cipher)
        message = _written(
            {"Encrypt": cipher, "MsgSignature": proof, "TimeStamp": stamp, "Nonce": nonce}, opened.as_json
        )
    return Reply(message, "application/json" if opened.as_json else "text/xml")


def _written(fields: Mapping[str, str | int], as_json: bool) -> str:
    if as_json:
        return json.dumps(fields, ensure_ascii=False)
    return "<xml>" + "".join(f"<{name}>{_element(value)}</{name}>" for name, value in fields.items()) + "</xml>"


def _element(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    return escape(value) if "]]>" in value else f"<![CDATA[{value}]]>"
