"""Clicks of tracked links: people, robots and repeats apart. No address of a visitor is kept, only a day's hash."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial.base import Base, Numbered
from editorial.groups import flash
from editorial.share_back.links import TrackedLink

PEOPLE, ROBOTS, REPEATS = "people", "robots", "repeats"


class Click(Numbered, Base):
    """One visit. `visitor` is a keyed hash that changes every day; a second visit of it that day is a repeat."""

    __tablename__ = "click"

    link_id: Mapped[int] = mapped_column(ForeignKey("tracked_link.id"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(8))
    visitor: Mapped[str] = mapped_column(String(32))

    __table_args__ = (
        Index("ix_click_visitor", "link_id", "visitor"), Index("ix_click_kind", "link_id", "kind"),
        Index("ix_click_at", "kind", "at", "link_id"),
    )


class HitFile(Base):
    """How far a spool file of hits was taken in: hits are counted exactly once, whatever dies in between."""

    __tablename__ = "hit_file"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    taken: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True)
class Hit:
    """One visit as the redirect wrote it down. `kind` is people or robots; repeats are found when it is counted."""

    code: str
    at: float
    kind: str
    visitor: str


@dataclass(frozen=True)
class Counts:
    """Clicks of one link, group or article."""

    people: int = 0
    robots: int = 0
    repeats: int = 0


def count(session: Session, hits: Iterable[Hit]) -> None:
    """Store visits. Hits of unknown codes are dropped, and those of a flash group's links after its end."""
    hits = list(hits)
    known_links = select(TrackedLink).where(TrackedLink.code.in_({hit.code for hit in hits}))
    links = {link.code: link for link in session.scalars(known_links)}
    over = flash.ends(session, {link.group_id for link in links.values()})
    hits = [hit for hit in hits if hit.code in links and not _is_late(hit, over.get(links[hit.code].group_id))]
    ids = {code: link.id for code, link in links.items()}
    known = _known(session, set(ids.values()), {hit.visitor for hit in hits})
    for hit in hits:
        visit = (ids[hit.code], hit.visitor)
        kind = REPEATS if hit.kind != ROBOTS and visit in known else hit.kind
        if kind == PEOPLE:
            known.add(visit)
        session.add(Click(link_id=visit[0], at=datetime.fromtimestamp(hit.at, UTC), kind=kind, visitor=hit.visitor))


def of_link(session: Session, link_id: int) -> Counts:
    """Clicks of one link."""
    query = select(Click.kind, func.count()).where(Click.link_id == link_id).group_by(Click.kind)
    return _counts(dict(session.execute(query).all()))


def of_article_by_group(session: Session, article_id: int) -> dict[int, Counts]:
    """Clicks of an article by group id."""
    query = (
        select(TrackedLink.group_id, Click.kind, func.count()).join(Click, Click.link_id == TrackedLink.id)
        .where(TrackedLink.article_id == article_id).group_by(TrackedLink.group_id, Click.kind)
    )
    found: dict[int, dict[str, int]] = {}
    for group_id, kind, number in session.execute(query):
        found.setdefault(group_id, {})[kind] = number
    return {group_id: _counts(kinds) for group_id, kinds in found.items()}


def total(counts: Iterable[Counts]) -> Counts:
    """The sum of several counts."""
    counts = list(counts)
    return Counts(
        people=sum(one.people for one in counts), robots=sum(one.robots for one in counts),
        repeats=sum(one.repeats for one in counts),
    )


def _is_late(hit: Hit, ends_at: datetime | None) -> bool:
    return ends_at is not None and hit.at > ends_at.timestamp()


def _known(session: Session, link_ids: set[int], visitors: set[str]) -> set[tuple[int, str]]:
    """Which of these visitors were counted as people of which of these links."""
    query = select(Click.link_id, Click.visitor).where(
        Click.link_id.in_(link_ids), Click.visitor.in_(visitors), Click.kind == PEOPLE
    )
    return {(link_id, visitor) for link_id, visitor in session.execute(query)}


def _counts(kinds: dict[str, int]) -> Counts:
    return Counts(people=kinds.get(PEOPLE, 0), robots=kinds.get(ROBOTS, 0), repeats=kinds.get(REPEATS, 0))
