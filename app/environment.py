"""The only reader of the process environment. Light: nothing but the standard library."""

from __future__ import annotations

import os
from pathlib import Path


def read() -> dict[str, str]:
    """The environment; `.env` in the working folder fills what it leaves out."""
    return {**_dotenv(Path(".env")), **os.environ}


def instance() -> Path:
    """The instance folder, absolute."""
    return Path(read().get("QUNSHENG_INSTANCE") or "instance").resolve()


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    values = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, mark, value = line.partition("=")
        if mark and not name.lstrip().startswith("#"):
            values[name.strip().removeprefix("export ").strip()] = value.strip().strip("\"'")
    return values
