"""Customer groups of WeCom are looked at once a day: which there are, then the days whose figures are not known yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.engine import WRITES
from app.wiring import Wiring
from editorial import clock, platform_applications
from editorial.groups import customer_groups, join_codes
from editorial.groups.customer_groups import Seen
from publishers.connector import Failure, Refused
from publishers.wecom import groups
from publishers.wecom.api import Api

PREFIX = "customers:"
EVERY = timedelta(days=1)
RESTS = "The application rests. Use it again first."
SOME = "Some customer groups could not be read; the others are up to date."


def lanes_with_work(session: Session) -> list[str]:
    """A lane for every application whose groups nobody looked at for a day."""
    return [f"{PREFIX}{number}" for number in customer_groups.due(session, clock.now() - EVERY)]


def look_due(session: Session, engine: Engine, wiring: Wiring, lane: str, stopping: Callable[[], bool]) -> int:
    """Look at the groups of a lane's application, if it still should be. The caller holds the lane's lock.

    That it was looked at is kept before the first call, so that a platform that refuses is asked again tomorrow; what a
    stopping worker broke off is begun again by the next one.
    """
    if lane not in lanes_with_work(session):
        return 0
    application_id = int(lane.removeprefix(PREFIX))
    application = platform_applications.get(session, application_id)
    api = wiring.applications.customer_contact(engine, application) if application.active else None
    _mark(session, application_id, clock.now())
    session.commit()
    trouble = RESTS
    if api is not None:
        try:
            trouble = "" if _read(api, engine, application_id, stopping) else SOME
        except Failure as failure:
            trouble = failure.reason
    if stopping():
        _write(engine, lambda writing: _mark(writing, application_id, None))
        return 1
    _write(engine, lambda writing: _end(writing, application_id, trouble))
    return 1


def _read(api: Api, engine: Engine, application_id: int, stopping: Callable[[], bool]) -> bool:
    """Whether every group that is listed could be read; one that was dissolved meanwhile stops no other."""
    listed, read = dict(groups.chats(api)), 0
    for chat_id, status in listed.items():
        if stopping():
            return True
        try:
            said = groups.chat(api, chat_id)
        except Refused:
            continue
        read += 1
        seen = Seen(chat_id, said.name, said.owner, said.members, said.customers, status, said.opened_at)
        _write(engine, lambda writing, seen=seen, joins=said.joins: _keep(writing, application_id, seen, joins))
    _write(engine, lambda writing: customer_groups.mark_gone(writing, application_id, listed))
    _read_days(api, engine, application_id, stopping)
    return read == len(listed)


def _keep(session: Session, application_id: int, seen: Seen, joins: Mapping[tuple[str, date], int]) -> None:
    customer_groups.keep(session, application_id, seen)
    join_codes.count(session, seen.chat_id, joins)


def _read_days(api: Api, engine: Engine, application_id: int, stopping: Callable[[], bool]) -> None:
    """One question for each owner of whom a day of the last month is not known."""
    last = groups.yesterday(clock.now())
    with Session(engine) as reading:
        owners = customer_groups.owners(reading, application_id)
        asked = {owner: customer_groups.gaps(reading, application_id, owner, last) for owner in owners}
    for owner, missing in asked.items():
        if stopping():
            return
        if missing:
            told = groups.days(api, owner, missing[0], missing[-1])
            _write(engine, lambda writing, owner=owner, told=told: customer_groups.keep_days(writing, application_id, owner, told))


def _mark(session: Session, application_id: int, looked_at: datetime | None) -> None:
    row = customer_groups.look_of(session, application_id)
    if row is not None:
        row.looked_at = looked_at


def _end(session: Session, application_id: int, trouble: str) -> None:
    row = customer_groups.look_of(session, application_id)
    if row is not None:
        row.ended_at, row.trouble = clock.now(), trouble


def _write(engine: Engine, act: Callable[[Session], object]) -> None:
    with Session(engine.execution_options(**WRITES)) as session:
        act(session)
        session.commit()
