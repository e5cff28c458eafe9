"""Headings, marked or underlined, and the rules between parts."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown.blockprocessors import BlockProcessor

_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*")
_LINE_OF_SIGNS = re.compile(r"\n {0,3}[-=*_][-=*_ \t]*(?=\n|$)")
_NO_HEADING = re.compile(r" {0,3}(?:[-*+>]|\d{1,9}[.)])[ \t]")


class HeadingProcessor(BlockProcessor):
    """`## Heading`. A space is needed, so that a tag like #安全月# stays a tag."""

    RE = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)")

    def test(self, parent: etree.Element, block: str) -> bool:
        """Whether the block is a heading's line."""
        return block.lstrip(" ").startswith("#") and "\n" not in block and bool(self.RE.match(block))

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Take the heading, without signs that close it."""
        block = blocks.pop(0)
        match = self.RE.match(block)
        text = block[match.end() :].rstrip() if match else ""
        bare = text.rstrip("#")
        if bare[-1:] in (" ", "\t", ""):
            text = bare.rstrip()
        if match and text:
            etree.SubElement(parent, f"h{len(match[1])}").text = text


class RuleProcessor(BlockProcessor):
    """Makes `hr` of lines like `---`, and `h1` or `h2` of a block's first line with `===` or `---` below it."""

    def test(self, parent: etree.Element, block: str) -> bool:
        """Whether the block holds such a line."""
        if is_rule(block.partition("\n")[0]):
            return True
        if not _LINE_OF_SIGNS.search(block):
            return False
        lines = block.split("\n")
        return _is_underlined(lines, 0) or any(map(is_rule, lines))

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Take the block up to its last such line."""
        lines, begin, at = blocks.pop(0).split("\n"), 0, 0
        while at < len(lines):
            if at == begin and _is_underlined(lines, at):
                etree.SubElement(parent, "h1" if lines[at + 1][0] == "=" else "h2").text = lines[at].strip()
                at += 1
            elif is_rule(lines[at]):
                if at > begin:
                    self.parser.parseBlocks(parent, ["\n".join(lines[begin:at])])
                etree.SubElement(parent, "hr")
            else:
                at += 1
                continue
            begin = at = at + 1
        if begin < len(lines):
            blocks.insert(0, "\n".join(lines[begin:]))


def is_rule(line: str) -> bool:
    """Whether a line draws a rule."""
    return line.lstrip(" ")[:1] in ("-", "*", "_") and bool(_RULE.fullmatch(line))


def _is_underlined(lines: list[str], at: int) -> bool:
    if at + 1 >= len(lines) or not _UNDERLINE.fullmatch(lines[at + 1]):
        return False
    return not lines[at].isspace() and not is_rule(lines[at]) and not _NO_HEADING.match(lines[at])
