"""Take a backup while everything runs, and check one."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from app import schema
from app.config import Settings
from app.engine import open_engine
from app.keeping import archive, tables
from app.keeping.archive import Writer
from app.locks import file_lock
from app.media import Store
from editorial import clock
from editorial.articles import assets
from editorial.intake import arrivals


def back_up(settings: Settings, file: Path) -> str:
    """Write the whole state into `file`; says what is in it. Raises CannotKeep."""
    engine = open_engine(settings)
    level = {} if settings.on_sqlite else {"isolation_level": "REPEATABLE READ"}
    try:
        with archive.writing(file) as writer, engine.connect().execution_options(**level) as connection:
            # Visits may not move from their files into the database between the two looks at them.
            with file_lock(settings.hits / "taking.lock", wait=True):
                connection.execute(text("SELECT count(*) FROM alembic_version"))
                _add_hits(writer, settings.hits)
            counts = _add_tables(writer, connection)
            pictures = _add_pictures(writer, connection, settings)
            writer.add("secret_key", settings.secret_key.encode())
            writer.finish({
                "schema": schema.head(), "made_at": clock.now().isoformat(), "rows": counts, "pictures": pictures,
            })
    except SQLAlchemyError as error:
        raise archive.CannotKeep(f"the database does not answer as ours ({type(error).__name__})") from None
    finally:
        engine.dispose()
    return f"{file}: {sum(counts.values())} rows in {len(counts)} tables, {pictures} pictures. It holds every key: keep it safe."


def verify(file: Path) -> str:
    """Read every byte of a backup and compare it with its manifest; says what is in it. Raises CannotKeep."""
    about = archive.checked(file)
    rows = {}
    for name, member in archive.members(file):
        if name.startswith("tables/"):
            rows[Path(name).stem] = sum(1 for _ in member)
    if rows != about["rows"]:
        raise archive.CannotKeep("the backup is damaged: its tables do not have as many rows as the manifest says")
    holds = f"{sum(rows.values())} rows, {about['pictures']} pictures"
    return f"{file} is whole: made {about['made_at']}, schema {about['schema']}, {holds}."


def _add_hits(writer: Writer, folder: Path) -> None:
    for path in sorted(folder.glob("*.hits")):
        writer.add(f"hits/{path.name}", path.read_bytes())


def _add_tables(writer: Writer, connection: Connection) -> dict[str, int]:
    counts = {}
    for table in tables.ours():
        with tempfile.TemporaryFile() as lines:
            counts[table.name] = tables.dump(connection, table, lines)
            writer.add_file(f"tables/{table.name}.jsonl", lines)
    return counts


def _add_pictures(writer: Writer, connection: Connection, settings: Settings) -> int:
    store, number = Store(settings), 0
    for sha256 in (*assets.stored(connection), *arrivals.stored(connection)):
        try:
            writer.add(f"media/{sha256}", store.read(sha256))
        except FileNotFoundError:
            raise archive.CannotKeep(f"the picture {sha256} is missing in the media store; `qunsheng doctor` says more") from None
        number += 1
    return number
