"""Connections to addresses that people have named: a door judges what the name stands for, and the line goes to just that."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter

Door = Callable[[str, int], str]
"""Of a host and a port the IP address to connect to; raises what shall be said when it must not be spoken to."""


class DoorAdapter(HTTPAdapter):
    """Connects through a door. The name is resolved once, by the door, so that no second answer can lead elsewhere."""

    def __init__(self, door: Door) -> None:
        self._door = door
        super().__init__(max_retries=0, pool_maxsize=4)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools of this adapter use the door."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _pools(self._door)


def _pools(door: Door) -> dict[str, type[urllib3.HTTPConnectionPool]]:
    """Pools by scheme. Certificate and host name are still those of the name, only the socket goes where the door says."""

    class Plain(urllib3.connection.HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _through(door, self, super()._new_conn)

    class Secure(urllib3.connection.HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _through(door, self, super()._new_conn)

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _through(door: Door, connection: urllib3.connection.HTTPConnection, connect: Callable[[], socket.socket]) -> socket.socket:
    named = connection.host
    connection.host = door(named, connection.port or 443)
    try:
        return connect()
    finally:
        connection.host = named
