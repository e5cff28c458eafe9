"""Open connections: tickets that lead to one, who is connected, what is told and what is answered to it. Nothing is durable."""

from __future__ import annotations

import contextlib
import secrets
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection

from publishers.sandbox.calls import Json
from publishers.sandbox.faults import Fault

Frame = str | bytes


@dataclass(eq=False)
class Line:
    """One connection of an application. `is_silent`: frames that come over it are thrown away."""

    connection: ServerConnection
    platform: str
    key: str
    number: int
    is_silent: bool = False
    memory: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Json] = field(default_factory=dict)
    _answered: threading.Condition = field(default_factory=threading.Condition)

    def send(self, frame: Frame) -> bool:
        """Whether it left."""
        try:
            self.connection.send(frame)
        except ConnectionClosed:
            return False
        return True

    def note_answer(self, number: str, said: Json) -> None:
        """The application has answered what was told under this number."""
        with self._answered:
            self.answers[number] = said
            self._answered.notify_all()

    def wait_for(self, number: str, seconds: float) -> Json | None:
        """The answer to what was told under this number; None when there is none in time."""
        with self._answered:
            self._answered.wait_for(lambda: number in self.answers, seconds)
            return self.answers.pop(number, None)

    def drop(self) -> None:
        """Hang up without a word."""
        with contextlib.suppress(OSError):
            self.connection.socket.shutdown(socket.SHUT_RDWR)


class Lines:
    """All of them, of all platforms. Thread-safe."""

    def __init__(self) -> None:
        self.url = ""
        """Where the server listens; empty when its port was taken."""
        self._lock = threading.Lock()
        self._tickets: dict[str, tuple[str, str, float]] = {}
        self._open: list[Line] = []
        self._last = 0

    def ticket(self, platform: str, key: str, at: float) -> str:
        """What lets this application connect once."""
        value = secrets.token_urlsafe(24)
        with self._lock:
            self._tickets[value] = platform, key, at
        return value

    def redeem(self, value: str, platform: str, at: float, seconds: float) -> str:
        """The application whose ticket this is; empty when it was used before, is another platform's or too old."""
        with self._lock:
            owner, key, given_at = self._tickets.pop(value, ("", "", 0.0))
        return key if owner == platform and at - given_at <= seconds else ""

    def join(self, connection: ServerConnection, platform: str, key: str) -> Line:
        """A connection stands."""
        with self._lock:
            self._last += 1
            line = Line(connection, platform, key, self._last)
            self._open.append(line)
        return line

    def leave(self, line: Line) -> None:
        """It is gone."""
        with self._lock:
            self._open.remove(line)

    def of(self, platform: str, key: str) -> Sequence[Line]:
        """The connections of an application, the oldest first."""
        with self._lock:
            return [line for line in self._open if (line.platform, line.key) == (platform, key)]

    def tell(self, line: Line, number: str, frames: Sequence[Frame], fault: Fault | None, seconds: float) -> Json | None:
        """Send what belongs to one message and wait for the answer to it; None when none came."""
        if fault is not None and fault.act == "drop_before":
            line.drop()
            return None
        sent = all(line.send(frame) for frame in frames)
        if fault is not None and fault.act == "drop_after":
            line.drop()
            return None
        return line.wait_for(number, seconds) if sent else None
