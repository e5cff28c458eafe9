"""One search over submissions, articles, topics and pictures: words and filters, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from editorial.articles import assets, search
from editorial.articles.articles import Article
from editorial.articles.assets import Asset
from editorial.groups.groups import Group
from editorial.intake import submissions
from editorial.intake.submissions import Submission
from editorial.people.people import Person
from editorial.search import WordIndex, grams
from editorial.topics import topics
from editorial.topics.topics import Topic

FEW = 2_000
"""Things that are asked one by one sooner than all are searched."""


class Shelf(StrEnum):
    """What can be looked for."""

    ARTICLES = "articles"
    SUBMISSIONS = "submissions"
    TOPICS = "topics"
    PICTURES = "pictures"


@dataclass(frozen=True)
class Wanted:
    """What is looked for. An empty field does not narrow; a filter that a kind of thing does not have leaves it out."""

    words: str = ""
    state: str = ""
    type: str = ""
    column_id: int | None = None
    group_id: int | None = None
    person_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Found:
    """What one shelf gave; `further` continues it, empty at its end."""

    shelf: Shelf
    things: list[Any]
    further: str = ""


@dataclass(frozen=True)
class _Place:
    """How a shelf is searched: its table, its words, whose a thing is, and which filters it has besides."""

    table: Any
    words: WordIndex
    person: Any
    filters: dict[str, Any]
    names: tuple[Any, ...]


PLACES: dict[Shelf, _Place] = {
    Shelf.ARTICLES: _Place(
        Article, search.ARTICLES, Article.contributor_id,
        {"state": Article.state, "type": Article.type, "column_id": Article.column_id, "group_id": Article.group_id},
        (joinedload(Article.group).load_only(Group.name), joinedload(Article.contributor).load_only(Person.name),
         joinedload(Article.editor).load_only(Person.name), joinedload(Article.column)),
    ),
    Shelf.SUBMISSIONS: _Place(
        Submission, submissions.WORDS, Submission.contributor_id, {"state": Submission.state, "group_id": Submission.group_id},
        (joinedload(Submission.group).load_only(Group.name), joinedload(Submission.contributor).load_only(Person.name)),
    ),
    Shelf.TOPICS: _Place(
        Topic, topics.WORDS, Topic.pitched_by_id,
        {"state": Topic.state, "column_id": Topic.column_id, "group_id": Topic.group_id},
        (joinedload(Topic.group), joinedload(Topic.column), joinedload(Topic.pitched_by)),
    ),
    Shelf.PICTURES: _Place(Asset, assets.WORDS, Asset.brought_by_id, {}, ()),
}


def look(session: Session, shelf: Shelf, wanted: Wanted, after: str = "", limit: int = 50) -> Found:
    """One page of one shelf. An `after` that it never gave begins anew."""
    place = PLACES[shelf]
    if any(getattr(wanted, name) and name not in place.filters for name in ("state", "type", "column_id", "group_id")):
        return Found(shelf, [])
    own = place.table.id.expression
    narrowing = _narrowing(wanted, place)
    query, order = select(place.table.id).where(*narrowing), own
    lowest, highest = _span(session, wanted, place.table)
    if wanted.words.strip() and grams(wanted.words):
        few = _leaves_few(session, wanted, place)
        query = place.words.matching(session, query, wanted.words, own, among_few=few)
        order = place.words.place(session, own, among_few=few)
    if lowest is not None:
        query = query.where(order >= lowest, order <= highest)
    if after.isascii() and after.isdigit() and len(after) < 19:
        query = query.where(order < int(after))
    ids = list(session.scalars(query.order_by(order.desc()).limit(limit + 1)))
    return Found(shelf, _loaded(session, place, ids[:limit]), str(ids[limit - 1]) if len(ids) > limit else "")


def index_all(session: Session) -> None:
    """Make submissions, topics and pictures findable, as after a restore."""
    for submission in session.scalars(select(Submission).execution_options(yield_per=200)):
        submissions.index(session, submission)
    for topic in session.scalars(select(Topic).execution_options(yield_per=200)):
        topics.index_again(session, topic)
    for asset in session.scalars(select(Asset).execution_options(yield_per=200)):
        assets.index(session, asset)


def _narrowing(wanted: Wanted, place: _Place) -> list[ColumnElement[bool]]:
    found = [column == getattr(wanted, name) for name, column in place.filters.items() if getattr(wanted, name)]
    if wanted.person_id is not None:
        found.append(place.person == wanted.person_id)
    if wanted.since is not None:
        found.append(place.table.created_at >= wanted.since)
    if wanted.until is not None:
        found.append(place.table.created_at < wanted.until)
    return found


def _span(session: Session, wanted: Wanted, table: Any) -> tuple[int | None, int]:
    """The ids between which everything of the period lies, so that words are not walked beyond them."""
    if wanted.since is None and wanted.until is None:
        return None, 0
    query = select(func.min(table.id), func.max(table.id))
    if wanted.since is not None:
        query = query.where(table.created_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(table.created_at < wanted.until)
    lowest, highest = session.execute(query).one()
    return (lowest, highest) if lowest is not None else (0, -1)


def _leaves_few(session: Session, wanted: Wanted, place: _Place) -> bool:
    """Whether a group, a person or a column is wanted that has few things."""
    owners = (place.filters.get("group_id"), wanted.group_id), (place.person, wanted.person_id), (
        place.filters.get("column_id"), wanted.column_id)
    chosen = [column == value for column, value in owners if column is not None and value is not None]
    if not chosen:
        return False
    some = select(place.table.id).where(*chosen).limit(FEW + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) <= FEW


def _loaded(session: Session, place: _Place, ids: list[int]) -> list[Any]:
    query = select(place.table).where(place.table.id.in_(ids)).options(*place.names)
    found = {thing.id: thing for thing in session.scalars(query)}
    return [found[one] for one in ids if one in found]
