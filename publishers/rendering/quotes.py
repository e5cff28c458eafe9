"""Quotes, and the boxes that begin with `> [!NOTE]`."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown.blockprocessors import BlockProcessor

from publishers.rendering import limits

_FIRST = re.compile(r"^ {0,3}>", re.MULTILINE)
_MARK = re.compile(r"^ {0,3}>[ ]?", re.MULTILINE)
_ALERT = re.compile(r"\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*([^\n]*)(?:\n|$)", re.IGNORECASE)


class QuoteProcessor(BlockProcessor):
    """Makes `blockquote`, or `alert` with its kind and the title its author gave it."""

    def test(self, parent: etree.Element, block: str) -> bool:
        """Whether one of the block's lines is quoted."""
        return ">" in block and bool(_FIRST.search(block))

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Take the quote to the end of its block."""
        block = blocks.pop(0)
        first = _FIRST.search(block)
        start = first.start() if first else 0
        if start:
            self.parser.parseBlocks(parent, [block[:start]])
        text = _MARK.sub("", block[start:])
        alert = _ALERT.match(text)
        element = etree.SubElement(parent, "alert" if alert else "blockquote")
        if alert:
            element.set("kind", alert[1].lower())
            element.set("title", alert[2].strip())
            text = text[alert.end() :]
        self._fill(element, text)

    def _fill(self, element: etree.Element, text: str) -> None:
        if len(self.parser.state) >= limits.NESTING:
            element.set("flattened", "yes")
            etree.SubElement(element, "p").text = re.sub(r"(?m)^[ >]+", "", text).strip()
            return
        self.parser.state.set("quote")
        self.parser.parseChunk(element, text)
        self.parser.state.reset()
