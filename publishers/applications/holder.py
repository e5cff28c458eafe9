"""The access token of an application: one holder for all processes, one renewal at a time."""

from __future__ import annotations

import time
from collections.abc import Callable

from publishers.connector import OutcomeUnknown, SwitchedOff, TryLater
from publishers.tokens import Rejection, Token, TokenStore

SPARE_SECONDS = 60.0
"""A token is renewed when it lives no longer than this: a call must not outlive it."""
KEEPS_REFUSING = "The platform keeps refusing the access token that it has just given."

Ask = Callable[[], tuple[str, float]]
"""Asks the platform: the token and how many seconds it lives. Raises one of the four words."""


class Holder:
    """Gives the application's token and renews it when the platform refuses it. `now` is seconds since the epoch.

    A holder that is `testing` asks once in any case: whether the credentials work now is what somebody wants to know.
    """

    def __init__(
        self, key: str, ask: Ask, store: TokenStore, now: Callable[[], float] = time.time, *, testing: bool = False
    ) -> None:
        self._key, self._ask_platform, self._store, self._now, self._testing = key, ask, store, now, testing

    def current(self) -> str:
        """A token that lives for a while. Raises SwitchedOff without asking while a rejection stands."""
        stored = self._store.get(self._key)
        if stored and self._lives(stored):
            return stored.value
        with self._store.lock(self._key):
            stored = self._store.get(self._key)
            if stored and self._lives(stored):
                return stored.value
            return self._ask()

    def renewed(self, refused: str) -> str:
        """A token other than `refused`: what another process has stored meanwhile, else what the platform gives now.

        Raises SwitchedOff when the platform gives the very token that it refuses.
        """
        with self._store.lock(self._key):
            stored = self._store.get(self._key)
            if stored and stored.value not in ("", refused):
                return stored.value
            fresh = self._ask()
        if fresh == refused:
            failure = SwitchedOff(KEEPS_REFUSING)
            self.give_up(failure)
            raise failure
        return fresh

    def give_up(self, failure: SwitchedOff) -> None:
        """Nobody asks again with these credentials until somebody has looked into it."""
        self._store.save(self._key, Token("", 0.0, self._now()))
        self._store.reject(self._key, Rejection(failure.reason, failure.code, failure.rid))

    def _lives(self, token: Token) -> bool:
        return not self._testing and bool(token.value) and token.expires_at - self._now() > SPARE_SECONDS

    def _ask(self) -> str:
        """Ask the platform and store what it says. Asking is harmless, so an unclear answer means "try later"."""
        standing = None if self._testing else self._store.rejection(self._key)
        if standing is not None:
            raise SwitchedOff(standing.reason, code=standing.code, rid=standing.rid)
        self._testing = False
        try:
            value, lives = self._ask_platform()
        except OutcomeUnknown as failure:
            raise TryLater(failure.reason, code=failure.code, http_status=failure.http_status) from None
        except SwitchedOff as failure:
            self.give_up(failure)
            raise
        now = self._now()
        self._store.save(self._key, Token(value, now + lives, now))
        return value
