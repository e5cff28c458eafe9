"""Did the request leave? Real sockets on loopback, broken at every point."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from publishers.connector import OutcomeUnknown, TryLater
from publishers.net import Base, Line

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Trace: t1\r\nContent-Length: 13\r\n\r\n{\"errcode\":0}"
Manners = Callable[[socket.socket], None]


@contextmanager
def server(manners: Manners) -> Iterator[int]:
    """A server that treats each connection with `manners`; gives its port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                try:
                    manners(connection)
                except OSError:
                    continue

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()


def answers(content: bytes) -> Manners:
    def manners(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(content)

    return manners


def post(port: int, seconds: float = 5.0, scheme: str = "http") -> dict[str, object]:
    line = Line(Base(f"{scheme}://127.0.0.1:{port}"), call_seconds=seconds)
    return line.post("/x", {"key": "s3cret"}, {"a": "春"}).json()


def test_an_answer_with_its_headers() -> None:
    with server(answers(OK)) as port:
        answer = Line(Base(f"http://127.0.0.1:{port}")).post("/x", {}, {})
    assert (answer.status, answer.json(), answer.headers["x-trace"]) == (200, {"errcode": 0}, "t1")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"HTTP/1.1 200 OK\r\nContent-Le", OK[:-4], b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n{\"errcode\":0",
    ],
)
def test_a_connection_that_breaks_after_the_request_is_an_unknown_outcome(content: bytes) -> None:
    with server(answers(content)) as port, pytest.raises(OutcomeUnknown) as caught:
        post(port)
    assert "s3cret" not in str(caught.value) and "127.0.0.1" not in str(caught.value)


def test_a_slow_drip_meets_the_deadline() -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b" ")
            time.sleep(0.05)

    started = time.monotonic()
    with server(drip) as port, pytest.raises(OutcomeUnknown):
        post(port, 0.4)
    assert time.monotonic() - started < 2


def test_a_silent_server_meets_the_deadline() -> None:
    with server(lambda connection: time.sleep(3)) as port, pytest.raises(OutcomeUnknown):
        post(port, 0.3)


def test_no_redirect_is_followed() -> None:
    with server(answers(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")) as port:
        assert Line(Base(f"http://127.0.0.1:{port}")).post("/x", {}, {}).status == 302


def test_nobody_there_is_certainly_no_effect() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(TryLater):
        post(port)


def test_a_certificate_that_nobody_trusts_is_certainly_no_effect(certificate: Path) -> None:
    with server(tls(certificate, lambda connection: None)) as port, pytest.raises(TryLater):
        post(port, scheme="https")


def test_a_server_without_tls_is_certainly_no_effect() -> None:
    with server(answers(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port, pytest.raises(TryLater):
        post(port, scheme="https")


def test_a_tls_peer_that_hangs_up_after_the_request_is_an_unknown_outcome(certificate: Path) -> None:
    """OpenSSL reports a missing farewell as an SSL error; it must not pass for a failed handshake."""
    def hang_up(connection: socket.socket) -> None:
        connection.recv(65536)

    with server(tls(certificate, hang_up)) as port, pytest.raises(OutcomeUnknown):
        trusting(port, certificate).post("/x", {}, {})


def test_a_proxy_that_says_no_is_certainly_no_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    with server(answers(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")) as port:
        for name in ("https_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        with pytest.raises(TryLater):
            Line(Base("https://platform.example"), call_seconds=5).post("/x", {}, {})


def test_tls(certificate: Path) -> None:
    with server(tls(certificate, answers(OK))) as port:
        assert trusting(port, certificate).post("/x", {}, {}).json() == {"errcode": 0}


@pytest.mark.parametrize("url", ["http://example.cn", "ftp://127.0.0.1", "https://", "127.0.0.1:80", "http://localhost.evil.cn"])
def test_only_https_or_this_machine(url: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        Base(url)


def trusting(port: int, certificate: Path) -> Line:
    line = Line(Base(f"https://127.0.0.1:{port}"), call_seconds=5)
    line._session().verify = str(certificate)
    return line


def tls(certificate: Path, manners: Manners) -> Manners:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def encrypted(connection: socket.socket) -> None:
        manners(context.wrap_socket(connection, server_side=True))

    return encrypted


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and its own certificate for 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
