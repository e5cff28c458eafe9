"""Many trials side by side, and their sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from tests.trials.nursery import Nursery
from tests.trials.plans import Plan
from tests.trials.trial import Outcome, run
from tests.trials.world import builders


@dataclass
class Series:
    """The counts of several trials. `lines` say what must not have happened."""

    trials: int = 0
    kills: int = 0
    missed: list[str] = field(default_factory=list)
    editions_twice: int = 0
    shares_twice: int = 0
    lost: int = 0
    unsigned: int = 0
    early: int = 0
    untold: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        ends = ", ".join(f"{name} {count}" for name, count in sorted(self.ends.items()))
        return (
            f"trials {self.trials}, kills {self.kills}, editions twice {self.editions_twice}, shares twice {self.shares_twice}, "
            f"lost {self.lost}, unsigned {self.unsigned}, early {self.early}, untold {self.untold}; deliveries: {ends}; "
            f"points not passed: {', '.join(self.missed) or 'none'}"
        )

    def count(self, outcome: Outcome) -> None:
        """Add one trial."""
        found = outcome.findings
        self.trials, self.kills = self.trials + 1, self.kills + outcome.kills
        if outcome.missed:
            self.missed.append(outcome.plan.name)
        for name in ("editions_twice", "shares_twice", "lost", "unsigned", "early", "untold"):
            setattr(self, name, getattr(self, name) + len(getattr(found, name)))
        self.ends.update(found.ends)
        self.lines.extend(f"{outcome.plan.name}: {line} ({outcome.folder})" for line in found.faults)

    def add(self, other: Series) -> None:
        """Add another series."""
        for name in ("trials", "kills", "editions_twice", "shares_twice", "lost", "unsigned", "early", "untold"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.missed.extend(other.missed)
        self.ends.update(other.ends)
        self.lines.extend(other.lines)


def run_series(
    plans: Sequence[Plan], kind: str, folder: Path, *, seed: int, side_by_side: int = 4, tell: Callable[[str], None] | None = None
) -> Series:
    """Run every plan once on databases of `kind`."""
    series = Series()
    with builders([kind], folder) as made, Nursery() as nursery, ThreadPoolExecutor(side_by_side) as pool:
        running = [
            pool.submit(run, plan, made[kind], nursery, folder / f"{kind}{number}", seed + number)
            for number, plan in enumerate(plans)
        ]
        for future in as_completed(running):
            outcome = future.result()
            series.count(outcome)
            if tell is not None:
                found = outcome.findings
                tell(f"{outcome.seconds:5.1f} s  {outcome.plan.name}  kills {outcome.kills}  {dict(found.ends)}  {found.faults}")
    return series
