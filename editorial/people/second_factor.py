"""The second proof beside a password: a code that changes every 30 seconds (RFC 6238), and recovery codes for a lost phone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit, clock, house
from editorial.base import Base, Dated
from editorial.errors import Invalid, Problem, WrongState
from editorial.people.people import Person, PersonRole, Role
from editorial.people.permissions import NEWSROOM
from editorial.vault import Sealed, vault

STEP_SECONDS, DIGITS, SECRET_BYTES = 30, 6, 20
"""What authenticator apps take without being asked: SHA-1, six digits, thirty seconds, 160 bits (RFC 4226 section 4, R6)."""
DRIFT = 1
"""How many steps a phone's clock may be off (RFC 6238 section 5.2)."""
RECOVERY_CODES = 10
TRIES = 5
SHUT_FOR, LONGEST_SHUT = timedelta(minutes=5), timedelta(days=1)
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
MUST = NEWSROOM | {Role.ADMIN}
"""Whose second proof the house's rule `second_factor` asks for."""


class SecondFactor(Dated, Base):
    """The second proof of one person; it counts from `confirmed_at` on. `last_step` is the newest step whose code was taken."""

    __tablename__ = "second_factor"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    sealed: Mapped[dict[str, Any]] = mapped_column(Sealed)
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    shut_until: Mapped[datetime | None]
    recovery: Mapped[list[str]] = mapped_column(default=list)
    """Pseudonyms of the recovery codes that are left."""


class Proof(StrEnum):
    """What became of a typed code. SHUT: too many were wrong, nothing was looked at."""

    RIGHT = "right"
    WRONG = "wrong"
    SHUT = "shut"


def of(session: Session, person: Person) -> SecondFactor | None:
    """The second proof of a person, confirmed or only begun."""
    return session.get(SecondFactor, person.id)


def is_on(session: Session, person: Person) -> bool:
    """Whether this person is asked for a code when they sign in."""
    row = of(session, person)
    return row is not None and row.confirmed_at is not None


def is_missing(session: Session, person: Person, rule: str) -> bool:
    """Whether the house's rule asks this person for a second proof that they have not set up."""
    return rule == "staff" and bool(person.roles & MUST) and not is_on(session, person)


def begin(session: Session, person: Person) -> SecondFactor:
    """A new secret to show to the person's phone; the old one counts until `confirm`, so there must be none."""
    if is_on(session, person):
        raise WrongState()
    secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    row = of(session, person) or SecondFactor(person_id=person.id, recovery=[])
    row.sealed, row.failures, row.shut_until = {"secret": secret}, 0, None
    session.add(row)
    session.flush()
    return row


def confirm(session: Session, person: Person, code: str) -> list[str]:
    """The phone showed the right code: from now on it is asked for, and every other session of theirs ends.

    The recovery codes are shown this once. Raises Invalid naming `code`, WrongState when nothing was begun.
    """
    row = _locked(session, person)
    if row is None or row.confirmed_at is not None:
        raise WrongState()
    if not _take_step(row, code):
        raise Invalid(Problem("code", "This is not the code of the moment. Look at the phone’s clock and type the next one."))
    row.confirmed_at = clock.now()
    person.session_epoch += 1
    audit.record(session, "set_second_factor", "person", person.id, by=person)
    return _new_codes(row, person)


def renew_codes(session: Session, person: Person) -> list[str]:
    """Ten new recovery codes, shown this once; the old ones end. Raises WrongState when there is no second proof."""
    row = _locked(session, person)
    if row is None or row.confirmed_at is None:
        raise WrongState()
    audit.record(session, "renew_recovery_codes", "person", person.id, by=person)
    return _new_codes(row, person)


def prove(session: Session, person: Person, typed: str) -> Proof:
    """Take a code of the phone or a recovery code, each once. To be committed whatever comes of it: wrong ones are counted."""
    row = _locked(session, person)
    if row is None or row.confirmed_at is None:
        return Proof.WRONG
    if row.shut_until is not None and clock.now() < row.shut_until:
        return Proof.SHUT
    if _take_step(row, typed) or _take_recovery(session, row, person, typed):
        row.failures, row.shut_until = 0, None
        return Proof.RIGHT
    row.failures += 1
    if row.failures % TRIES == 0:
        row.shut_until = clock.now() + min(SHUT_FOR * 2 ** (row.failures // TRIES - 1), LONGEST_SHUT)
        audit.record(session, "miss_second_factor", "person", person.id, details={"count": row.failures})
    return Proof.WRONG


def remove(session: Session, person: Person, *, by: Person | None) -> None:
    """Take a second proof away: the person's own wish, or an administrator's for a lost phone. Every session of theirs ends."""
    row = of(session, person)
    if row is None:
        return
    session.delete(row)
    person.session_epoch += 1
    audit.record(session, "remove_second_factor", "person", person.id, by=by)


def address(row: SecondFactor, person: Person, issuer: str) -> str:
    """What the phone reads from the QR code (the Key URI format of authenticator apps)."""
    label = quote(f"{issuer}:{person.email}", safe="")
    return f"otpauth://totp/{label}?" + urlencode({"secret": row.sealed["secret"], "issuer": issuer}, quote_via=quote)


def without(session: Session) -> int:
    """How many people the rule asks, or would ask, for a second proof that they have not set up."""
    proved = select(SecondFactor.person_id).where(SecondFactor.confirmed_at.is_not(None))
    query = select(func.count(PersonRole.person_id.distinct())).join(Person, Person.id == PersonRole.person_id)
    query = query.where(Person.active, PersonRole.role.in_(MUST), PersonRole.person_id.not_in(proved))
    return session.scalar(query) or 0


def code_at(secret: str, step: int) -> str:
    """The code of one step since 1970 (RFC 4226 section 5.3). Raises ValueError for a secret that is not base32."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset:offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10 ** DIGITS:0{DIGITS}d}"


def step_now() -> int:
    """The present step."""
    return int(clock.now().timestamp()) // STEP_SECONDS


def rule_of(session: Session) -> str:
    """Who must have a second proof: `off` nobody, `staff` editors and administrators."""
    rule: str = house.setting(session, "second_factor")
    return rule


def _take_step(row: SecondFactor, typed: str) -> bool:
    """Whether `typed` is the code of a step near now that is newer than the last one taken."""
    code, now = "".join(typed.split()), step_now()
    if not (len(code) == DIGITS and code.isascii() and code.isdigit()):
        return False
    for step in range(max(now - DRIFT, row.last_step + 1), now + DRIFT + 1):
        if hmac.compare_digest(code_at(row.sealed["secret"], step), code):
            row.last_step = step
            return True
    return False


def _take_recovery(session: Session, row: SecondFactor, person: Person, typed: str) -> bool:
    digest = _digest(person, typed)
    if digest not in row.recovery:
        return False
    row.recovery = [one for one in row.recovery if one != digest]
    audit.record(session, "use_recovery_code", "person", person.id, by=person, details={"count": len(row.recovery)})
    return True


def _new_codes(row: SecondFactor, person: Person) -> list[str]:
    codes = ["-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(RECOVERY_CODES)]
    row.recovery = [_digest(person, code) for code in codes]
    return codes


def _digest(person: Person, code: str) -> str:
    plain = "".join(sign for sign in code.lower() if sign in ALPHABET)
    return vault.pseudonym("recovery code", str(person.id), plain)


def _locked(session: Session, person: Person) -> SecondFactor | None:
    """Read anew and held until the transaction ends, so that one code cannot be taken twice at once."""
    return session.get(SecondFactor, person.id, with_for_update=True, populate_existing=True)
