"""Keeps one long connection: opens it, hears, notices its death, opens the next. Runs in a thread; knows no platform."""

from __future__ import annotations

import contextlib
import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from publishers.connector import Failure, SwitchedOff, TryLater
from publishers.inbound import Message
from publishers.streams.stream import NotStored, Replaced, Stream, Unreadable
from publishers.streams.wire import Frame, TurnedAway, Wire, checked

LOOK_SECONDS = 0.25
"""How soon a stop is noticed."""
READY_SECONDS = 30.0
LEAVING_SECONDS = 12.0
"""How long what still comes over a connection that the platform gives up is heard; it closes it after ten."""
HELD_SECONDS = 60.0
"""A connection that lived so long was a good one: the next try is a first one again."""
REFUSED_FIRST, REFUSED_MOST = 300.0, 3600.0
MOST_UNREADABLE = 50
SILENT = "The platform has fallen silent."
BABBLE = "The platform sent too much that could not be read."
REPLACED = "Somebody else listens in our place, and the platform allows only one. Stop the other one, then save this page again."
log = logging.getLogger("qunsheng.streams")

Take = Callable[[Message | None, float], str]
"""Store a message, trying for so many seconds; the words to answer. Raises stream.NotStored."""


class Watch(Protocol):
    """Who is told how it stands, always in the keeper's own thread."""

    def connected(self) -> None: ...

    def lost(self, reason: str, *, refused: bool) -> None:
        """Not connected; `refused`: a person must mend it, and we ask seldom meanwhile."""

    def beat(self) -> None:
        """Called several times a second while a connection stands or a pause lasts. What it raises ends the keeper."""


@dataclass
class _Line:
    """The hands of a stream over one wire."""

    wire: Wire
    take_in: Take
    is_ready: bool = False
    is_leaving: bool = False

    def send(self, frame: Frame) -> None:
        self.wire.send(frame)

    def take(self, message: Message | None, patience: float) -> str:
        return self.take_in(message, patience)

    def ready(self) -> None:
        self.is_ready = True

    def renew(self) -> None:
        self.is_leaving = True


class Keeper:
    """One application's connection, until `stop`."""

    def __init__(self, stream: Stream, take: Take, watch: Watch) -> None:
        self._stream, self._take, self._watch = stream, take, watch
        self._stop = threading.Event()

    def stop(self) -> None:
        """End it at once; what is being stored is stored and acknowledged first."""
        self._stop.set()

    def run(self) -> None:
        """Keep it; returns after `stop`. Refusals are counted apart from what passes by itself, and asked about seldom."""
        tries = refusals = 0
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._converse()
            except Replaced:
                self._lost(REPLACED, refused=True)
                self._rest(math.inf)
            except SwitchedOff as refused:
                refusals += 1
                self._lost(refused.reason, refused.code, refused=True)
                self._rest(min(REFUSED_MOST, REFUSED_FIRST * 2.0 ** (refusals - 1)))
            except Failure as failure:
                held = time.monotonic() - began > HELD_SECONDS
                tries, refusals = 1 if held else tries + 1, 0
                self._lost(failure.reason, failure.code, refused=False)
                self._rest(self._stream.pause(tries))

    def _converse(self) -> None:
        """Open connections one after the other, as long as the platform ends them in order. Raises one of the four words."""
        line = self._opened()
        while self._hear(line):
            leaving = line
            try:
                line = self._opened()
            finally:
                # What comes over it meanwhile may be told nowhere else.
                threading.Thread(target=self._take_leave, args=(leaving,), name="stream-leaving", daemon=True).start()

    def _opened(self) -> _Line:
        try:
            address = checked(self._stream.address(), self._stream.base, self._stream.hosts)
            wire = Wire(address, ping_seconds=self._stream.wire_seconds)
        except TurnedAway as turned_away:
            raise self._stream.judge(turned_away) from None
        return _Line(wire, self._take)

    def _hear(self, line: _Line) -> bool:
        """Hear until told to stop (False), or until the platform wants us to open another connection first (True)."""
        try:
            self._stream.opened(line)
            goes_on = self._listen(line)
        except BaseException:
            line.wire.close()
            raise
        if not goes_on:
            line.wire.close()
        return goes_on

    def _listen(self, line: _Line) -> bool:
        pulse, unreadable, is_connected = _Pulse(self._stream), 0, False
        while not self._stop.is_set():
            if line.is_ready and not is_connected:
                is_connected = True
                self._watch.connected()
            frame = line.wire.receive(LOOK_SECONDS)
            if frame is not None:
                pulse.heard()
                unreadable += not self._acted(line, frame)
            if unreadable > MOST_UNREADABLE:
                raise TryLater(BABBLE)
            pulse.keep(line)
            self._watch.beat()
            if line.is_leaving:
                return True
        return False

    def _acted(self, line: _Line, frame: Frame) -> bool:
        """Let the stream act on one frame; False when it could not be read."""
        try:
            self._stream.heard(frame, line)
        except Unreadable as unreadable:
            log.warning("a frame could not be read", extra={"action": "frame_unreadable", "reason": str(unreadable)})
            return False
        except NotStored:
            log.error("what was said could not be stored", extra={"action": "stream_not_stored"})
        return True

    def _take_leave(self, line: _Line) -> None:
        """Hear what still comes over a connection that the platform gives up, and leave it."""
        until = time.monotonic() + LEAVING_SECONDS
        with contextlib.suppress(Failure, Replaced):
            while time.monotonic() < until and not self._stop.is_set():
                if (frame := line.wire.receive(LOOK_SECONDS)) is not None:
                    self._acted(line, frame)
        line.wire.close()

    def _lost(self, reason: str, code: str = "", *, refused: bool) -> None:
        log.warning("a long connection does not stand", extra={"action": "stream_lost", "reason": reason, "code": code})
        self._watch.lost(reason, refused=refused)

    def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._stop.wait(LOOK_SECONDS):
            self._watch.beat()


class _Pulse:
    """Whether the platform still answers: pings in its own way, and what was heard since."""

    def __init__(self, stream: Stream) -> None:
        self._stream, self._opened_at = stream, time.monotonic()
        self._asked_at, self._unanswered = self._opened_at, 0

    def heard(self) -> None:
        self._unanswered = 0

    def keep(self, line: _Line) -> None:
        """Ask when it is time. Raises TryLater when two questions were left unanswered, or the greeting was."""
        now = time.monotonic()
        if not line.is_ready and now - self._opened_at > READY_SECONDS:
            raise TryLater(SILENT)
        if not self._stream.ping_seconds or now - self._asked_at < self._stream.ping_seconds:
            return
        if self._unanswered == 2:
            raise TryLater(SILENT)
        line.send(self._stream.ping())
        self._asked_at, self._unanswered = now, self._unanswered + 1
