"""The WebSocket server of the simulated platforms: proves who connects, and hands what they say to their platform."""

from __future__ import annotations

import contextlib
import logging
import threading
from types import ModuleType
from urllib.parse import parse_qsl, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from publishers.sandbox.streams import aibot, dingtalk, feishu
from publishers.sandbox.world import World

DIALECTS: dict[str, ModuleType] = {aibot.PATH: aibot, dingtalk.PATH: dingtalk, feishu.PATH: feishu}

logging.getLogger("websockets.server").setLevel(logging.CRITICAL)


class Switchboard:
    """The bound server; `port` is 0 when its port was taken by another program."""

    def __init__(self, host: str, port: int, world: World) -> None:
        self.port, self._world = 0, world
        self._server: Server | None = None
        with contextlib.suppress(OSError, OverflowError):
            self._server = serve(
                self._talk, host, port, process_request=self._admit, ping_interval=None, close_timeout=1.0, server_header=None,
            )
            self.port = int(self._server.socket.getsockname()[1])
            world.lines.url = f"ws://{host}:{self.port}"

    def start(self) -> None:
        """Serve from a thread."""
        if self._server is not None:
            threading.Thread(target=self._server.serve_forever, name="switchboard", daemon=True).start()

    def stop(self) -> None:
        """Hang up on everybody."""
        if self._server is not None:
            self._server.shutdown()

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """None lets them in; any other answer ends the handshake."""
        parts = urlsplit(request.path)
        dialect = DIALECTS.get(parts.path)
        if dialect is None:
            return connection.respond(404, "no such connection\n")
        key, headers = dialect.admit(self._world, dict(parse_qsl(parts.query)), self._world.now())
        if key:
            connection.username = key
            return None
        response = connection.respond(401, "refused\n")
        response.headers.update(headers)
        return response

    def _talk(self, connection: ServerConnection) -> None:
        """One connection, to its end."""
        assert connection.request is not None
        parts = urlsplit(connection.request.path)
        dialect, world = DIALECTS[parts.path], self._world
        line = world.lines.join(connection, dialect.PLATFORM, connection.username)
        world.record("stream_opened", world.now(), platform=line.platform, app_id=line.key, number=line.number)
        try:
            dialect.begin(world, line, dict(parse_qsl(parts.query)))
            for frame in connection:
                if not line.is_silent:
                    dialect.hear(world, line, frame)
        except ConnectionClosed:
            pass
        finally:
            world.lines.leave(line)
            with contextlib.suppress(ValueError):
                # The log is closed before the last connection when the sandbox ends.
                world.record("stream_closed", world.now(), platform=line.platform, app_id=line.key, number=line.number)
