"""Which characters are written without spaces between them, and which count as punctuation for emphasis."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

CJK = (
    "\u2014\u2018\u2019\u201c\u201d\u2026\u00b7\u2e80-\u312f\u3190-\ua4cf\uf900-\ufaff\ufe30-\ufe4f"
    "\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff"
)
"""Characters of Chinese and Japanese text with their punctuation, as the inside of a regular expression's class.

Such a class takes milliseconds to compile: for single characters there is `is_cjk`.
"""

_MARKS = frozenset("\u2014\u2018\u2019\u201c\u201d\u2026\u00b7")


@lru_cache(maxsize=4096)
def is_cjk(char: str) -> bool:
    """Whether the character stands in Chinese text without spaces around it; Chinese punctuation included."""
    code = ord(char)
    if code <= 0xA4CF:
        return code >= 0x2E80 and not 0x3130 <= code <= 0x318F or char in _MARKS
    return (
        0xF900 <= code <= 0xFAFF or 0xFE30 <= code <= 0xFE4F or 0xFF01 <= code <= 0xFF60 or 0xFFE0 <= code <= 0xFFE6
        or 0x20000 <= code <= 0x3FFFF
    )


@lru_cache(maxsize=4096)
def is_punctuation(char: str) -> bool:
    """Punctuation that CommonMark's flanking rules look at; Chinese punctuation counts as a letter (quirk 40)."""
    return not is_cjk(char) and unicodedata.category(char)[0] in "PS"


def join_soft_breaks(text: str) -> str:
    """One line per hard break: other line breaks vanish between Chinese characters and become a space elsewhere.

    WeChat turns every raw line break into a hard one (quirk 29).
    """
    if "\n" not in text:
        return text
    joined, lines = [], text.split("\n")
    for line, following in zip(lines, lines[1:], strict=False):
        joined.append(_with_break(line, following.lstrip()))
    joined.append(lines[-1].lstrip() if len(lines) > 1 else lines[-1])
    return "".join(joined)


def _with_break(line: str, following: str) -> str:
    line = line.lstrip()
    bare = line.rstrip()
    if line.endswith("  "):
        return bare + "\n"
    if bare.endswith("\\") and not bare.endswith("\\\\"):
        return bare[:-1] + "\n"
    before, after = bare.rstrip("*_~`)]")[-1:] or bare[-1:], following.lstrip("*_~`[!")[:1] or following[:1]
    touching = before and after and is_cjk(before) and is_cjk(after)
    return bare if touching else bare + " "
