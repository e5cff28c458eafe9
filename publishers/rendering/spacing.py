"""Spaces between Chinese and Latin letters: both ways are right, so nothing is changed; using both at once is remarked."""

from __future__ import annotations

import re

_TOUCHING = re.compile(r"[\u4e00-\u9fff][A-Za-z]|[A-Za-z][\u4e00-\u9fff]")
_APART = re.compile(r"[\u4e00-\u9fff] [A-Za-z]|[A-Za-z] [\u4e00-\u9fff]")
_BEGINNING = 4_000
_OFTEN = 3


def mixed_spacing(plain: str) -> str:
    """A place without a space in a text that has them elsewhere, or nothing when its author keeps to one way."""
    beginning = plain[:_BEGINNING]
    touching = _TOUCHING.search(beginning)
    if not touching or len(_TOUCHING.findall(beginning)) < _OFTEN or len(_APART.findall(beginning)) < _OFTEN:
        return ""
    return beginning[max(0, touching.start() - 6) : touching.end() + 6]
