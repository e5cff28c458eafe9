"""Who may work: a lock that the kernel or the database frees when its owner dies, and keeps while it is frozen.

A time lease would let a frozen owner wake up and send after somebody else has.
"""

from __future__ import annotations

import fcntl
import hashlib
import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from app.engine import WRITES

LOOK_AGAIN_SECONDS = 0.05


@contextmanager
def lane_lock(engine: Engine, folder: Path, lane: str) -> Iterator[Session | None]:
    """A session whose connection holds `lane` alone, or None when somebody else has it.

    On PostgreSQL the lock lives on the very connection that commits the attempts: when it is lost, so is the commit.
    """
    if engine.dialect.name == "postgresql":
        with _advisory(engine, lane) as connection:
            yield None if connection is None else Session(connection)
        return
    with file_lock(folder / f"{_file_name(lane)}.lock", wait=False) as held:
        if not held:
            yield None
            return
        with engine.connect().execution_options(**WRITES) as connection, Session(connection) as session:
            yield session


@contextmanager
def file_lock(path: Path, *, wait: bool) -> Iterator[bool]:
    """Hold an exclusive lock on a file; says whether it is held. Not inherited by programs we start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            held = True
        except BlockingIOError:
            held = False
        yield held
    finally:
        os.close(handle)


def present(path: Path) -> IO[str]:
    """Show others that this process is at work here, as long as the returned file stays open."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a")
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


@contextmanager
def exclusive(engine: Engine, folder: Path, name: str, *, seconds: float = math.inf) -> Iterator[None]:
    """Wait until `name` is ours, among all processes and machines of this instance.

    Raises TimeoutError after `seconds`: whoever holds it may be frozen.
    """
    deadline = time.monotonic() + seconds
    while True:
        with _tried(engine, folder, name) as held:
            if held:
                yield
                return
        if time.monotonic() > deadline:
            raise TimeoutError(name)
        time.sleep(LOOK_AGAIN_SECONDS)


@contextmanager
def _tried(engine: Engine, folder: Path, name: str) -> Iterator[bool]:
    if engine.dialect.name == "postgresql":
        with _advisory(engine, name) as connection:
            yield connection is not None
        return
    with file_lock(folder / f"{_file_name(name)}.lock", wait=False) as held:
        yield held


@contextmanager
def _advisory(engine: Engine, lane: str) -> Iterator[Connection | None]:
    with engine.connect() as connection:
        held = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _key(lane)}).scalar()
        connection.commit()
        if not held:
            yield None
            return
        try:
            yield connection
        finally:
            _unlock(connection, lane)


def _unlock(connection: Connection, name: str) -> None:
    if connection.closed or connection.invalidated:
        return
    if connection.in_transaction():
        connection.rollback()
    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _key(name)})
    connection.commit()


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"qunsheng {name}".encode()).digest()[:8], "big", signed=True)


def _file_name(name: str) -> str:
    return name.replace(":", "-").replace("/", "-")
