"""Steps with their instants, worked in the order of time, so that numbers, trails and the audit log read as they would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from editorial import clock

Act = Callable[[Session], None]


class Agenda:
    """Acts to be done at past instants. An act may add later ones."""

    def __init__(self) -> None:
        self._steps: list[tuple[datetime, int, Act, str]] = []
        self._added = 0
        self._present = clock.now()

    def add(self, instant: datetime, act: Act, closing: str = "") -> None:
        """Do `act` at `instant`; `closing` names the story whose last step this is."""
        self._steps.append((min(instant, self._present), self._added, act, closing))
        self._added += 1

    def work(self, session: Session) -> Iterator[str]:
        """Do everything, each step in a transaction of its own; yields the name of every story that is done."""
        while self._steps:
            step = min(self._steps, key=lambda entry: entry[:2])
            self._steps.remove(step)
            instant, _, act, closing = step
            with clock.at(instant):
                act(session)
                session.commit()
            if closing:
                yield closing
