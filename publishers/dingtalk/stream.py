"""DingTalk's long connection (Stream mode): what the robot hears and the events of the company come over it.

Sources: open-dingtalk.github.io/developerpedia (stream protocol), open.dingtalk.com/document/development (stream mode);
the answers' fields as in github.com/open-dingtalk/dingtalk-stream-sdk-python.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from publishers.applications.api import TokenRefused
from publishers.connector import OutcomeUnknown, SwitchedOff, TryLater
from publishers.dingtalk import callback
from publishers.dingtalk.api import judge
from publishers.net import Line
from publishers.streams.stream import REFUSED, Hands, NotStored, Stream, Unreadable, fields_of
from publishers.streams.wire import ELSEWHERE, UNREACHABLE, Frame, TurnedAway

OPEN_PATH = "/v1.0/gateway/connections/open"
ROBOT = "/v1.0/im/bot/messages/get"
SUBSCRIPTIONS = [{"type": "CALLBACK", "topic": ROBOT}, {"type": "EVENT", "topic": "*"}]
PATIENCE_SECONDS = 40.0
"""A robot's message is told once: whatever keeps us from storing it now, we try on before we let it go."""
EVENT_SECONDS = 2.0
STORED, NOT_STORED, NOT_OURS = 200, 500, 404


class DingTalkStream(Stream):
    """One application's. `answers_at`: the host of a simulated platform, whose answers may go there."""

    hosts = ("dingtalk.com",)

    def __init__(self, line: Line, client_id: str, client_secret: str, answers_at: str = "") -> None:
        super().__init__(line.base)
        self._line, self._client_id, self._client_secret, self._answers_at = line, client_id, client_secret, answers_at

    def address(self) -> str:
        """The endpoint with its ticket, which counts once and for 90 seconds."""
        asked = {
            "clientId": self._client_id, "clientSecret": self._client_secret, "subscriptions": SUBSCRIPTIONS, "ua": "qunsheng",
        }
        try:
            answer = self._line.post(OPEN_PATH, {}, asked)
            judge(answer)
            said = answer.json()
        except TokenRefused:
            raise SwitchedOff(REFUSED, code="denied") from None
        except OutcomeUnknown as failure:
            # Asking has no effect that anybody sees.
            raise TryLater(failure.reason, code=failure.code, http_status=failure.http_status) from None
        endpoint, ticket = said.get("endpoint"), said.get("ticket")
        if not isinstance(endpoint, str) or not isinstance(ticket, str) or "?" in endpoint:
            raise TryLater(ELSEWHERE, http_status=answer.status)
        return f"{endpoint}?{urlencode({'ticket': ticket})}"

    def judge(self, turned_away: TurnedAway) -> TryLater:
        """Only a ticket is shown here; one that was used or has run out is followed by another."""
        return TryLater(UNREACHABLE, code=str(turned_away.status), http_status=turned_away.status)

    def heard(self, frame: Frame, hands: Hands) -> None:
        """A message is acknowledged once it is stored; an event that is not comes again when we say LATER."""
        said = fields_of(frame)
        headers = _mapping(said.get("headers"))
        kind, topic, data = said.get("type"), headers.get("topic"), str(said.get("data") or "")
        if kind == "SYSTEM":
            hands.send(_answer(headers, STORED, data))
            if topic == "disconnect":
                hands.renew()
        elif kind == "CALLBACK":
            code = self._robot(data, hands) if topic == ROBOT else NOT_OURS
            hands.send(_answer(headers, code, json.dumps({"response": None})))
        elif kind == "EVENT":
            hands.send(_answer(headers, STORED, json.dumps({"status": _event(hands), "message": ""})))
        else:
            raise Unreadable("it is of no kind that is known")

    def _robot(self, data: str, hands: Hands) -> int:
        message = callback.message(fields_of(data), self._answers_at)
        try:
            hands.take(message, PATIENCE_SECONDS)
        except NotStored:
            return NOT_STORED
        return STORED


def _event(hands: Hands) -> str:
    """Events of the company say nothing to us yet beyond that the connection works."""
    try:
        hands.take(None, EVENT_SECONDS)
    except NotStored:
        return "LATER"
    return "SUCCESS"


def _answer(headers: Mapping[str, Any], code: int, data: str) -> str:
    """`data` is a JSON text inside the JSON; of a ping it is the very one that came."""
    return json.dumps({
        "code": code, "message": "OK" if code == STORED else "not taken", "data": data,
        "headers": {"messageId": str(headers.get("messageId") or ""), "contentType": "application/json"},
    }, ensure_ascii=False)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
