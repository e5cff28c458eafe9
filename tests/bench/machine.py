"""One instance with its real processes in a folder of its own: sandbox, web, worker, each a process."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Engine

from app import schema
from app.config import Settings, from_env
from app.jobs import open_engine
from editorial.vault import vault
from publishers.sandbox.running import Running, spawn

BASES = ("WECHAT", "WECOM", "DINGTALK", "DINGTALK_NEW", "FEISHU")
SECRET = "a secret of the benchmarks"


class Machine:
    """An instance on SQLite. Its processes are ended with it."""

    def __init__(self, folder: Path, sandbox: Running) -> None:
        self.folder, self.sandbox = folder, sandbox
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {
            "QUNSHENG_INSTANCE": str(folder), "QUNSHENG_SECRET_KEY": SECRET, "QUNSHENG_PUBLIC_URL": self.url,
            "QUNSHENG_POLL_SECONDS": "1", "QUNSHENG_SANDBOX_URL": sandbox.url,
            **{f"QUNSHENG_{name}_API": sandbox.url for name in BASES},
        }
        self.settings: Settings = from_env(self.env)
        vault.open_with(SECRET)
        self.engine: Engine = open_engine(self.settings)
        schema.migrate(self.engine)
        self._processes: list[subprocess.Popen[bytes]] = []

    def worker(self) -> subprocess.Popen[bytes]:
        """Start a worker."""
        return self._start("worker")

    def web(self) -> subprocess.Popen[bytes]:
        """Start the web process and wait until it answers."""
        process = self._start("web", "--port", str(self.port))
        until(lambda: answers(f"{self.url}/healthz"), 30)
        return process

    def stop(self) -> None:
        """End what was started here."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(timeout=40)
        self._processes.clear()
        self.engine.dispose()

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, "-m", "app.cli", *arguments], env={**os.environ, **self.env})
        self._processes.append(process)
        return process


@contextmanager
def machine(*sandbox_arguments: str) -> Iterator[Machine]:
    """An instance for a while, beside a sandbox that does not wait for its disk."""
    with tempfile.TemporaryDirectory(prefix="qsbench") as folder:
        arguments = ("--fsync", "off", "--publish-delay", "0.2", *sandbox_arguments)
        with spawn(Path(folder) / "sandbox", 0, *arguments) as sandbox:
            made = Machine(Path(folder), sandbox)
            try:
                yield made
            finally:
                made.stop()


def until(true: Callable[[], bool], seconds: float, pause: float = 0.05) -> float:
    """Wait for a condition; returns the seconds it took. Raises TimeoutError."""
    started = time.monotonic()
    while not true():
        if time.monotonic() - started > seconds:
            raise TimeoutError(f"not within {seconds} s")
        time.sleep(pause)
    return time.monotonic() - started


def answers(url: str) -> bool:
    """Whether an address answers 200."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=2)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
