"""What the world saw beside what the database says."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial.calendar.editions import Edition
from editorial.outbox.deliveries import Delivery, State
from editorial.release.releases import FINAL_PURPOSES
from publishers.sandbox import chinatime
from publishers.sandbox.platforms import Platforms
from tests.trials.checker import DONE, at_rest, examine
from tests.trials.wechat.fates import DRAFT, GET, LISTED, SUBMIT, TOKEN, Fate

BUDGETS = {SUBMIT: 100, GET: 100, LISTED: 100, DRAFT: 500}
"""Calls a day that the platform grants."""
TOKEN_CALLS = 20
"""Calls for a token that one run may cost, troubles with tokens included; one is enough when nothing goes wrong."""


@dataclass
class Verdict:
    """One run's end. Everything in `faults` must not be."""

    fate: Fate
    kills: int
    calls: int
    token_calls: int
    busiest: dict[str, int]
    """Calls of the busiest day, by path."""
    ends: Counter[str]
    faults: dict[str, list[str]]

    @property
    def lines(self) -> list[str]:
        """Every fault with the run to replay."""
        return [
            f"run {self.fate.number} ({self.fate.name}): {kind}: {line}" for kind, lines in self.faults.items() for line in lines
        ]


def judge(session: Session, fate: Fate, platforms: Platforms, kills: int, calls: int) -> Verdict:
    """Lay the platform's effects beside the database."""
    effects = platforms.world.effects()
    found = examine(session, effects)
    busiest = _busiest(platforms)
    tokens = len(platforms.journal.read(TOKEN))
    faults = {
        "twice": found.editions_twice,
        "lost": [line for line in found.lost if " is still " not in line],
        "denied": _denied(session, effects),
        "stuck": [] if at_rest(session) else [line for line in found.lost if " is still " in line],
        "unsigned": found.unsigned, "early": found.early, "untold": found.untold,
        "over budget": [f"{path} {count} times a day" for path, count in busiest.items() if count > BUDGETS.get(path, count)],
        "token calls": [f"{tokens} calls"] if tokens > TOKEN_CALLS else [],
    }
    return Verdict(fate, kills, calls, tokens, busiest, found.ends, faults)


def _denied(session: Session, effects: list[dict[str, object]]) -> list[str]:
    """What readers have, while we say that it was not taken, or ask somebody to publish it by hand."""
    seen = {tuple(effect["titles"]) for effect in effects if effect["kind"] in DONE}  # type: ignore[arg-type]
    lines = []
    for delivery in session.scalars(select(Delivery).where(Delivery.purpose.in_(FINAL_PURPOSES))):
        edition = session.get_one(Edition, delivery.edition_id)
        by_hand = delivery.state == State.ACCEPTED and delivery.awaiting == "person"
        if tuple(place.article.title for place in edition.places) in seen and (
            by_hand or delivery.state in (State.REFUSED, State.CALLED_OFF, State.WAITING)
        ):
            lines.append(f"{edition.lead.title} is out and called {delivery.state}: {delivery.reason}")
    return lines


def _busiest(platforms: Platforms) -> dict[str, int]:
    days = Counter((chinatime.day(entry["at"]), entry["path"]) for entry in platforms.journal.read())
    busiest: Counter[str] = Counter()
    for (_, path), count in days.items():
        busiest[path] = max(busiest[path], count)
    return dict(busiest)
