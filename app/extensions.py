"""The extension objects, and the two ways to use the database: reading (every request) and `deciding()` (every write)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, scoped_session

from editorial.base import Base
from editorial.crash import crash_point

db = SQLAlchemy(metadata=Base.metadata)
babel = Babel()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)

WRITES = {"sqlite_begin": "IMMEDIATE"}


@contextmanager
def deciding() -> Iterator[scoped_session[Session]]:
    """One write transaction of the present request: what was read before is read anew, everything commits or nothing.

    Slow work (passwords, pictures, platforms) belongs before it: on SQLite nobody else writes meanwhile.
    """
    db.session.rollback()
    db.session.connection(execution_options=WRITES)
    try:
        yield db.session
        crash_point("save.before_commit")
        db.session.commit()
        crash_point("save.after_commit")
    except BaseException:
        db.session.rollback()
        raise


def tune(engine: Engine) -> None:
    """SQLite as a store one can trust: WAL, full sync, foreign keys, and a write transaction that locks at its start.

    A deferred transaction that upgrades fails at once with SQLITE_BUSY, whatever the time-out.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000", "cache_size=-16000",
            "temp_store=MEMORY", "mmap_size=268435456",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN " + connection.get_execution_options().get("sqlite_begin", "DEFERRED"))
