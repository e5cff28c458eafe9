"""Spaces between Chinese and Latin letters: both ways are right, so nothing is changed; using both at once is remarked."""

from __future__ import annotations

import re

_LATIN = re.compile(r"[A-Za-z]+")
_BEGINNING = 4_000
_OFTEN = 3


def mixed_spacing(plain: str) -> str:
    """A place without a space in a text that has them elsewhere, or nothing when its author keeps to one way."""
    beginning = plain[:_BEGINNING]
    place, touching, apart = "", 0, 0
    for word in _LATIN.finditer(beginning):
        begin, end = word.span()
        for near, far in ((begin - 1, begin - 2), (end, end + 1)):
            if _is_chinese(beginning, near):
                touching += 1
                place = place or beginning[max(0, begin - 6) : end + 6]
            elif beginning[near : near + 1] == " " and _is_chinese(beginning, far):
                apart += 1
    return place if min(touching, apart) >= _OFTEN else ""


def _is_chinese(text: str, at: int) -> bool:
    return 0 <= at < len(text) and "\u4e00" <= text[at] <= "\u9fff"
