"""Whether the database is older than what this instance has already done, as after an old file was copied over it.

`INSTANCE/generation` holds the number of the newest attempt at speaking to a platform that this instance knows of.
A database that does not know that attempt would do it again.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from editorial.outbox.deliveries import Attempt

FILE = "generation"


class Older(Exception):
    """The database is older than what was already sent. Settle it: `qunsheng backup FILE`, then `qunsheng restore FILE`."""

    def __init__(self) -> None:
        super().__init__(str(type(self).__doc__))


def ensure_not_older(engine: Engine, instance: Path) -> None:
    """Raise Older if this instance has made attempts that the database does not know."""
    known = _read(instance)
    if known and known > _newest(engine):
        raise Older()


def note(engine: Engine, instance: Path) -> None:
    """Remember the newest attempt, if it is newer than what is remembered."""
    newest = _newest(engine)
    if newest > _read(instance):
        _write(instance, newest)


def begin_anew(engine: Engine, instance: Path) -> None:
    """After everything under way was settled: the database is the truth again, whatever was remembered."""
    _write(instance, _newest(engine))


def _newest(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.max(Attempt.id))) or 0


def _read(instance: Path) -> int:
    try:
        return int((instance / FILE).read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0


def _write(instance: Path, number: int) -> None:
    fresh = instance / f".{FILE}.{secrets.token_hex(4)}"
    with fresh.open("w", encoding="ascii") as file:
        file.write(f"{number}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(instance / FILE)
