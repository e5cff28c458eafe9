"""Clicks of the demo's tracked links: people, robots and repeats, thinning out over the days after publication."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from editorial import clock
from editorial.articles.workflow import State as ArticleState
from editorial.outbox.deliveries import State
from editorial.share_back import clicks
from editorial.share_back.clicks import PEOPLE, ROBOTS, Hit
from editorial.share_back.shares import Share

LIVELY = {"chengjiang": 34, "culture": 16, "activity": 22, "running": 9, "training": 18, "research": 15, "customers": 20}
USUAL = 11
HALF_OF_THEM_HOURS = 9.0
CURIOUS_DAYS = 12


def count(session: Session, share: Share) -> None:
    """Count the visits that a share has brought up to now, or up to its article's being taken down."""
    delivery = share.delivery
    if delivery is None or delivery.state not in (State.SENT, State.NEEDS_PERSON):
        return
    shared, group = delivery.settled_at or delivery.due_at, share.group.slug
    article = share.edition.lead
    until = article.updated_at if article.state == ArticleState.TAKEN_DOWN else clock.now()
    chance = random.Random(f"{article.id} {group}")
    hits = [hit for hit in _hits(chance, share.link.code, LIVELY.get(group, USUAL), shared) if hit.at < until.timestamp()]
    clicks.count(session, sorted(hits, key=lambda hit: hit.at))


def _hits(chance: random.Random, code: str, usual: int, shared: datetime) -> Iterator[Hit]:
    # The group app fetches the preview as soon as the card arrives.
    for number in range(1, chance.randint(2, 4)):
        yield Hit(code, shared.timestamp() + chance.uniform(41, 55), ROBOTS, _visitor(code, f"preview {number}"))
    for number in range(round(usual * chance.uniform(0.4, 1.6))):
        hours = min(chance.expovariate(1 / HALF_OF_THEM_HOURS), CURIOUS_DAYS * 24)
        instant = shared + timedelta(hours=hours, minutes=2)
        visitor = _visitor(code, f"{number}")
        yield Hit(code, instant.timestamp(), PEOPLE, visitor)
        if chance.random() < 0.2:
            yield Hit(code, instant.timestamp() + chance.uniform(60, 3000), PEOPLE, visitor)


def _visitor(code: str, name: str) -> str:
    return hashlib.sha256(f"{code} {name}".encode()).hexdigest()[:32]
