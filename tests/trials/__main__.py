"""`python -m tests.trials`: many trials, and their counts."""

from __future__ import annotations

import argparse
import itertools
import shutil
import sys
import tempfile
from pathlib import Path

from tests.trials import plans
from tests.trials.series import Series, run_series
from tests.trials.trial import Redis


def main() -> int:
    """Run and print; exit status 1 when anything was twice, lost, unsigned, early or untold."""
    options = _parser().parse_args()
    kinds = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    folder = Path(tempfile.mkdtemp(prefix="trials"))
    # The server of PostgreSQL is another user and must pass here.
    folder.chmod(0o755)
    series = Series()
    try:
        for kind in kinds:
            drawn = plans.drawn(options.seed, redis=options.redis and Redis.installed())
            wanted = [plan for plan in itertools.islice(drawn, options.trials) if options.only in plan.name]
            found = run_series(
                wanted, kind, folder, seed=options.seed, side_by_side=options.side_by_side, tell=print if options.verbose else None
            )
            print(f"{kind}: {found}", flush=True)
            series.add(found)
    finally:
        if not (options.keep and series.lines):
            shutil.rmtree(folder, ignore_errors=True)
    print(series)
    for line in series.lines:
        print(line)
    return 1 if series.lines else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.trials", description=__doc__)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--redis", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="only plans whose name holds this")
    parser.add_argument("--side-by-side", type=int, default=4)
    parser.add_argument("--keep", action="store_true", help="keep the folders of trials that failed")
    parser.add_argument("--verbose", action="store_true", help="a line for each trial")
    return parser


if __name__ == "__main__":
    sys.exit(main())
