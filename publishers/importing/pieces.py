"""What a text is made of on its way from any format to Markdown: blocks, and the pieces of a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Mark = Literal["strong", "em", "u", "s", "sup", "sub", "code"]
Marks: TypeAlias = frozenset[Mark]
PLAIN: Marks = frozenset()


@dataclass(frozen=True)
class Run:
    """Words of one look. `link` is an http(s) or mailto address, or empty."""

    text: str
    marks: Marks = PLAIN
    link: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture in its place; `ref` is `asset:N` or `outside:N`."""

    ref: str
    alt: str = ""
    caption: str = ""


@dataclass(frozen=True)
class Break:
    """A line that ends before its paragraph does."""


@dataclass(frozen=True)
class NoteMark:
    """Where a footnote is mentioned; `name` is its key among the notes."""

    name: str


@dataclass(frozen=True)
class Ruby:
    """Characters with their reading above."""

    base: str
    reading: str


Piece: TypeAlias = Run | Picture | Break | NoteMark | Ruby


@dataclass
class Paragraph:
    """A paragraph, a heading (`level` 1 to 6), the document's title or a caption."""

    pieces: list[Piece]
    level: int = 0
    role: Literal["", "title", "caption"] = ""

    @property
    def text(self) -> str:
        return words(self.pieces)


@dataclass
class ListLine:
    """One item of a list on its level (0 is the outermost), before items are put inside each other.

    `key` tells neighbouring lists apart. Without `opens` it goes on with the item above it on its level.
    """

    blocks: list[Block]
    level: int = 0
    ordered: bool = False
    number: int = 1
    key: str = ""
    opens: bool = True
    task: Literal["", "open", "done"] = ""


@dataclass
class Items:
    """A list: its items, each of blocks."""

    items: list[Item]
    ordered: bool = False
    start: int = 1


@dataclass
class Item:
    """One item."""

    blocks: list[Block]
    task: Literal["", "open", "done"] = ""


@dataclass
class Cell:
    """One cell of a table."""

    blocks: list[Block]
    columns: int = 1
    rows: int = 1


@dataclass
class Table:
    """A table by rows; a cell that is covered by another one is not there."""

    rows: list[list[Cell]]


@dataclass
class Quote:
    """A quotation."""

    blocks: list[Block]


@dataclass
class Listing:
    """Code, line for line."""

    code: str
    language: str = ""


@dataclass
class Divider:
    """A line across the page."""


Block: TypeAlias = Paragraph | ListLine | Items | Table | Quote | Listing | Divider


@dataclass
class Text:
    """A whole text: its blocks and its notes by name."""

    blocks: list[Block]
    title: str = ""
    notes: dict[str, list[Block]] = field(default_factory=dict)


def words(pieces: Iterable[Piece]) -> str:
    """The bare words of a line."""
    return "".join(
        piece.text if isinstance(piece, Run) else piece.base if isinstance(piece, Ruby) else " " if isinstance(piece, Break) else ""
        for piece in pieces
    ).strip()


def pictures(blocks: Iterable[Block]) -> Iterator[Picture]:
    """Every picture of some blocks in order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from (piece for piece in block.pieces if isinstance(piece, Picture))
        else:
            yield from pictures(inner(block))


def inner(block: Block) -> Iterator[Block]:
    """The blocks a block holds."""
    if isinstance(block, (Quote, ListLine)):
        yield from block.blocks
    elif isinstance(block, Items):
        for item in block.items:
            yield from item.blocks
    elif isinstance(block, Table):
        for row in block.rows:
            for cell in row:
                yield from cell.blocks
