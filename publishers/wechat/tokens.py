"""The access token of an account: one holder for all processes, one renewal at a time, forced renewals rationed.

Source: developers.weixin.qq.com/doc/subscription/api/base/api_getstableaccesstoken.html
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from publishers.connector import OutcomeUnknown, SwitchedOff, TryLater
from publishers.net import Line
from publishers.tokens import Rejection, Token, TokenStore
from publishers.wechat.address import refused_address
from publishers.wechat.codes import BUSY
from publishers.wechat.errors import Effect, failure_for

AHEAD_SECONDS = 300.0
"""In its last five minutes the platform may already hand out the next token; before that asking is useless."""

SPARE_SECONDS = 10.0
ASK_AGAIN_SECONDS = 30.0
FORCE_APART_SECONDS = 30.0
FORCES_A_DAY = 20
ASKED_AT = "/cgi-bin/stable_token"

Count = Callable[[str], None]
"""Told the path of every call that is made, before it is made."""


@dataclass(frozen=True)
class Credentials:
    """What an account proves itself with."""

    app_id: str
    app_secret: str = field(repr=False)


def uncounted(path: str) -> None:
    """For those who count nothing."""


class TokenHolder:
    """Gives the account's token and renews it when the platform rejects it. `now` is seconds since the epoch.

    `count` is told the path of every call. A holder that is `testing` asks once in any case: whether the credentials
    work now is what somebody wants to know.
    """

    def __init__(
        self, credentials: Credentials, line: Line, store: TokenStore, now: Callable[[], float] = time.time,
        *, count: Count = uncounted, testing: bool = False,
    ) -> None:
        self._credentials, self._line, self._store, self._now = credentials, line, store, now
        self._count, self._testing = count, testing

    def current(self) -> str:
        """A token that lives for some seconds more; asks the platform only when the stored one is about to end.

        Raises SwitchedOff without asking while a rejection stands.
        """
        stored = self._store.get(self._credentials.app_id)
        if stored and not self._is_due(stored):
            return stored.value
        with self._store.lock(self._credentials.app_id):
            stored = self._store.get(self._credentials.app_id)
            if stored and not self._is_due(stored):
                return stored.value
            return self._ask(stored, force=False).value

    def renewed(self, rejected: str) -> str:
        """A token other than `rejected`, which the platform has just refused.

        Takes the one that another process has stored meanwhile, else asks, and forces only if the platform still
        answers with the rejected one. Raises TryLater or SwitchedOff when forcing is not allowed now.
        """
        with self._store.lock(self._credentials.app_id):
            stored = self._store.get(self._credentials.app_id)
            if stored and stored.value not in ("", rejected):
                return stored.value
            fresh = self._ask(stored, force=False)
            return fresh.value if fresh.value != rejected else self._forced(fresh).value

    def give_up(self, failure: SwitchedOff) -> None:
        """The platform rejected a renewed token too: nobody shall ask again until somebody has looked into it."""
        self._reject(failure, "")

    def _is_due(self, token: Token) -> bool:
        if self._testing:
            return True
        now = self._now()
        left = token.expires_at - now
        return left <= SPARE_SECONDS or (left <= AHEAD_SECONDS and not 0 <= now - token.asked_at < ASK_AGAIN_SECONDS)

    def _forced(self, stored: Token) -> Token:
        now = self._now()
        recent = tuple(at for at in stored.forced_at if now - at < 86_400)
        if recent and now - recent[-1] < FORCE_APART_SECONDS:
            raise TryLater(
                "WeChat rejected the access token and allows a new one only every 30 seconds.",
                after=FORCE_APART_SECONDS, whole_channel=True,
            )
        if len(recent) >= FORCES_A_DAY:
            failure = SwitchedOff("WeChat keeps rejecting the access token: today's 20 forced renewals are used up.")
            self._reject(failure, "")
            raise failure
        marked = replace(stored, forced_at=(*recent, now))
        self._store.save(self._credentials.app_id, marked)
        return self._ask(marked, force=True)

    def _ask(self, stored: Token | None, *, force: bool) -> Token:
        """Ask the platform and store what it says. Asking is harmless, so an unclear answer means "try later"."""
        self._heed_rejection()
        said, status = self._answer(force)
        value, lives = said.get("access_token"), said.get("expires_in")
        if not isinstance(value, str) or not value or not isinstance(lives, int | float):
            code, message = int(said.get("errcode") or BUSY), str(said.get("errmsg", ""))
            failure = failure_for(code, message, call="stable_token", effect=Effect.NONE, http_status=status)
            if isinstance(failure, SwitchedOff):
                self._reject(failure, refused_address(message))
            raise failure
        now = self._now()
        token = Token(value, now + lives, now, stored.forced_at if stored else ())
        self._store.save(self._credentials.app_id, token)
        return token

    def _heed_rejection(self) -> None:
        standing = None if self._testing else self._store.rejection(self._credentials.app_id)
        self._testing = False
        if standing is not None:
            raise SwitchedOff(standing.reason, code=standing.code, rid=standing.rid)

    def _answer(self, force: bool) -> tuple[dict[str, Any], int]:
        body = {
            "grant_type": "client_credential", "appid": self._credentials.app_id,
            "secret": self._credentials.app_secret, "force_refresh": force,
        }
        self._count(ASKED_AT)
        try:
            answer = self._line.post(ASKED_AT, {}, body)
            return answer.json(), answer.status
        except OutcomeUnknown as failure:
            raise TryLater(failure.reason, http_status=failure.http_status) from None

    def _reject(self, failure: SwitchedOff, address: str) -> None:
        """The stored token goes, so that everybody asks for one and meets the rejection; the rations stay."""
        stored = self._store.get(self._credentials.app_id)
        if stored is not None:
            self._store.save(self._credentials.app_id, replace(stored, value="", expires_at=0.0))
        self._store.reject(self._credentials.app_id, Rejection(failure.reason, failure.code, failure.rid, address))
