"""Hostile inputs, by class, from tests/publishers/vectors: each a body or a word that tries to run, load or cover something.

`hit()` is the canary of a vector and `foreign.example` the host it would reach; `numbered` tells the vectors apart.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "publishers" / "vectors"
CLASSES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@cache
def of(name: str) -> tuple[str, ...]:
    """The vectors of a class."""
    return tuple(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def everything() -> list[str]:
    """All vectors, each once."""
    return [vector for name in CLASSES for vector in of(name)]


def numbered(vector: str, number: int) -> str:
    """The vector with a canary and a host of its own, where it does not hide them behind an encoding."""
    return vector.replace("hit()", f"hit({number})").replace("foreign.example", f"v{number}.foreign.example")
