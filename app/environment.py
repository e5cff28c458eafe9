"""The only reader and writer of the process environment. Light: nothing but the standard library."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

DEMO_FILE = "demo.env"
"""In the instance's run folder while a demo runs: where its simulated platforms are."""


def read() -> dict[str, str]:
    """The environment; `.env` in the working folder and a running demo fill what it leaves out."""
    said = {**_dotenv(Path(".env")), **os.environ}
    return {**_dotenv(_instance(said) / "run" / DEMO_FILE), **said}


def replace(said: Mapping[str, str]) -> None:
    """Let this process, and what it starts, have `said` as its whole environment."""
    os.environ.clear()
    os.environ.update(said)


def instance() -> Path:
    """The instance folder, absolute."""
    return _instance(read())


def _instance(said: dict[str, str]) -> Path:
    return Path(said.get("QUNSHENG_INSTANCE") or "instance").resolve()


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    values = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, mark, value = line.partition("=")
        if mark and not name.lstrip().startswith("#"):
            values[name.strip().removeprefix("export ").strip()] = value.strip().strip("\"'")
    return values
