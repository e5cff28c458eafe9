"""Every table as JSON lines and back: what is written from one kind of database reads into the other."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import IO, Any

from sqlalchemy import JSON, Connection, Date, DateTime, MetaData, Table, Text, bindparam, delete, insert, select, text, update

import editorial
from editorial.base import Base, UtcDateTime
from editorial.vault import Sealed

ROUND = 500
DERIVED = ("article_grams", "submission_grams", "topic_grams", "asset_grams")
"""Made anew from the other tables."""
Row = dict[str, Any]


def ours() -> list[Table]:
    """The tables of our state, parents first; sealed columns stay sealed."""
    for module in pkgutil.walk_packages(editorial.__path__, "editorial."):
        importlib.import_module(module.name)
    copied = MetaData()
    tables = [table.to_metadata(copied) for table in Base.metadata.sorted_tables if table.name not in DERIVED]
    for table in tables:
        for column in table.columns:
            if isinstance(column.type, Sealed):
                column.type = Text()
            elif isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)
    return tables


def dump(connection: Connection, table: Table, file: IO[bytes]) -> int:
    """Write every row in the order of its key. Returns how many."""
    rows = connection.execution_options(yield_per=ROUND).execute(select(table).order_by(*table.primary_key.columns))
    number = 0
    for row in rows.mappings():
        file.write(json.dumps(dict(row), ensure_ascii=False, default=_plain).encode() + b"\n")
        number += 1
    return number


def load(connection: Connection, table: Table, lines: Iterable[bytes]) -> int:
    """Insert rows; columns that point into the same table are set at the end. Returns how many."""
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    number = 0
    pointing: list[Row] = []
    for rows in _rounds(_rows(table, lines)):
        pointing.extend({"row_id": row["id"], **{f"{name}_value": row[name] for name in own}} for row in rows if own)
        connection.execute(insert(table), [{**row, **dict.fromkeys(own)} for row in rows])
        number += len(rows)
    for rows in _rounds(iter(pointing)):
        pointers: dict[str, Any] = {name: bindparam(f"{name}_value") for name in own}
        connection.execute(update(table).where(table.c.id == bindparam("row_id")).values(pointers), rows)
    return number


def clear(connection: Connection) -> None:
    """Remove every row, children first."""
    for table in reversed(ours()):
        for name in [key.parent.name for key in table.foreign_keys if key.column.table is table]:
            connection.execute(update(table).values({name: None}))
        connection.execute(delete(table))


def count_on(connection: Connection) -> None:
    """Let new rows get numbers after the restored ones (PostgreSQL counts apart from its tables)."""
    if connection.dialect.name != "postgresql":
        return
    for table in ours():
        if "id" in table.c and table.c.id.autoincrement is True:
            connection.execute(text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), coalesce(max(id), 1), max(id) IS NOT NULL)"
                f" FROM {table.name}"
            ))


def _rows(table: Table, lines: Iterable[bytes]) -> Iterator[Row]:
    instants = [column.name for column in table.columns if isinstance(column.type, UtcDateTime | DateTime)]
    days = [column.name for column in table.columns if isinstance(column.type, Date)]
    for line in lines:
        row = json.loads(line)
        for name in instants:
            row[name] = datetime.fromisoformat(row[name]) if row[name] else None
        for name in days:
            row[name] = date.fromisoformat(row[name]) if row[name] else None
        yield row


def _rounds(rows: Iterator[Row]) -> Iterator[list[Row]]:
    gathered: list[Row] = []
    for row in rows:
        gathered.append(row)
        if len(gathered) == ROUND:
            yield gathered
            gathered = []
    if gathered:
        yield gathered


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go into a backup")
