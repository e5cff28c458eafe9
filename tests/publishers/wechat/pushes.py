"""The platform's side of the callback: pushes signed, sealed and written as it does, in every mode and both formats."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from publishers.wechat.envelope import seal, signature

TOKEN = "AAAAA"
APP_ID = "wx1234567890abcdef"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OTHER_KEY = "ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210zyxwvuA"
FOLLOWER = "oR5Gjjl_eiZoUpGozMo7dbBJ362A"

PLAIN, COMPATIBLE, SECURE = MODES = ("plain", "compatible", "secure")


def written(said: Mapping[str, Any], *, as_json: bool = False) -> str:
    """The fields as the platform writes them; a list is an element that repeats."""
    if as_json:
        return json.dumps(said, ensure_ascii=False)
    return "<xml>" + "".join(_element(name, value) for name, value in said.items()) + "</xml>"


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if isinstance(value, dict):
        return f"<{name}>" + "".join(_element(inner, one) for inner, one in value.items()) + f"</{name}>"
    return f"<{name}>{value}</{name}>" if isinstance(value, int) else f"<{name}><![CDATA[{value}]]></{name}>"


def pushed(
    said: Mapping[str, Any], mode: str = PLAIN, *, as_json: bool = False, token: str = TOKEN, app_id: str = APP_ID,
    aes_key: str = AES_KEY, at: float | None = None, nonce: str = "415670741",
) -> tuple[dict[str, str], bytes]:
    """Query and body of a push in one of the three modes."""
    stamp = str(int(time.time() if at is None else at))
    query = {"signature": signature(token, stamp, nonce), "timestamp": stamp, "nonce": nonce, "openid": FOLLOWER}
    if mode == PLAIN:
        return query, written(said, as_json=as_json).encode()
    cipher = seal(written(said, as_json=as_json), aes_key, app_id)
    query |= {"encrypt_type": "aes", "msg_signature": signature(token, stamp, nonce, cipher)}
    clear = said if mode == COMPATIBLE else {"ToUserName": said.get("ToUserName", "gh_a")}
    return query, written({**clear, "Encrypt": cipher}, as_json=as_json).encode()


def message(kind: str = "text", number: int = 1, sender: str = FOLLOWER, **fields: Any) -> dict[str, Any]:
    """A follower's message."""
    return {
        "ToUserName": "gh_a", "FromUserName": sender, "CreateTime": 1714112445, "MsgType": kind, **fields,
        "MsgId": 24_000_000_000_000_000 + number,
    }


def event(name: str, sender: str = FOLLOWER, at: int = 1714112445, **fields: Any) -> dict[str, Any]:
    """An event."""
    return {"ToUserName": "gh_a", "FromUserName": sender, "CreateTime": at, "MsgType": "event", "Event": name, **fields}
