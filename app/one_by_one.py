"""What became of each whom one delivery reaches, as the worker last read it; no platform is asked here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from editorial.outbox.deliveries import Delivery
from publishers.connector import ONE_BY_ONE, Results


@dataclass(frozen=True)
class Known:
    """The results of the present task, and when they were read; none before the first poll."""

    results: Results = ()
    at: datetime | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many have come to each result."""
        found = [status for _chat, status in self.results]
        return {status: found.count(status) for status in ("sent", "waiting", "beyond_limit", "gone") if status in found}


def of(delivery: Delivery) -> Known:
    """What is known about the task that the platform has now; of one before it, nothing is said."""
    said = json.loads(delivery.memory.get(ONE_BY_ONE, "{}"))
    if not said or said["task"] != delivery.remote_id:
        return Known()
    return Known(tuple((chat, status) for chat, status in said["results"]), datetime.fromisoformat(said["at"]))
