"""Start the processes of one machine, watch them, end them together. Light: nothing but the standard library.

Which processes there are is decided in `cli`; what they do, in themselves.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

QUICK_DEATH_SECONDS = 2.0
FREE_RESTARTS = 5
LONGEST_PAUSE_SECONDS = 30.0
GRACE_SECONDS = 25.0
STARTS_BEFORE_READY = 5
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Child:
    """One process to keep alive: its name, its command line, its whole environment (None: ours)."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None


def supervise(children: Sequence[Child], run_dir: Path, ready_url: str, on_ready: Callable[[], None]) -> int:
    """Run `children` until SIGTERM, SIGINT or SIGHUP; call `on_ready` once when `ready_url` first answers 200.

    A dead child is started again at once, after repeated quick deaths with growing pauses. Process ids stand in
    `run_dir/NAME.pid` and `run_dir/up.pid`. Returns the exit status: 0 after an orderly end, 1 if a child had to be
    killed, never became ready, or another supervisor holds `run_dir`.
    """
    run_dir.mkdir(parents=True, exist_ok=True)
    with _sole_holder(run_dir) as alone:
        if not alone:
            _say("already running here: stop it first, or choose another QUNSHENG_INSTANCE")
            return 1
        with _signals() as signals:
            return _Watch([_Kept(child, run_dir) for child in children], signals, ready_url, on_ready).run()


class _Watch:
    """The loop over all children."""

    def __init__(self, kept: list[_Kept], signals: _Signals, ready_url: str, on_ready: Callable[[], None]) -> None:
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
            _say(f"{name} ended {STARTS_BEFORE_READY} times before it was ready: giving up; its last words stand above")
        return not hopeless

    def _pause(self) -> float:
        """Seconds until something may have to be done without a signal."""
        if not self._ready:
            return 0.1
        return min([1.0, *(kept.seconds_to_start for kept in self._kept if kept.process is None)])

    def _end(self, failed: bool) -> int:
        stops_asked = self._signals.count
        for kept in self._kept:
            kept.ask_to_end()
        deadline = time.monotonic() + GRACE_SECONDS
        while any(kept.alive for kept in self._kept):
            if time.monotonic() > deadline or self._signals.count > stops_asked:
                failed = True
                for kept in self._kept:
                    kept.kill()
            self._signals.wait(0.1)
        for kept in self._kept:
            kept.pid_file.unlink(missing_ok=True)
        return 1 if failed else 0


@dataclass
class _Kept:
    """One child and its history."""

    child: Child
    run_dir: Path
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    quick_deaths: int = 0
    started_at: float = 0.0
    start_again_at: float = field(default=0.0)

    @property
    def pid_file(self) -> Path:
        return self.run_dir / f"{self.child.name}.pid"

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def seconds_to_start(self) -> float:
        return max(0.0, self.start_again_at - time.monotonic())

    def start(self) -> None:
        # A session of its own: Ctrl-C in the terminal reaches only us, and we end the children in order.
        self.process = subprocess.Popen(
            list(self.child.argv), env=self.child.env, start_new_session=True, preexec_fn=_die_with(os.getpid())
        )
        self.starts += 1
        self.started_at = time.monotonic()
        _write_pid(self.pid_file, self.process.pid)

    def tend(self) -> None:
        """Notice a death, and start again when it is time."""
        if self.alive:
            return
        if self.process is not None:
            self._note_death(self.process.returncode)
            self.process = None
        if self.seconds_to_start == 0.0:
            self.start()

    def ask_to_end(self) -> None:
        if self.process is not None and self.alive:
            self.process.terminate()

    def kill(self) -> None:
        if self.process is not None and self.alive:
            self.process.kill()

    def _note_death(self, status: int) -> None:
        quick = time.monotonic() - self.started_at < QUICK_DEATH_SECONDS
        self.quick_deaths = self.quick_deaths + 1 if quick else 0
        pause = restart_pause(self.quick_deaths)
        self.start_again_at = time.monotonic() + pause
        _say(f"{self.child.name} {_manner(status)}; starting it again" + (f" in {pause:.0f} s" if pause >= 1 else ""))


def restart_pause(quick_deaths: int) -> float:
    """Seconds to wait before the next start after so many quick deaths in a row."""
    if quick_deaths <= FREE_RESTARTS:
        return 0.0
    return min(LONGEST_PAUSE_SECONDS, 2.0 ** (quick_deaths - FREE_RESTARTS - 1))


def _manner(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    return f"was ended by {signal.Signals(-status).name}"


def _die_with(parent: int) -> Callable[[], None]:
    """What a child does before it becomes its program: ask the kernel for SIGTERM should we be killed (Linux only)."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        # We may have died between the fork and the request above.
        if os.getppid() != parent:
            os._exit(1)

    return ask


class _Signals:
    """Signals as something one can wait for, without a race between looking and sleeping."""

    def __init__(self, reader: socket.socket) -> None:
        self._reader = reader
        self.stop = False
        self.count = 0

    def wait(self, seconds: float) -> None:
        """Until a signal comes, at most `seconds`."""
        if select.select([self._reader], [], [], seconds)[0]:
            self._reader.recv(4096)

    def on_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stop = True
        self.count += 1


@contextmanager
def _signals() -> Iterator[_Signals]:
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)
    signals = _Signals(reader)
    before = {number: signal.signal(number, signals.on_stop) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
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
        _write_pid(pid_file, os.getpid())
        try:
            yield True
        finally:
            pid_file.unlink(missing_ok=True)


def _write_pid(path: Path, pid: int) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(f"{pid}\n")
    fresh.replace(path)


def _answers(url: str) -> bool:
    """Whether `url` (plain http) answers 200 within half a second. No HTTP library: it would outweigh all the rest."""
    parts = urlsplit(url)
    request = f"GET {parts.path or '/'} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n"
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 80), timeout=0.5) as connection:
            connection.sendall(request.encode("ascii"))
            return connection.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


def _say(sentence: str) -> None:
    print(f"qunsheng: {sentence}", file=sys.stderr, flush=True)
