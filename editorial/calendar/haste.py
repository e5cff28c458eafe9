"""Editions that go out in haste: every article of them stands under an emergency, which somebody with that right declared.

Blackouts do not hold such an edition; embargoes, quotas, sign-offs and the house's rules do. One article that can wait makes
the whole edition wait.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial.calendar.editions import Edition, Place
from editorial.review.rows import Emergency


def of_edition(session: Session, edition: Edition) -> Emergency | None:
    """The newest emergency of an edition in haste; none when one of its articles can wait."""
    return of_editions(session, [edition.id]).get(edition.id)


def of_editions(session: Session, edition_ids: Iterable[int]) -> dict[int, Emergency]:
    """Of these editions those in haste, each with its newest emergency, in one query."""
    query = (
        select(Place.edition_id, Emergency).where(Place.edition_id.in_(set(edition_ids)))
        .outerjoin(Emergency, (Emergency.article_id == Place.article_id) & Emergency.ended_at.is_(None))
    )
    found: dict[int, list[Emergency | None]] = {}
    for edition_id, emergency in session.execute(query.order_by(Place.edition_id, Emergency.id)):
        found.setdefault(edition_id, []).append(emergency)
    hasty = {edition_id: [one for one in rows if one is not None] for edition_id, rows in found.items() if None not in rows}
    return {edition_id: max(rows, key=lambda one: one.id) for edition_id, rows in hasty.items()}
