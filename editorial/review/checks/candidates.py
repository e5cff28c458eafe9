"""What in a text may need a source: numbers with a unit, dates, quotes. Pure; an editor chooses among them."""

from __future__ import annotations

import re

from editorial.review.checks.folding import MASK, masked

MOST = 30
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("quote", re.compile(r"“[^”\n]{6,80}”")),
    ("date", re.compile(r"(?:\d{4}\s*年)?\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*[日号])?|\d{4}\s*年|\d{4}-\d{2}-\d{2}")),
    ("number", re.compile(
        r"\d[\d,.]*\s*(?:%|％|万|亿|千|百|多)*\s*"
        r"(?:[％%]|[元吨台套件人家户次度米年天小时分钟秒倍项篇场张页克升方]|[a-zA-Z]{1,3}\b|平方米|千瓦时|公里|千米|摄氏度)"
    )),
)


def candidates(body: str) -> list[tuple[str, str]]:
    """Pieces of the text with their kind (`quote`, `date`, `number`), in its order, each once."""
    plain = masked(body)
    found = [(match.start(), kind, match.group().strip()) for kind, pattern in _KINDS for match in pattern.finditer(plain)]
    pieces = {piece: kind for _, kind, piece in sorted(found) if MASK not in piece}
    return list(pieces.items())[:MOST]


def kind_of(quote: str) -> str:
    """The kind of a marked piece."""
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(quote.strip())), "other")
