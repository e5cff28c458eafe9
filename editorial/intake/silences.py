"""Applications that nobody listens to though somebody wants it: the administrators are told once for each time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from editorial import clock
from editorial.intake import listening, receptions
from editorial.intake.listening import Listening
from editorial.notices import tell_all
from editorial.people import people
from editorial.platform_applications import PlatformApplication

MISSING = timedelta(minutes=2)
NOBODY = "Nobody listens: the process `listen` does not run."
TOLD = "What colleagues write to {name} does not arrive: its long connection does not stand. {reason}"


def tell(session: Session) -> int:
    """Tell of every connection that is missing for two minutes, or refused. Returns how many were told of."""
    told = 0
    for application in receptions.listened_to(session):
        row = session.get_one(Listening, application.id)
        if _is_due(row):
            _tell(session, application, row)
            told += 1
    return told


def standing(session: Session, application: PlatformApplication) -> tuple[Listening | None, str]:
    """How an application's connection stands, and why not; None for one that is not to be listened to now."""
    reception = receptions.of(session, application.id)
    wanted = application.active and reception.takes and receptions.comes_by_stream(application, reception)
    row = listening.of(session, application.id) if wanted else None
    return row, reason(row) if row is not None else ""


def reason(row: Listening) -> str:
    """Why it does not stand; empty while it does, and while nobody knows yet."""
    if row.stands_since is not None:
        return ""
    return row.reason if row.is_kept else NOBODY


def _is_due(row: Listening) -> bool:
    since = row.missing_since
    if since is None or (row.told_at is not None and row.told_at >= since):
        return False
    return row.is_refused or clock.now() - since >= MISSING


def _tell(session: Session, application: PlatformApplication, row: Listening) -> None:
    row.told_at = clock.now()
    tell_all(
        session, people.with_role(session, people.Role.ADMIN), TOLD, urgent=True, name=application.name, reason=reason(row),
        cause=f"stream:{application.id}:{row.missing_since:%Y%m%d%H%M%S}", thing="application", thing_id=application.id,
    )
