"""A recorder between us and a platform: it keeps every JSON body on its way and passes everything on unchanged."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


class Recorder:
    """`url` is the platform's address as we are told it; `bodies` what was sent to each path, in order."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.bodies: dict[str, list[dict[str, Any]]] = {}

    def only(self, path: str) -> dict[str, Any]:
        """The one body that was sent to `path`."""
        (body,) = self.bodies[path]
        return body


@contextmanager
def recording(platform: str) -> Iterator[Recorder]:
    """Record what goes to `platform` for a while."""
    behind = urlsplit(platform).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._pass_on(b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if body[:1] == b"{":
                recorder.bodies.setdefault(urlsplit(self.path).path, []).append(json.loads(body))
            self._pass_on(body)

        def _pass_on(self, body: bytes) -> None:
            connection = http.client.HTTPConnection(behind, timeout=30)
            kept = {name: value for name, value in self.headers.items() if name.lower() in ("content-type", "user-agent")}
            connection.request(self.command, self.path, body or None, kept)
            answer = connection.getresponse()
            said = answer.read()
            connection.close()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers.get("Content-Type", "text/plain"))
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    recorder = Recorder(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield recorder
    finally:
        server.shutdown()
        server.server_close()
