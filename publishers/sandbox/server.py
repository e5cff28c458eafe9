"""The HTTP server of the simulated platforms: one port for all of them, the control interface and the phone page."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from publishers.sandbox import control, oidc, phone
from publishers.sandbox.calls import Call, Reply, problem
from publishers.sandbox.clockwork import Clockwork
from publishers.sandbox.pillarbox import Pillarbox
from publishers.sandbox.platforms import Outcome, Platforms
from publishers.sandbox.postbox import Postbox
from publishers.sandbox.running import Running
from publishers.sandbox.streams.switchboard import Switchboard

BODY_BYTES = 32 * 1024 * 1024
IDLE_SECONDS = 75.0
MAIL_PORT_AHEAD = 30
"""The mail server listens so many ports above ours, so that settings which name it hold from start to start."""
IMAP_PORT_AHEAD = 60
STREAM_PORT_AHEAD = 90


def serve(host: str, port: int, state: Path, **options: Any) -> None:
    """Serve until interrupted. `options` are fields of things.Settings, for example publish_delay=1.5, fsync=True."""
    sandbox = Sandbox(host, port, state, **options)
    print(sandbox.url, flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        sandbox.run()
    sandbox.stop()


def start(state: Path, port: int = 0, *, host: str = "127.0.0.1", **options: Any) -> Running:
    """Serve from a thread of this process and return a handle. For a process of its own see `running.spawn`."""
    sandbox = Sandbox(host, port, state, **options)
    # A quick look for the end: tests start and stop many.
    threading.Thread(target=sandbox.run, args=(0.02,), name="sandbox", daemon=True).start()
    return Running(sandbox.url, sandbox.stop)


class Sandbox:
    """A bound server with its platforms and its clockwork."""

    def __init__(self, host: str, port: int, state: Path, **options: Any) -> None:
        self.platforms = Platforms(state)
        if options:
            self.platforms.world.record("settings", time.time(), values=options)
        self._server = _Server((host, port), self.platforms)
        self.url = self._server.base = f"http://{host}:{self._server.server_address[1]}"
        self._clockwork = Clockwork(self.platforms.world, self.url)
        self._postbox = Postbox(host, port + MAIL_PORT_AHEAD if port else 0, self.platforms)
        self._pillarbox = Pillarbox(host, port + IMAP_PORT_AHEAD if port else 0, self.platforms)
        self._switchboard = Switchboard(host, port + STREAM_PORT_AHEAD if port else 0, self.platforms.world)
        self.platforms.world.mail_port, self.platforms.world.imap_port = self._postbox.port, self._pillarbox.port

    def run(self, poll_seconds: float = 0.5) -> None:
        """Serve until stopped from another thread, or interrupted; `poll_seconds` is how soon a stop is noticed."""
        self._clockwork.start()
        self._postbox.start()
        self._pillarbox.start()
        self._switchboard.start()
        self._server.serve_forever(poll_seconds)

    def stop(self) -> None:
        """Stop at once: open connections are closed, what was answered is on the disk."""
        self._server.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._server.close_connections()
        self._switchboard.stop()
        self._clockwork.stop()
        self._postbox.stop()
        self._pillarbox.stop()
        self.platforms.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], platforms: Platforms) -> None:
        super().__init__(address, _Handler)
        self.platforms, self.base, self.stopping = platforms, "", threading.Event()
        self._open: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is nothing to report; anything else is a fault of ours and is shown."""
        if not self.stopping.is_set():
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = IDLE_SECONDS
    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            super().handle()

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: addresses carry tokens, and the journal has every call."""

    def _answer(self) -> None:
        call = self._call()
        if call is None:
            self.close_connection = True
            self._send(problem("the body has no length or is too large", 413))
            return
        platforms = self.server.platforms
        if call.path.startswith(oidc.PREFIX):
            self._send(platforms.oidc.answer(platforms.world.settings, call))
        elif platforms.owns(call.path):
            self._obey(platforms.answer(call, self.server.stopping.wait))
        elif call.path.startswith(control.PREFIX):
            self._send(control.answer(platforms, call))
        else:
            self._send(phone.answer(platforms.world, call))

    def _call(self) -> Call | None:
        at = self.server.platforms.world.now()
        length = self.headers.get("Content-Length") or "0"
        if not length.isdigit() or int(length) > BODY_BYTES or self.headers.get("Transfer-Encoding"):
            return None
        body = self.rfile.read(int(length))
        parts = urlsplit(self.path)
        return Call(
            method="GET" if self.command == "HEAD" else self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            at=at,
            address=self.client_address[0],
            base=self.server.base,
        )

    def _obey(self, outcome: Outcome) -> None:
        if outcome.hold:
            self.server.stopping.wait(outcome.hold)
        if outcome.reply is None:
            self._drop(reset=outcome.reset)
        elif outcome.cut:
            self._send(outcome.reply, only=len(outcome.reply.content) // 2)
        else:
            self._send(outcome.reply)

    def _send(self, reply: Reply, only: int | None = None) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.content)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if only is not None:
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.content[:only])
        self.wfile.flush()

    def _drop(self, *, reset: bool) -> None:
        self.close_connection = True
        if reset:
            # A linger time of zero makes the end a TCP reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        self.connection.shutdown(socket.SHUT_RDWR)
