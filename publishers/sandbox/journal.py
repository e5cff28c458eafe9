"""Every call that came in, with time and path and without secrets; the daily counters come from it."""

from __future__ import annotations

import json
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from publishers.sandbox import chinatime
from publishers.sandbox.wechat.desk import Usage

HOOK = "/open-apis/bot/v2/hook/"
NAMED = (HOOK, "/hooks/", "/others/")


class Journal:
    """An append-only list in memory and on disk. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self.entries: list[dict[str, Any]] = []
        if path.exists():
            with path.open(encoding="utf-8") as lines:
                self.entries = [json.loads(line) for line in lines if line.endswith("\n")]
        self._file = path.open("a", encoding="utf-8")

    def write(self, entry: dict[str, Any]) -> None:
        with self._lock:
            self.entries.append(entry)
            self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            self._file.flush()

    def read(self, path: str = "", since: float = 0.0) -> list[dict[str, Any]]:
        """Calls of `path` (all when empty) received after `since`, in the order of their answers."""
        with self._lock:
            return [e for e in self.entries if e["at"] > since and path in ("", e["path"])]

    def usage(self, at: float) -> Usage:
        """Calls by account and path on the day (in China) of `at`."""
        today = chinatime.day(at)
        with self._lock:
            entries = [e for e in self.entries if e.get("app_id") and chinatime.day(e["at"]) == today]
        return Counter((e["app_id"], e["path"]) for e in entries)

    def clear(self) -> None:
        with self._lock:
            self.entries.clear()
            self._file.truncate(0)

    def close(self) -> None:
        self._file.close()


def without_secret(path: str) -> str:
    """The path as it may be shown: a Feishu robot's token stands in its path, and a receiver's name."""
    return next((begin for begin in NAMED if path.startswith(begin)), path)
