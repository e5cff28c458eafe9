"""Python-Markdown's block parser with the blocks our authors write; inline text stays as it is for `inline`."""

from __future__ import annotations

import re
import threading
import xml.etree.ElementTree as etree
from collections import deque
from collections.abc import Iterable
from typing import cast

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension

from publishers.rendering import toc
from publishers.rendering.boxes import BoxProcessor
from publishers.rendering.cjk import is_cjk
from publishers.rendering.fences import LISTING
from publishers.rendering.headings import HeadingProcessor, RuleProcessor
from publishers.rendering.lists import ListProcessor
from publishers.rendering.quotes import QuoteProcessor
from publishers.rendering.tables import TableProcessor

_REPLACED = ("indent", "code", "hashheader", "setextheader", "hr", "quote", "olist", "ulist", "reference", "paragraph")
_OF_ONE_LINE = {
    "#": ("heading",), ">": ("quote",), "<": ("html",), LISTING: ("listing",), "[": ("address",), "-": ("rule", "list"),
    "*": ("rule", "list"), ":": ("box",), "+": ("list",), "_": ("rule",), **dict.fromkeys("0123456789", ("list",)),
}
"""Which processors can take a block of one line, by its first character; a paragraph is what none of them takes."""
_OWN_LINE = re.compile(
    r"^ {0,3}(?:#{1,6}(?:[ \t].*)?|::.*|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|(?:-[ \t]+){2,}-[ \t]*|" + LISTING + r"\d+)$", re.MULTILINE
)
_FIRST_SIGNS = "-:#>*+<_=[ \n\ue0000123456789"
_FURTHER_SIGNS = re.compile(r"\n *[-#>*+<_=\[\d\ue000]|\n    |\|")
_BEFORE_QUOTE = re.compile(r"^(?! {0,3}>)(.+)\n(?= {0,3}>)", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_BLOCK_HTML = re.compile(r" *<(?:(!--)|/?([a-zA-Z][a-zA-Z0-9-]*)(?=[\s/>]|$))")
_BLOCK_TAGS = frozenset(
    "address article aside blockquote center details dialog div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head"
    " header hr html body iframe input button select link base main math menu meta nav object embed ol p pre script section style"
    " summary svg table tbody td textarea tfoot th thead title tr ul li video audio canvas template noscript xmp".split()
)
_RAW_UNTIL = re.compile(
    r" *<(?:(script|style|textarea|title|xmp|noscript|template|svg|math|select)\b|(!--))", re.IGNORECASE
)


def parse(source: str) -> tuple[etree.Element, dict[str, tuple[str, str]]]:
    """The tree of blocks, with unparsed inline text in `.text`, and the addresses of reference links by name."""
    md = _instance()
    md.references.clear()
    md.parser.state[:] = []
    root = etree.Element("article")
    md.parser.parseChunk(root, source)
    return root, dict(md.references)


class Blocks(deque[str]):
    """What waits to be parsed; taking the first of many costs no more than taking the first of few."""

    def pop(self, index: int = -1) -> str:
        """As `list.pop`, for the two ends."""
        return self.popleft() if index == 0 else super().pop()


class LinearParser(BlockParser):
    """The block parser on a double-ended queue, with headings and listings split off before.

    A block without a sign that could make it more than a paragraph, which is most of an article, is asked nothing.
    """

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self._all: list[BlockProcessor] = []
        self._of_one_line: dict[str, list[BlockProcessor]] = {}

    def ready(self) -> None:
        """To be called when every processor is registered."""
        named = self.blockprocessors
        self._all = list(named)
        self._of_one_line = {
            sign: [named[name] for name in (*names, "paragraph")] for sign, names in _OF_ONE_LINE.items()
        }

    def parseChunk(self, parent: etree.Element, text: str) -> None:
        """Parse text of several blocks into children of `parent`."""
        blocks: list[str] = []
        for block in _BLANK_LINES.split(text.strip("\n")):
            if "\n" in block:
                apart = _BEFORE_QUOTE.sub(r"\1\n\n", block) if ">" in block else block
                blocks += _BLANK_LINES.split(_OWN_LINE.sub(r"\n\n\g<0>\n\n", apart))
            else:
                blocks.append(block)
        self.parseBlocks(parent, blocks)

    def parseBlocks(self, parent: etree.Element, blocks: Iterable[str]) -> None:
        """Parse blocks into children of `parent`."""
        waiting = Blocks(blocks)
        while waiting:
            block = waiting[0]
            several = "\n" in block
            if block[:1] not in _FIRST_SIGNS and not (several and _FURTHER_SIGNS.search(block)):
                etree.SubElement(parent, "p").text = waiting.popleft().strip()
                continue
            for processor in self._all if several else self._of_one_line.get(block[:1], self._all):
                if processor.test(parent, block) and processor.run(parent, cast(list[str], waiting)) is not False:
                    break


class ListingProcessor(BlockProcessor):
    """Where a fenced block of code was, and code indented by four spaces.

    Indented HTML is HTML (quirk 30) and an indented Chinese sentence a paragraph: its author meant the indent of print.
    """

    def test(self, parent: etree.Element, block: str) -> bool:
        """Whether the block is code."""
        return block.lstrip(" ").startswith(LISTING) or block.startswith("    ") and not _is_prose(block.lstrip()[:1])

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Take the code, with following blocks that are indented too."""
        listing = etree.SubElement(parent, "listing")
        if blocks[0].lstrip(" ").startswith(LISTING):
            listing.set("number", blocks.pop(0).strip()[1:])
            return
        code = [blocks.pop(0)]
        while blocks and blocks[0].startswith("    "):
            code.append(blocks.pop(0))
        listing.text = "\n\n".join("\n".join(line[4:] for line in block.split("\n")) for block in code).rstrip()


def _is_prose(first: str) -> bool:
    return first in ("", "<") or is_cjk(first)


class HtmlProcessor(BlockProcessor):
    """HTML that begins a block: up to the next empty line, or to its end where empty lines would not end it."""

    def test(self, parent: etree.Element, block: str) -> bool:
        """Whether the block begins with an element of blocks."""
        match = _BLOCK_HTML.match(block) if block.lstrip(" ").startswith("<") else None
        return bool(match and (match[1] or match[2].lower() in _BLOCK_TAGS or match[2].lower().startswith("mp-")))

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Take the HTML as it is."""
        taken = [blocks.pop(0)]
        raw = _RAW_UNTIL.match(taken[0])
        if raw:
            closing = f"</{raw[1].lower()}" if raw[1] else "-->"
            while closing not in taken[-1].lower() and blocks:
                taken.append(blocks.pop(0))
        etree.SubElement(parent, "html").text = "\n".join(taken)


class AddressProcessor(BlockProcessor):
    """`[name]: https://…`, the addresses of reference links."""

    RE = re.compile(
        r" {0,3}\[([^\[\]]+)\]:[ \t]*(?:<([^<>]*)>|(\S++))(?:[ \t]+(?:\"([^\"]*)\"|'([^']*)'|\(([^()]*)\)))?[ \t]*"
    )

    def test(self, parent: etree.Element, block: str) -> bool:
        """Whether there may be such a line."""
        return "]:" in block

    def run(self, parent: etree.Element, blocks: list[str]) -> bool:
        """Take the addresses out of the block; what stood before and after each is apart."""
        block = blocks.pop(0)
        left = "\n".join("" if self._takes(line) else line for line in block.split("\n"))
        for part in reversed(_BLANK_LINES.split(left)):
            if part.strip():
                blocks.insert(0, part)
        return left != block

    def _takes(self, line: str) -> bool:
        match = self.RE.fullmatch(line) if "]:" in line else None
        if match:
            name, title = match[1].strip().lower(), match[4] or match[5] or match[6] or ""
            self.parser.md.references[name] = (match[2] or match[3] or "", title)
        return match is not None


class ParagraphProcessor(BlockProcessor):
    """Whatever is nothing else."""

    def test(self, parent: etree.Element, block: str) -> bool:
        """Always."""
        return True

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Take the text."""
        text = blocks.pop(0).strip()
        if text.lower() in toc.MARKS:
            etree.SubElement(parent, "toc")
        elif text:
            etree.SubElement(parent, "p").text = text


class WechatMarkup(Extension):
    """Registers our blocks and takes out what `inline` and `serialize` do instead."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Called by Python-Markdown once per instance."""
        processors = md.parser.blockprocessors
        md.parser = parser = LinearParser(md)
        parser.blockprocessors = processors
        for processor in processors:
            processor.parser = md.parser
        for name in _REPLACED:
            processors.deregister(name)
        processors.register(ListingProcessor(md.parser), "listing", 85)
        processors.register(HtmlProcessor(md.parser), "html", 82)
        processors.register(TableProcessor(md.parser), "table", 75)
        processors.register(HeadingProcessor(md.parser), "heading", 70)
        processors.register(RuleProcessor(md.parser), "rule", 50)
        processors.register(BoxProcessor(md.parser), "box", 60)
        processors.register(QuoteProcessor(md.parser), "quote", 44)
        processors.register(ListProcessor(md.parser), "list", 45)
        processors.register(AddressProcessor(md.parser), "address", 15)
        processors.register(ParagraphProcessor(md.parser), "paragraph", 10)
        parser.ready()


_local = threading.local()


def _instance() -> Markdown:
    if not hasattr(_local, "markdown"):
        _local.markdown = Markdown(extensions=[WechatMarkup()])
    instance: Markdown = _local.markdown
    return instance
