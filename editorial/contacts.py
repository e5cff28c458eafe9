"""When an account's message push reached us last, and how: the live test of a callback address."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.base import Base

SELDOM = timedelta(seconds=20)
"""A contact sooner after the one before is not written down."""


class CallbackContact(Base):
    """The latest contacts of one account. `mode`: `plain` or `sealed`; `refused_reason` is a key of the catalogue."""

    __tablename__ = "callback_contact"

    account_id: Mapped[int] = mapped_column(ForeignKey("official_account.id"), primary_key=True, autoincrement=False)
    checked_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    mode: Mapped[str] = mapped_column(String(12), default="")
    refused_at: Mapped[datetime | None]
    refused_reason: Mapped[str] = mapped_column(String(200), default="")


def checked(session: Session, account_id: int) -> None:
    """The platform's check of the address was genuine and answered."""
    _of(session, account_id).checked_at = clock.now()


def received(session: Session, account_id: int, mode: str) -> None:
    """A genuine push came in."""
    row = _of(session, account_id)
    row.received_at, row.mode = clock.now(), mode


def refused(session: Session, account_id: int, reason: str) -> None:
    """Something came in that does not prove to be the platform's."""
    row = _of(session, account_id)
    row.refused_at, row.refused_reason = clock.now(), reason


def is_worth_noting(session: Session, account_id: int, *, genuine: bool) -> bool:
    """Whether the last contact of its kind is some while ago: pushes and forgeries may come in crowds."""
    row = of(session, account_id)
    last = None if row is None else row.received_at if genuine else row.refused_at
    return last is None or clock.now() - last > SELDOM


def of(session: Session, account_id: int) -> CallbackContact | None:
    """The contacts of an account, if there were any."""
    return session.get(CallbackContact, account_id)


def _of(session: Session, account_id: int) -> CallbackContact:
    row = session.get(CallbackContact, account_id)
    if row is None:
        row = CallbackContact(account_id=account_id, mode="", refused_reason="")
        session.add(row)
    return row
