"""How many began and ceased to follow an account each day, as the platform's events told. Counts only; nobody is kept."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.base import Base


class FollowingDay(Base):
    """One day of one account, in China's time. A day without a row: no event came, which need not mean that nobody did."""

    __tablename__ = "following_day"

    account_id: Mapped[int] = mapped_column(ForeignKey("official_account.id"), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    began: Mapped[int] = mapped_column(default=0)
    ceased: Mapped[int] = mapped_column(default=0)


def count(session: Session, account_id: int, *, began: bool) -> None:
    """Count one who began or ceased to follow."""
    day = f"{clock.to_wall(clock.now()):%Y-%m-%d}"
    row = session.get(FollowingDay, (account_id, day), with_for_update=True)
    if row is None:
        row = FollowingDay(account_id=account_id, day=day, began=0, ceased=0)
        session.add(row)
    row.began += began
    row.ceased += not began
    session.flush()


def newest(session: Session, account_id: int, days: int = 30) -> list[FollowingDay]:
    """The newest days of which something is known, the newest first."""
    query = select(FollowingDay).where(FollowingDay.account_id == account_id).order_by(FollowingDay.day.desc()).limit(days)
    return list(session.scalars(query))
