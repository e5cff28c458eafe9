"""Feishu's long connection: events come over it in clear, and again until we have answered that we hold them.

Sources: open.feishu.cn event-subscription-guide/long-connection-mode; what the frames and codes mean as in
github.com/larksuite/oapi-sdk-python (lark_oapi/ws).
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from publishers.connector import Failure, OutcomeUnknown, SwitchedOff, TryLater
from publishers.feishu import callback, frames
from publishers.feishu.parts import Parts
from publishers.net import Line
from publishers.robots.answers import check_status, code_in
from publishers.sealing import NotGenuine
from publishers.streams.stream import REFUSED, Hands, NotStored, Stream, Unreadable
from publishers.streams.wire import ELSEWHERE, UNREACHABLE, Frame, TurnedAway

ENDPOINT_PATH = "/callback/ws/endpoint"
PATIENCE_SECONDS = 2.0
"""An event is to be answered within three seconds; what is not comes again."""
PING_SECONDS = 120.0
SHORTEST_PING, LONGEST_PING, LONGEST_PAUSE = 1.0, 600.0, 600.0
GIVEN_UP_SECONDS = 900.0
"""How often we still try when the platform's figure of tries is used up."""
PASSING = (1, 1000040343)
"""Busy, and a fault of its own; every other code of the endpoint is about the application."""
EVENT, CARD = "event", "card"
FORBIDDEN, TOO_MANY = 403, 1000040350
TOO_MANY_WORDS = "Feishu allows 50 long connections for one application, and all of them are taken. Stop those elsewhere."


class FeishuStream(Stream):
    """One application's."""

    hosts = ("feishu.cn", "larksuite.com")
    ping_seconds = PING_SECONDS

    def __init__(self, line: Line, keys: callback.Keys, app_secret: str) -> None:
        super().__init__(line.base)
        self._line, self._keys, self._app_secret = line, keys, app_secret
        self._service, self._parts = 0, Parts()
        self._first_pause, self._pause, self._tries = 0.0, 0.0, -1

    def address(self) -> str:
        """The endpoint of this connection; the platform's figures for pings and tries come with it."""
        try:
            answer = self._line.post(ENDPOINT_PATH, {}, {"AppID": self._keys.app_id, "AppSecret": self._app_secret})
            check_status(answer)
            said = answer.json()
        except OutcomeUnknown as failure:
            raise TryLater(failure.reason, code=failure.code, http_status=failure.http_status) from None
        code = code_in(said, "code")
        if code != 0:
            raise _refused(code)
        data = _mapping(said.get("data"))
        self._configure(_mapping(data.get("ClientConfig")))
        address = str(data.get("URL") or "")
        try:
            self._service = int(parse_qs(urlsplit(address).query)["service_id"][0])
        except (KeyError, ValueError):
            raise TryLater(ELSEWHERE) from None
        self._parts = Parts()
        return address

    def heard(self, frame: Frame, hands: Hands) -> None:
        """An event is answered with 200 once it is stored, else with 500: then it comes again."""
        began, read = time.monotonic(), frames.read(frame)
        headers = frames.headers(read)
        if read.method == frames.CONTROL:
            self._control(headers, read.payload)
            return
        if read.method != frames.DATA or headers.get("type") not in (EVENT, CARD):
            raise Unreadable("it is of no kind that is known")
        payload = self._parts.whole(headers, read.payload)
        if payload is not None:
            code = self._event(payload, hands) if headers["type"] == EVENT else 200
            hands.send(frames.answered(read, json.dumps({"code": code}).encode(), int((time.monotonic() - began) * 1000)))

    def ping(self) -> bytes:
        """The application's own ping; the figures for it come with the pong."""
        return frames.ping(self._service)

    def judge(self, turned_away: TurnedAway) -> Failure:
        """The handshake is refused with codes in its headers."""
        status, code = (turned_away.headers.get(f"handshake-{name}", "") for name in ("status", "autherrcode"))
        if code == str(TOO_MANY):
            return SwitchedOff(TOO_MANY_WORDS, code=code)
        if status == str(FORBIDDEN):
            return SwitchedOff(REFUSED, code=status)
        return TryLater(UNREACHABLE, code=code or status or str(turned_away.status), http_status=turned_away.status)

    def pause(self, tries: int) -> float:
        """As the platform wants it; our own way while it has said nothing."""
        if not self._pause:
            return super().pause(tries)
        if tries == 1:
            return random.uniform(0.0, self._first_pause)
        return self._pause if self._tries < 0 or tries <= self._tries else GIVEN_UP_SECONDS

    def _control(self, headers: Mapping[str, str], payload: bytes) -> None:
        if headers.get("type") == "pong" and payload:
            self._configure(_mapping(_parsed(payload)))

    def _event(self, payload: bytes, hands: Hands) -> int:
        try:
            said = callback.open_event(self._keys, payload)
        except NotGenuine as reason:
            raise Unreadable(str(reason)) from None
        try:
            hands.take(callback.message(said), PATIENCE_SECONDS)
        except NotStored:
            return 500
        return 200

    def _configure(self, said: Mapping[str, Any]) -> None:
        if ping := _figure(said, "PingInterval"):
            self.ping_seconds = min(LONGEST_PING, max(SHORTEST_PING, ping))
        if pause := _figure(said, "ReconnectInterval"):
            self._pause = min(LONGEST_PAUSE, pause)
            self._first_pause = min(LONGEST_PAUSE, _figure(said, "ReconnectNonce"))
            tries = said.get("ReconnectCount")
            self._tries = tries if isinstance(tries, int) else -1


def _refused(code: int | None) -> Failure:
    if code is None or code in PASSING:
        return TryLater(UNREACHABLE, code=str(code or ""))
    return SwitchedOff(TOO_MANY_WORDS if code == TOO_MANY else REFUSED, code=str(code))


def _figure(said: Mapping[str, Any], name: str) -> float:
    """A positive number of seconds, else 0."""
    value = said.get(name)
    return float(value) if isinstance(value, int | float) and 0 < value < 1e6 else 0.0


def _parsed(payload: bytes) -> Any:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        raise Unreadable("its figures cannot be read") from None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
