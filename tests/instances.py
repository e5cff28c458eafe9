"""A whole instance for journeys: `qunsheng up` as a person would start it, on a free port, with its own folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from app.config import from_env
from app.writing import writing
from editorial.people import credentials, people
from tests.factories import NAMES

REPOSITORY = Path(__file__).resolve().parent.parent
PASSWORD = "a long enough password"
PHONE_AGENT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
    "MicroMessenger/8.0.50 Language/zh_CN"
)
CONNECTORS: list[dict[str, Any]] = [
    *({"kind": "wecom_robot", "key": f"693a91f6-0000-4bc4-97a0-0ec2sifa5aa{n}"} for n in range(3)),
    *({"kind": "dingtalk_robot", "access_token": f"{n}" * 64, "secret": "SEC" + "b" * 61} for n in range(3)),
    *({"kind": "feishu_robot", "hook": f"ca771ae1-d3f2-4c1e-8c1e-0123456789a{n}"} for n in range(3)),
    *({"kind": "share_kit"} for _ in range(3)),
]
ROLES = ("contributor", "desk_editor", "department_head", "editor_in_chief", "publisher", "operator", "admin")


@dataclass
class Instance:
    """A running instance. `tokens` holds an API token for one person of each role."""

    url: str
    folder: Path
    env: dict[str, str]
    process: subprocess.Popen[bytes]
    tokens: dict[str, str]

    def call(self, role: str, method: str, path: str, **words: Any) -> requests.Response:
        """One API call as the person of `role`."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}", **words.pop("headers", {})}
        return requests.request(method, f"{self.url}/api/v1{path}", headers=headers, timeout=20, **words)

    def done(self, role: str, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One API call that must succeed; its answer."""
        answer = self.call(role, method, path, json=body)
        assert answer.ok, (path, answer.status_code, answer.text)
        said: dict[str, Any] = answer.json()
        return said

    def run(self, *arguments: str, stdin: str = "") -> str:
        """One command of this instance; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments], env=self.env, cwd=REPOSITORY, input=stdin, text=True,
            capture_output=True, check=True, timeout=60,
        )
        return done.stdout.strip()

    def pid(self, name: str) -> int:
        """The process id of `up`, `web` or `worker`."""
        return int((self.folder / "run" / f"{name}.pid").read_text())

    def kill(self, name: str) -> None:
        """SIGKILL a process; the supervisor starts it again."""
        os.kill(self.pid(name), signal.SIGKILL)

    def wait_ready(self, seconds: float = 90) -> None:
        """Until /readyz answers 200."""
        wait_until(lambda: _status(f"{self.url}/readyz") == 200, seconds)


@contextmanager
def running(folder: Path, *arguments: str, **settings: str) -> Iterator[Instance]:
    """`qunsheng up` with `settings` added to the environment, ended in an orderly way; with `--demo`, once it is full."""
    port = free_port()
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("QUNSHENG_")},
        "QUNSHENG_INSTANCE": str(folder), **settings,
    }
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "up", "--port", str(port), *arguments], env=env, cwd=REPOSITORY, stderr=said,
        )
        instance = Instance(f"http://127.0.0.1:{port}", folder, env, process, {})
        try:
            instance.wait_ready()
            # The pages answer before the demo company has moved in; what is printed at the end says that it has.
            wait_until(lambda: b"ready at" in os.pread(said.fileno(), 1 << 20, 0), 240)
            yield instance
        finally:
            process.terminate()
            process.wait(timeout=40)
            print(os.pread(said.fileno(), 1 << 20, 0).decode("utf-8", "replace"), file=sys.stderr)


def with_people(instance: Instance) -> None:
    """One person of each role, with a token and a password; the first by the command, the others as the command does it."""
    first, *others = ROLES
    instance.tokens[first] = instance.run(
        "person", "add", "--email", f"{first}@example.com", "--name", NAMES[first], "--role", first, "--department", "制造部",
        "--password-stdin", "--token", stdin=f"{PASSWORD}\n",
    )
    with writing(from_env(instance.env)) as session:
        for role in others:
            person = people.add(session, email=f"{role}@example.com", name=NAMES[role], roles=[role], department="制造部")
            credentials.set_password(session, person, PASSWORD, by=None)
            instance.tokens[role] = credentials.create_token(session, person)


def platforms_at(url: str) -> dict[str, str]:
    """Settings that lead every platform's calls to `url`."""
    return {f"QUNSHENG_{name}_API": url for name in ("WECHAT", "WECOM", "DINGTALK", "DINGTALK_NEW", "FEISHU")}


def twelve_groups(instance: Instance) -> list[str]:
    """Twelve groups on four kinds of connectors, and one official account; returns the slugs."""
    instance.done("admin", "POST", "/accounts", {
        "name": "澄江机电", "account_type": "subscription", "app_id": "wx0123456789abcdef", "app_secret": "right",
    })
    return [_group(instance, number, connector) for number, connector in enumerate(CONNECTORS)]


def _group(instance: Instance, number: int, connector: dict[str, Any]) -> str:
    made = instance.done("operator", "POST", "/groups", {
        "name": f"第{number + 1}车间群", "slug": f"group-{number}", "kind": "training", "connector": connector,
    })
    return str(made["slug"])


def wait_until(condition: Any, seconds: float = 20, every: float = 0.1) -> Any:
    """The first true value of `condition`. Raises AssertionError when it stays false."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(every)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _status(url: str) -> int:
    try:
        return requests.get(url, timeout=2).status_code
    except requests.RequestException:
        return 0
