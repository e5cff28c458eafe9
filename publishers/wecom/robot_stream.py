"""A smart robot over a connection that we open: what it hears comes over it, and the answer goes back. group-channels.md 3.14.

Source: developer.work.weixin.qq.com/document/path/101463; times as in WeCom's own SDK for Node.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from publishers.connector import Failure, SwitchedOff, TryLater
from publishers.net import Base
from publishers.streams.stream import REFUSED, Hands, Replaced, Stream, Unreadable, fields_of
from publishers.streams.wire import Frame
from publishers.wecom import smart_robot

PING_SECONDS = 30.0
PATIENCE_SECONDS = 40.0
"""What a robot is not told again: whatever keeps us from storing it now, we try on before we let it go."""
WELCOME_SECONDS = 4.0
"""A greeting is taken for five seconds after somebody has entered."""
ANSWERED_SECONDS = 5.0
"""How long an answer of ours is waited to be acknowledged."""
BUSY = ("-1", "45009", "6000")
"""What passes by itself; every other refusal of a subscription is the administrator's affair."""
NOT_TAKEN = "WeCom does not take the robot's subscription at the moment."
log = logging.getLogger("qunsheng.streams")


class RobotStream(Stream):
    """One robot's. `name` is what members write behind @ to call it."""

    hosts = ("work.weixin.qq.com",)
    ping_seconds = PING_SECONDS
    is_sole = True

    def __init__(self, base: Base, bot_id: str, secret: str, name: str) -> None:
        super().__init__(base)
        self._bot_id, self._secret, self._name = bot_id, secret, name
        self._subscription = ""
        self._unanswered: dict[str, float] = {}

    def address(self) -> str:
        """The same for every robot; it says who it is once the connection stands."""
        return self.base.url

    def opened(self, hands: Hands) -> None:
        """Subscribe; we are told of messages when that is acknowledged."""
        self._subscription, self._unanswered = _fresh("subscribe"), {}
        hands.send(_frame("aibot_subscribe", self._subscription, {"bot_id": self._bot_id, "secret": self._secret}))

    def ping(self) -> Frame:
        """WeCom's own question, answered like any frame."""
        return _frame("ping", _fresh("ping"))

    def heard(self, frame: Frame, hands: Hands) -> None:
        """A message is answered once it is stored. Raises Replaced when another listener has subscribed."""
        said = fields_of(frame)
        command, asked = said.get("cmd"), _text(_mapping(said.get("headers")).get("req_id"))
        body = _mapping(said.get("body"))
        self._miss()
        if command == "aibot_msg_callback":
            self._message(body, asked, hands)
        elif command == "aibot_event_callback":
            self._event(body, asked, hands)
        elif "errcode" in said:
            self._acknowledged(said, asked, hands)
        elif command not in (None, "", "ping", "pong"):
            raise Unreadable("it is of no kind that is known")

    def _message(self, body: Mapping[str, Any], asked: str, hands: Hands) -> None:
        message = smart_robot.message(body, self._name)
        told = hands.take(message, PATIENCE_SECONDS)
        if told and message is not None:
            stream = hashlib.sha256(message.key.encode()).hexdigest()[:32]
            self._answer("aibot_respond_msg", asked, smart_robot.words(told, stream), hands)

    def _event(self, body: Mapping[str, Any], asked: str, hands: Hands) -> None:
        if smart_robot.was_replaced(body):
            raise Replaced()
        told = hands.take(smart_robot.entry(body), WELCOME_SECONDS)
        if told:
            self._answer("aibot_respond_welcome_msg", asked, smart_robot.welcome(told), hands)

    def _answer(self, command: str, asked: str, body: dict[str, Any], hands: Hands) -> None:
        self._unanswered[asked] = time.monotonic()
        hands.send(_frame(command, asked, body))

    def _acknowledged(self, said: Mapping[str, Any], asked: str, hands: Hands) -> None:
        """Of the subscription, or of an answer; one that was not taken is not said again: it might be read twice."""
        code = str(said.get("errcode"))
        if asked == self._subscription:
            if code != "0":
                raise refused(code)
            hands.ready()
        elif self._unanswered.pop(asked, None) is not None and code != "0":
            log.warning("an answer was not taken", extra={"action": "answer_refused", "code": code})

    def _miss(self) -> None:
        """Let go of answers that nobody has acknowledged in time."""
        late = [asked for asked, at in self._unanswered.items() if time.monotonic() - at > ANSWERED_SECONDS]
        for asked in late:
            del self._unanswered[asked]
            log.warning("an answer was not acknowledged", extra={"action": "answer_unacknowledged"})


def refused(code: str) -> Failure:
    """What it means that a subscription was not taken."""
    return TryLater(NOT_TAKEN, code=code) if code in BUSY else SwitchedOff(REFUSED, code=code)


def _fresh(kind: str) -> str:
    return f"{kind}_{uuid4().hex}"


def _frame(command: str, asked: str, body: Mapping[str, Any] | None = None) -> str:
    return json.dumps({"cmd": command, "headers": {"req_id": asked}} | ({"body": body} if body else {}), ensure_ascii=False)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
