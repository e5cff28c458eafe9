"""One WebSocket to a platform. The only place that knows the library, and the judge of where a connection may lead."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import requests
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.sync.client import ClientConnection, connect

from publishers.connector import TryLater
from publishers.net import Base, is_loopback

Frame = str | bytes

OPEN_SECONDS = 10.0
CLOSE_SECONDS = 1.0
MOST_BYTES = 1024 * 1024
"""A frame holds one event; what is larger was made by nobody's platform, and ends the connection."""
BROKE = "The long connection broke off."
UNREACHABLE = "The long connection could not be opened."
ELSEWHERE = "The platform named an address for the long connection that is not its own."

# It writes whole frames into its debug lines, and addresses with tickets.
logging.getLogger("websockets").setLevel(logging.ERROR)


class TurnedAway(Exception):
    """The platform answered the handshake with a status of its own; it was not followed anywhere."""

    def __init__(self, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(str(status))
        self.status, self.headers = status, headers


class Wire:
    """An open connection. One thread receives; any may send or close."""

    def __init__(self, address: str, *, ping_seconds: float) -> None:
        """Open it. Raises TurnedAway, and TryLater for everything that may pass by itself.

        The address carries a ticket: it stands in no text. A WebSocket ping goes out every `ping_seconds`; a connection that
        leaves one unanswered as long again has died.
        """
        local = is_loopback(urlsplit(address).hostname or "")
        try:
            self._connection = connect(
                address, ssl=None if address.startswith("ws:") else _trusting(address), proxy=None if local else True,
                user_agent_header=None, open_timeout=OPEN_SECONDS, close_timeout=CLOSE_SECONDS, ping_interval=ping_seconds,
                ping_timeout=ping_seconds, max_size=MOST_BYTES, create_connection=_Unredirected, legacy=True,
            )
        except TurnedAway:
            raise
        except (OSError, InvalidHandshake, InvalidURI, EOFError):
            raise TryLater(UNREACHABLE) from None

    def receive(self, seconds: float) -> Frame | None:
        """The next frame; None when none comes in time. Raises TryLater once the connection is gone."""
        try:
            return self._connection.recv(timeout=seconds)
        except TimeoutError:
            return None
        except (ConnectionClosed, OSError) as broken:
            raise _broken(broken) from None

    def send(self, frame: Frame) -> None:
        """Raises TryLater once the connection is gone."""
        try:
            self._connection.send(frame)
        except (ConnectionClosed, OSError) as broken:
            raise _broken(broken) from None

    def close(self) -> None:
        """Say good-bye, and wait for an answer no longer than a second."""
        self._connection.close()


class _Unredirected(ClientConnection):
    """A handshake that is answered with anything but a connection is over: a redirect may lead anywhere."""

    def handshake(self, *words: Any, **more: Any) -> None:
        try:
            super().handshake(*words, **more)
        except InvalidStatus as refused:
            answer = refused.response
            raise TurnedAway(answer.status_code, {name.lower(): value for name, value in answer.headers.raw_items()}) from None


def checked(address: str, base: Base, hosts: Sequence[str]) -> str:
    """The address that a platform told us to connect to: encrypted and under one of its `hosts`, or the base's own.

    Only where the base itself is a stand-in on this machine may it lead to this machine, and then nowhere else.
    Raises TryLater for any other.
    """
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise TryLater(ELSEWHERE) from None
    if base.is_local:
        fits = parts.scheme in ("ws", "wss") and is_loopback(host)
    else:
        own = urlsplit(base.url).hostname or ""
        fits = parts.scheme == "wss" and port in (None, 443) and (host == own or _is_under(host, hosts))
    if not fits or parts.username is not None or not address.isprintable():
        raise TryLater(ELSEWHERE)
    return address


def _is_under(host: str, hosts: Sequence[str]) -> bool:
    return any(host == one or host.endswith(f".{one}") for one in hosts)


def _trusting(address: str) -> ssl.SSLContext:
    """The same authorities as for all other calls: those of requests, or the ones that this machine's people have named."""
    verify = requests.Session().merge_environment_settings(address, {}, None, None, None)["verify"]
    return ssl.create_default_context(cafile=verify if isinstance(verify, str) else requests.utils.DEFAULT_CA_BUNDLE_PATH)


def _broken(broken: Exception) -> TryLater:
    closed = broken.rcvd if isinstance(broken, ConnectionClosed) else None
    return TryLater(BROKE, code=str(closed.code) if closed else "")
