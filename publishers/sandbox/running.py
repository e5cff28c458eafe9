"""A handle on a running sandbox, for tests, trials and the demo."""

from __future__ import annotations

import base64
import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit


class Running:
    """`url` is the base address of every platform; `stop()` ends it."""

    def __init__(self, url: str, stop: Callable[[], None], process: subprocess.Popen[str] | None = None) -> None:
        self.url, self.stop, self.process = url, stop, process

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def fault(self, path: str, act: str, **order: Any) -> None:
        """Order a fault; the fields are those of faults.Fault."""
        self.control("POST", "faults", {"path": path, "act": act, **order})

    def faults(self) -> list[dict[str, Any]]:
        """The orders not yet used up."""
        return list(self.control("GET", "faults")["faults"])

    def effects(self, kind: str = "", since: int = 0) -> list[dict[str, Any]]:
        """The logged effects after number `since`, oldest first."""
        return list(self.control("GET", f"effects?{urlencode({'kind': kind, 'since': since})}")["effects"])

    def calls(self, path: str = "", since: float = 0.0) -> list[dict[str, Any]]:
        """The calls received after `since` (epoch seconds)."""
        return list(self.control("GET", f"calls?{urlencode({'path': path, 'since': since})}")["calls"])

    def account(self, app_id: str, **values: Any) -> None:
        """Register or change an account."""
        self.control("POST", "accounts", {"app_id": app_id, **values})

    def chat(self, platform: str, key: str, **values: Any) -> None:
        """Register or change a group chat."""
        self.control("POST", "chats", {"platform": platform, "key": key, **values})

    def settings(self, **values: Any) -> dict[str, Any]:
        """Change settings; returns all of them."""
        return self.control("POST", "settings", values)

    def clock(self, *, at: float | str | None = None, forward: float = 0.0) -> float:
        """Move the platforms' clock to an instant (epoch seconds, or ISO 8601 with offset), or by seconds; the new time."""
        body: dict[str, Any] = {"forward": forward} if at is None else {"at": at}
        return float(self.control("POST", "clock", body)["now"])

    def scan(self, config_id: str, *, at: float) -> None:
        """Let somebody join a customer group by a code, at an instant in epoch seconds."""
        self.control("POST", "joins", {"config_id": config_id, "at": at})

    def reset(self, *, keep: bool = False) -> None:
        self.control("POST", "reset", {"keep": keep})

    def mail_port(self) -> int:
        """Where the mail server listens."""
        return int(self.control("GET", "mail")["port"])

    def imap_port(self) -> int:
        """Where the mailbox is read."""
        return int(self.control("GET", "mail")["imap"])

    def drop_in(self, content: bytes) -> int:
        """Put a mail into the mailbox; its number."""
        return int(self.control("POST", "mail", {"content": base64.b64encode(content).decode()})["number"])

    def wait_for(self, kind: str, number: int = 1, seconds: float = 10.0) -> list[dict[str, Any]]:
        """Wait until there are `number` effects of `kind`. Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while len(found := self.effects(kind)) < number:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(found)} of {number} {kind} after {seconds} s")
            time.sleep(0.02)
        return found

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One control call. Raises ValueError with the sandbox's words when it is refused."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        try:
            data = json.dumps(body).encode() if body is not None else None
            connection.request(method, f"/_sandbox/{path}", data, {"Content-Type": "application/json"})
            response = connection.getresponse()
            said: dict[str, Any] = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:
            raise ValueError(said.get("error", "refused"))
        return said


def spawn(state: Path, port: int = 0, *arguments: str) -> Running:
    """Start `python -m publishers.sandbox` as a process of its own; `.process` can be killed."""
    command = [sys.executable, "-m", "publishers.sandbox", "--port", str(port), "--state", str(state), *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    if not url:
        raise RuntimeError("the sandbox did not start")

    def stop() -> None:
        process.terminate()
        process.wait(timeout=10)

    return Running(url, stop, process)
