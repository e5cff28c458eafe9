"""Who did what to what, when: append-only, each entry chained to the one before by its hash, the end of it sealed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.base import Base, BigKey, Numbered
from editorial.vault import vault

FIRST = "0" * 64


class AuditEntry(Numbered, Base):
    """One act. `verb` is what was done, `thing` and `thing_id` to what; `details` never hold a secret or a body."""

    __tablename__ = "audit_entry"

    at: Mapped[datetime] = mapped_column(default=clock.now)
    person_id: Mapped[int | None]
    person_name: Mapped[str] = mapped_column(String(100), default="")
    verb: Mapped[str] = mapped_column(String(60))
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index("ix_audit_entry_thing", "thing", "thing_id", "id"),)

    def fingerprint(self) -> str:
        """SHA-256 over everything the entry says and the fingerprint of the entry before it."""
        said = [
            self.previous, self.at.isoformat(), self.person_id, self.person_name,
            self.verb, self.thing, self.thing_id, self.details,
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


class AuditHead(Base):
    """The one row that says how long the chain is and how it ends, sealed with the instance's key.

    Without it nobody would miss entries taken from the end, or a chain written anew from some point on.
    """

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    entries: Mapped[int]
    last_id: Mapped[int] = mapped_column(BigKey)
    digest: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64), default="")

    def expected_seal(self) -> str:
        """What only the holder of the key could have written here."""
        return vault.pseudonym("audit head", str(self.entries), str(self.last_id), self.digest)


@dataclass(frozen=True)
class Flaw:
    """The first place where the chain does not hold. `entry` is the id of the entry, none when its end is meant."""

    entry: int | None
    kind: Literal["changed", "removed", "shortened", "seal"]

    def __str__(self) -> str:
        return {
            "changed": f"Entry {self.entry} was changed.",
            "removed": f"Entry {self.entry} does not follow the one before it: something was taken away or added before it.",
            "shortened": "Its end is missing: the newest entries were taken away or added.",
            "seal": "Its end was not sealed with the key of this instance: it was written anew, or the key is another one.",
        }[self.kind]


def record(
    session: Session, verb: str, thing: str, thing_id: int | None, *, by: Any = None, details: dict[str, Any] | None = None
) -> AuditEntry:
    """Append an entry in the present transaction. `by` is a person, or None for the house itself."""
    one_writer(session)
    head = session.get(AuditHead, 1, populate_existing=True)
    entry = AuditEntry(
        at=clock.now(), person_id=by.id if by else None, person_name=by.name if by else "",
        verb=verb, thing=thing, thing_id=thing_id, details=details or {}, previous=head.digest if head else FIRST,
    )
    entry.digest = entry.fingerprint()
    session.add(entry)
    session.flush()
    if head is None:
        head = AuditHead(id=1, entries=0)
        session.add(head)
    head.entries, head.last_id, head.digest = head.entries + 1, entry.id, entry.digest
    head.seal = head.expected_seal() if vault.is_open else ""
    session.flush()
    return entry


def first_flaw(session: Session) -> Flaw | None:
    """Where the chain was first changed, shortened or added to; none when it is whole. Reads every entry."""
    previous, entries = FIRST, 0
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500)):
        if entry.digest != entry.fingerprint():
            return Flaw(entry.id, "changed")
        if entry.previous != previous:
            return Flaw(entry.id, "removed")
        previous, entries = entry.digest, entries + 1
    head = session.get(AuditHead, 1)
    if (head.entries, head.digest) != (entries, previous) if head else entries:
        return Flaw(None, "shortened")
    return Flaw(None, "seal") if head and head.seal and head.seal != head.expected_seal() else None


def length(session: Session) -> int:
    """How many entries the chain has."""
    head = session.get(AuditHead, 1)
    return head.entries if head else 0


def end(session: Session) -> str:
    """The fingerprint at which the chain ends now."""
    head = session.get(AuditHead, 1)
    return head.digest if head else FIRST


def one_writer(session: Session) -> None:
    """Until this transaction ends, no other one passes here."""
    # Two transactions that read the same predecessor would fork the chain; SQLite already writes one at a time.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(7203114)"))
