"""Blocks as Markdown: paragraphs, lists, tables, quotations, code, notes at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from publishers.importing.markdown import phrases
from publishers.importing.pieces import (
    Block,
    Break,
    Cell,
    Divider,
    Item,
    Items,
    Listing,
    Paragraph,
    Picture,
    Piece,
    Quote,
    Run,
    Table,
    Text,
    inner,
)

_BETWEEN_LISTS = "<!-- -->"
"""Two lists that follow each other would be read as one."""


def written(text: Text) -> str:
    """The whole text as Markdown."""
    writer = _Writer(text.notes)
    body = writer.blocks(text.blocks)
    notes = writer.note_texts()
    return "\n\n".join(part for part in (body, notes) if part) + "\n" if body or notes else ""


class _Writer:
    def __init__(self, notes: dict[str, list[Block]]) -> None:
        self.notes = notes
        self.numbers: dict[str, int] = {}

    def note(self, key: str) -> str:
        """A note's mark; notes are numbered as they are mentioned."""
        if key not in self.notes:
            return ""
        return f"[^{self.numbers.setdefault(key, len(self.numbers) + 1)}]"

    def note_words(self, key: str) -> str:
        """The words of a note, for places that can hold no mark."""
        return " ".join(block.text for block in phrases.paragraphs(self.notes.get(key, [])))

    def note_texts(self) -> str:
        """The notes that were mentioned; a note may mention another."""
        found: list[str] = []
        for number in range(1, 10_000):
            keys = [key for key, given in self.numbers.items() if given == number]
            if not keys:
                break
            parts = phrases.line(_joined(self.notes[keys[0]]), self.note).split("\n")
            found.append(f"[^{number}]: " + "\n  ".join(parts))
        return "\n".join(found)

    def blocks(self, blocks: Sequence[Block]) -> str:
        """Blocks with an empty line between them."""
        parts: list[str] = []
        before: Block | None = None
        for block in blocks:
            part = self.block(block)
            if not part:
                continue
            if isinstance(block, Items) and isinstance(before, Items) and before.ordered == block.ordered:
                parts.append(_BETWEEN_LISTS)
            parts.append(part)
            before = block
        return "\n\n".join(parts)

    def block(self, block: Block) -> str:
        """One block."""
        if isinstance(block, Paragraph):
            return self.paragraph(block)
        if isinstance(block, Items):
            return self.items(block)
        if isinstance(block, Table):
            return self.table(block)
        if isinstance(block, Quote):
            return "\n".join(f"> {line}".rstrip() for line in self.blocks(block.blocks).split("\n")) if block.blocks else ""
        if isinstance(block, Listing):
            return _fenced(block)
        return "---" if isinstance(block, Divider) else self.blocks(list(inner(block)))

    def paragraph(self, block: Paragraph) -> str:
        """A paragraph or a heading."""
        if not block.level:
            return phrases.line(block.pieces, self.note)
        line = phrases.line(block.pieces, self.note, one_line=True)
        return f"{'#' * min(block.level, 6)} {line}" if line.strip() else ""

    def items(self, block: Items) -> str:
        """A list; it is written tight when no item needs an empty line."""
        tight = all(_is_short(item) for item in block.items)
        numbered = enumerate(block.items, block.start)
        parts = [self.item(item, f"{number}." if block.ordered else "-", tight) for number, item in numbered]
        return ("\n" if tight else "\n\n").join(parts)

    def item(self, item: Item, marker: str, tight: bool) -> str:
        """One item, what follows its first line indented under it."""
        task = {"open": "[ ] ", "done": "[x] "}.get(item.task, "")
        parts = [part for block in item.blocks if (part := self.block(block))]
        lines = ("\n" if tight else "\n\n").join(parts).split("\n")
        indent = " " * (len(marker) + 1)
        rest = [f"{indent}{line}" if line else "" for line in lines[1:]]
        return "\n".join([f"{marker} {task}{lines[0]}".rstrip(), *rest])

    def table(self, block: Table) -> str:
        """A table of bars, or of HTML where cells are joined."""
        if any(cell.columns > 1 or cell.rows > 1 for row in block.rows for cell in row):
            return self.joined_table(block)
        width = max(len(row) for row in block.rows)
        rows = [[self.cell(cell) for cell in row] + [""] * (width - len(row)) for row in block.rows]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])

    def cell(self, cell: Cell) -> str:
        """What stands in a cell."""
        return phrases.line(_joined(cell.blocks), self.note, in_cell=True).strip()

    def joined_table(self, block: Table) -> str:
        """HTML on one line: an empty one would end it."""
        rows = []
        for number, row in enumerate(block.rows):
            tag = "th" if number == 0 else "td"
            cells = [
                f"<{tag}{_span('colspan', cell.columns)}{_span('rowspan', cell.rows)}>"
                f"{phrases.as_html(_joined(cell.blocks), self.note_words)}</{tag}>"
                for cell in row
            ]
            rows.append(f"<tr>{''.join(cells)}</tr>")
        return f"<table>{''.join(rows)}</table>"


def _joined(blocks: Sequence[Block]) -> list[Piece]:
    """The lines of some blocks as one, with breaks between them."""
    pieces: list[Piece] = []
    for block in blocks:
        inside = block.pieces if isinstance(block, Paragraph) else _joined(list(inner(block)))
        if isinstance(block, Listing):
            inside = [Run(block.code, frozenset(("code",)))]
        if inside:
            pieces += [Break(), *inside] if pieces else inside
    return pieces


def _is_short(item: Item) -> bool:
    """Whether an item is one paragraph, with lists of such items under it."""
    head, rest = item.blocks[:1], item.blocks[1:]
    return all(isinstance(block, Paragraph) and not block.level and not _is_picture(block) for block in head) and all(
        isinstance(block, Items) and all(_is_short(one) for one in block.items) for block in rest
    )


def _is_picture(block: Paragraph) -> bool:
    return all(isinstance(piece, Picture) for piece in block.pieces)


def _fenced(block: Listing) -> str:
    longest = max((len(run) for run in re.findall("`{3,}", block.code)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{block.language}\n{block.code}\n{fence}"


def _span(name: str, count: int) -> str:
    return f' {name}="{min(count, 99)}"' if count > 1 else ""


