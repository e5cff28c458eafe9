"""Looking whether an official account works: what it may do, asked at set-up, once a day, and while it is paused."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.engine import WRITES
from app.wiring import Wiring
from editorial import accounts, calls, clock, pauses
from editorial.accounts import OfficialAccount
from editorial.outbox.holds import BY_PERSON, Hold
from publishers.connector import Failure, HandOver, Refused, SwitchedOff, TryLater
from publishers.wechat import rights
from publishers.wechat.client import Client
from publishers.wechat.rights import Rights

PREFIX = "account-check:"

SOON, HOUR, DAY = timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)
HEALS: dict[str, timedelta] = {
    "40164": SOON, "89503": SOON, "89507": HOUR, "89506": DAY,
    **dict.fromkeys(("50001", "50002", "50004", "50007", "48004", "53500"), DAY),
}
"""Causes of a pause that go away without anything being changed here, and how often we look whether they have."""

NEEDS_PERSON = frozenset({"40001", "40125", "40013", "41002", "41004", "40243"})
"""Causes that only another AppID or AppSecret, or the account's owner, ends: asking again is useless."""


@dataclass(frozen=True)
class Finding:
    """What one look at an account showed: its rights, or why it cannot be spoken to."""

    rights: Rights | None = None
    tags: tuple[dict[str, Any], ...] | None = None
    failure: Failure | None = None


def lanes_with_work(session: Session) -> list[str]:
    """A lane for every account whose next look is due."""
    return [f"{PREFIX}{account_id}" for account_id in accounts.due_for_check(session)]


def check_due(session: Session, engine: Engine, wiring: Wiring, lane: str) -> int:
    """The look that a lane stands for, if it is still due. The caller holds the lane's lock."""
    account_id = int(lane.removeprefix(PREFIX))
    account = accounts.get(session, account_id)
    paused = pauses.of(session, account)
    if account.check_at is None or account.check_at > clock.now():
        return 0
    account.check_at = _next_look(paused)
    calls.forget_old(session)
    was_lost = bool(account.rights.get(accounts.LOST))
    is_useless = not asks_by_itself(paused)
    session.flush()
    # Read once more, it would open a transaction that stays open while we ask the platform.
    session.expunge(account)
    session.commit()
    if not is_useless:
        record(engine, account_id, look(wiring, engine, account), only_losses=was_lost)
    return 1


def asks_by_itself(paused: Hold | None) -> bool:
    """Whether looking again can show anything new while nobody changes anything here."""
    return paused is None or paused.cause not in NEEDS_PERSON


def check(engine: Engine, wiring: Wiring, account_id: int) -> Finding:
    """Look now, because a person wants to know, and note what is found: rights, a pause, or the end of one."""
    with Session(engine) as session:
        account = accounts.get(session, account_id)
        session.expunge(account)
    finding = look(wiring, engine, account)
    record(engine, account_id, finding)
    return finding


def look(wiring: Wiring, engine: Engine, account: OfficialAccount) -> Finding:
    """Ask the platform, with no transaction open. What was found before does not keep us from asking."""
    client = wiring.client(engine, account, testing=True)
    try:
        seen = rights.probe(client)
    except Failure as failure:
        return Finding(failure=failure)
    return Finding(rights=seen, tags=_tags(client) if seen.followers else None)


def record(engine: Engine, account_id: int, finding: Finding, *, only_losses: bool = False) -> None:
    """Note a finding and draw the consequences: the account's level, its pause, what was held back."""
    with Session(engine.execution_options(**WRITES)) as session:
        account = accounts.get(session, account_id)
        if finding.rights is not None:
            accounts.record_rights(session, account, asdict(finding.rights), only_losses=only_losses)
            _resume(session, account)
        elif isinstance(finding.failure, SwitchedOff):
            _pause(session, account, finding.failure)
        elif finding.failure is not None:
            accounts.record_silence(account, finding.failure.reason)
        if finding.tags is not None:
            accounts.record_tags(account, finding.tags)
        session.commit()


def _tags(client: Client) -> tuple[dict[str, Any], ...] | None:
    try:
        return tuple(client.tags())
    except (HandOver, Refused, SwitchedOff, TryLater):
        return None


def _pause(session: Session, account: OfficialAccount, failure: SwitchedOff) -> None:
    account.probed_at = clock.now()
    pauses.pause(session, account, failure.reason, cause=failure.code, rid=failure.rid)
    account.check_at = _next_look(pauses.of(session, account))


def _resume(session: Session, account: OfficialAccount) -> None:
    """A pause that the platform caused ends with its cause; one that a person made is theirs to end."""
    paused = pauses.of(session, account)
    if paused is not None and paused.cause != BY_PERSON:
        pauses.resume(session, account)


def _next_look(paused: Hold | None) -> datetime:
    now = clock.now()
    if paused is None or paused.cause == BY_PERSON:
        return now + accounts.CHECK_EVERY
    return now + HEALS.get(paused.cause, DAY)
