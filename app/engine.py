"""The database engine of a process, tuned. Light: no web framework, since workers use it too."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event

from app.config import Settings

WRITES = {"sqlite_begin": "IMMEDIATE"}
"""Execution options of a connection that is going to write."""


def open_engine(settings: Settings) -> Engine:
    """An engine of this process."""
    # What a failed statement carried (texts, sealed secrets, password hashes) does not belong into a log.
    engine = create_engine(
        settings.database_url, pool_pre_ping=not settings.on_sqlite, pool_size=10, max_overflow=10, hide_parameters=True,
    )
    tune(engine)
    return engine


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
