"""One trial: break it as planned, let clean processes finish, look what the world saw."""

from __future__ import annotations

import json
import random
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.jobs import open_engine
from editorial.calendar.editions import Edition, EditionState
from editorial.vault import vault
from publishers.sandbox.running import Running
from publishers.sandbox.server import start
from tests.trials.checker import Findings, at_rest, examine
from tests.trials.nursery import Child, Nursery
from tests.trials.plans import Plan
from tests.trials.world import APP_ID, CALLBACK_TOKEN, SECRET, Builder, House

FINISH_SECONDS = 90.0
CRASH_SECONDS = 40.0
LONGEST_LIFE_SECONDS = 0.9
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)


@dataclass
class Outcome:
    """What became of one trial. `missed`: the crash point was never passed."""

    plan: Plan
    kills: int
    missed: bool
    findings: Findings
    folder: Path
    seconds: float


def run(plan: Plan, builder: Builder, nursery: Nursery, folder: Path, seed: int) -> Outcome:
    """Run one trial in `folder`; an innocent one leaves nothing behind."""
    began = time.monotonic()
    with ExitStack() as stack:
        sandbox = stack.enter_context(start(folder / "sandbox", publish_delay=0.05, fsync=False, clientmsgid_seconds=0.5))
        redis = stack.enter_context(Redis(folder / "redis")) if plan.redis else None
        house = builder.build(sandbox.url, **({"QUNSHENG_REDIS_URL": redis.url} if redis else {}))
        trial = _Trial(plan, house, nursery, sandbox, redis, random.Random(seed))  # noqa: S311
        for order in plan.faults:
            sandbox.fault(**order)
        try:
            trial.hurt()
            trial.finish()
            findings = trial.look()
        finally:
            trial.end()
    if not findings.faults:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(house.folder, ignore_errors=True)
    return Outcome(plan, trial.kills, trial.missed, findings, house.folder, time.monotonic() - began)


class Redis:
    """A real Redis server that keeps nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True)
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Redis:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @staticmethod
    def installed() -> bool:
        """Whether a Redis server can be started here."""
        return shutil.which("redis-server") is not None

    def start(self) -> None:
        """Start it; returns when it answers."""
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
             "--dir", str(self._folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        _wait(lambda: _accepts(self._port), 10)

    def kill(self) -> None:
        """SIGKILL: everything it knew is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def flush(self) -> None:
        """FLUSHALL."""
        from redis import Redis as Client

        Client.from_url(self.url).flushall()


class _Trial:
    def __init__(
        self, plan: Plan, house: House, nursery: Nursery, sandbox: Running, redis: Redis | None, dice: random.Random
    ) -> None:
        self._plan, self._house, self._nursery, self._sandbox, self._redis, self._dice = plan, house, nursery, sandbox, redis, dice
        self.kills, self.missed = 0, False
        self._children: list[Child] = []
        self._port = free_port() if plan.web else 0
        vault.open_with(SECRET)
        self._engine: Engine = open_engine(house.settings)
        if plan.web:
            house.env["QUNSHENG_PUBLIC_URL"] = f"http://127.0.0.1:{self._port}"
            sandbox.account(APP_ID, callback_url=f"{house.env['QUNSHENG_PUBLIC_URL']}/callbacks/wechat/1", token=CALLBACK_TOKEN)

    def hurt(self) -> None:
        """Let it happen."""
        if self._plan.web:
            web = self._web(self._plan.web_crash)
            if self._plan.web_crash:
                self._use_web_until_it_dies(web)
            else:
                self._schedule()
        if self._plan.crash:
            self._worker_dies_at(self._plan.crash)
        for _ in range(self._plan.kills):
            self._someone_dies()
        if self._redis is not None:
            self._hurt_redis(self._redis)

    def finish(self) -> None:
        """A clean worker brings everything to its end."""
        self._start(["worker"])
        deadline = time.monotonic() + FINISH_SECONDS
        while time.monotonic() < deadline:
            with Session(self._engine) as session:
                if at_rest(session):
                    break
            time.sleep(0.05)
        for child in self._children:
            child.terminate()

    def look(self) -> Findings:
        """The verdict."""
        with Session(self._engine) as session:
            found = examine(session, self._sandbox.effects())
            planned = session.get_one(Edition, self._house.facts.planned)
            if self._plan.web and planned.state == EditionState.PLANNED:
                found.lost.append("what was scheduled and answered with success is not scheduled")
            return found

    def end(self) -> None:
        """Leave no process behind."""
        for child in self._children:
            child.kill()
        self._engine.dispose()

    def _worker_dies_at(self, point: str) -> None:
        worker = self._start(["worker"], crash=point)
        deadline = time.monotonic() + CRASH_SECONDS
        while not worker.wait(0.05):
            with Session(self._engine) as session:
                resting = at_rest(session)
            if time.monotonic() > deadline or (resting and not worker.wait(0.5)):
                self.missed = True
                worker.terminate()
                return
        worker.kill()
        self.kills += 1

    def _someone_dies(self) -> None:
        """The worker at a random moment; with web processes about, now and then they too."""
        worker = self._start(["worker"])
        worker.wait(self._dice.uniform(0.02, LONGEST_LIFE_SECONDS) + (2.0 if self._redis else 0.0))
        self.kills += worker.kill()
        if self._plan.web and self._dice.random() < 0.5:
            self.kills += self._children.pop(0).kill()
            _wait(lambda: not _accepts(self._port), 10)
            self._web()

    def _hurt_redis(self, redis: Redis) -> None:
        if self._plan.redis == "steady":
            return
        worker = self._start(["worker"])
        for _ in range(3):
            worker.wait(self._dice.uniform(0.2, 1.2))
            if self._plan.redis == "flushed":
                redis.flush()
            else:
                redis.kill()
                self.kills += 1
                worker.wait(self._dice.uniform(0.1, 1.0))
                redis.start()
        worker.kill()
        self.kills += 1

    def _use_web_until_it_dies(self, web: Child) -> None:
        """Schedule and upload over HTTP; the process dies under us, and what we asked for we ask for again."""
        self.missed = not self._dies_when_asked()
        web.kill()
        self.kills += not self.missed
        self._children.remove(web)
        # gunicorn's own child holds the port a moment longer than its parent.
        _wait(lambda: not _accepts(self._port), 10)
        self._web()
        self._schedule()
        self._upload()

    def _dies_when_asked(self) -> bool:
        for ask in (self._schedule, self._upload):
            try:
                ask()
            except OSError:
                return True
        return False

    def _schedule(self) -> None:
        """Schedule the planned edition for now. 409: an earlier asking was heard, and it has left already."""
        body = json.dumps({"publish_at": datetime.now(UTC).isoformat()}).encode()
        self._call("PUT", f"/api/v1/editions/{self._house.facts.planned}/slot", body, "application/json", also=(409,))

    def _upload(self) -> None:
        """A picture whose upload was answered is there."""
        line = "trial"
        body = (
            f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        ).encode() + PNG + f"\r\n--{line}--\r\n".encode()
        said = self._call("POST", "/api/v1/assets", body, f"multipart/form-data; boundary={line}", role="desk_editor")
        self._call("GET", json.loads(said)["url"], None, "", role="desk_editor")

    def _call(
        self, method: str, path: str, body: bytes | None, content_type: str, *, role: str = "publisher", also: tuple[int, ...] = ()
    ) -> bytes:
        headers = {"Authorization": f"Bearer {self._house.facts.tokens[role]}"} | ({"Content-Type": content_type} if body else {})
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}{path}", body, headers, method=method)  # noqa: S310
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=20) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            if error.code in also:
                return b""
            raise AssertionError(f"{method} {path}: {error.code} {error.read()[:300]!r}") from None

    def _web(self, crash: str = "") -> Child:
        child = self._start(["web", "--port", str(self._port)], crash=crash, first=True)
        _wait(lambda: _healthy(self._port), 30)
        return child

    def _start(self, arguments: list[str], *, crash: str = "", first: bool = False) -> Child:
        env = self._house.env | ({"QUNSHENG_CRASH_AT": crash} if crash else {})
        child = self._nursery.start(arguments, env, self._house.folder / f"{arguments[0]}.log")
        self._children.insert(0 if first else len(self._children), child)
        return child


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _accepts(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _healthy(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as line:
        line.sendall(b"GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        return line.recv(64).split(b" ")[1:2] == [b"200"]
    return False


def _wait(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not come up")
        time.sleep(0.02)
