"""How a person proves who they are: a password (argon2) or an API token (kept as a hash only)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, Problem
from editorial.people.people import Person, by_email

SHORTEST_PASSWORD = 8
_hasher = PasswordHasher()


class ApiToken(Numbered, Dated, Base):
    """A token for programs. Only its SHA-256 is kept."""

    __tablename__ = "api_token"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(80), default="")
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")


def set_password(session: Session, person: Person, password: str, *, by: Person | None) -> None:
    """Set a password; every session of the person ends. Raises Invalid naming `password`."""
    if len(password) < SHORTEST_PASSWORD:
        raise Invalid(Problem("password", "A password needs at least {limit} characters.", {"limit": SHORTEST_PASSWORD}))
    person.password_hash = _hasher.hash(password)
    person.session_epoch += 1
    audit.record(session, "set_password", "person", person.id, by=by)


def check_password(session: Session, email: str, password: str) -> Person | None:
    """The active person with this address and password, or None; it takes the same time either way. They may be suspended."""
    person = by_email(session, email)
    try:
        _hasher.verify(person.password_hash if person and person.password_hash else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return None
    return person if person and person.password_hash and person.active else None


def create_token(session: Session, person: Person, name: str = "", *, by: Person | None = None) -> str:
    """A new API token, shown this once."""
    token = "qs_" + secrets.token_urlsafe(32)
    session.add(ApiToken(person_id=person.id, name=name, digest=_digest(token)))
    audit.record(session, "create_token", "person", person.id, by=by, details={"name": name})
    return token


def holder(session: Session, token: str) -> Person | None:
    """The active person whose valid token this is."""
    row = session.scalar(select(ApiToken).where(ApiToken.digest == _digest(token), ApiToken.revoked_at.is_(None)))
    return row.person if row and row.person.active and not row.person.is_suspended else None


def revoke_token(session: Session, row: ApiToken, *, by: Person) -> None:
    """End a token."""
    row.revoked_at = clock.now()
    audit.record(session, "revoke_token", "person", row.person_id, by=by, details={"name": row.name})


@cache
def _nobody() -> str:
    """Verified when nobody has the address, so that a stranger learns nothing from the time an answer takes."""
    return _hasher.hash("nobody")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
