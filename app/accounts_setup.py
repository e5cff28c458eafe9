"""Setting up an official account: what it may do is asked at once, never guessed, and outside any transaction."""

from __future__ import annotations

from flask import current_app

from app import account_checks
from app.account_checks import Finding
from app.extensions import db, deciding
from app.wiring import Wiring
from editorial import accounts, pauses
from editorial.accounts import OfficialAccount
from editorial.people import people
from editorial.people.people import Person


def add_account(fields: dict[str, str], *, by: Person) -> OfficialAccount:
    """Add an account and probe it. Raises Invalid naming the field; an account that cannot be reached is kept."""
    person_id = by.id
    with deciding() as session:
        account_id = accounts.add(session, **fields, by=people.get(session, person_id)).id
    return probe_account(account_id)


def probe_account(account_id: int) -> OfficialAccount:
    """Ask the platform what the account may do and note it, with the reason when it could not be asked."""
    test_account(account_id)
    return accounts.get(db.session(), account_id)


def test_account(account_id: int) -> Finding:
    """The same, giving what was found. A pause that the platform caused ends when it answers."""
    db.session.rollback()
    finding = account_checks.check(db.engine, wiring(), account_id)
    db.session.rollback()
    return finding


def change_secret(account_id: int, app_secret: str, *, by: Person) -> Finding:
    """Take another AppSecret and try it at once. Raises Invalid naming the field."""
    person_id = by.id
    with deciding() as session:
        account = accounts.get(session(), account_id)
        accounts.change_secret(session(), account, app_secret, by=people.get(session(), person_id))
    return test_account(account_id)


def resume_account(account_id: int, *, by: Person) -> int:
    """A person ends the pause of an account, whoever made it. Returns how many deliveries were held back by it."""
    person_id = by.id
    with deciding() as session:
        account = accounts.get(session(), account_id)
        return pauses.resume(session(), account, by=people.get(session(), person_id))


def wiring() -> Wiring:
    """The wiring of this application."""
    found: Wiring = current_app.extensions["wiring"]
    return found
