"""The one token of an application, as every process keeps and shares it; how it is asked for, its platform knows."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Token:
    """A token as the store keeps it. Instants are seconds since the epoch; `forced_at`: a day's forced renewals."""

    value: str = field(repr=False)
    expires_at: float
    asked_at: float
    forced_at: tuple[float, ...] = ()


@dataclass(frozen=True)
class Rejection:
    """The platform wants nothing more from these credentials. It stands for every process until it is lifted.

    `address` is where our call came from, when it was the address that the platform did not accept.
    """

    reason: str
    code: str
    rid: str = ""
    address: str = ""


class TokenStore(Protocol):
    """Where all processes keep the one token of an application. It is a secret: encrypted at rest."""

    def get(self, app_id: str) -> Token | None: ...

    def save(self, app_id: str, token: Token) -> None: ...

    def rejection(self, app_id: str) -> Rejection | None:
        """The rejection that stands; asked only before the platform would be asked for a token."""
        ...

    def reject(self, app_id: str, rejection: Rejection) -> None:
        """Keep a rejection, and tell whoever can mend it."""
        ...

    def lock(self, app_id: str) -> AbstractContextManager[Any]:
        """Hold back every other process and thread that would renew this application's token; freed when the owner dies."""
        ...


class TokensInMemory:
    """A store for one process: set-up checks and tests."""

    def __init__(self) -> None:
        self._tokens: dict[str, Token] = {}
        self._rejections: dict[str, Rejection] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._making = threading.Lock()

    def get(self, app_id: str) -> Token | None:
        return self._tokens.get(app_id)

    def save(self, app_id: str, token: Token) -> None:
        self._tokens[app_id] = token

    def rejection(self, app_id: str) -> Rejection | None:
        return self._rejections.get(app_id)

    def reject(self, app_id: str, rejection: Rejection) -> None:
        self._rejections[app_id] = rejection

    def lock(self, app_id: str) -> AbstractContextManager[Any]:
        with self._making:
            return self._locks.setdefault(app_id, threading.Lock())
