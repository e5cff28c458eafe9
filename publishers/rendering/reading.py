"""How long a reader takes."""

from __future__ import annotations

_PER_MINUTE = 400
"""Characters of Chinese prose that adults read on a phone in a minute, pictures included; figures given lie at 300 to 500."""


def reading_minutes(characters: int) -> int:
    """Whole minutes for so many visible characters, at least one where there is anything."""
    return -(-characters // _PER_MINUTE)
