"""Lists as WeChat keeps them: a flat one natively, everything else as typed sections (quirks 3 to 9)."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterator

from publishers.rendering import limits
from publishers.rendering.draft import Draft
from publishers.rendering.inline import inline

Write = Callable[[Draft, etree.Element, str], str]
"""Writes a block; the last argument is the theme's name for the paragraphs in it."""

_BULLETS = "•◦▪"
_TASKS = {"done": "☑", "open": "☐"}
_NESTED = ("ul", "ol")
_PARAGRAPH_TAG = re.compile(r"<(/?)p(?=[ >])")
_WIDE_LEVELS = 4


def list_html(draft: Draft, element: etree.Element, write: Write) -> str:
    """A list with all it holds; items without anything are left out."""
    if _needs_typed_markers(element):
        items = "".join(_typed_items(draft, element, 0, write))
        return f"<section{draft.attr('items')}>{items}</section>" if items else ""
    start = f' start="{element.get("start")}"' if element.get("start") else ""
    insides = [_item(draft, item, write) for item in element]
    items = "".join(f"<li{draft.attr('li')}><section>{inside}</section></li>" for inside in insides if inside)
    return f"<{element.tag}{start}{draft.attr(element.tag)}>{items}</{element.tag}>" if items else ""


def indent(depth: int) -> str:
    """How far in an item of a level stands; the deeper ones less, since phones are narrow."""
    wide, narrow = min(depth, _WIDE_LEVELS), max(depth - _WIDE_LEVELS, 0)
    return f"{1.2 * (wide + 1) + 0.4 * narrow:.3g}em"


def _needs_typed_markers(element: etree.Element) -> bool:
    """Nested lists lose levels and gain bullets as native ones (quirks 3, 4); check boxes vanish (quirk 9)."""
    return any(item.get("task") or any(inner.tag in _NESTED for inner in item.iter()) for item in element)


def _item(draft: Draft, item: etree.Element, write: Write) -> str:
    """An item's inside without paragraphs, whose margins would add up (quirk 6)."""
    _remark_flattened(draft, item)
    children = list(item)
    if len(children) == 1 and children[0].tag == "p":
        return inline(draft, children[0].text or "")
    return _PARAGRAPH_TAG.sub(r"<\1section", "".join(_item_block(draft, child, write) for child in children))


def _item_block(draft: Draft, child: etree.Element, write: Write) -> str:
    if child.tag == "p":
        return f"<section>{inline(draft, child.text or '')}</section>"
    return write(draft, child, "quote_p")


def _typed_items(draft: Draft, element: etree.Element, depth: int, write: Write) -> Iterator[str]:
    number = int(element.get("start", "1"))
    style, far = draft.theme.styles.get("item", ""), indent(depth)
    attr = f' style="{style}{";" if style else ""}padding-left:{far}'
    for item in element:
        _remark_flattened(draft, item)
        marker = _TASKS.get(item.get("task", "")) or (f"{number}." if element.tag == "ol" else _BULLETS[min(depth, 2)])
        number += 1
        children = list(item)
        if children:
            first = " " + inline(draft, children.pop(0).text or "") if children[0].tag == "p" else ""
            yield f'<section{attr};text-indent:-1.2em">{marker}{first}</section>'
        for child in children:
            if child.tag in _NESTED:
                yield from _typed_items(draft, child, depth + 1, write)
            elif child.tag == "p":
                yield f'<section{attr}">{inline(draft, child.text or "")}</section>'
            else:
                yield f'<section style="padding-left:{far}">{write(draft, child, "quote_p")}</section>'


def _remark_flattened(draft: Draft, item: etree.Element) -> None:
    if item.get("flattened"):
        draft.remark("nesting_flattened", limit=limits.NESTING)
