"""Who did what to what, when: append-only, each entry chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.base import Base, Numbered

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


def record(
    session: Session, verb: str, thing: str, thing_id: int | None, *, by: Any = None, details: dict[str, Any] | None = None
) -> AuditEntry:
    """Append an entry in the present transaction. `by` is a person, or None for the house itself."""
    one_writer(session)
    previous = session.scalar(select(AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1)) or FIRST
    entry = AuditEntry(
        at=clock.now(), person_id=by.id if by else None, person_name=by.name if by else "",
        verb=verb, thing=thing, thing_id=thing_id, details=details or {}, previous=previous,
    )
    entry.digest = entry.fingerprint()
    session.add(entry)
    session.flush()
    return entry


def broken_links(session: Session) -> Iterator[int]:
    """Ids of entries that were changed, or whose predecessor was changed or taken away."""
    previous = FIRST
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500)):
        if entry.previous != previous or entry.digest != entry.fingerprint():
            yield entry.id
        previous = entry.digest


def one_writer(session: Session) -> None:
    """Until this transaction ends, no other one passes here."""
    # Two transactions that read the same predecessor would fork the chain; SQLite already writes one at a time.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(7203114)"))
