"""The ground every table stands on: the declarative base, the aware-UTC column type, id and creation columns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import JSON, BigInteger, CursorResult, DateTime, Dialect, Integer, MetaData, String, Update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from editorial import clock

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Naive values are refused at the door; what comes back is aware UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigKey = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: UtcDateTime, dict[str, Any]: JSON, dict[str, str]: JSON, list[str]: JSON, list[float]: JSON, str: String,
    }


class Numbered:
    """A table with a number as its key. Outside, ids are strings."""

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)


class Dated:
    """A table whose rows know when they were made."""

    created_at: Mapped[datetime] = mapped_column(default=clock.now)


def compare_and_set(session: Session, change: Update) -> bool:
    """Run an UPDATE whose WHERE names what was read. False: somebody else was faster, and nothing was changed."""
    result = cast("CursorResult[Any]", session.execute(change.execution_options(synchronize_session=False)))
    return bool(result.rowcount)
