"""Setting up an official account: its rights are probed at once, never guessed, and outside any transaction."""

from __future__ import annotations

from flask import current_app

from app.extensions import db, deciding
from app.wiring import Wiring
from editorial import accounts
from editorial.accounts import OfficialAccount
from editorial.people import people
from editorial.people.people import Person
from publishers.connector import Failure
from publishers.wechat import rights


def add_account(fields: dict[str, str], *, by: Person) -> OfficialAccount:
    """Add an account and probe it. Raises Invalid naming the field; an account that cannot be reached is kept."""
    person_id = by.id
    with deciding() as session:
        account_id = accounts.add(session, **fields, by=people.get(session, person_id)).id
    return probe_account(account_id)


def probe_account(account_id: int) -> OfficialAccount:
    """Ask the platform what the account may do and note it, with the reason when it could not be asked."""
    account = accounts.get(db.session(), account_id)
    wiring: Wiring = current_app.extensions["wiring"]
    client = wiring.client(db.engine, account)
    db.session.rollback()
    try:
        found, reason = rights.probe(client), ""
        seen = {
            "draft": found.draft, "release": found.release, "mass_send": found.mass_send, "statistics": found.statistics,
        }
    except Failure as failure:
        seen, reason = {}, failure.reason
    with deciding() as session:
        account = accounts.get(session, account_id)
        accounts.record_rights(session, account, seen, reason)
        return account
