"""Memory of everything `up` starts, after a while without work: each page of memory counted once (PSS)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.machine import answers, free_port, until
from tests.bench.measures import heading, report

IDLE_SECONDS = 20.0
BUDGET = 250.0
READY_BUDGET = 5.0
MEGA = 1024.0


def run() -> None:
    """Start twice: the second start, with everything there, is the one that is timed."""
    heading("All processes at rest")
    with tempfile.TemporaryDirectory(prefix="qsbench") as folder:
        _move_in(folder)
        stop, root, seconds = _started(folder)
        try:
            report("`up --demo` → ready", f"{seconds:.1f} s   budget {READY_BUDGET:.0f} s", seconds <= READY_BUDGET)
            time.sleep(IDLE_SECONDS)
            found = [(_name(pid), _pss(pid)) for pid in (root, *_below(root))]
        finally:
            stop()
    for name, size in found:
        report(name, f"{size:6.1f} MB")
    total = sum(size for _, size in found)
    report("together", f"{total:6.1f} MB   budget {BUDGET:.0f} MB", total <= BUDGET)


def _move_in(folder: str) -> None:
    """The first start, until the demo company lives there: an earlier end would leave that to the second."""
    process = _up(folder, free_port(), stderr=subprocess.PIPE)
    assert process.stderr is not None
    while b"ready at" not in process.stderr.readline():
        assert process.poll() is None, "did not start"
    process.terminate()
    process.communicate(timeout=60)


def _up(folder: str, port: int, stderr: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", "up", "--demo", "--port", str(port)],
        env={**os.environ, "QUNSHENG_INSTANCE": folder}, stdout=subprocess.DEVNULL, stderr=stderr,
    )


def _started(folder: str):  # type: ignore[no-untyped-def]
    port = free_port()
    started = time.monotonic()
    process = _up(folder, port)

    def stop() -> None:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)

    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/readyz"), 180)
    except TimeoutError:
        stop()
        raise
    return stop, process.pid, time.monotonic() - started


def _below(pid: int) -> list[int]:
    """All descendants of a process."""
    children = [int(word) for task in Path(f"/proc/{pid}/task").iterdir() for word in (task / "children").read_text().split()]
    return [found for child in children for found in (child, *_below(child))]


def _name(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ").strip()[-40:]


def _pss(pid: int) -> float:
    """Megabytes."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / MEGA
    return 0.0
