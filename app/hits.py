"""Visits of tracked links: written down before the answer in a spool file, counted in the database within a second.

Each process appends to a file of its own; how far a file was counted stands in the database, in the transaction
of the counts, so a death at any place neither loses nor doubles a visit.
"""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.engine import WRITES
from app.locks import file_lock
from editorial.share_back import clicks
from editorial.share_back.clicks import Hit, HitFile

ROUND = 2000
FULL = 4 * 1024 * 1024


class Spool:
    """This process's own file. Opened anew after a fork, since two processes must not share one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._owner = 0
        self._handle = -1

    def write(self, hit: Hit) -> None:
        """Append one visit; it survives the death of this process."""
        line = json.dumps([hit.code, hit.at, hit.kind, hit.visitor]) + "\n"
        os.write(self._open(), line.encode())

    def _open(self) -> int:
        if self._owner != os.getpid() or os.fstat(self._handle).st_size > FULL:
            if self._owner == os.getpid():
                os.close(self._handle)
            self._handle = self._new_file()
            self._owner = os.getpid()
        return self._handle

    def _new_file(self) -> int:
        """An open file of our own, held while we live: one that nobody holds and that is counted to its end can go."""
        self._folder.mkdir(parents=True, exist_ok=True)
        while True:
            name = f"{os.getpid()}-{os.urandom(6).hex()}.hits"
            handle = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            fcntl.flock(handle, fcntl.LOCK_SH)
            # Empty and not held yet, it may have been taken for a dead writer's; what is written there now would count nowhere.
            if os.fstat(handle).st_nlink:
                return handle
            os.close(handle)


def take_in(engine: Engine, folder: Path) -> int:
    """Count every complete line that was not counted yet. Returns how many."""
    if not folder.is_dir():
        return 0
    total = 0
    with file_lock(folder / "taking.lock", wait=True):
        for path in sorted(folder.glob("*.hits")):
            while taken := _take_round(engine, path):
                total += taken
            _clear(engine, path)
    return total


def _take_round(engine: Engine, path: Path) -> int:
    with Session(engine) as reading:
        row = reading.get(HitFile, path.name)
        done = row.taken if row else 0
    if path.stat().st_size <= done:
        return 0
    with path.open("rb") as file:
        file.seek(done)
        lines = [line for line in file.readlines(ROUND * 120) if line.endswith(b"\n")]
    if not lines:
        return 0
    with Session(engine.execution_options(**WRITES)) as session:
        clicks.count(session, [Hit(*json.loads(line)) for line in lines])
        session.merge(HitFile(name=path.name, taken=done + sum(map(len, lines))))
        session.commit()
    return len(lines)


def _clear(engine: Engine, path: Path) -> None:
    """Remove a file that its dead writer left, once it is counted to its end."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        with Session(engine.execution_options(**WRITES)) as session:
            row = session.get(HitFile, path.name)
            if path.stat().st_size > (row.taken if row else 0):
                return
            path.unlink()
            if row:
                session.delete(row)
            session.commit()
