"""Lists as people type them: right after a paragraph, nested by two spaces or four, with any number first."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown.blockprocessors import BlockProcessor

from publishers.rendering import limits

_MARKER = re.compile(r"( {0,3})([-*+]|(\d{1,9})[.)、])([ \t]+|$)")
_HR = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,})$")
_FIRST = re.compile(r"^( {0,3})(?:[-*+]|1[.)])[ \t]+\S", re.MULTILINE)
_ENDS_LAZINESS = re.compile(r" {0,3}(?:#{1,6}[ \t]|>|\ue000|<)")
_TASK = re.compile(r"\[([ xX])\][ \t]+")


class ListProcessor(BlockProcessor):
    """Makes `ul`/`ol` with `li` whose children are blocks; a task's state stands in the item's `task`."""

    def test(self, parent: etree.Element, block: str) -> bool:
        """Whether an item begins the block or one of its lines."""
        return self._start(block) is not None

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Take every item of this list, and leave what follows it."""
        block = blocks.pop(0)
        start = self._start(block) or 0
        if start:
            self.parser.parseBlocks(parent, [block[:start]])
        lines = block[start:].split("\n")
        while blocks and (blocks[0][:2] == "  " or _MARKER.match(blocks[0])):
            lines += ["", *blocks.pop(0).split("\n")]
        taken, items = _items(lines)
        if taken < len(lines):
            rest = "\n".join(lines[taken:])
            for part in reversed(re.split(r"\n\n+", rest.strip("\n"))):
                blocks.insert(0, part)
        self._build(parent, lines[0], items)

    def _start(self, block: str) -> int | None:
        first = _MARKER.match(block)
        if first and not _HR.match(block.split("\n", 1)[0]):
            return 0
        for match in _FIRST.finditer(block):
            line = block[match.start() : block.find("\n", match.start()) % (len(block) + 1)]
            if not _HR.match(line):
                return match.start()
        return None

    def _build(self, parent: etree.Element, first: str, items: list[list[str]]) -> None:
        marker = _MARKER.match(first)
        number = marker[3] if marker else None
        element = etree.SubElement(parent, "ol" if number else "ul")
        if number and number != "1":
            element.set("start", str(int(number)))
        depth = len(self.parser.state)
        for lines in items:
            item = etree.SubElement(element, "li")
            task = _TASK.match(lines[0])
            if task:
                item.set("task", "done" if task[1] in "xX" else "open")
                lines = [lines[0][task.end() :], *lines[1:]]
            self._fill(item, lines, depth)

    def _fill(self, item: etree.Element, lines: list[str], depth: int) -> None:
        if depth >= limits.NESTING:
            item.set("flattened", "yes")
            etree.SubElement(item, "p").text = "\n".join(line.strip() for line in lines if line.strip())
            return
        self.parser.state.set("list")
        self.parser.parseChunk(item, "\n".join(lines))
        self.parser.state.reset()


def _items(lines: list[str]) -> tuple[int, list[list[str]]]:
    """How many lines belong to the list that the first one opens, and its items' lines without their indent."""
    items: list[list[str]] = []
    kind, indent, offset, blank = "", 0, 0, False
    for at, line in enumerate(lines):
        if not line.strip():
            blank = True
            if items:
                items[-1].append("")
            continue
        depth = len(line) - len(line.lstrip(" "))
        marker = _MARKER.match(line)
        if items and depth >= min(offset, indent + 2):
            items[-1].append(line[min(depth, offset) :])
        elif marker and not _HR.match(line) and _kind(marker) == (kind or _kind(marker)):
            kind, indent = _kind(marker), len(marker[1])
            gap = len(marker[4])
            offset = indent + len(marker[2]) + (gap if gap <= 4 else 1)
            items.append([line[offset:] if len(line) > offset else ""])
        elif blank or marker or _ENDS_LAZINESS.match(line) or _HR.match(line):
            return at, items
        else:
            items[-1].append(line.strip())
        blank = False
    return len(lines), items


def _kind(marker: re.Match[str]) -> str:
    return "number" if marker[3] else marker[2]
