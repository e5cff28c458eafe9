"""One process that is kept alive: its start, its deaths, its next start."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

QUICK_DEATH_SECONDS = 2.0
FREE_RESTARTS = 5
LONGEST_PAUSE_SECONDS = 30.0
_PR_SET_PDEATHSIG = 1


class Process(Protocol):
    """A started child; `subprocess.Popen` is one."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None:
        """The exit status once it has ended (negative: the signal that ended it), else nothing."""

    def terminate(self) -> None:
        """SIGTERM."""

    def kill(self) -> None:
        """SIGKILL."""


@dataclass(frozen=True)
class Child:
    """One process to keep alive: its name, its command line, its whole environment (None: ours)."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None

    def begin(self) -> Process:
        """Start it, in a session of its own: Ctrl-C in the terminal reaches only us, and we end the children in order."""
        return subprocess.Popen(list(self.argv), env=self.env, start_new_session=True, preexec_fn=die_with(os.getpid()))


@dataclass
class Kept:
    """One child and its history. Its process id stands in `run_dir/NAME.pid`."""

    child: Child
    run_dir: Path
    process: Process | None = None
    starts: int = 0
    quick_deaths: int = 0
    started_at: float = 0.0
    start_again_at: float = 0.0

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def seconds_to_start(self) -> float:
        """How long this child still has to wait for its next start."""
        return max(0.0, self.start_again_at - time.monotonic())

    def start(self) -> None:
        """Start it now."""
        self.process = self.child.begin()
        self.starts += 1
        self.started_at = time.monotonic()
        write_pid(self._pid_file, self.process.pid)

    def tend(self) -> None:
        """Notice a death, and start again when it is time."""
        if self.process is not None:
            status = self.process.poll()
            if status is None:
                return
            self._note_death(status)
            self.process = None
        if self.seconds_to_start == 0.0:
            self.start()

    def ask_to_end(self) -> None:
        """SIGTERM: finish what is under way, then go."""
        if self.process is not None and self.alive:
            self.process.terminate()

    def kill(self) -> None:
        """SIGKILL: go."""
        if self.process is not None and self.alive:
            self.process.kill()

    def forget(self) -> None:
        """Take the pid file away."""
        self._pid_file.unlink(missing_ok=True)

    @property
    def _pid_file(self) -> Path:
        return self.run_dir / f"{self.child.name}.pid"

    def _note_death(self, status: int) -> None:
        quick = time.monotonic() - self.started_at < QUICK_DEATH_SECONDS
        self.quick_deaths = self.quick_deaths + 1 if quick else 0
        pause = restart_pause(self.quick_deaths)
        self.start_again_at = time.monotonic() + pause
        say(f"{self.child.name} {_manner(status)}; starting it again" + (f" in {pause:.0f} s" if pause >= 1 else ""))


def restart_pause(quick_deaths: int) -> float:
    """Seconds to wait before the next start after so many quick deaths in a row."""
    if quick_deaths <= FREE_RESTARTS:
        return 0.0
    return min(LONGEST_PAUSE_SECONDS, 2.0 ** (quick_deaths - FREE_RESTARTS - 1))


def write_pid(path: Path, pid: int) -> None:
    """Replace `path` as a whole: a reader never sees half a number."""
    fresh = path.with_suffix(".new")
    fresh.write_text(f"{pid}\n")
    fresh.replace(path)


def say(sentence: str) -> None:
    """Tell whoever started us."""
    print(f"qunsheng: {sentence}", file=sys.stderr, flush=True)


def _manner(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    return f"was ended by {signal.Signals(-status).name}"


def die_with(parent: int) -> Callable[[], None]:
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
