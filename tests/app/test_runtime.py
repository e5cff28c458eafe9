"""The supervisor with real children and real kills."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.children import FREE_RESTARTS, LONGEST_PAUSE_SECONDS, restart_pause

ROOT = Path(__file__).resolve().parents[2]
SERVER = """
import http.server, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404); self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer.allow_reuse_address = True
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""
SUPERVISOR = """
import sys
from pathlib import Path
from app.children import Child
from app.forks import ForkedChild
from app.runtime import supervise
manner, run_dir, port, server, worker = sys.argv[1], Path(sys.argv[2]), *sys.argv[3:]
def child(name, code, *words):
    if manner == "spawned":
        return Child(name, [sys.executable, "-c", code, *words])
    return ForkedChild(name, ["qunsheng", *words], {"IN": name}, main=lambda: exec(code, {}))
children = [child("web", server, port), child("worker", worker)]
sys.exit(supervise(children, run_dir, f"http://127.0.0.1:{port}/readyz", lambda: print("READY", flush=True)))
"""
SLEEPER = "import time; time.sleep(600)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"


class House:
    """One running supervisor."""

    def __init__(self, manner: str, run_dir: Path, port: int, worker: str = SLEEPER, server: str = SERVER) -> None:
        self.run_dir = run_dir
        self.up = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, manner, str(run_dir), str(port), server, worker],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )

    def wait_ready(self) -> None:
        assert self.up.stdout is not None
        assert self.up.stdout.readline() == "READY\n"

    def pid(self, name: str) -> int:
        return int((self.run_dir / f"{name}.pid").read_text())

    def end(self) -> None:
        if self.up.poll() is None:
            self.up.terminate()
            try:
                self.up.wait(5)
            except subprocess.TimeoutExpired:
                self.up.kill()
        self.up.communicate()


@pytest.fixture(params=["spawned", "forked"])
def start(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., House]]:
    """Every test with children that become a program, and with children that are forked from the program."""
    houses: list[House] = []

    def _start(worker: str = SLEEPER, server: str = SERVER) -> House:
        houses.append(House(request.param, tmp_path / "run", _free_port(), worker, server))
        return houses[-1]

    yield _start
    for house in houses:
        house.end()


def test_says_ready_once_and_writes_every_pid(start: Callable[..., House]) -> None:
    house = start()
    house.wait_ready()
    assert house.pid("up") == house.up.pid
    assert _lives(house.pid("web")) and _lives(house.pid("worker"))


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_killed_child_is_back_within_a_second(start: Callable[..., House], name: str) -> None:
    house = start()
    house.wait_ready()
    for _ in range(3):
        old = house.pid(name)
        killed_at = time.monotonic()
        os.kill(old, signal.SIGKILL)
        _until(lambda old=old: house.pid(name) != old and _lives(house.pid(name)))
        assert time.monotonic() - killed_at < 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_an_orderly_end_ends_all_and_leaves_no_pid_file(start: Callable[..., House], number: signal.Signals) -> None:
    house = start()
    house.wait_ready()
    pids = [house.pid("web"), house.pid("worker")]
    house.up.send_signal(number)
    assert house.up.wait(10) == 0
    assert not any(_lives(pid) for pid in pids)
    assert list(house.run_dir.glob("*.pid")) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells children of a parent's death")
def test_a_killed_supervisor_leaves_no_orphans_and_can_start_again(start: Callable[..., House]) -> None:
    house = start()
    house.wait_ready()
    pids = [house.pid("web"), house.pid("worker")]
    house.up.kill()
    house.up.wait()
    _until(lambda: not any(_lives(pid) for pid in pids))
    again = start()
    again.wait_ready()
    assert again.pid("up") == again.up.pid


def test_a_second_stop_kills_what_does_not_listen(start: Callable[..., House]) -> None:
    house = start(STUBBORN)
    house.wait_ready()
    stubborn = house.pid("worker")
    _until(lambda: _ignores_term(stubborn))
    web = house.pid("web")
    house.up.terminate()
    _until(lambda: not _lives(web))
    assert _lives(stubborn)
    house.up.terminate()
    assert house.up.wait(10) == 1
    assert not _lives(stubborn)


def test_gives_up_when_a_child_never_gets_ready(start: Callable[..., House]) -> None:
    house = start(server="raise SystemExit(3)")
    said, complaints = house.up.communicate(timeout=20)
    assert house.up.returncode == 1
    assert said == ""
    assert "web ended with status 3" in complaints and "giving up" in complaints


def test_two_supervisors_of_one_folder(start: Callable[..., House]) -> None:
    first = start()
    first.wait_ready()
    second = start()
    assert second.up.wait(10) == 1
    assert first.pid("up") == first.up.pid and _lives(first.pid("web"))


def test_pauses_grow_only_after_repeated_quick_deaths() -> None:
    pauses = [restart_pause(deaths) for deaths in range(20)]
    assert pauses[: FREE_RESTARTS + 1] == [0.0] * (FREE_RESTARTS + 1)
    assert pauses[FREE_RESTARTS + 1] == 1.0
    assert pauses == sorted(pauses) and pauses[-1] == LONGEST_PAUSE_SECONDS


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
def test_a_forked_child_keeps_nothing_of_its_parent_but_the_memory(tmp_path: Path) -> None:
    house = House("forked", tmp_path / "run", _free_port())
    try:
        house.wait_ready()
        worker = Path(f"/proc/{house.pid('worker')}")
        assert not [fd for fd in (worker / "fd").iterdir() if int(fd.name) > 2], "files of the parent are open"
        assert os.getsid(house.pid("worker")) == house.pid("worker")
        assert (worker / "cmdline").read_bytes().rstrip(b"\0") == b"qunsheng"
        for name in ("SigCgt", "SigBlk"):
            assert not _signals_of(house.pid("worker"), name) & {signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD}
    finally:
        house.end()


def _lives(pid: int) -> bool:
    """Alive and not a zombie that nobody has collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _ignores_term(pid: int) -> bool:
    return signal.SIGTERM in _signals_of(pid, "SigIgn")


def _signals_of(pid: int, mask: str) -> set[int]:
    """The signals in one of the masks of `/proc/PID/status`: caught, ignored, blocked."""
    status = Path(f"/proc/{pid}/status").read_text()
    bits = int(next(line for line in status.splitlines() if line.startswith(mask)).split()[1], 16)
    return {number for number in range(1, 65) if bits >> (number - 1) & 1}


def _until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
