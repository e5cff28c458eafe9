"""Where a connection may lead, what ends it, and what is never followed."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from websockets.sync.server import ServerConnection, serve

from publishers.connector import TryLater
from publishers.net import Base
from publishers.streams.keeper import MOST_UNREADABLE
from publishers.streams.stream import Hands, Stream, Unreadable
from publishers.streams.wire import MOST_BYTES, Frame, TurnedAway, Wire, checked
from tests.instances import wait_until
from tests.publishers.streams.listeners import hurry, listening

OUTSIDE, LOCAL = Base("https://api.dingtalk.com"), Base("http://127.0.0.1:8010")


class Plain(Stream):
    """A stream that says nothing and reads what is not `bad`."""

    def __init__(self, url: str) -> None:
        super().__init__(Base(url.replace("ws:", "http:")))
        self.url = url

    def address(self) -> str:
        return self.url

    def heard(self, frame: Frame, hands: Hands) -> None:
        if frame == "bad":
            raise Unreadable("it is bad")
        hands.take(None, 0)


@contextmanager
def serving(talk: Callable[[ServerConnection], None]) -> Iterator[str]:
    server = serve(talk, "127.0.0.1", 0, ping_interval=None, close_timeout=0.2)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}/"
    server.shutdown()


@pytest.mark.parametrize("address", [
    "wss://wss-open-connection.dingtalk.com:443/connect?ticket=x", "wss://api.dingtalk.com/x", "wss://dingtalk.com/",
])
def test_it_may_lead_to_the_platform(address: str) -> None:
    assert checked(address, OUTSIDE, ("dingtalk.com",)) == address


@pytest.mark.parametrize("address", [
    "ws://wss-open-connection.dingtalk.com/", "wss://evildingtalk.com/", "wss://dingtalk.com.evil.example/", "wss://127.0.0.1/",
    "ws://127.0.0.1:8000/", "wss://dingtalk.com:6379/", "wss://u:p@dingtalk.com/", "https://dingtalk.com/", "", "wss://[::1/",
    "wss://dingtalk.com:x/", "wss://dingtalk.com/\r\nX: y", "wss://10.0.0.1/",
])
def test_it_may_lead_nowhere_else(address: str) -> None:
    with pytest.raises(TryLater) as refused:
        checked(address, OUTSIDE, ("dingtalk.com",))
    assert "//" not in refused.value.reason


def test_to_this_machine_only_where_the_platform_itself_is_simulated() -> None:
    assert checked("ws://127.0.0.1:9/x", LOCAL, ("dingtalk.com",))
    for address in ("wss://dingtalk.com/", "ws://localhost.evil.example/", "ws://192.168.0.7/"):
        with pytest.raises(TryLater):
            checked(address, LOCAL, ("dingtalk.com",))


def test_a_redirect_is_followed_nowhere() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        answer = b"HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
        threading.Thread(target=_answer_once, args=(listener, answer), daemon=True).start()
        with pytest.raises(TurnedAway) as turned_away:
            Wire(f"ws://127.0.0.1:{listener.getsockname()[1]}/?ticket=secret", ping_seconds=30)
    assert turned_away.value.status == 302 and "secret" not in str(turned_away.value)


@pytest.mark.parametrize("answer", [
    b"", b"HTTP/1.1 200 OK\r\n\r\nhello", b"\x00" * 4000, b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
])
def test_what_is_no_handshake_is_tried_later(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_answer_once, args=(listener, answer), daemon=True).start()
        with pytest.raises((TryLater, TurnedAway)):
            Wire(f"ws://127.0.0.1:{listener.getsockname()[1]}/", ping_seconds=30)


def test_a_huge_frame_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    with serving(lambda peer: (peer.send("x" * (MOST_BYTES + 1)), peer.recv())) as url, listening(Plain(url)) as listener:
        wait_until(lambda: [state for state in listener.states if state.startswith("lost")], 10)
        assert listener.taken == []


def test_endless_fragments_end_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)

    def endless() -> Iterator[str]:
        while True:
            yield "x" * 1000

    with serving(lambda peer: peer.send(endless())) as url, listening(Plain(url)) as listener:
        wait_until(lambda: [state for state in listener.states if state.startswith("lost")], 20)
        assert listener.taken == []


def test_some_unreadable_frames_are_passed_over_and_many_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)

    def talk(peer: ServerConnection) -> None:
        for _ in range(MOST_UNREADABLE):
            peer.send("bad")
        peer.send("good")
        peer.send("bad")
        peer.recv()

    with serving(talk) as url, listening(Plain(url)) as listener:
        wait_until(lambda: [state for state in listener.states if state.startswith("lost")], 10)
        # The good one between them was heard, each time the connection was opened.
        assert listener.taken and listener.states[1] == "lost: The platform sent too much that could not be read."


def test_a_peer_that_answers_no_ping_has_died(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    monkeypatch.setattr(Plain, "wire_seconds", 0.3)
    frozen = threading.Event()

    def talk(peer: ServerConnection) -> None:
        # Nobody reads what comes: neither pings nor anything else is answered.
        with peer.protocol_mutex:
            frozen.wait(10)

    with serving(talk) as url, listening(Plain(url)) as listener:
        wait_until(lambda: [state for state in listener.states if state.startswith("lost")], 10)
        frozen.set()


def _answer_once(listener: socket.socket, answer: bytes) -> None:
    peer, _ = listener.accept()
    with peer:
        peer.recv(4096)
        peer.sendall(answer)
