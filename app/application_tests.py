"""Whether a platform takes an application's credentials; when it does, what waited for it goes on."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import db, deciding
from app.wiring import Wiring
from editorial import platform_applications
from editorial.groups.connectors import GroupConnector
from editorial.intake import receptions
from editorial.outbox import holds
from editorial.outbox.holds import Hold
from editorial.people import people
from editorial.people.people import Person
from editorial.platform_applications import Platform
from publishers.connector import Failure, SwitchedOff

N_ = str
NOTHING_TO_ASK = N_("A smart robot is not asked for a token. Write to it: its page of messages shows the call.")


def test(application_id: int, *, by: Person) -> str:
    """Ask the platform, and note what it says. Returns why it does not work, "" when it does."""
    person_id = by.id
    wiring: Wiring = current_app.extensions["wiring"]
    application = platform_applications.get(db.session(), application_id)
    if application.platform == Platform.AIBOT:
        return NOTHING_TO_ASK
    db.session.expunge(application)
    db.session.rollback()
    try:
        wiring.applications.test(db.engine, application)
    except Failure as failure:
        if not isinstance(failure, SwitchedOff):
            _note(application_id, failure)
        return failure.reason
    with deciding() as session:
        _go_on(session(), application_id, people.get(session(), person_id))
    return ""


def _note(application_id: int, failure: Failure) -> None:
    with deciding() as session:
        platform_applications.record_trouble(platform_applications.get(session(), application_id), failure.reason, failure.code)


def _go_on(session: Session, application_id: int, by: Person) -> None:
    """End the holds of the groups that are reached through it, and listen to it at once."""
    receptions.listen_anew(session, platform_applications.get(session, application_id))
    lasting = {hold.target for hold in session.scalars(select(Hold).where(Hold.until.is_(None)))}
    if not lasting:
        return
    for connector in session.scalars(select(GroupConnector)):
        if connector.hold_target in lasting and connector.settings.get("application") == str(application_id):
            holds.release_hold(session, connector.hold_target, by=by)
