"""Runs `qunsheng` commands in processes of their own, forked from one that has imported everything already.

A child is the real command with its own environment, session and log file; only the second of imports is saved.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.orm import configure_mappers

PRELOADED = (
    "app.cli", "app.worker", "app.serving", "app.factory", "app.api", "app.callbacks", "app.links", "app.system", "app.web",
)
ROOT = Path(__file__).resolve().parents[2]


class Child:
    """One process. `status` is None while it lives, then as `Popen.returncode`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.status: int | None = None
        self._gone = threading.Event()

    def kill(self) -> bool:
        """SIGKILL to it and everything it started. False when it was dead already."""
        alive = self.status is None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._gone.wait(10)
        return alive

    def terminate(self) -> None:
        """Ask it to end; make it after ten seconds."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        self._gone.wait(10)
        self.kill()

    def wait(self, seconds: float) -> bool:
        """Whether it ended within `seconds`."""
        return self._gone.wait(seconds)

    def note_end(self, status: int) -> None:
        """The kernel said how it ended."""
        self.status = status
        self._gone.set()


class Nursery:
    """The parent of all children of one run of trials."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.trials.nursery"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )
        self._lock = threading.Lock()
        self._born: dict[int, Child] = {}
        self._answers: dict[int, threading.Event] = {}
        self._number = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)

    def start(self, arguments: Sequence[str], env: Mapping[str, str], log: Path) -> Child:
        """Start `qunsheng ARGUMENTS` with exactly this environment."""
        assert self._process.stdin is not None
        with self._lock:
            self._number += 1
            number = self._number
            answered = self._answers[number] = threading.Event()
            order = {"id": number, "argv": list(arguments), "env": dict(env), "log": str(log)}
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        if not answered.wait(30):
            raise RuntimeError("the nursery did not answer")
        return self._born[number]

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            if "pid" in said:
                self._born[said["id"]] = Child(said["pid"])
                self._answers[said["id"]].set()
            else:
                self._born[said["id"]].note_end(said["status"])


def main() -> None:
    """Fork a command for each line of standard input until it ends; then end every command."""
    for name in PRELOADED:
        importlib.import_module(name)
    configure_mappers()
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    os.set_blocking(reader, False)
    signal.set_wakeup_fd(writer)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    children: dict[int, int] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        selector.register(reader, selectors.EVENT_READ)
        rest = b""
        while True:
            for key, _ in selector.select():
                if key.fd == reader:
                    os.read(reader, 4096)
                    _bury(children)
                    continue
                heard = os.read(key.fd, 65536)
                if not heard:
                    for pid in children:
                        os.killpg(pid, signal.SIGKILL)
                    return
                *lines, rest = (rest + heard).split(b"\n")
                for line in lines:
                    _give_birth(json.loads(line), children)


def _give_birth(order: Mapping[str, Any], children: dict[int, int]) -> None:
    pid = os.fork()
    if pid == 0:
        _live(order)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.setpgid(pid, pid)
    children[pid] = order["id"]
    _say({"id": order["id"], "pid": pid})


def _live(order: Mapping[str, Any]) -> None:
    """The child: its own group, environment and output; never returns."""
    status = 1
    try:
        with contextlib.suppress(PermissionError):
            os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for target, source in ((0, nothing), (1, log), (2, log)):
            os.dup2(source, target)
        os.environ.clear()
        os.environ.update(order["env"])
        sys.argv = ["qunsheng", *order["argv"]]
        from app.cli import main as command

        command.main(args=list(order["argv"]), standalone_mode=False)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        if status and sys.exc_info()[0] is not None:
            sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        sys.stderr.flush()
        os._exit(status)


def _bury(children: dict[int, int]) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        number = children.pop(pid, None)
        if number is not None:
            _say({"id": number, "status": os.waitstatus_to_exitcode(status)})


def _say(said: Mapping[str, Any]) -> None:
    os.write(sys.stdout.fileno(), json.dumps(said).encode() + b"\n")


if __name__ == "__main__":
    main()
