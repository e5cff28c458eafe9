"""Tables with pipes between their cells; a pipe in code or after a backslash belongs to the text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown.blockprocessors import BlockProcessor

_CODE_OR_PIPE = re.compile(r"\\.|`+|\|")
_LAST_PIPE = re.compile(r"(?<!\\)(?:\\\\)*\|$")
_SIDES = {(False, False): "", (True, False): "left", (False, True): "right", (True, True): "center"}


class TableProcessor(BlockProcessor):
    """Makes `table` with `thead` and `tbody`; a column's alignment stands in its cells' `align`."""

    def test(self, parent: etree.Element, block: str) -> bool:
        """Whether the block begins with a row and the line of dashes that makes it a table's head."""
        if "|" not in block or "\n" not in block:
            return False
        lines = [line.strip(" ") for line in block.split("\n")]
        if not set(lines[1]) <= set("|:- "):
            return False
        bordered = _is_bordered(lines[0])
        columns = len(_row(lines[0], bordered))
        is_table = columns > 1 or bordered and all(map(_is_bordered, lines[1:]))
        return is_table and len(_row(lines[1], bordered)) == columns

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Take the table to the end of its block; every row gets as many cells as the head has."""
        head, dashes, *lines = (line.strip(" ") for line in blocks.pop(0).split("\n"))
        bordered = _is_bordered(head)
        sides = [_SIDES[cell.startswith(":"), cell.endswith(":")] for cell in _row(dashes, bordered)]
        table = etree.SubElement(parent, "table")
        _write(etree.SubElement(table, "thead"), "th", _row(head, bordered), sides)
        body = etree.SubElement(table, "tbody")
        for line in lines or [""]:
            _write(body, "td", _row(line, bordered), sides)


def _write(parent: etree.Element, tag: str, cells: list[str], sides: list[str]) -> None:
    row = etree.SubElement(parent, "tr")
    missing = len(sides) - len(cells)
    for side, text in zip(sides, cells + [""] * missing if missing > 0 else cells, strict=False):
        etree.SubElement(row, tag, {"align": side} if side else {}).text = text


def _is_bordered(line: str) -> bool:
    return line.startswith("|") or bool(_LAST_PIPE.search(line))


def _row(line: str, bordered: bool) -> list[str]:
    if bordered:
        line = _LAST_PIPE.sub("", line.removeprefix("|"))
    cells = _cells(line) if "`" in line or "\\" in line else line.split("|")
    return [cell.strip(" ") for cell in cells]


def _cells(line: str) -> list[str]:
    signs = list(_CODE_OR_PIPE.finditer(line))
    ends: dict[str, list[int]] = {}
    for at in range(len(signs) - 1, -1, -1):
        ends.setdefault(signs[at][0], []).append(at)
    cells, begin, at = [], 0, 0
    while at < len(signs):
        sign = signs[at][0]
        if sign == "|":
            cells.append(line[begin : signs[at].start()])
            begin = signs[at].end()
        elif sign[0] == "`":
            places = ends[sign]
            while places[-1] < at:
                places.pop()
            at = places[-2] if len(places) > 1 else at
        at += 1
    return [*cells, line[begin:]]
