"""The steps of a connector that speaks through an application: it gets a number back, and some platforms know a repeat."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime

from publishers.connector import ASKED, Absent, CannotTell, Failure, OutcomeUnknown, Parcel, Reading, Receipt, Remember
from publishers.robots.robot import GroupWriter
from publishers.robots.words import Body

MISSED = "missed"
MARGIN_SECONDS = 120.0
"""So long before the platform forgets us, nothing is repeated any more: clocks differ, and a call lasts."""


class Sender(GroupWriter):
    """One target behind an application. `repeat_seconds`: how long the platform shows a repeat nobody; 0: it never knows one.

    The very body that was sent first is kept, so that a repeat is the same to the byte.
    """

    repeat_seconds = 0.0

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def send(self, parcel: Parcel, remember: Remember) -> Receipt:
        """Put the parcel into the target with one call. Raises one of the four words; too late for a repeat: OutcomeUnknown."""
        if not self.repeat_seconds:
            return self._post(self._checked(self._body(parcel)), parcel, remember)
        asked = _asked(parcel)
        if asked is None:
            body = self._checked(self._body(parcel))
            remember(ASKED, json.dumps({"at": self._now().timestamp(), "body": body}, ensure_ascii=False))
            return self._first(body, parcel, remember)
        if not self._knows_repeat(asked[0]):
            raise OutcomeUnknown("It was sent so long ago that the platform would not know a repeat.")
        return self._post(asked[1], parcel, remember)

    def find_out(self, parcel: Parcel) -> Reading:
        """While the platform knows a repeat, sending again is right; afterwards only a person can look."""
        asked = _asked(parcel)
        if asked is not None and self._knows_repeat(asked[0]):
            return Absent()
        return CannotTell("The platform cannot be asked what became of it. Somebody has to look into the group.", final=True)

    def confirm(self, parcel: Parcel) -> Receipt:
        """The platform's answer is final at once."""
        return Receipt(final=True)

    @abstractmethod
    def _post(self, body: Body, parcel: Parcel, remember: Remember) -> Receipt:
        """Make the call; of a partial success, `remember` under MISSED whom it did not reach."""

    def _first(self, body: Body, parcel: Parcel, remember: Remember) -> Receipt:
        """A clear no to the first call means that nothing was ever asked for."""
        try:
            return self._post(body, parcel, remember)
        except OutcomeUnknown:
            raise
        except Failure:
            remember(ASKED, "")
            raise

    def _knows_repeat(self, asked_at: float) -> bool:
        return 0 <= self._now().timestamp() - asked_at < self.repeat_seconds - MARGIN_SECONDS


def _asked(parcel: Parcel) -> tuple[float, Body] | None:
    """When the parcel was sent first, and with which body."""
    kept = parcel.memory.get(ASKED, "")
    if not kept:
        return None
    said = json.loads(kept)
    return float(said["at"]), said["body"]
