"""How one simulated account or robot behaves where the documentation leaves room, and when it goes wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Json = dict[str, object]

Loss = Literal["hold", "reset", "truncated", "html", "empty", "fault", "gateway", "busy", "nameless"]
"""How an answer is lost: held back too long, connection reset, cut short, a page of HTML with status 200, no body,
status 500, a gateway's page with 502, the platform's own "busy", a success without the id."""

LOSSES: tuple[Loss, ...] = ("hold", "reset", "truncated", "html", "empty", "fault", "gateway", "busy", "nameless")


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call, `times` times: with `effect` the thing is done all the same.

    `code` answers with that error instead, without effect.
    """

    loss: Loss | None = None
    effect: bool = True
    code: int = 0
    times: int = 1


@dataclass(frozen=True)
class Manners:
    """One account's manners. Times in seconds. `missing`: calls that this simulator does not know at all."""

    consumes: Literal["submit", "finish", "later"] = "submit"
    job_seconds: float = 0.4
    numeric_ids: bool = True
    token_lives: int = 7200
    token_length: int = 512
    rotates: bool = False
    success_code: bool = True
    content_type: str = "application/json; charset=UTF-8"
    control_characters: bool = False
    lists_covers: bool = True
    lists_without_content: bool = True
    details: Literal["list", "single", "none"] = "list"
    links: Literal["long", "short", "local"] = "long"
    page: int = 20
    missing: frozenset[str] = frozenset()
    missing_status: int = 404
    events: tuple[float, ...] = ()
    """When events are pushed, in seconds after the job ended; negative: before the submit is answered."""


@dataclass
class Draft:
    """A draft in the box."""

    media_id: str
    articles: list[Json]
    updated_at: float


@dataclass
class Job:
    """A publishing job. `outcome` is the publish_status it will end with."""

    publish_id: int
    article_id: str
    draft: Draft
    ends_at: float
    outcome: int = 0
    ended: bool = False


@dataclass
class Plan:
    """Faults in store: by call, then by a piece of the title or by the robot's secret word."""

    faults: dict[str, dict[str, list[Fault]]] = field(default_factory=dict)
    outcomes: dict[str, list[int]] = field(default_factory=dict)

    def put(self, call: str, mark: str, *faults: Fault) -> None:
        """Let `faults` happen in their order to the calls that carry `mark`."""
        self.faults.setdefault(call, {})[mark] = [fault for fault in faults for _ in range(fault.times)]

    def take(self, call: str, words: str) -> Fault | None:
        """The next fault of this call, if one is in store."""
        for mark, waiting in self.faults.get(call, {}).items():
            if mark in words and waiting:
                return waiting.pop(0)
        return None

    def outcome(self, words: str) -> int:
        """With which publish_status the next job with these words ends."""
        for mark, waiting in self.outcomes.items():
            if mark in words and waiting:
                return waiting.pop(0)
        return 0
