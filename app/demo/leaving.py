"""Somebody who left the demo company: one of their groups went to its deputy, of another the deputy's place waits for a name."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.demo.company import Cast
from editorial import clock
from editorial.departures import departures
from editorial.groups import groups
from editorial.groups.groups import Group
from editorial.people import people

LEAVER = ("zhu.xiangdong", "祝向东", "工会与企业文化部")
LEFT_DAYS_AGO = 3


def take_leave(session: Session, cast: Cast) -> None:
    """They look after one group, are deputy of another, and leave some days ago."""
    address, name, department = LEAVER
    admin = cast.first(session, "admin")
    with clock.at(clock.now() - timedelta(days=LEFT_DAYS_AGO)):
        leaver = people.add(session, email=cast.email(address), name=name, roles=["contributor"], department=department, by=admin)
        _group(session, "running").steward, _group(session, "reading").deputy = leaver, leaver
        session.flush()
        people.deactivate(session, leaver, by=admin)
        departures.begin(session, leaver, by=admin)
    session.commit()


def _group(session: Session, slug: str) -> Group:
    found = groups.by_slug(session, slug)
    if found is None:
        raise LookupError(f"no group in company.json is called {slug}")
    return found
