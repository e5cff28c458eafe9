"""`python -m tests.trials.routes --runs 100000`: so many sequences of acts, and what was counted.

`--without RULE` takes one rule of the house away, to see that it is noticed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from math import ceil, prod
from multiprocessing import get_context

from tests.trials.routes.broken import RULES, without
from tests.trials.routes.houses import FORKS, House

ARTICLES_A_HOUSE = 2
SEQUENCES_A_HOUSE = ARTICLES_A_HOUSE * prod(FORKS)


def main() -> int:
    """Run and print; exit status 1 when anything left that must not."""
    options = _parser().parse_args()
    counted, broken, begun = Counter[str](), [], time.monotonic()
    seeds = range(options.seed, options.seed + ceil(options.runs / SEQUENCES_A_HOUSE))
    with ProcessPoolExecutor(options.processes, mp_context=get_context("fork")) as pool:
        for number, (done, flaws) in enumerate(pool.map(partial(play, rule=options.without), seeds), 1):
            counted += done
            broken += flaws
            if number % 5 == 0:
                print(f"{counted['sequences']} sequences, {len(broken)} flaws, {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{counted['sequences']} sequences, {counted['acts']} acts, {counted['checked']} times the rows were read, "
          f"{left(counted)} deliveries left")
    for name, count in sorted(counted.items()):
        print(f"  {name:32} {count}")
    print(f"published against P1, P2 or P6: {len(broken)}")
    for flaw in broken[:20]:
        print(f"  {flaw}")
    return 1 if broken else 0


def play(seed: int, rule: str = "") -> tuple[Counter[str], list[str]]:
    """One house's sequences: the counts, and what the oracle found. `rule` is taken away."""
    house, flaws = House(seed), []
    with without(rule):
        for number in range(ARTICLES_A_HOUSE):
            try:
                house.ways()
            except AssertionError as flaw:
                flaws.append(f"seed {seed}, article {number + 1}: {flaw}")
                break
    house.close()
    return house.counted, flaws


def left(counted: Counter[str]) -> int:
    """Deliveries whose first byte left."""
    return sum(count for name, count in counted.items() if name.startswith("send: "))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.trials.routes", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--without", choices=RULES, default="", metavar="RULE", help=", ".join(RULES))
    return parser


if __name__ == "__main__":
    sys.exit(main())
