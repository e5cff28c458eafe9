"""The canary of an account: switched on or off, when it sings next, how WeChat kept it, and what changed since."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import accounts, audit, clock
from editorial.accounts import OfficialAccount
from editorial.base import Base, Dated
from editorial.notices import tell_all
from editorial.people.people import Person

EVERY = timedelta(days=1)
AFTER_FAILURE = timedelta(hours=1)
CHANGED = "WeChat treats drafts on “{account}” otherwise than before: {lines} lines differ. Look before the next edition."


class Canary(Dated, Base):
    """One account's canary. `lines`: how its draft was kept last; `changes`: what differed, and from when on."""

    __tablename__ = "canary"

    account_id: Mapped[int] = mapped_column(ForeignKey("official_account.id"), primary_key=True, autoincrement=False)
    sings: Mapped[bool] = mapped_column(default=False)
    mark: Mapped[str] = mapped_column(String(32))
    memory: Mapped[dict[str, str]] = mapped_column(default=dict)
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    sung_at: Mapped[datetime | None]
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    lines: Mapped[list[str]] = mapped_column(default=list)
    changes: Mapped[list[str]] = mapped_column(default=list)
    changed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    code: Mapped[str] = mapped_column(String(40), default="")
    rid: Mapped[str] = mapped_column(String(80), default="")

    account: Mapped[OfficialAccount] = relationship()


def of(session: Session, account_id: int) -> Canary | None:
    """The canary of an account, if it ever had one."""
    return session.get(Canary, account_id)


def switch(session: Session, account: OfficialAccount, *, on: bool, by: Person) -> Canary:
    """Let it sing every day from now on, or no more: then it only takes away what it may have left behind."""
    canary = of(session, account.id)
    if canary is None:
        canary = Canary(account_id=account.id, mark=secrets.token_hex(16), memory={}, lines=[], changes=[])
        session.add(canary)
    canary.sings, canary.next_at = on, clock.now()
    session.flush()
    audit.record(session, "switch_canary", "account", account.id, by=by, details={"on": on})
    return canary


def sing_soon(session: Session, account: OfficialAccount) -> None:
    """Let a canary that is switched on sing now."""
    canary = of(session, account.id)
    if canary is not None and canary.sings:
        canary.next_at = clock.now()


def due(session: Session) -> list[int]:
    """The accounts whose canary should sing, or clear up, now."""
    return list(session.scalars(select(Canary.account_id).where(Canary.next_at <= clock.now())))


def record(session: Session, canary: Canary, fingerprint: str, lines: list[str], changes: list[str]) -> None:
    """Keep how it was kept. A change of the platform's is told; after a change of ours everything begins anew."""
    ours = canary.fingerprint != fingerprint
    canary.fingerprint, canary.lines = fingerprint, lines
    canary.sung_at, canary.next_at = clock.now(), clock.now() + EVERY
    canary.reason = canary.code = canary.rid = ""
    if ours or not changes:
        return
    canary.changes, canary.changed_at = changes, clock.now()
    tell_all(
        session, accounts.who_runs(session), CHANGED, cause=f"canary:{canary.account_id}:{clock.now():%Y%m%d%H%M%S}",
        thing="account", thing_id=canary.account_id, urgent=True, account=canary.account.name, lines=len(changes),
    )


def record_failure(canary: Canary, reason: str, *, code: str, rid: str) -> None:
    """Note why it could not sing; it is tried again in an hour."""
    canary.reason, canary.code, canary.rid = reason, code, rid
    canary.next_at = clock.now() + AFTER_FAILURE


def remember(session: Session, account_id: int, name: str, value: str) -> None:
    """Keep one address or number of an upload at once."""
    canary = session.get_one(Canary, account_id)
    canary.memory = {**canary.memory, name: value}

