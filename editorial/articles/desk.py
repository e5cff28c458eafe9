"""The desk's list: what waits, oldest first; what was searched for, newest first. A page costs the same at any size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Subquery, func, select, tuple_, union_all
from sqlalchemy.orm import Session, joinedload

from editorial.articles import search
from editorial.articles.articles import Article
from editorial.articles.workflow import State
from editorial.groups.groups import Group
from editorial.people.people import Person

WAITING = (State.DRAFTING, State.RETURNED, State.IN_REVIEW, State.IN_PROOF, State.SIGNED_OFF)

PERSONS = (Article.contributor, Article.editor)
FEW = 2_000
"""Articles that are asked one by one sooner than all are searched."""


@dataclass(frozen=True)
class Wanted:
    """What the list shall hold. An empty field does not narrow; without `state` it is everything that waits."""

    words: str = ""
    state: str = ""
    kind: str = ""
    group_id: int | None = None
    editor_id: int | None = None
    contributor_id: int | None = None


@dataclass(frozen=True)
class Page:
    """One page of the list; `further` continues it, empty at its end."""

    articles: list[Article]
    further: str


def page(session: Session, wanted: Wanted, after: str = "", limit: int = 50) -> Page:
    """One page. An `after` that this list never gave begins it anew."""
    if wanted.words.strip() and search.grams(wanted.words):
        return _found(session, wanted, after, limit)
    return _waiting(session, wanted, after, limit)


def _found(session: Session, wanted: Wanted, after: str, limit: int) -> Page:
    own, few = Article.id.expression, _leaves_few(session, wanted)
    place = search.place(session, own, among_few=few)
    query = search.matching(session, select(Article.id).where(*_narrowing(wanted)), wanted.words, own, among_few=few)
    if wanted.state:
        query = query.where(Article.state == wanted.state)
    if after.isascii() and after.isdigit() and len(after) < 19:
        query = query.where(place < int(after))
    ids = list(session.scalars(query.order_by(place.desc()).limit(limit + 1)))
    return Page(_loaded(session, ids[:limit]), str(ids[limit - 1]) if len(ids) > limit else "")


def _leaves_few(session: Session, wanted: Wanted) -> bool:
    """Whether a group or person is wanted that has few articles."""
    if wanted.group_id is None and wanted.contributor_id is None:
        return False
    some = select(Article.id).where(*_narrowing(wanted)).limit(FEW + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) <= FEW


def _waiting(session: Session, wanted: Wanted, after: str, limit: int) -> Page:
    # One ordered run of the index per state: no database sorts all that waits for the sake of one page.
    states = [State(wanted.state)] if wanted.state in set(State) else list(WAITING)
    begin = _place(after)
    runs = [_run(state, wanted, begin, limit + 1) for state in states]
    every = union_all(*(select(run) for run in runs)).subquery()
    rows = session.execute(select(every.c.waiting_since, every.c.id).order_by(*every.c).limit(limit + 1))
    places = [(row.waiting_since, row.id) for row in rows]
    further = f"{places[limit - 1][0].timestamp():.6f}_{places[limit - 1][1]}" if len(places) > limit else ""
    return Page(_loaded(session, [article_id for _, article_id in places[:limit]]), further)


def _run(state: State, wanted: Wanted, begin: tuple[datetime, int] | None, most: int) -> Subquery:
    query = select(Article.waiting_since, Article.id).where(Article.state == state, *_narrowing(wanted))
    if begin is not None:
        query = query.where(tuple_(Article.waiting_since, Article.id) > begin)
    return query.order_by(Article.waiting_since, Article.id).limit(most).subquery()


def _narrowing(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.group_id is not None:
        yield Article.group_id == wanted.group_id
    if wanted.kind:
        yield Article.group_id.in_(select(Group.id).where(Group.kind == wanted.kind))
    if wanted.editor_id is not None:
        yield Article.editor_id == wanted.editor_id
    if wanted.contributor_id is not None:
        yield Article.contributor_id == wanted.contributor_id


def _place(after: str) -> tuple[datetime, int] | None:
    since, _, article_id = after.partition("_")
    try:
        return datetime.fromtimestamp(float(since), UTC), int(article_id[:18])
    except (ValueError, OverflowError, OSError):
        return None


def _loaded(session: Session, ids: list[int]) -> list[Article]:
    # A line shows of a group and of persons the name alone.
    names = (joinedload(Article.group).load_only(Group.name), *(joinedload(of).load_only(Person.name) for of in PERSONS))
    found = {article.id: article for article in session.scalars(select(Article).where(Article.id.in_(ids)).options(*names))}
    return [found[article_id] for article_id in ids if article_id in found]
