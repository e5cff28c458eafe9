"""What elements are: which hold paragraphs, which are no text, and the plain facts that can be read off one."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Iterator

from publishers.importing.pieces import Block, Paragraph, Piece, Run

BLOCKS = frozenset(
    "address article aside body center dd details dialog div dl dt fieldset figure footer form header hgroup html main nav p"
    " section summary legend caption".split()
)
SILENT = frozenset("head title meta link base map colgroup col noscript template datalist track source".split())
LOST = {
    "script": "script", "iframe": "media", "video": "media", "audio": "media", "mpvoice": "media", "mp-common-mpaudio": "media",
    "mp-common-videosnap": "media", "svg": "drawing", "canvas": "drawing", "object": "drawing", "embed": "drawing",
    "math": "formula", "select": "form", "button": "form", "textarea": "form", "mp-common-profile": "card",
    "mp-common-miniprogram": "card", "mp-miniprogram": "card", "mpprofile": "card", "qqmusic": "media",
}
_LEVEL_CLASS = re.compile(r"(?:^|\s)(?:list-(?:bullet|number|check|todo)|ql-indent-|indent-)(\d)")
PICTURE_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-actualsrc", "src")
LANGUAGE = re.compile(r"(?:lang(?:uage)?-|brush:\s*)([\w+#.-]{1,20})")


def unmarked(piece: Piece) -> Piece:
    """Headings are bold by being headings."""
    return Run(piece.text, piece.marks - {"strong"}, piece.link) if isinstance(piece, Run) else piece


def told_level(element: etree.Element) -> int:
    """The level of a list, from 0, that its class tells; sibling lists stand for deeper ones in Feishu."""
    found = _LEVEL_CLASS.search(element.get("class", ""))
    if not found:
        return 0
    return int(found[1]) if "ql-" in found[0] else max(0, int(found[1]) - 1)


def number_of(text: str, otherwise: int) -> int:
    """A small whole number, or what to take otherwise."""
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) else otherwise


def rows_of(table: etree.Element) -> list[etree.Element]:
    """The rows of a table, through its bodies."""
    found: list[etree.Element] = []
    for child in table:
        if child.tag == "tr":
            found.append(child)
        elif child.tag in ("thead", "tbody", "tfoot"):
            found += [row for row in child if row.tag == "tr"]
    return found


def loose_words(table: etree.Element) -> Iterator[str | None]:
    """Words that stand in a table but in no cell: browsers show them before it."""
    for element in (table, *rows_of(table)):
        yield element.text
        for child in element:
            yield child.tail


def code_text(element: etree.Element) -> str:
    """The words of a listing, line for line."""
    pieces = [element.text or ""]
    for child in element:
        if child.tag == "br":
            pieces.append("\n")
        else:
            pieces.append(code_text(child))
            if child.tag in ("div", "p", "li") and not pieces[-1].endswith("\n"):
                pieces.append("\n")
        pieces.append(child.tail or "")
    return "".join(pieces)


def last_words(blocks: list[Block]) -> str:
    """The words of the last paragraph that has any."""
    return next((block.text for block in reversed(blocks) if isinstance(block, Paragraph) and block.text), "")
