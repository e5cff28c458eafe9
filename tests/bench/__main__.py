"""The budgets, each beside a baseline of the same run: `python -m tests.bench [--only NAME] [--postgresql]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from tests.bench import checks, fanout, idle, links, load, measures, punctual, rendering, saving, size, typing

PARTS: dict[str, Callable[[], None]] = {
    "rendering": rendering.main, "size": size.run, "saving": saving.run, "links": links.run, "punctual": punctual.run,
    "fanout": fanout.run, "load": load.run, "idle": idle.run, "typing": typing.run, "checks": checks.run,
}


def main() -> int:
    """Run all parts or one; the status is 1 when a budget was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--postgresql", action="store_true", help="with --only size: on PostgreSQL instead of SQLite")
    options = parser.parse_args()
    for name, part in PARTS.items():
        if options.only in (None, name):
            size.run(postgresql=True) if name == "size" and options.postgresql else part()
    missed = measures.missed()
    print(f"\n{len(missed)} budgets missed{': ' + ', '.join(missed) if missed else ''}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
