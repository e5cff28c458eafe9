"""Times, their percentiles, and one line for each thing that was measured, beside its baseline and its budget."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

MILLI = 1000.0
_missed: list[str] = []


def timed(work: Callable[[], object], rounds: int, warm_up: int = 2) -> list[float]:
    """Seconds of each of some rounds, after others that do not count."""
    for _ in range(warm_up):
        work()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return times


def median(times: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(times)


def percentile(times: Sequence[float], percent: float) -> float:
    """The smallest value that `percent` of all do not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, max(0, round(len(ordered) * percent / 100 + 0.5) - 1))]


def report(what: str, found: str, kept: bool | None = None) -> None:
    """Print one line; `kept` says whether its budget was, None that it has none."""
    mark = {None: "    ", True: "ok  ", False: "MISS"}[kept]
    print(f"{mark}  {what:<34} {found}", flush=True)
    if kept is False:
        _missed.append(what)


def heading(words: str) -> None:
    """Begin a part."""
    print(f"\n{words}", flush=True)


def missed() -> list[str]:
    """What did not keep its budget so far."""
    return list(_missed)
