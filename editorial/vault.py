"""Columns whose content is encrypted at rest, and pseudonyms. The key comes from outside the database, once, at start."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator


class Vault:
    """Holds the cipher of this process."""

    def __init__(self) -> None:
        self._cipher: Fernet | None = None
        self._pseudonym_key = b""

    def open_with(self, secret_key: str) -> None:
        """Derive the cipher from the instance's secret key."""
        digest = hashlib.sha256(b"qunsheng vault " + secret_key.encode()).digest()
        self._cipher = Fernet(base64.urlsafe_b64encode(digest))
        self._pseudonym_key = hashlib.sha256(b"qunsheng pseudonyms " + secret_key.encode()).digest()

    @property
    def is_open(self) -> bool:
        return self._cipher is not None

    @property
    def cipher(self) -> Fernet:
        if self._cipher is None:
            raise RuntimeError("the vault was not opened with a secret key")
        return self._cipher

    def pseudonym(self, *parts: str) -> str:
        """The same 64 characters for the same parts, which nobody without the key can trace back or guess at."""
        if not self._pseudonym_key:
            raise RuntimeError("the vault was not opened with a secret key")
        return hmac.new(self._pseudonym_key, "\x1f".join(parts).encode(errors="replace"), hashlib.sha256).hexdigest()


vault = Vault()


class Sealed(TypeDecorator[dict[str, Any]]):
    """A small JSON object that only this instance can read."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return vault.cipher.encrypt(json.dumps(value, ensure_ascii=False).encode()).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any] | None:
        if value is None:
            return None
        opened: dict[str, Any] = json.loads(vault.cipher.decrypt(value.encode()))
        return opened
