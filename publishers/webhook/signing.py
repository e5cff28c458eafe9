"""Signatures of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, several of them while a secret is changed.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"
KEY_BYTES = range(24, 65)


def keys_of(secret: str) -> list[bytes]:
    """The keys of one or several secrets, separated by spaces. Raises ValueError when one of them is none."""
    keys = [_key(word) for word in secret.split()]
    if not keys:
        raise ValueError("no secret")
    return keys


def signatures(keys: list[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`: one signature for each key."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}" for key in keys)


def _key(word: str) -> bytes:
    try:
        key = base64.b64decode(word.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if not word.startswith(PREFIX) or len(key) not in KEY_BYTES:
        raise ValueError("not a secret of Standard Webhooks")
    return key
