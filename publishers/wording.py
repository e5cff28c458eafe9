"""Punctuation as Chinese texts are set, by autocorrect: what it would write otherwise. Pure: text in, remarks out."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST = 10
"""More remarks on punctuation would not be read."""
AROUND = 8
_NO_PROSE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`|https?://\S+|<[^>\n]*>|\]\([^)\n]*\)|\$[^$\n]+\$", re.DOTALL)


@dataclass(frozen=True)
class Remark:
    """`quote` stands in the text on `line` and is usually written `right`; both with a little around."""

    line: int
    quote: str
    right: str


def remarks(text: str) -> list[Remark]:
    """Where signs between Chinese characters are not the usual ones. Spaces are not spoken of: houses differ."""
    # A library of its own of 1 MB; most processes never check a text.
    import autocorrect_py

    found: list[Remark] = []
    plain = _NO_PROSE.sub(lambda part: re.sub(r"[^\n]", "x", part.group()), text)
    for changed in autocorrect_py.lint_for(plain, "text").lines:
        found.extend(Remark(changed.line, quote, right) for quote, right in _differences(changed.old, changed.new))
        if len(found) >= MOST:
            break
    return found[:MOST]


def _differences(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Pairs of a changed sign with a little around it; what differs only in spaces is left out."""
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal" and old[a:b].strip() != new[c:d].strip():
            yield old[max(0, a - AROUND):b + AROUND].strip(), new[max(0, c - AROUND):d + AROUND].strip()
