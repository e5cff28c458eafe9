"""Somebody who listens: keeps what is told, how it stands, and can fail to store."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from publishers.inbound import Message
from publishers.streams.keeper import Keeper
from publishers.streams.stream import NotStored, Stream
from tests.instances import wait_until


class Listener:
    """A keeper in a thread, with everything that it was told in the order it came."""

    def __init__(self, stream: Stream) -> None:
        self.taken: list[Message | None] = []
        self.states: list[str] = []
        self.failures = 0
        self.keeper = Keeper(stream, self._take, self)
        self.thread = threading.Thread(target=self.keeper.run, daemon=True)

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.taken if message is not None]

    def connected(self) -> None:
        self.states.append("connected")

    def lost(self, reason: str, *, refused: bool) -> None:
        self.states.append(f"refused: {reason}" if refused else f"lost: {reason}")

    def beat(self) -> None:
        pass

    def wait_connected(self, times: int = 1) -> None:
        wait_until(lambda: self.states.count("connected") >= times, 20, 0.02)

    def _take(self, message: Message | None, patience: float) -> str:
        if self.failures:
            self.failures -= 1
            raise NotStored()
        self.taken.append(message)
        return ""


@contextmanager
def listening(stream: Stream, *, wait: bool = True) -> Iterator[Listener]:
    """Listen until the block ends; the end comes at once."""
    listener = Listener(stream)
    listener.thread.start()
    try:
        if wait:
            listener.wait_connected()
        yield listener
    finally:
        listener.keeper.stop()
        listener.thread.join(5)
        assert not listener.thread.is_alive()


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of a trial's length."""
    monkeypatch.setattr(Stream, "pause", lambda self, tries: 0.05)
    monkeypatch.setattr("publishers.streams.keeper.LOOK_SECONDS", 0.05)
