"""Several ways into one group: adding one, preferring one, marking those that calls for stories take, switching one off.

The preferred way has no number of its own among deliveries and targets: whatever names none goes through it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from editorial import audit
from editorial.errors import Invalid, NotFound, Problem
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Group
from editorial.people.people import Person

MOST = 6


def add(session: Session, group: Group, kind: str, settings: dict[str, Any], *, hint: str, by: Person | None) -> GroupConnector:
    """One more way into a group; the first one is preferred. Raises Invalid naming `connector.kind`."""
    if len(group.connectors) >= MOST:
        raise Invalid(Problem("connector.kind", "A group has at most {limit} connectors.", {"limit": MOST}))
    first = group.connector is None
    made = GroupConnector(group_id=group.id, kind=kind, settings=settings, hint=hint, preferred=first, for_calls=first)
    session.add(made)
    _changed(session, group, made, "add_connector", by)
    return made


def prefer(session: Session, group: Group, chosen: GroupConnector, *, by: Person) -> GroupConnector | None:
    """Let links go through `chosen` from now on. Returns the one that was preferred before. Raises Invalid naming `connector`."""
    if not chosen.active:
        raise Invalid(Problem("connector", "This connector is switched off. Switch it on first."))
    before = group.connector
    if before is chosen:
        return before
    if before is not None:
        before.preferred = False
        # At no moment may a group have two.
        session.flush()
    chosen.preferred = True
    _changed(session, group, chosen, "prefer_connector", by)
    return before


def mark_for_calls(session: Session, group: Group, chosen: GroupConnector, wanted: bool, *, by: Person) -> None:
    """Let calls for stories go through it, too, or no more."""
    chosen.for_calls = wanted
    _changed(session, group, chosen, "mark_connector" if wanted else "unmark_connector", by)


def switch(session: Session, group: Group, chosen: GroupConnector, on: bool, *, by: Person) -> None:
    """Speak through it again, or no more. Raises Invalid naming `connector` for the preferred one."""
    if not on:
        _ensure_spare(chosen)
    chosen.active = on
    _changed(session, group, chosen, "switch_connector_on" if on else "switch_connector_off", by)


def remove(session: Session, group: Group, chosen: GroupConnector, *, by: Person) -> None:
    """Forget a way with its keys. Raises Invalid naming `connector` for the preferred one."""
    _ensure_spare(chosen)
    session.delete(chosen)
    _changed(session, group, chosen, "remove_connector", by)


def get(group: Group, connector_id: int) -> GroupConnector:
    """The way of this number into this group. Raises NotFound."""
    found = next((one for one in group.connectors if one.id == connector_id), None)
    if found is None:
        raise NotFound()
    return found


def for_calls(group: Group) -> list[int | None]:
    """The ways that calls for stories take, None for the preferred one. Where none is marked, that is the one."""
    marked = [one for one in group.connectors if one.for_calls and one.active]
    return [None if one.preferred else one.id for one in marked] or [None]


def _ensure_spare(chosen: GroupConnector) -> None:
    if chosen.preferred:
        raise Invalid(Problem("connector", "Links go through this connector. Prefer another one first."))


def _changed(session: Session, group: Group, chosen: GroupConnector, verb: str, by: Person | None) -> None:
    session.flush()
    session.expire(group, ["connector", "connectors"])
    audit.record(session, verb, "group", group.id, by=by, details={"kind": chosen.kind})
