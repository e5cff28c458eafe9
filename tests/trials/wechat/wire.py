"""HTTP that ends in the simulated platform of this process: real requests in, real responses out, time passing between."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from publishers.sandbox.calls import Call
from publishers.sandbox.platforms import Outcome, Platforms
from publishers.sandbox.wechat import tokens

BASE = "http://127.0.0.1:9"


class Died(BaseException):
    """The process is killed here: whatever was not committed is lost."""


class Wire:
    """The only way out. `passing(seconds)` lets time go by, with all that happens meanwhile.

    `eager`: what a call sets going goes on before its answer is back. `cuts`: by the number of the call (from 1), what
    happens to this side (`unreachable`, `die_before`, `die_after`), or to its token on the other side (`expire`,
    `replace`: another program forced a new one).
    """

    def __init__(
        self, platforms: Platforms, passing: Callable[[float], None], call_seconds: float, cuts: Mapping[int, str],
        *, eager: bool = False,
    ) -> None:
        self._platforms, self._passing, self._call_seconds, self._cuts = platforms, passing, call_seconds, cuts
        self._eager = eager
        self.calls = 0
        self.deaths = 0

    def __enter__(self) -> Wire:
        self._patch = mock.patch.object(HTTPAdapter, "send", lambda adapter, request, **_: self._send(adapter, request))
        self._patch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.stop()

    def _send(self, adapter: HTTPAdapter, request: requests.PreparedRequest) -> requests.Response:
        self.calls += 1
        cut = self._cuts.get(self.calls, "")
        if cut == "unreachable":
            raise requests.exceptions.ConnectionError(urllib3.exceptions.NewConnectionError(None, "refused"))  # type: ignore[arg-type]
        if cut == "die_before":
            self._die()
        call = self._call(request)
        if cut in ("expire", "replace"):
            self._spoil_token(call, by_force=cut == "replace")
        outcome = self._platforms.answer(call, self._passing)
        if self._eager:
            self._passing(0.0)
        if cut == "die_after":
            self._die()
        return self._answered(adapter, request, outcome, deadline=self._deadline(call))

    def _die(self) -> None:
        self.deaths += 1
        raise Died

    def _call(self, request: requests.PreparedRequest) -> Call:
        assert request.url is not None
        parts = urlsplit(request.url)
        body = request.body or b""
        return Call(
            method=request.method or "GET", path=parts.path, query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): str(value) for name, value in request.headers.items()},
            body=body if isinstance(body, bytes) else str(body).encode(), at=self._platforms.world.now(),
            address="127.0.0.1", base=BASE,
        )

    def _deadline(self, call: Call) -> float:
        """An upload has four times as long."""
        upload = call.headers.get("content-type", "").startswith("multipart/")
        return self._call_seconds * (4 if upload else 1)

    def _spoil_token(self, call: Call, *, by_force: bool) -> None:
        token = self._platforms.world.tokens.get(call.query.get("access_token", ""))
        if token is None:
            return
        tokens.expire(self._platforms.world, token.app_id, call.at)
        if by_force:
            token.killed = True

    def _answered(
        self, adapter: HTTPAdapter, request: requests.PreparedRequest, outcome: Outcome, deadline: float
    ) -> requests.Response:
        if outcome.hold:
            self._passing(min(outcome.hold, deadline))
            if outcome.hold >= deadline:
                raise requests.exceptions.ReadTimeout
        if outcome.reply is None:
            reason: Any = ConnectionResetError() if outcome.reset else "closed without an answer"
            raise requests.exceptions.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", reason))
        content = outcome.reply.content
        headers = {
            "Content-Type": outcome.reply.content_type, "Content-Length": str(len(content)), **outcome.reply.headers,
        }
        raw = urllib3.HTTPResponse(
            body=io.BytesIO(content[: len(content) // 2] if outcome.cut else content), headers=headers,
            status=outcome.reply.status, preload_content=False, request_method=request.method,
        )
        return adapter.build_response(request, raw)
