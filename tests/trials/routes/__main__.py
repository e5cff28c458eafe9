"""`python -m tests.trials.routes --runs 100000`: so many sequences of acts, and what was counted."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.trials.routes.houses import House

SEQUENCES_A_HOUSE = 50


def main() -> int:
    """Run and print; exit status 1 when anything left that must not."""
    options = _parser().parse_args()
    counted, broken, begun = Counter[str](), [], time.monotonic()
    # Each house in a process of its own, so that nothing of one is left for the next.
    with ProcessPoolExecutor(options.processes, mp_context=get_context("fork")) as pool:
        seeds = range(options.seed, options.seed + max(options.runs // SEQUENCES_A_HOUSE, 1))
        for number, (done, flaws) in enumerate(pool.map(play, seeds), 1):
            counted += done
            broken += flaws
            if number % 20 == 0:
                print(f"{counted['sequences']} sequences, {len(broken)} flaws, {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{counted['sequences']} sequences, {counted['acts']} acts, {counted['checked']} times the rows were read")
    for name, count in sorted(counted.items()):
        print(f"  {name:32} {count}")
    print(f"published against P1, P2 or P6: {len(broken)}")
    for flaw in broken[:20]:
        print(f"  {flaw}")
    return 1 if broken else 0


def play(seed: int) -> tuple[Counter[str], list[str]]:
    """One house's sequences: the counts, and what the oracle found."""
    house, flaws = House(seed), []
    for number in range(SEQUENCES_A_HOUSE):
        try:
            house.sequence()
        except AssertionError as flaw:
            flaws.append(f"seed {seed}, sequence {number}: {flaw}")
            break
    house.close()
    return house.counted, flaws


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.trials.routes", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    return parser


if __name__ == "__main__":
    sys.exit(main())
