"""The only place that speaks to platforms: one total deadline, allowed hosts, no redirects, and "was the body sent?"."""

from __future__ import annotations

import ipaddress
import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from publishers.connector import OutcomeUnknown, TryLater
from publishers.doors import Door, DoorAdapter

CONNECT_SECONDS = 5.0
ANSWER_BYTES = 8 * 1024 * 1024
NAMED_ANSWER_BYTES = 64 * 1024
"""... of a receiver that people have named, whose answer says nothing beyond its status."""

# urllib3 writes whole addresses into its debug lines and warnings; tokens and keys stand in them.
logging.getLogger("urllib3").setLevel(logging.ERROR)
HANDSHAKE_REASONS = frozenset({
    "WRONG_VERSION_NUMBER", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS_AVAILABLE", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST",
    "TLSV1_ALERT_PROTOCOL_VERSION", "SSLV3_ALERT_HANDSHAKE_FAILURE", "TLSV1_UNRECOGNIZED_NAME", "DH_KEY_TOO_SMALL",
})

Files = Mapping[str, tuple[str, bytes, str]]


@dataclass(frozen=True)
class Answer:
    """What a platform said: the HTTP status and the raw body. HTTP 200 is not success on any of these platforms."""

    status: int
    content: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """By lower-case name."""

    def json(self) -> dict[str, Any]:
        """The body as an object.

        Raises OutcomeUnknown when the body is empty, cut short, a proxy's HTML page, or not an object.
        """
        try:
            value = json.loads(self.content.decode("utf-8"), strict=False)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise OutcomeUnknown("The platform's answer could not be read.", http_status=self.status)
        return value


@dataclass(frozen=True)
class Base:
    """A platform's base address, for example `https://api.weixin.qq.com`; http is allowed on loopback only."""

    url: str
    schemes: ClassVar[tuple[str, str]] = ("https", "http")
    """Encrypted, and the other one."""

    def __post_init__(self) -> None:
        parts, (encrypted, bare) = urlsplit(self.url), self.schemes
        if parts.scheme == encrypted and parts.hostname:
            return
        if parts.scheme == bare and is_loopback(parts.hostname or ""):
            return
        raise ValueError(f"{self.url!r} is neither an {encrypted} address nor a {bare} address of this machine")

    @property
    def is_local(self) -> bool:
        return is_loopback(urlsplit(self.url).hostname or "")

    @staticmethod
    def is_loopback_url(url: str) -> bool:
        """Whether an address leads to this machine only."""
        host = urlsplit(url).hostname or ""
        return host == "localhost" or is_loopback(host)

    def join(self, path: str) -> str:
        return self.url.rstrip("/") + "/" + path.lstrip("/")


class StreamBase(Base):
    """The same of a WebSocket, for example `wss://openws.work.weixin.qq.com`."""

    schemes = ("wss", "ws")


def is_loopback(host: str) -> bool:
    """Whether `host` is a literal address of this machine (127.0.0.0/8, ::1)."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Line:
    """A line to one platform. Thread-safe; each thread keeps its own connection pool.

    `call_seconds` is the total deadline of one call (connect, send and read together); uploads get four times that.
    `door` judges where an address leads that a person has named; no proxy is used then, for it would look up the name anew.
    """

    def __init__(self, base: Base, *, call_seconds: float = 30.0, door: Door | None = None) -> None:
        self.base, self.call_seconds, self._door = base, call_seconds, door
        self._threads = threading.local()

    def get(self, path: str, params: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        return self._call("GET", path, params, None, None, self.call_seconds, headers)

    def post(self, path: str, params: Mapping[str, str], body: object) -> Answer:
        """POST `body` as UTF-8 JSON with real characters (WeChat refuses or prints `\\uXXXX` escapes)."""
        data = json.dumps(body, ensure_ascii=False).encode("utf-8")
        return self._call("POST", path, params, data, None, self.call_seconds)

    def post_bytes(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST a body just as it is, with headers of its own."""
        return self._call("POST", path, {}, body, None, self.call_seconds, headers)

    def ask(self, method: str, path: str, params: Mapping[str, str], headers: Mapping[str, str], body: object | None) -> Answer:
        """Any call with headers of its own; `body` goes as UTF-8 JSON with real characters, None: none."""
        data = json.dumps(body, ensure_ascii=False).encode("utf-8") if body is not None else None
        return self._call(method, path, params, data, None, self.call_seconds, headers)

    def upload(self, path: str, params: Mapping[str, str], files: Files) -> Answer:
        return self._call("POST", path, params, None, files, 4 * self.call_seconds)

    def _call(
        self, method: str, path: str, params: Mapping[str, str], data: bytes | None, files: Files | None, seconds: float,
        more: Mapping[str, str] | None = None,
    ) -> Answer:
        """Make one call and read the whole answer before the deadline.

        Raises TryLater when certainly no byte of the request left (name, connect, TLS), OutcomeUnknown for
        every failure after that. The texts carry no address: tokens stand in query strings.
        """
        deadline = time.monotonic() + seconds
        headers = ({"Content-Type": "application/json; charset=utf-8"} if data is not None else {}) | dict(more or {})
        try:
            with self._session().request(
                method, self.base.join(path), params=dict(params), data=data, files=dict(files) if files else None,
                headers=headers, timeout=_timeout(seconds),
                allow_redirects=False, stream=True,
            ) as response:
                content = _read(response, deadline, NAMED_ANSWER_BYTES if self._door else ANSWER_BYTES)
                named = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status_code, content, named.get("content-type", ""), named)
        except requests.exceptions.ConnectTimeout:
            raise TryLater("The platform could not be reached in time.") from None
        except requests.exceptions.SSLError as error:
            if _never_trusted(error):
                raise TryLater("No secure connection to the platform could be made.") from None
            raise OutcomeUnknown("The connection broke before the platform's answer was complete.") from None
        except requests.exceptions.RequestException as error:
            if _never_connected(error):
                raise TryLater("The platform could not be reached.") from None
            raise OutcomeUnknown("The connection broke before the platform's answer was complete.") from None
        except (urllib3.exceptions.HTTPError, OSError):
            raise OutcomeUnknown("The connection broke before the platform's answer was complete.") from None

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._threads, "session", None)
        if session is None:
            session = self._threads.session = requests.Session()
            # A proxy from the environment would see tokens in query strings; use only what was configured.
            session.trust_env = not self.base.is_local and self._door is None
            adapter = DoorAdapter(self._door) if self._door else HTTPAdapter(max_retries=0, pool_maxsize=4)
            session.mount("https://", adapter)
            session.mount("http://", adapter)
        return session


def _timeout(seconds: float) -> Any:
    """requests hands urllib3's own object through; only that one counts connecting and answering together."""
    return urllib3.Timeout(connect=min(CONNECT_SECONDS, seconds), read=seconds, total=seconds)


def _read(response: requests.Response, deadline: float, most: int) -> bytes:
    """The body, within the deadline and `most` bytes; a slow drip or an endless body is an unknown outcome."""
    chunks, size = [], 0
    raw = response.raw
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or size > most:
            raise OutcomeUnknown("The platform's answer did not end in time.", http_status=response.status_code)
        _set_timeout(raw, left)
        chunk = raw.read1(65536, decode_content=True) if hasattr(raw, "read1") else raw.read(65536, decode_content=True)
        if not chunk:
            break
        chunks.append(chunk)
        size += len(chunk)
    content = b"".join(chunks)
    announced = response.headers.get("Content-Length")
    encoded = response.headers.get("Content-Encoding")
    if announced and announced.isdigit() and not encoded and len(content) < int(announced):
        raise OutcomeUnknown("The platform's answer was cut short.", http_status=response.status_code)
    return content


def _set_timeout(raw: Any, seconds: float) -> None:
    connection = getattr(raw, "_connection", None) or getattr(raw, "connection", None)
    sock: socket.socket | None = getattr(connection, "sock", None)
    if sock is not None:
        sock.settimeout(max(seconds, 0.001))


def _never_connected(error: BaseException) -> bool:
    """Whether the failure happened before the first byte of the request: name, refusal, no route, a proxy's no."""
    before = (
        urllib3.exceptions.NewConnectionError, urllib3.exceptions.NameResolutionError, urllib3.exceptions.ProxyError,
    )
    return any(isinstance(seen, before) for seen in _causes(error))


def _never_trusted(error: BaseException) -> bool:
    """Whether TLS failed in the handshake. An SSL error later (a peer that hangs up) leaves the outcome open."""
    return any(
        isinstance(seen, ssl.SSLCertVerificationError)
        or (isinstance(seen, ssl.SSLError) and seen.reason in HANDSHAKE_REASONS)
        for seen in _causes(error)
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        inner = seen.args[0] if seen.args and isinstance(seen.args[0], BaseException) else None
        reason = getattr(seen, "reason", None)
        seen = reason if isinstance(reason, BaseException) else inner or seen.__cause__
