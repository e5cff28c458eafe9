"""Runs the migrations. Walks the editorial floor so that no table is forgotten."""

from __future__ import annotations

import importlib
import pkgutil

from alembic import context
from sqlalchemy import Connection, Engine, text

import editorial
from editorial.base import Base

for module in pkgutil.walk_packages(editorial.__path__, "editorial."):
    importlib.import_module(module.name)

OURS_ELSEWHERE = tuple(f"{kind}_{way}" for kind in ("article", "submission", "topic", "asset") for way in ("fts", "grams"))


def wanted(thing: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    """The search tables differ from database to database and are compared nowhere."""
    return not (kind == "table" and name is not None and name.startswith(OURS_ELSEWHERE))


def run(connection: Connection) -> None:
    """Run what is missing; on PostgreSQL one process at a time."""
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=connection.dialect.name == "sqlite",
        include_object=wanted, compare_type=True, transaction_per_migration=False,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7203115)"))
        context.run_migrations()


def run_on(engine: Engine) -> None:
    """Run on a connection of its own. SQLite cannot change a table that others refer to; it is made anew and the old one dropped,
    which no foreign key may notice before all is whole again: https://www.sqlite.org/lang_altertable.html#otheralter
    """
    with engine.connect().execution_options(sqlite_begin="IMMEDIATE") as opened:
        driver = opened.connection.driver_connection if opened.dialect.name == "sqlite" else None
        if driver is not None:
            driver.execute("PRAGMA foreign_keys = OFF")
        try:
            run(opened)
            if driver is not None and (lost := opened.execute(text("PRAGMA foreign_key_check")).all()):
                raise RuntimeError(f"rows refer to what is not there: {lost[:5]}")
            opened.commit()
        finally:
            # Inside a transaction the pragma would do nothing.
            opened.rollback()
            if driver is not None:
                driver.execute("PRAGMA foreign_keys = ON")


given: Engine | Connection = context.config.attributes["engine"]
if isinstance(given, Engine):
    run_on(given)
else:
    run(given)
