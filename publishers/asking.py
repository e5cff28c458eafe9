"""Asking a platform about people as one of the company's applications: its token goes along, and a refusal is a refusal.

One call is repeated once with a new token when the platform says that the old one has run out.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from publishers.claims import UNREACHABLE, UNREADABLE, ClaimRefused
from publishers.connector import OutcomeUnknown, TryLater
from publishers.net import Answer, Line

log = logging.getLogger("qunsheng.asking")

SPARE_SECONDS = 300
"""So long before its end a token is no longer used."""
RUN_OUT = frozenset({40014, 42001, 41001, 99991661, 99991663, 99991664, 99991671})
"""group-channels.md 3.14 and 5.4: the token is wrong, missing or has run out."""
NOT_TOLD = "The platform does not tell. Look whether the application may read the contacts, and how far its visible range goes."
NO_TOKEN = "The platform does not take the application's id or secret. Look at its settings."


@dataclass(frozen=True)
class Application:
    """One application on one platform: `platform` is wecom, dingtalk or feishu, `key` its corp id, AppKey or App ID."""

    platform: str
    key: str
    secret: str = field(repr=False)


class Tokens:
    """The tokens of this process, by application. The platforms give the same one until it ends, so every process may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[Application, tuple[str, float]] = {}

    def get(self, application: Application, line: Line, *, anew: bool = False) -> str:
        """A token that holds; with `anew` not the one that is kept. Raises ClaimRefused."""
        with self._lock:
            token, ends = self._kept.get(application, ("", 0.0))
            if not token or anew or time.monotonic() > ends:
                token, seconds = _token(application, line)
                self._kept[application] = token, time.monotonic() + seconds - SPARE_SECONDS
        return token


@dataclass(frozen=True)
class Asker:
    """publishers.claims.Api for one application."""

    application: Application
    line: Line
    tokens: Tokens

    def get(self, path: str, params: Mapping[str, str]) -> dict[str, Any]:
        """GET with the token. Raises ClaimRefused."""
        if self.application.platform == "feishu":
            return self._asked(path, lambda token: self.line.get(path, params, {"Authorization": f"Bearer {token}"}))
        return self._asked(path, lambda token: self.line.get(path, {**params, "access_token": token}))

    def post(self, path: str, body: object) -> dict[str, Any]:
        """POST with the token in the address, as WeCom and DingTalk's old interface have it. Raises ClaimRefused."""
        return self._asked(path, lambda token: self.line.post(path, {"access_token": token}, body))

    def _asked(self, path: str, call: Callable[[str], Answer]) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for anew in (False, True):
            said = _said(call, self.tokens.get(self.application, self.line, anew=anew))
            if _code(said) not in RUN_OUT:
                break
        if _code(said) != 0:
            log.warning("a platform did not tell about people", extra={
                "action": "people_not_told", "platform": self.application.platform, "path": path, "code": _code(said),
            })
            raise ClaimRefused(NOT_TOLD)
        return said


def _token(application: Application, line: Line) -> tuple[str, float]:
    """A token and the seconds it holds. Raises ClaimRefused."""
    key, secret = application.key, application.secret
    asked: dict[str, Callable[[str], Answer]] = {
        "wecom": lambda _none: line.get("/cgi-bin/gettoken", {"corpid": key, "corpsecret": secret}),
        "dingtalk": lambda _none: line.get("/gettoken", {"appkey": key, "appsecret": secret}),
        "feishu": lambda _none: line.post(
            "/open-apis/auth/v3/tenant_access_token/internal", {}, {"app_id": key, "app_secret": secret}),
    }
    said = _said(asked[application.platform], "")
    token = said.get("tenant_access_token" if application.platform == "feishu" else "access_token")
    if _code(said) != 0 or not isinstance(token, str) or not token:
        raise ClaimRefused(NO_TOKEN)
    return token, float(said.get("expire" if application.platform == "feishu" else "expires_in") or 0)


def _said(call: Callable[[str], Answer], token: str) -> dict[str, Any]:
    try:
        return call(token).json()
    except TryLater:
        raise ClaimRefused(UNREACHABLE) from None
    except OutcomeUnknown:
        raise ClaimRefused(UNREADABLE) from None


def _code(said: Mapping[str, Any]) -> int:
    """The platform's own code; HTTP says nothing on these platforms."""
    code = said.get("errcode", said.get("code", -1))
    return code if isinstance(code, int) else -1
