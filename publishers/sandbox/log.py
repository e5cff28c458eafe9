"""The durable memory: JSON lines, appended and synced before anybody is answered, replayed at the start."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Record = dict[str, Any]


class Log:
    """An append-only file of records. Several waiting threads share one fsync."""

    def __init__(self, path: Path, *, fsync: bool = True) -> None:
        self.path, self.fsync = path, fsync
        path.parent.mkdir(parents=True, exist_ok=True)
        _drop_torn_line(path)
        self._file = path.open("ab", buffering=0)
        self._written = self._synced = self._file.tell()
        self._append_lock, self._sync_lock = threading.Lock(), threading.Lock()

    def replay(self) -> Iterator[Record]:
        """Every record of earlier runs, oldest first."""
        with self.path.open("rb") as lines:
            for line in lines:
                yield json.loads(line)

    def append(self, record: Record) -> None:
        """Write one record. It is safe from a power cut only after `settle`."""
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"
        with self._append_lock:
            self._file.write(line)
            self._written += len(line)

    def settle(self) -> None:
        """Return when everything appended so far is on the disk."""
        wanted = self._written
        if not self.fsync or self._synced >= wanted:
            return
        with self._sync_lock:
            if self._synced >= wanted:
                return
            reached = self._written
            os.fdatasync(self._file.fileno())
            self._synced = reached

    def clear(self) -> None:
        """Forget everything."""
        with self._append_lock, self._sync_lock:
            self._file.truncate(0)
            self._written = self._synced = 0

    def close(self) -> None:
        with self._append_lock, self._sync_lock:
            self._file.close()


def _drop_torn_line(path: Path) -> None:
    """Cut off the line that a crash left unfinished: it was never answered."""
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.truncate(path, whole)
