"""`python -m tests.trials.wechat`: many runs, and their counts."""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from tests.trials.wechat.series import Sum, play

PORTION = 100


def main() -> int:
    """Run and print; exit status 1 when anything was twice, lost, denied, stuck, unsigned, early, untold or too dear."""
    options = _parser().parse_args()
    began = time.perf_counter()
    numbers = range(options.begin, options.begin + options.runs)
    portions = [numbers[n : n + PORTION] for n in range(0, len(numbers), PORTION)]
    total = Sum()
    with ProcessPoolExecutor(options.processes, mp_context=get_context("spawn")) as pool:
        for part in pool.map(partial(play, verbose=options.verbose), portions):
            total.add(part)
            print(f"{total.runs} runs, {time.perf_counter() - began:.0f} s, {len(total.lines)} faults", flush=True)
    print(total)
    return 1 if total.lines else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.trials.wechat", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--from", dest="begin", type=int, default=0, help="the number of the first run")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="a line for each run")
    return parser


if __name__ == "__main__":
    sys.exit(main())
