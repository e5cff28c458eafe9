"""What stands in the calendar around a time: each edition with what conflicts are judged by, in one query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.accounts import OfficialAccount
from editorial.articles.articles import Article
from editorial.calendar.editions import Edition, EditionState, Place
from editorial.people.people import Department, Person
from editorial.topics.columns import Column

TAKEN = (EditionState.SCHEDULED, EditionState.PUBLISHED)


@dataclass(frozen=True)
class Seat:
    """One edition at one time of the house's wall. Each of the lists has something of every article, the lead's first."""

    edition_id: int
    account_id: int
    account: str
    at: datetime
    wall: datetime
    titles: tuple[str, ...]
    departments: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    embargoes: tuple[tuple[str, str], ...] = ()
    """Headline and end on the wall of each embargo that ends after `at`."""

    @property
    def lead(self) -> str:
        return self.titles[0]

    @property
    def week(self) -> tuple[int, int]:
        return self.wall.isocalendar()[:2]

    @property
    def on(self) -> date:
        return self.wall.date()

    @cached_property
    def pairs(self) -> tuple[frozenset[str], ...]:
        """Of every headline the pairs of neighbouring characters, by which subjects are compared."""
        return tuple(map(pairs_of, self.titles))


def pairs_of(title: str) -> frozenset[str]:
    """Pairs of neighbouring characters, signs and spaces left out."""
    plain = "".join(sign for sign in title.lower() if sign.isalnum())
    return frozenset(plain[place:place + 2] for place in range(len(plain) - 1))


def taken_between(session: Session, first: datetime, last: datetime, zone: str) -> list[Seat]:
    """The editions that are scheduled or published with a time in [first, last), by time."""
    query = _query().where(Edition.publish_at >= first, Edition.publish_at < last, Edition.state.in_(TAKEN))
    return sorted(_seats(session, query, zone), key=lambda seat: (seat.at, seat.edition_id))


def seat_of(session: Session, edition: Edition, at: datetime, zone: str) -> Seat:
    """The place an edition would take at `at`."""
    [seat] = _seats(session, _query().where(Edition.id == edition.id), zone, at)
    return replace(seat, at=at, wall=clock.to_wall(at, zone))


def _query() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Edition.id, Edition.account_id, OfficialAccount.name, Edition.publish_at, Article.title, Article.embargo_until,
            Article.embargo_wall, Department.name, Column.name,
        )
        .join(OfficialAccount, OfficialAccount.id == Edition.account_id).join(Place, Place.edition_id == Edition.id)
        .join(Article, Article.id == Place.article_id).join(Person, Person.id == Article.contributor_id)
        .outerjoin(Department, Department.id == Person.department_id).outerjoin(Column, Column.id == Article.column_id)
        .order_by(Edition.id, Place.position)
    )


def _seats(session: Session, query: Select[*tuple[Any, ...]], zone: str, at: datetime | None = None) -> Iterable[Seat]:
    found: dict[int, Seat] = {}
    for edition_id, account_id, account, publish_at, title, until, wall, department, column in session.execute(query):
        moment = at or publish_at or clock.now()
        seat = found.get(edition_id) or Seat(edition_id, account_id, account, moment, clock.to_wall(moment, zone), ())
        held = ((title, wall.replace("T", " ")[:16]),) if until is not None and moment < until else ()
        found[edition_id] = replace(
            seat, titles=(*seat.titles, title), embargoes=seat.embargoes + held,
            departments=seat.departments | ({department} if department else set()),
            columns=seat.columns | ({column} if column else set()),
        )
    return found.values()
