"""Tables: which of them are tables, and what becomes of those that only arranged a page."""

from __future__ import annotations

from publishers.importing.pieces import Block, Break, Cell, Items, Listing, ListLine, Paragraph, Piece, Quote, Run, Table, inner
from publishers.importing.results import Losses


def settle(table: Table, losses: Losses, *, only_layout: bool = False) -> list[Block]:
    """The table as it will be written, or what stood in it when it is none."""
    rows = [row for row in table.rows if any(cell.blocks for cell in row)] if not _has_spans(table) else table.rows
    cells = [cell for row in rows for cell in row]
    if not any(cell.blocks for cell in cells):
        return []
    blocks = [block for cell in cells for block in cell.blocks]
    if any(_holds_table(block) for block in blocks):
        losses.note("layout_table" if only_layout else "table_in_table")
        return blocks
    if only_layout or all(len(row) <= 1 for row in rows):
        if len(cells) > 1:
            losses.note("layout_table")
        return blocks
    return [Table([[Cell(_in_cell(cell.blocks), cell.columns, cell.rows) for cell in row] for row in rows])]


def _has_spans(table: Table) -> bool:
    return any(cell.rows > 1 for row in table.rows for cell in row)


def _holds_table(block: Block) -> bool:
    return isinstance(block, Table) or any(_holds_table(one) for one in inner(block))


def _in_cell(blocks: list[Block]) -> list[Block]:
    """One paragraph with a break between what were several: a cell of Markdown holds no blocks."""
    pieces: list[Piece] = []
    for line in _lines(blocks):
        pieces += [Break(), *line] if pieces else line
    return [Paragraph(pieces)] if pieces else []


def _lines(blocks: list[Block]) -> list[list[Piece]]:
    found: list[list[Piece]] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            found.append(block.pieces)
        elif isinstance(block, ListLine):
            found += _marked(_lines(block.blocks), f"{block.number}. " if block.ordered else "• ", block.opens)
        elif isinstance(block, Items):
            for number, item in enumerate(block.items, block.start):
                found += _marked(_lines(item.blocks), f"{number}. " if block.ordered else "• ", True)
        elif isinstance(block, Quote):
            found += _lines(block.blocks)
        elif isinstance(block, Listing):
            found += [[Run(line)] for line in block.code.split("\n") if line.strip()]
    return found


def _marked(lines: list[list[Piece]], marker: str, opens: bool) -> list[list[Piece]]:
    if lines and opens:
        lines[0] = [Run(marker), *lines[0]]
    return lines
