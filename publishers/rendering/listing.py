"""Code as WeChat keeps it: a break per line, a fixed space per space, colours as spans (quirks 10 to 14)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from publishers.rendering.elements import text

if TYPE_CHECKING:
    from pygments.token import _TokenType

_COLOURS = {
    "Comment": "#505a64", "Keyword": "#72131b", "String": "#0a3069", "Number": "#0a377b", "Name.Function": "#651553",
    "Name.Class": "#651553", "Name.Tag": "#116329", "Name.Attribute": "#0a377b", "Name.Builtin": "#0a377b",
    "Name.Decorator": "#651553", "Generic.Deleted": "#72131b", "Generic.Inserted": "#116329",
}
_LONGEST_COLOURED = 20_000


@lru_cache(maxsize=256)
def code_html(code: str, language: str = "") -> str:
    """The inside of a `code` element."""
    code = code.expandtabs(4)
    lines = _coloured(code, language) if language and len(code) <= _LONGEST_COLOURED else None
    return "<br>".join(_line(line) for line in lines or [[("", line)] for line in code.split("\n")])


def _line(pieces: list[tuple[str, str]]) -> str:
    words = "".join(_piece(colour, words) for colour, words in pieces)
    return words or "&nbsp;"


def _piece(colour: str, words: str) -> str:
    html = text(words).replace(" ", "&nbsp;")
    return f'<span style="color:{colour}">{html}</span>' if colour and html else html


def _coloured(code: str, language: str) -> list[list[tuple[str, str]]] | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    lines: list[list[tuple[str, str]]] = [[]]
    for colour, words in _runs(lexer.get_tokens(code)):
        first, *others = words.split("\n")
        if first:
            lines[-1].append((colour, first))
        lines += [[(colour, line)] if line else [] for line in others]
    return lines


def _runs(tokens: Iterator[tuple[_TokenType, str]]) -> Iterator[tuple[str, str]]:
    """Neighbours of one colour as one; white space joins what stands before it: no span of only spaces (quirk 12)."""
    colour, words = "", ""
    for kind, value in tokens:
        own = colour if not value.strip() else _colour(kind)
        if own != colour and words:
            yield colour, words
            words = ""
        colour, words = own, words + value
    if words:
        yield colour, words


def _colour(kind: _TokenType) -> str:
    while kind.parent is not None:
        found = _COLOURS.get(str(kind).removeprefix("Token.").removeprefix("Literal."))
        if found:
            return found
        kind = kind.parent
    return ""
