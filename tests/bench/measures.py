"""Times, their percentiles, and one line for each thing that was measured, beside its baseline and its budget."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from functools import cache

MILLI = 1000.0
_missed: list[str] = []


def clock_in_words() -> str:
    """Which clock `timed` reads now."""
    return "time on the wall" if is_quiet() else "processor time, since others use this machine as well"


def timed(work: Callable[[], object], rounds: int, warm_up: int = 2) -> list[float]:
    """Seconds of each of some rounds, after others that do not count."""
    clock = time.perf_counter if is_quiet() else time.process_time
    for _ in range(warm_up):
        work()
    times = []
    for _ in range(rounds):
        started = clock()
        work()
        times.append(clock() - started)
    return times


@cache
def is_quiet() -> bool:
    """Whether the processors were free when we began; work that waits for them says nothing about itself."""
    return os.getloadavg()[0] <= (os.cpu_count() or 1)


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
