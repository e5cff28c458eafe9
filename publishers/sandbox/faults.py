"""Faults on order: which call goes wrong next, how, and how often.

act            what happens                                                       effect on the platform
refuse         answers `errcode`                                                  none
busy           answers -1 (Feishu: 11232)                                         none, or done with "effect": true
delay          waits `seconds`, then answers as usual                             done
drop_before    closes the connection without an answer                            none
drop_after     the same                                                           done
truncate       half of the answer, then closes                                    done
timeout_after  holds the answer back for `seconds`                                done
html           a proxy's page with status 200                                     done, or none with "effect": false
status         a proxy's page with status `code` (502)                            none, or done with "effect": true
repeat_event   the result event is sent `count` (2) times                         done
skip_event     the result event is never sent                                     done
late_event     the result event comes `seconds` late                              done
result         the task ends with `code`: 2, 3 or 4 of publishing, N of err(N)    task taken, refused later
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

ACTS = frozenset({
    "refuse", "busy", "delay", "drop_before", "drop_after", "truncate", "timeout_after", "html", "status",
    "repeat_event", "skip_event", "late_event", "result",
})
WITHOUT_EFFECT = frozenset({"refuse", "busy", "drop_before", "status"})


@dataclass
class Fault:
    """One order. `times` -1 means for ever; the first `skip` calls that fit pass unharmed."""

    path: str
    act: str
    times: int = 1
    skip: int = 0
    match: str = ""
    errcode: int = -1
    code: int = 0
    seconds: float = 0.0
    count: int = 2
    effect: bool = True
    reset: bool = False
    """Whether a drop is a TCP reset instead of an orderly end."""
    id: int = 0

    def fits(self, path: str, text: str) -> bool:
        """Whether the fault is meant for this call; a path also stands for everything below it."""
        here = self.path in (path, "*") or path.startswith(self.path.rstrip("/") + "/")
        return here and self.times != 0 and self.match in text


class Faults:
    """The orders not yet used up, first come first served. Thread-safe."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []
        self._lock = threading.Lock()
        self._last = 0

    def add(self, order: Mapping[str, Any]) -> Fault:
        """Take an order. Raises ValueError with words when it makes no sense."""
        fault = _fault(order)
        with self._lock:
            self._last += 1
            fault.id = self._last
            self._orders.append(fault)
        return fault

    def take(self, path: str, text: str) -> Fault | None:
        """The fault for this call, if any; `text` is its query and body."""
        with self._lock:
            for fault in self._orders:
                if not fault.fits(path, text):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1 if fault.times > 0 else 0
                return fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._orders.clear()

    def listed(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._orders if fault.times != 0]


def _fault(order: Mapping[str, Any]) -> Fault:
    unknown = set(order) - set(Fault.__dataclass_fields__) | ({"id"} & set(order))
    if unknown:
        raise ValueError(f"unknown field: {sorted(unknown)[0]}")
    if order.get("act") not in ACTS:
        raise ValueError(f"act must be one of {', '.join(sorted(ACTS))}")
    if not isinstance(order.get("path"), str):
        raise ValueError("path is missing")
    return Fault(**{"effect": order["act"] not in WITHOUT_EFFECT, **order})
