"""Lists as people type them: right after a paragraph, nested by two spaces or four, with any number first."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from dataclasses import dataclass, field

from markdown.blockprocessors import BlockProcessor

from publishers.rendering import limits
from publishers.rendering.headings import is_rule

_MARKER = re.compile(r"( {0,3})([-*+]|(\d{1,9})[.)、])([ \t]+|$)")
_WITH_WORDS = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)、])[ \t]")
_FIRST = re.compile(r" {0,3}(?:[-*+]|1[.)])[ \t]+\S")
_ENDS_LAZINESS = re.compile(r" {0,3}(?:#{1,6}[ \t]|>|\ue000|<|::)")
_TASK = re.compile(r"\[([ xX])\][ \t]+")


class ListProcessor(BlockProcessor):
    """Makes `ul`/`ol` with `li` whose children are blocks; a task's state stands in the item's `task`."""

    def test(self, parent: etree.Element, block: str) -> bool:
        """Whether an item begins the block or one of its lines."""
        return _first_item(block.split("\n"), 0) is not None

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Take every list of this block, with items that stand in blocks of their own, and leave what follows the last."""
        lines, at = blocks.pop(0).split("\n"), 0
        while at < len(lines):
            start = _first_item(lines, at)
            if start is None:
                blocks.insert(0, "\n".join(lines[at:]))
                return
            if start > at:
                self.parser.parseBlocks(parent, ["\n".join(lines[at:start])])
            at = self._take(parent, lines, start, blocks)

    def _take(self, parent: etree.Element, lines: list[str], start: int, blocks: list[str]) -> int:
        at, items = start, _Items()
        while True:
            while at < len(lines) and items.take(lines[at]):
                at += 1
            if at < len(lines) or not blocks or not _continues(blocks[0]):
                break
            lines += ["", *blocks.pop(0).split("\n")]
        self._build(parent, lines[start], items.items)
        return at

    def _build(self, parent: etree.Element, first: str, items: list[list[str]]) -> None:
        marker = _MARKER.match(first)
        number = marker[3] if marker else None
        element = etree.SubElement(parent, "ol" if number else "ul")
        if number and number != "1":
            element.set("start", str(int(number)))
        state = self.parser.state
        deepest = len(state) >= (limits.NESTING if state.count("list") < len(state) else limits.LIST_LEVELS)
        for lines in items:
            item = etree.SubElement(element, "li")
            task = _TASK.match(lines[0])
            if task:
                item.set("task", "done" if task[1] in "xX" else "open")
                lines = [lines[0][task.end() :], *lines[1:]]
            self._fill(item, lines, deepest)

    def _fill(self, item: etree.Element, lines: list[str], deepest: bool) -> None:
        if deepest:
            item.set("flattened", "yes")
            etree.SubElement(item, "p").text = "\n".join(line.strip() for line in lines if line.strip())
            return
        self.parser.state.set("list")
        self.parser.parseChunk(item, "\n".join(lines))
        self.parser.state.reset()


def _first_item(lines: list[str], at: int) -> int | None:
    """Where a list begins: right here with any marker, further down only with one that no sentence begins with."""
    if _begins_item(_MARKER if at + 1 == len(lines) else _WITH_WORDS, lines[at]):
        return at
    return next((further for further in range(at + 1, len(lines)) if _begins_item(_FIRST, lines[further])), None)


def _begins_item(marker: re.Pattern[str], line: str) -> bool:
    return bool(marker.match(line)) and not is_rule(line)


def _continues(block: str) -> bool:
    line, several, _ = block.partition("\n")
    return block[:2] == "  " or _begins_item(_WITH_WORDS if several else _MARKER, line)


@dataclass(slots=True)
class _Items:
    """The items of one list, each as its lines without their indent."""

    items: list[list[str]] = field(default_factory=list)
    kind: str = ""
    indent: int = 0
    offset: int = 0
    blank: bool = False

    def take(self, line: str) -> bool:
        """Take the next line, or say that it does not belong to this list."""
        bare = line.lstrip(" ")
        depth = len(line) - len(bare)
        if not bare or bare.isspace():
            self.blank = True
            if self.items:
                self.items[-1].append("")
            return True
        if self.items and depth >= min(self.offset, self.indent + 2):
            self.items[-1].append(line[min(depth, self.offset) :])
        elif not self._opens(line):
            if self.blank or _MARKER.match(line) or _ENDS_LAZINESS.match(line) or is_rule(line):
                return False
            self.items[-1].append(line.strip())
        self.blank = False
        return True

    def _opens(self, line: str) -> bool:
        marker = _MARKER.match(line)
        if not marker or is_rule(line):
            return False
        kind = "number" if marker[3] else marker[2]
        if kind != (self.kind or kind):
            return False
        gap = len(marker[4])
        self.kind, self.indent = kind, len(marker[1])
        self.offset = self.indent + len(marker[2]) + (gap if gap <= 4 else 1)
        self.items.append([line[self.offset :]])
        return True
