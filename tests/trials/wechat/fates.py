"""What goes wrong in run N: first every single misfortune once, then mixtures drawn from N."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

TOKEN, UPLOAD, COVER = "/cgi-bin/stable_token", "/cgi-bin/media/uploadimg", "/cgi-bin/material/add_material"
ADD, DRAFT, DRAFTS = "/cgi-bin/draft/add", "/cgi-bin/draft/get", "/cgi-bin/draft/batchget"
SUBMIT, GET, LISTED = "/cgi-bin/freepublish/submit", "/cgi-bin/freepublish/get", "/cgi-bin/freepublish/batchget"
SEND, MASS = "/cgi-bin/message/mass/sendall", "/cgi-bin/message/mass/get"
COMMON = (TOKEN, UPLOAD, COVER, ADD, DRAFT, DRAFTS)
PATHS = {"release": (*COMMON, SUBMIT, GET, LISTED), "mass_send": (*COMMON, SEND, MASS, LISTED)}
READ = {"release": (DRAFT, GET, LISTED), "mass_send": (DRAFT, MASS)}
SLOW = {"publish_delay": 900.0, "keeps_draft": True}
"""A platform that leaves us in doubt for long: the draft is still there, and nothing is listed."""
VISIBLE = {"release": SUBMIT, "mass_send": SEND}

Order = Mapping[str, Any]

ACTS: tuple[Order, ...] = (
    {"act": "drop_before"}, {"act": "drop_before", "reset": True}, {"act": "drop_after"}, {"act": "drop_after", "reset": True},
    {"act": "truncate"}, {"act": "timeout_after", "seconds": 200.0}, {"act": "delay", "seconds": 20.0},
    {"act": "html"}, {"act": "html", "effect": False}, {"act": "status", "code": 502},
    {"act": "status", "code": 503, "effect": True}, {"act": "status", "code": 504, "effect": True},
    {"act": "busy"}, {"act": "busy", "effect": True},
)
CODES = (
    40001, 40007, 40164, 42001, 45009, 45011, 45028, 45166, 48001, 50002, 53500, 53501, 53503, 53504, 53505, 61503, 89503, 99999,
)
RESULTS = {"release": (2, 3, 4), "mass_send": (3, 20008, 30001, 40002)}
EVENTS: tuple[Order, ...] = (
    {"act": "repeat_event", "count": 3}, {"act": "skip_event"}, {"act": "late_event", "seconds": 400.0},
)
POINTS = (
    "claim.before_commit", "claim.after_commit", "send.before_call", "send.after_call", "remember.before_commit",
    "remember.after_commit", "record.before_commit", "record.after_commit", "recover.before_commit", "recover.after_commit",
    "read.before_call", "read.after_call", "read.before_commit", "read.after_commit", "confirm.before_call",
    "confirm.after_call", "published.before_promise",
)
CUTS = ("unreachable", "die_before", "die_after", "expire", "replace")
COMPANIES = (
    ("release",), ("releases",), ("mass_send",), ("mass_sends",), ("release", "mass_send"), ("releases", "release"),
)
"""Editions that go out together."""
DELAYS = (0.0, 1.5, 8.0, 60.0, 240.0, 900.0, 3000.0)


@dataclass(frozen=True)
class Fate:
    """One run's misfortunes. `crashes`: `POINT:HIT` for one life of a worker after the other."""

    number: int
    editions: tuple[str, ...]
    orders: tuple[Order, ...] = ()
    crashes: tuple[str, ...] = ()
    cuts: Mapping[int, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    account: Mapping[str, Any] = field(default_factory=dict)
    early_event: bool = False
    """Whether the platform's event comes before the answer it belongs to."""
    down_seconds: float = 5.0
    """How long a dead worker stays away."""
    begins_hours: float = 1.0
    person: bool = False
    """Whether somebody presses the buttons: replays what was refused, says truly what became of the unknown."""

    @property
    def name(self) -> str:
        """All of it in one line."""
        orders = [" ".join(f"{value}" for value in order.values()) for order in self.orders]
        parts = [*orders, *self.crashes, *(f"{cut} at call {n}" for n, cut in self.cuts.items())]
        more = {**self.settings, **self.account} | ({"person": True} if self.person else {})
        return f"{'+'.join(self.editions)}: {'; '.join(parts) or 'nothing'} {more or ''}".strip()


def fate(number: int) -> Fate:
    """What happens in run `number`."""
    singles = _singles()
    if number < len(singles):
        return replace(singles[number], number=number)
    return _drawn(number)


def singles() -> int:
    """How many runs have one misfortune only; they come first."""
    return len(_singles())


@cache
def _singles() -> tuple[Fate, ...]:
    return tuple(_every_one())


def _every_one() -> Iterator[Fate]:
    for mode in PATHS:
        yield Fate(0, (mode,))
        for path in PATHS[mode]:
            for act in ACTS:
                yield Fate(0, (mode,), ({"path": path, **act},))
                if path == VISIBLE[mode]:
                    yield Fate(0, (mode,), ({"path": path, **act},), settings=SLOW)
        for code in CODES:
            yield Fate(0, (mode,), ({"path": VISIBLE[mode], "act": "refuse", "errcode": code},), person=True)
            yield Fate(0, (mode,), ({"path": ADD, "act": "refuse", "errcode": code},), person=True)
        for path in READ[mode]:
            for code in CODES:
                yield Fate(0, (mode,), ({"path": path, "act": "refuse", "errcode": code, "skip": int(path == DRAFT)},))
        lost = {"path": VISIBLE[mode], "act": "drop_after"}
        for lag in (0.0, 300.0, 2400.0):
            yield Fate(0, (mode,), (lost,), settings={**SLOW, "list_seconds": lag})
        for code in CODES:
            for person in (False, True):
                again = {"path": VISIBLE[mode], "act": "refuse", "errcode": code}
                yield Fate(0, (mode,), (lost, again), settings=SLOW, person=person)
        for result in RESULTS[mode]:
            yield Fate(0, (mode,), ({"path": VISIBLE[mode], "act": "result", "code": result},), person=True)
        for event in EVENTS:
            yield Fate(0, (mode,), ({"path": VISIBLE[mode], **event},))
        yield Fate(0, (mode,), early_event=True)
        for point in POINTS:
            for hit in range(1, 7):
                yield Fate(0, (mode,), crashes=(f"{point}:{hit}",))
        for number in range(1, 10):
            for cut in CUTS:
                yield Fate(0, (mode,), cuts={number: cut})


def _drawn(number: int) -> Fate:
    dice = random.Random(number)  # noqa: S311
    editions = dice.choice(COMPANIES)
    paths = [path for mode in ("release", "mass_send") if any(mode in name for name in editions) for path in PATHS[mode]]
    crashes = tuple(f"{dice.choice(POINTS)}:{dice.randint(1, 5)}" for _ in range(dice.choice((0, 0, 0, 1, 1, 2))))
    cuts = {dice.randint(1, 14): dice.choice(CUTS) for _ in range(dice.choice((0, 0, 1, 1, 2, 3)))}
    return Fate(
        number, editions, tuple(_order(dice, paths) for _ in range(dice.choice((0, 1, 1, 2, 2, 3, 4)))), crashes, cuts,
        settings={
            "publish_delay": dice.choice(DELAYS), "keeps_draft": dice.random() < 0.3,
            "list_seconds": dice.choice((0.0, 0.0, 0.0, 20.0, 300.0)),
        },
        account={"admin_confirms": dice.random() < 0.15, "admin_answer": dice.choice((0, 89504, 89505))},
        early_event=dice.random() < 0.15, down_seconds=dice.choice((0.5, 5.0, 60.0, 600.0, 6000.0)),
        begins_hours=dice.uniform(1.0, 22.0), person=dice.random() < 0.5,
    )


def _order(dice: random.Random, paths: list[str]) -> Order:
    path = dice.choice([*paths, SUBMIT, SEND])
    kind = dice.random()
    where = {"path": path, "skip": dice.choice((0, 0, 0, 1, 2)), "times": dice.choice((1, 1, 1, 2, 4))}
    if kind < 0.2:
        return {**where, "act": "refuse", "errcode": dice.choice(CODES)}
    if kind < 0.3 and path in (SUBMIT, SEND):
        mode = "release" if path == SUBMIT else "mass_send"
        return {**where, **dice.choice((*EVENTS, *({"act": "result", "code": code} for code in RESULTS[mode])))}
    return {**where, **dice.choice(ACTS)}
