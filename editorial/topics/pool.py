"""The lists of the topic pool: by state, column, group, person and words, the newest first. A page costs the same at any size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from editorial.search import grams
from editorial.topics.topics import OPEN, WORDS, Source, Topic, TopicState

VIEWS: dict[str, tuple[TopicState, ...]] = {
    "open": OPEN,
    "approved": (TopicState.APPROVED,),
    "under_way": (TopicState.ASSIGNED, TopicState.IN_PROGRESS),
    "done": (TopicState.DONE,),
    "shelved": (TopicState.SHELVED,),
    "rejected": (TopicState.REJECTED,),
}
"""The tabs of the pool, and which states each of them shows."""
NAMES = (joinedload(Topic.group), joinedload(Topic.column), joinedload(Topic.pitched_by))


@dataclass(frozen=True)
class Wanted:
    """What the list shall hold. An empty field does not narrow."""

    words: str = ""
    states: tuple[str, ...] = ()
    source: str = ""
    column_id: int | None = None
    group_id: int | None = None
    person_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Page:
    """One page of the list; `further` continues it, empty at its end."""

    topics: list[Topic]
    further: str


def page(session: Session, wanted: Wanted, after: str = "", limit: int = 50) -> Page:
    """One page. An `after` that this list never gave begins it anew."""
    own = Topic.id.expression
    narrowing = list(_narrowing(wanted))
    query, place = select(Topic.id).where(*narrowing), own
    if wanted.words.strip() and grams(wanted.words):
        few = wanted.group_id is not None or wanted.person_id is not None or wanted.column_id is not None
        query = WORDS.matching(session, query, wanted.words, own, among_few=few)
        place = WORDS.place(session, own, among_few=few)
    if after.isascii() and after.isdigit() and len(after) < 19:
        query = query.where(place < int(after))
    ids = list(session.scalars(query.order_by(place.desc()).limit(limit + 1)))
    found = {one.id: one for one in session.scalars(select(Topic).where(Topic.id.in_(ids[:limit])).options(*NAMES))}
    return Page([found[one] for one in ids[:limit] if one in found], str(ids[limit - 1]) if len(ids) > limit else "")


def for_meeting(session: Session, limit: int = 200) -> list[Topic]:
    """What the editorial meeting has to decide, the oldest pitch first."""
    query = select(Topic).options(*NAMES).where(Topic.state.in_(OPEN)).order_by(Topic.id).limit(limit)
    return list(session.scalars(query))


def in_work(session: Session, limit: int = 100) -> list[Topic]:
    """Topics that an article can be linked to, the newest first."""
    states = (TopicState.APPROVED, TopicState.ASSIGNED, TopicState.IN_PROGRESS)
    return list(session.scalars(select(Topic).where(Topic.state.in_(states)).order_by(Topic.id.desc()).limit(limit)))


def counts(session: Session) -> dict[str, int]:
    """How many topics each tab holds."""
    found = dict(session.execute(select(Topic.state, func.count()).group_by(Topic.state)).all())
    return {view: sum(found.get(state, 0) for state in states) for view, states in VIEWS.items()}


def _narrowing(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.states:
        yield Topic.state.in_(wanted.states)
    if wanted.source in set(Source):
        yield Topic.source == wanted.source
    if wanted.column_id is not None:
        yield Topic.column_id == wanted.column_id
    if wanted.group_id is not None:
        yield Topic.group_id == wanted.group_id
    if wanted.person_id is not None:
        yield Topic.pitched_by_id == wanted.person_id
    if wanted.since is not None:
        yield Topic.created_at >= wanted.since
    if wanted.until is not None:
        yield Topic.created_at < wanted.until
