"""Start the processes of one machine, watch them, end them together.

Which processes there are is decided in `starting`; what they do, in themselves. No threads here: children are forked.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from app.children import Child, Kept, say, write_pid

__all__ = ["Child", "supervise"]

GRACE_SECONDS = 25.0
STARTS_BEFORE_READY = 5


def supervise(children: Sequence[Child], run_dir: Path, ready_url: str, on_ready: Callable[[], None]) -> int:
    """Run `children` until SIGTERM, SIGINT or SIGHUP; call `on_ready` once when `ready_url` first answers 200.

    A dead child is started again at once, after repeated quick deaths with growing pauses. Process ids stand in
    `run_dir/NAME.pid` and `run_dir/up.pid`. Returns the exit status: 0 after an orderly end, 1 if a child had to be
    killed or never became ready, or if another supervisor holds `run_dir`.
    """
    run_dir.mkdir(parents=True, exist_ok=True)
    with _sole_holder(run_dir) as alone:
        if not alone:
            say("already running here: stop it first, or choose another QUNSHENG_INSTANCE")
            return 1
        with _signals() as signals:
            return _Watch([Kept(child, run_dir) for child in children], signals, ready_url, on_ready).run()


class _Watch:
    """The loop over all children."""

    def __init__(self, kept: list[Kept], signals: _Signals, ready_url: str, on_ready: Callable[[], None]) -> None:
        self._kept = kept
        self._signals = signals
        self._ready_url = ready_url
        self._on_ready = on_ready
        self._ready = False

    def run(self) -> int:
        for kept in self._kept:
            kept.start()
        while not self._signals.stop:
            for kept in self._kept:
                kept.tend()
            if not self._ready and not self._look_whether_ready():
                return self._end(failed=True)
            self._signals.wait(self._pause())
        return self._end(failed=False)

    def _look_whether_ready(self) -> bool:
        """False when there is no hope left."""
        if _answers(self._ready_url):
            self._ready = True
            self._on_ready()
            return True
        hopeless = [kept.child.name for kept in self._kept if kept.starts > STARTS_BEFORE_READY]
        for name in hopeless:
            say(f"{name} ended {STARTS_BEFORE_READY} times before all was ready: giving up; what it said stands above")
        return not hopeless

    def _pause(self) -> float:
        """Seconds until something may have to be done without a signal."""
        if not self._ready:
            return 0.1
        return min([1.0, *(kept.seconds_to_start for kept in self._kept if kept.process is None)])

    def _end(self, failed: bool) -> int:
        stops_asked = self._signals.stops
        for kept in self._kept:
            kept.ask_to_end()
        deadline = time.monotonic() + GRACE_SECONDS
        while any(kept.alive for kept in self._kept):
            if time.monotonic() > deadline or self._signals.stops > stops_asked:
                failed = True
                for kept in self._kept:
                    kept.kill()
            self._signals.wait(0.1)
        for kept in self._kept:
            kept.forget()
        return 1 if failed else 0


class _Signals:
    """Signals as something one can wait for, without a race between looking and sleeping."""

    def __init__(self, reader: socket.socket) -> None:
        self._reader = reader
        self.stops = 0

    @property
    def stop(self) -> bool:
        return self.stops > 0

    def wait(self, seconds: float) -> None:
        """Until a signal comes, at most `seconds`."""
        if select.select([self._reader], [], [], seconds)[0]:
            self._reader.recv(4096)

    def on_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stops += 1


@contextmanager
def _signals() -> Iterator[_Signals]:
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    signals = _Signals(reader)
    stops = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.signal(number, signals.on_stop) for number in stops}
    before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
    wake_before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    try:
        yield signals
    finally:
        signal.set_wakeup_fd(wake_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        reader.close()
        writer.close()


@contextmanager
def _sole_holder(run_dir: Path) -> Iterator[bool]:
    """Whether we are the only supervisor of this folder; the kernel forgets the lock with the process."""
    with (run_dir / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        pid_file = run_dir / "up.pid"
        write_pid(pid_file, os.getpid())
        try:
            yield True
        finally:
            pid_file.unlink(missing_ok=True)


def _answers(url: str) -> bool:
    """Whether `url` (plain http) answers 200 within half a second."""
    parts = urlsplit(url)
    request = f"GET {parts.path or '/'} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n"
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 80), timeout=0.5) as connection:
            connection.sendall(request.encode("ascii"))
            return connection.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False
