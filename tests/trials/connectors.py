"""`python -m tests.trials.connectors`: one printed table, every connector before every situation."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from publishers.sandbox.server import start
from tests.publishers import verdicts


def main() -> int:
    """Run and print; exit status 1 when a cell differs from what is expected."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.connectors", description=__doc__)
    parser.add_argument("--only", default="", help="only connectors whose name holds this")
    only = parser.parse_args().only
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, start(Path(folder), fsync=False) as sandbox:
        print(_line("", {name: name for name in verdicts.SITUATIONS}))
        for name, cells in verdicts.table(sandbox, only):
            print(_line(name, cells), flush=True)
            for situation, expected in verdicts.expected(name).items():
                if cells[situation] != expected:
                    wrong += 1
                    print(f"    {situation}: expected {expected}")
    for situation, words in verdicts.SITUATIONS.items():
        print(f"{situation:10}{words}")
    return 1 if wrong else 0


def _line(name: str, cells: dict[str, str]) -> str:
    return f"{name:22}" + "".join(cell.ljust(12) for cell in cells.values()).rstrip()


if __name__ == "__main__":
    sys.exit(main())
