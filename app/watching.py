"""The directories of platforms are looked at once a day: when something would change, the administrators are told and decide."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from app import listing
from app.engine import WRITES
from app.wiring import Wiring
from editorial import clock, notices
from editorial.joining import directories, moves
from editorial.joining.directories import Directory, DirectoryKind
from editorial.people import people
from editorial.people.people import Role
from publishers.claims import ClaimRefused

PREFIX = "directory:"
EVERY = timedelta(days=1)


def lanes_with_work(session: Session) -> list[str]:
    """A lane for every directory of a platform that was used once and not looked at for a day, while no look waits for a yes."""
    before = clock.now() - EVERY
    query = select(Directory.id).where(
        Directory.kind != DirectoryKind.FILE, Directory.seen.is_(None), Directory.applied_at < before,
        or_(Directory.seen_at.is_(None), Directory.seen_at < before),
    )
    return [f"{PREFIX}{number}" for number in session.scalars(query)]


def look_due(session: Session, engine: Engine, wiring: Wiring, lane: str) -> int:
    """Look at the directory of a lane, if it still should be. The caller holds the lane's lock.

    That it was looked at is kept before the first call, so that a platform that refuses is asked again tomorrow.
    """
    if lane not in lanes_with_work(session):
        return 0
    row = directories.get(session, int(lane.removeprefix(PREFIX)))
    read, directory_id = listing.source(wiring, row), row.id
    directories.forget_look(row)
    session.commit()
    try:
        entries = directories.entries_of(read())
    except ClaimRefused as refused:
        _tell(engine, directory_id, "The directory {name} could not be read: {reason}", refused.reason)
        return 1
    with Session(engine.execution_options(**WRITES)) as writing:
        row = directories.get(writing, directory_id)
        directories.keep_look(writing, row, entries)
        differs = bool(moves.compare(writing, row).moves)
        if not differs:
            directories.forget_look(row)
        writing.commit()
    if differs:
        _tell(engine, directory_id, "The directory {name} has changed. Look at what would follow from it.", "")
    return 1


def _tell(engine: Engine, directory_id: int, sentence: str, reason: str) -> None:
    with Session(engine.execution_options(**WRITES)) as session:
        name = directories.get(session, directory_id).name
        notices.tell_all(
            session, people.with_role(session, Role.ADMIN), sentence, cause=f"directory:{directory_id}:{clock.now():%Y%m%d}",
            thing="directory", thing_id=directory_id, name=name, reason=reason)
        session.commit()
