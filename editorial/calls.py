"""How often each interface of the platform was called through each account, by day in China, beside its limits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.base import Base

CHINA = "Asia/Shanghai"
KEPT = timedelta(days=35)


class PlatformCall(Base):
    """The calls of one interface on one day. `limit` and `used` are the platform's own word of `asked_at`."""

    __tablename__ = "platform_call"

    app_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    path: Mapped[str] = mapped_column(String(80), primary_key=True)
    calls: Mapped[int] = mapped_column(default=0)
    limit: Mapped[int | None]
    used: Mapped[int | None]
    asked_at: Mapped[datetime | None]


def count(session: Session, app_id: str, path: str) -> None:
    """Count one call. One statement, so that processes never lose each other's counts."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(PlatformCall).values(app_id=app_id, day=today(), path=path, calls=1)
        .on_conflict_do_update(index_elements=["app_id", "day", "path"], set_={"calls": PlatformCall.calls + 1})
    )


def of_today(session: Session, app_id: str) -> dict[str, PlatformCall]:
    """Today's counts of an account, by path. Daily limits renew at midnight in China."""
    rows = session.scalars(select(PlatformCall).where(PlatformCall.app_id == app_id, PlatformCall.day == today()))
    return {row.path: row for row in rows}


def record_quota(session: Session, app_id: str, path: str, *, limit: int | None, used: int | None) -> None:
    """Keep what the platform itself says of an interface today."""
    if session.get(PlatformCall, (app_id, today(), path)) is None:
        session.add(PlatformCall(app_id=app_id, day=today(), path=path, calls=0))
        session.flush()
    session.execute(
        update(PlatformCall).where(PlatformCall.app_id == app_id, PlatformCall.day == today(), PlatformCall.path == path)
        .values(limit=limit, used=used, asked_at=clock.now())
    )


def forget_old(session: Session) -> None:
    """Drop the counts of days long past."""
    session.execute(delete(PlatformCall).where(PlatformCall.day < _day(clock.now() - KEPT)))


def today() -> str:
    """The day in China, `YYYY-MM-DD`."""
    return _day(clock.now())


def _day(instant: datetime) -> str:
    return clock.to_wall(instant, CHINA).strftime("%Y-%m-%d")
