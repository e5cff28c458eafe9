"""Fetching a page: several hundred ways to name the inside of a house, redirects, a name that changes its mind."""

from __future__ import annotations

import gzip
import itertools
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from publishers.importing import Refused
from publishers.importing.fetching import Fetcher, is_public

INSIDE = (
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "127.0.0.1.", "localhost", "localhost.",
    "0", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "100.64.0.1",
    "168.63.129.16", "192.0.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[::1]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]",
    "[2001:0:4136:e378::]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[::127.0.0.1]", "[fec0::1]",
    "１２７.0.0.1", "127。0。0。1", "①②⑦.0.0.1",
)
SHAPES = (
    "http://{}/", "https://{}/", "http://{}:80/x?y", "https://{}:443/#a", "HTTP://{}/", "http://{}/%2e%2e/",
    "http://{}:8000/", "//{}/",
)
NO_ADDRESSES = (
    "", "/", "http://", "http:///a", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/",
    "javascript:alert(1)", "data:,x", "http://user:word@example.com/", "http://example.com@127.0.0.1/",
    "http://example.com\\@127.0.0.1/", "http://exam ple.com/", "http://example.com/\r\nHost: x", "http://[::1",
    "http://[::1]]/", "http://example.com:22/", "http://example.com:99999/", "http://example.com:-1/",
    "http://-a.com/", "http://a..b/", "http://" + "a" * 64 + ".com/", "http://exa%6dple.com/", "http://a_b.com/",
    "http://example.com:80:80/", "dict://example.com:11211/", "http:example.com", "http:/example.com/",
    "\thttp://example.com/", "http://*/", "http://" + "a." * 1_500 + "com/", "ldap://example.com/",
)


def no_name(host: str, port: int) -> list[str]:
    """The system's own words for numbers; names stay unknown, for nothing here asks a server."""
    return sorted({str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every connection that is begun, none of which is made."""
    begun: list[Any] = []

    def refuse(address: Any, *args: Any, **named: Any) -> socket.socket:
        begun.append(address)
        raise OSError("nobody answers")

    monkeypatch.setattr(socket, "create_connection", refuse)
    return begun


def test_several_hundred_addresses_of_the_inside_open_nothing(connections: list[Any]) -> None:
    addresses = [shape.format(host) for host, shape in itertools.product(INSIDE, SHAPES)]
    assert len(addresses) >= 300
    for address in (*addresses, *NO_ADDRESSES):
        with pytest.raises(Refused):
            Fetcher(resolve=no_name).fetch(address)
    assert connections == []


def test_a_name_with_one_address_inside_is_refused(connections: list[Any]) -> None:
    with pytest.raises(Refused):
        Fetcher(resolve=lambda host, port: ["93.184.215.14", "10.0.0.1"]).fetch("https://example.com/")
    assert connections == []


def test_a_name_is_asked_once_and_the_checked_address_is_spoken_to(connections: list[Any]) -> None:
    """A resolver that gives the inside the second time is never asked a second time."""
    answers = iter((["93.184.215.14"], ["127.0.0.1"]))
    with pytest.raises(Refused):
        Fetcher(resolve=lambda host, port: next(answers)).fetch("http://rebinding.example/")
    assert connections == [("93.184.215.14", 80)]
    assert next(answers) == ["127.0.0.1"]


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14", "1.1.1.1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


class Site(BaseHTTPRequestHandler):
    """A page, some ways to it, and some that lead away."""

    def do_GET(self) -> None:
        made = {
            "/page": lambda: self.say(200, "<p>字</p>".encode("gb18030"), {"Content-Type": "text/html; charset=gb2312"}),
            "/moved": lambda: self.say(302, b"", {"Location": "/page"}),
            "/round": lambda: self.say(302, b"", {"Location": "/round"}),
            "/inside": lambda: self.say(302, b"", {"Location": "http://10.0.0.1/"}),
            "/file": lambda: self.say(302, b"", {"Location": "file:///etc/passwd"}),
            "/gone": lambda: self.say(410, b"", {}),
            "/bomb": lambda: self.say(200, gzip.compress(b"\0" * 30_000_000), {"Content-Encoding": "gzip"}),
            "/packed": lambda: self.say(200, gzip.compress(b"<p>a</p>"), {"Content-Encoding": "gzip"}),
            "/drip": self.drip,
        }[self.path.partition("?")[0]]
        made()

    def say(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.server.asked.append(dict(self.headers))  # type: ignore[attr-defined]
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content)), "Set-Cookie": "a=b"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def drip(self) -> None:
        """A byte now and then, without end."""
        self.send_response(200)
        self.end_headers()
        try:
            while not self.server.ended.wait(0.05):  # type: ignore[attr-defined]
                self.wfile.write(b"a")
        except OSError:
            return

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked, server.ended = [], threading.Event()  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.ended.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def fetched(site: ThreadingHTTPServer, path: str, seconds: float = 5.0) -> Any:
    """What comes of a path on the site, which alone of this machine may be spoken to."""
    port = site.server_address[1]
    fetcher = Fetcher(
        resolve=lambda host, port: ["10.0.0.1"] if host == "10.0.0.1" else ["127.0.0.1"],
        permits=lambda address: address == "127.0.0.1", ports=frozenset((80, 443, port)), seconds=seconds,
    )
    return fetcher.fetch(f"http://site.example:{port}{path}", 1_000_000)


def test_a_page_comes_with_its_charset_and_without_cookies(site: ThreadingHTTPServer) -> None:
    page = fetched(site, "/moved")
    assert (page.content.decode("gb18030"), page.charset, page.address.rpartition("/")[2]) == ("<p>字</p>", "gb2312", "page")
    asked = site.asked[-1]  # type: ignore[attr-defined]
    assert asked["Host"].startswith("site.example") and not {"Cookie", "Authorization", "Referer"} & set(asked)
    assert fetched(site, "/packed").content == b"<p>a</p>"


@pytest.mark.parametrize(("path", "says"), [
    ("/round", "on and on"), ("/inside", "public"), ("/file", "public"), ("/gone", "status"), ("/bomb", "larger"),
])
def test_what_leads_elsewhere_or_swells_is_refused(site: ThreadingHTTPServer, path: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        fetched(site, path)


def test_a_body_that_never_ends_is_cut_at_the_deadline(site: ThreadingHTTPServer) -> None:
    begun = time.monotonic()
    with pytest.raises(Refused):
        fetched(site, "/drip", seconds=0.5)
    assert time.monotonic() - begun < 4
