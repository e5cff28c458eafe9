"""What a platform's stream must know, and what it may do with the frames it hears."""

from __future__ import annotations

import json
import random
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Protocol

from publishers.connector import Failure, SwitchedOff, TryLater
from publishers.inbound import Message
from publishers.net import Base
from publishers.streams.wire import UNREACHABLE, Frame, TurnedAway

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
REFUSED = "The platform refuses the long connection. Check the application's id and secret, and whether its console allows it."


class NotStored(Exception):
    """What was said could not be stored: the platform must not be told that we have it."""


class Unreadable(Exception):
    """A frame that is not the platform's, or not for this application; the text says why and carries nothing of it."""


class Replaced(Exception):
    """Somebody else listens in our place now, and the platform allows one: coming back would put them out in turn."""


def fields_of(frame: Frame) -> dict[str, Any]:
    """The fields of a frame that is a JSON object. Raises Unreadable."""
    try:
        said = json.loads(frame, strict=False)
    except (ValueError, RecursionError):
        raise Unreadable("it is no JSON") from None
    if not isinstance(said, dict):
        raise Unreadable("it holds no fields")
    return said


class Hands(Protocol):
    """What a stream does while it hears."""

    def send(self, frame: Frame) -> None:
        """Say something over the connection that the frame came from."""

    def take(self, message: Message | None, patience: float) -> str:
        """Store what was said (None: something that is not for us), trying for `patience` seconds.

        The words to answer, where the platform takes an answer over the connection; empty for silence. Raises NotStored.
        """

    def ready(self) -> None:
        """From now on the platform sends us what is said."""

    def renew(self) -> None:
        """The platform is about to end this connection: open another one first."""


class Stream(ABC):
    """The long connection of one application, as its platform speaks it. One connection of it is open at a time.

    `hosts`: under which names a connection may lead beyond the base address. `ping_seconds`: how often `ping` is sent; two that
    nothing was heard after, and the connection is given up. `wire_seconds`: the same of the WebSocket's own pings.
    `is_sole`: the platform ends the one connection when another is opened.
    """

    hosts: Sequence[str] = ()
    ping_seconds = 0.0
    wire_seconds = 30.0
    is_sole = False

    def __init__(self, base: Base) -> None:
        self.base = base

    @abstractmethod
    def address(self) -> str:
        """Where to connect, asked anew for each connection. Raises one of the four words."""

    def opened(self, hands: Hands) -> None:
        """The connection stands. A platform that wants to be greeted first says `ready` only when it has answered."""
        hands.ready()

    @abstractmethod
    def heard(self, frame: Frame, hands: Hands) -> None:
        """Act on one frame. Raises Unreadable (the connection goes on), Replaced, or one of the four words (it ends)."""

    def ping(self) -> Frame:
        """What asks whether the platform still hears us; needed only where `ping_seconds` is more than 0."""
        return ""

    def judge(self, turned_away: TurnedAway) -> Failure:
        """What it means that the platform answered the handshake with a status."""
        if turned_away.status in (401, 403):
            return SwitchedOff(REFUSED, code=str(turned_away.status), http_status=turned_away.status)
        return TryLater(UNREACHABLE, code=str(turned_away.status), http_status=turned_away.status)

    def pause(self, tries: int) -> float:
        """Seconds before the next try, after so many without success: doubled each time, and never the same for everybody."""
        return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(tries - 1, 10)) * random.uniform(0.5, 1.0)
