"""Boxes between `:::` lines, and single `::` lines for cards: `::: tip 标题` … `:::`, nested by their order."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from markdown.blockprocessors import BlockProcessor

from publishers.rendering import limits

_OPENING = re.compile(r" {0,3}:{3,}[ \t]*\{?\.?([^\W\d_][\w-]*)\}?[ \t]*(?:\[([^\]]*)\][ \t]*:*$|(.*))")
_CLOSING = re.compile(r" {0,3}:{3,}[ \t]*$")
_CARD = re.compile(r" {0,3}::([a-z]+)(?:\[([^\]]*)\])?(?:\{([^{}]*)\})?[ \t]*$")
_ATTRIBUTE = re.compile(r"([a-z_]+)=(?:\"([^\"]*)\"|([^\s\"]+))")
CARDS = frozenset(["account", "miniprogram", "video"])

KINDS = {
    "note": "note", "info": "note", "abstract": "note", "说明": "note", "tip": "tip", "success": "tip", "hint": "tip",
    "提示": "tip", "important": "important", "重要": "important", "warning": "warning", "注意": "warning",
    "caution": "caution", "danger": "caution", "error": "caution", "警告": "caution", "details": "details",
}
"""What authors call a box, and the kind it is."""
_ALIGNED = {"center": "center", "centre": "center", "居中": "center", "right": "right", "left": "left"}
_QUOTES = frozenset(["quote", "引用"])
_AI = frozenset(["ai", "AI"])


class BoxProcessor(BlockProcessor):
    """Makes `alert`, `blockquote`, `aligned`, `label` or `card` of lines that begin with colons.

    A box that is never closed goes to the end of what it stands in; a closing line too many says nothing and vanishes.
    """

    def test(self, parent: etree.Element, block: str) -> bool:
        """Whether the block is a line of colons that means something."""
        line = block.lstrip(" ")
        if not line.startswith("::"):
            return False
        card = _CARD.match(block)
        return bool(card and card[1] in CARDS) or bool(_OPENING.match(block) or _CLOSING.match(block))

    def run(self, parent: etree.Element, blocks: list[str]) -> None:
        """Take the box with all it holds."""
        line = blocks.pop(0)
        opening = _OPENING.match(line)
        if opening:
            self._fill(_element(parent, opening[1], (opening[2] or (opening[3] or "").rstrip(": \t")).strip()), _taken(blocks))
        elif card := _CARD.match(line):
            given = {match[1]: match[2] or match[3] or "" for match in _ATTRIBUTE.finditer(card[3] or "")}
            etree.SubElement(parent, "card", {**given, "kind": card[1], "title": (card[2] or "").strip()})

    def _fill(self, element: etree.Element, inside: list[str]) -> None:
        if len(self.parser.state) >= limits.NESTING:
            element.set("flattened", "yes")
            words = [block.strip() for block in inside if not block.lstrip(" ").startswith(":::")]
            etree.SubElement(element, "p").text = "\n".join(words)
            return
        self.parser.state.set("box")
        self.parser.parseBlocks(element, inside)
        self.parser.state.reset()


def _taken(blocks: list[str]) -> list[str]:
    """The blocks up to the line that closes the box."""
    depth, inside = 1, []
    while blocks:
        block = blocks.pop(0)
        if _CLOSING.match(block):
            depth -= 1
            if not depth:
                break
        elif block.lstrip(" ").startswith(":::") and _OPENING.match(block):
            depth += 1
        inside.append(block)
    return inside


def _element(parent: etree.Element, name: str, title: str) -> etree.Element:
    if name in _QUOTES:
        return etree.SubElement(parent, "blockquote", {"from": title})
    if name in _ALIGNED:
        return etree.SubElement(parent, "aligned", {"align": _ALIGNED[name]})
    if name in _AI:
        return etree.SubElement(parent, "label", {"title": title})
    kind = KINDS.get(name.lower())
    if kind == "details":
        return etree.SubElement(parent, "alert", {"kind": "note", "title": title or "详情"})
    return etree.SubElement(parent, "alert", {"kind": kind or "note", "title": title or ("" if kind else name)})
