"""A page or picture from a public address. Nothing inside the house can be reached through it.

Off until an administrator allows it. The name is resolved once, every address it has must be public, the connection
goes to a checked one, and each redirect is judged anew (the usual ways in: CVE-2026-22597, CVE-2026-53946 of Ghost).
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from publishers.importing import limits
from publishers.importing.results import Refused

SECONDS = 12.0
"""For everything together: name, connection, redirects, body."""

_CONNECT_SECONDS = 4.0
_CHUNK = 65_536
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*\.?|[0-9a-f:.]*:[0-9a-f:.]*")
_UNCLEAN = re.compile(r"[\x00-\x20\x7f\\]")
_NEVER = tuple(ipaddress.ip_network(net) for net in (
    # Azure's metadata has a public address; the others hold an IPv4 address that would have to be judged again.
    "168.63.129.16/32", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "192.88.99.0/24", "fec0::/10",
))
_IN_PATH, _IN_QUERY = "/%:@!$&'()*+,;=~-._", "/%:@!$&'()*+,;=~-._?"
_MOVED = (301, 302, 303, 307, 308)
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (compatible; Qunsheng)", "Accept": "text/html,application/xhtml+xml,image/*;q=0.9,*/*;q=0.5",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5", "Accept-Encoding": "identity",
}


@dataclass(frozen=True)
class Fetched:
    """What lay there: bytes, the address they came from in the end, and what the server said they are."""

    content: bytes
    address: str
    content_type: str
    status: int = 200

    @property
    def charset(self) -> str:
        found = re.search(r"charset\s*=\s*[\"']?([\w-]+)", self.content_type, re.IGNORECASE)
        return found[1] if found else ""


def addresses_of(host: str, port: int) -> list[str]:
    """Every address a name has."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, an IPv4 one inside an IPv6 one included."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if any(found in net for net in _NEVER if net.version == found.version):
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified or found.is_loopback)


@dataclass(frozen=True)
class Fetcher:
    """Fetches under these rules. Tests name a resolver, ports and addresses of their own."""

    resolve: Callable[[str, int], Iterable[str]] = addresses_of
    permits: Callable[[str], bool] = is_public
    ports: frozenset[int] = frozenset((80, 443))
    seconds: float = SECONDS
    takes_errors: bool = False
    """Whether an answer with another status than 200 is an answer, too."""

    def fetch(self, address: str, most: int = limits.PAGE_BYTES) -> Fetched:
        """GET without cookies or credentials, at most `most` bytes. Raises Refused."""
        deadline = time.monotonic() + self.seconds
        for _ in range(limits.REDIRECTS + 1):
            answer = self._once(address, most, deadline)
            if isinstance(answer, Fetched):
                return answer
            address = answer
        raise Refused("This address leads on and on and was given up.")

    def _once(self, address: str, most: int, deadline: float) -> Fetched | str:
        """The page, or where it has moved."""
        secure, host, port, path = self._target(address)
        line = _Line(self._checked(host, port), port, host if secure else "", deadline)
        try:
            response = line.get(path, _named(host, port, secure))
            moved = response.getheader("Location") if response.status in _MOVED else None
            if moved:
                return urljoin(address, moved)
            if response.status != 200 and not self.takes_errors:
                raise Refused("The page answered with status {status}.", {"status": response.status})
            return Fetched(line.body(response, most), address, response.getheader("Content-Type", ""), response.status)
        except (http.client.HTTPException, OSError, ValueError, zlib.error) as error:
            if isinstance(error, Refused):
                raise
            raise Refused("The page could not be fetched. Open it in a browser and paste its text.") from None
        finally:
            line.close()

    def _target(self, address: str) -> tuple[bool, str, int, str]:
        """Whether it is https, the host, the port, and the path with its query."""
        try:
            if _UNCLEAN.search(address) or len(address) > limits.ADDRESS_CHARACTERS:
                raise ValueError
            parts = urlsplit(address)
            secure = parts.scheme.lower() == "https"
            port = parts.port if parts.port is not None else 443 if secure else 80
            host = _ascii(parts.hostname or "")
            usable = parts.scheme.lower() in ("http", "https") and "@" not in parts.netloc and bool(_HOST.fullmatch(host))
        except ValueError:
            usable = False
        if not usable or port not in self.ports:
            raise Refused("This is not the address of a public web page.")
        query = f"?{quote(parts.query, safe=_IN_QUERY)}" if parts.query else ""
        return secure, host, port, quote(parts.path or "/", safe=_IN_PATH) + query

    def _checked(self, host: str, port: int) -> str:
        """One address of the host, when every one of them may be spoken to."""
        try:
            found = list(self.resolve(host, port))
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise Refused("There is no such web page. Check the address.")
        if not all(self.permits(one) for one in found):
            raise Refused("This is not the address of a public web page.")
        return found[0]


def _ascii(host: str) -> str:
    return host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()


def _named(host: str, port: int, secure: bool) -> str:
    shown = f"[{host}]" if ":" in host else host
    return shown if port == (443 if secure else 80) else f"{shown}:{port}"


class _Line:
    """One connection to a checked address, which is cut at the deadline whatever the other side does."""

    def __init__(self, checked: str, port: int, secure_host: str, deadline: float) -> None:
        left = max(0.1, deadline - time.monotonic())
        self._connection = http.client.HTTPConnection(checked, port)
        try:
            self._socket = socket.create_connection((checked, port), timeout=min(_CONNECT_SECONDS, left))
        except OSError:
            raise Refused("The page could not be fetched. Open it in a browser and paste its text.") from None
        # A server that sends a byte now and then would never meet a time-out for silence.
        self._cut = threading.Timer(max(0.1, deadline - time.monotonic()), self._shut)
        self._cut.daemon = True
        self._cut.start()
        self._secure_host, self._was_cut = secure_host, False

    def get(self, path: str, host: str) -> http.client.HTTPResponse:
        """Ask; the answer's body is still to be read."""
        if self._secure_host:
            context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
            self._socket = context.wrap_socket(self._socket, server_hostname=self._secure_host.rstrip("."))
        self._connection.sock = self._socket
        self._connection.putrequest("GET", path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": host, **_HEADERS}.items():
            self._connection.putheader(name, value)
        self._connection.endheaders()
        return self._connection.getresponse()

    def body(self, response: http.client.HTTPResponse, most: int) -> bytes:
        """The decoded body, refused beyond the limit."""
        packed = response.getheader("Content-Encoding", "identity").lower()
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32) if packed in ("gzip", "deflate") else None
        chunks, size = [], 0
        while chunk := response.read(_CHUNK):
            plain = unpacker.decompress(chunk, most + 1) if unpacker else chunk
            chunks.append(plain)
            size += len(plain)
            if size > most or (unpacker and unpacker.unconsumed_tail):
                raise Refused("The page is larger than {limit} MB.", {"limit": most // 1_000_000})
        if self._was_cut:
            raise Refused("The page could not be fetched. Open it in a browser and paste its text.")
        return b"".join(chunks)

    def close(self) -> None:
        """Hang up."""
        self._cut.cancel()
        self._connection.close()
        self._socket.close()

    def _shut(self) -> None:
        self._was_cut = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
