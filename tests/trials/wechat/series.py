"""Many runs, one after the other in a folder of their own, and their sum."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.trials.wechat.run import player
from tests.trials.wechat.verdict import BUDGETS, Verdict

MEMORY = Path("/dev/shm")  # noqa: S108


def play(numbers: Sequence[int], *, verbose: bool = False) -> Sum:
    """Play the runs of these numbers in a folder of their own."""
    folder = Path(tempfile.mkdtemp(prefix="wechat-trials", dir=MEMORY if MEMORY.is_dir() else None))
    total = Sum()
    try:
        with player(folder) as playing:
            for number in numbers:
                verdict = playing.play(number)
                total.count(verdict)
                for line in verdict.lines:
                    print(line, flush=True)
                if verbose:
                    print(f"{number}: {verdict.fate.name}\n    {dict(verdict.ends)}, {verdict.calls} calls", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return total


@dataclass
class Sum:
    """Many runs."""

    runs: int = 0
    kills: int = 0
    calls: int = 0
    most_token_calls: int = 0
    busiest: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def count(self, verdict: Verdict) -> None:
        """Add one run."""
        self.runs, self.kills, self.calls = self.runs + 1, self.kills + verdict.kills, self.calls + verdict.calls
        self.most_token_calls = max(self.most_token_calls, verdict.token_calls)
        self.ends.update(verdict.ends)
        for path, count in verdict.busiest.items():
            self.busiest[path] = max(self.busiest[path], count)
        for kind, lines in verdict.faults.items():
            self.faults[kind] += len(lines)
        self.lines += verdict.lines

    def add(self, other: Sum) -> None:
        """Add another sum."""
        self.runs, self.kills, self.calls = self.runs + other.runs, self.kills + other.kills, self.calls + other.calls
        self.most_token_calls = max(self.most_token_calls, other.most_token_calls)
        self.ends.update(other.ends)
        self.faults.update(other.faults)
        for path, count in other.busiest.items():
            self.busiest[path] = max(self.busiest[path], count)
        self.lines += other.lines

    def __str__(self) -> str:
        faults = ", ".join(f"{kind} {self.faults[kind]}" for kind in self.faults)
        ends = ", ".join(f"{name} {count}" for name, count in sorted(self.ends.items()))
        busiest = ", ".join(f"{path.rpartition('/cgi-bin/')[2]} {self.busiest[path]}" for path in BUDGETS)
        return (
            f"runs {self.runs}, calls {self.calls}, kills {self.kills}\n{faults}\n"
            f"token calls of one run: {self.most_token_calls} at most; busiest day of one run: {busiest}\ndeliveries: {ends}"
        )
