"""`[TOC]`: the article's headings as a list. WeChat keeps no anchors, so it tells what comes and leads nowhere."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from publishers.rendering.draft import Draft
from publishers.rendering.inline import inline
from publishers.rendering.items import indent

MARKS = frozenset(["[toc]", "[[toc]]", "[目录]"])
_LEVELS = ("h1", "h2", "h3")
_NOT_WORDS = re.compile(r"<sup\b[^>]*>\[\d+\]</sup>|<(?!svg|/svg|path|/path|text|/text)[^>]*>")


def toc_html(draft: Draft, root: etree.Element) -> str:
    """A typed list of the headings down to the third level, each moved in by its level."""
    headings = [block for block in root if block.tag in _LEVELS]
    if not headings:
        return ""
    # A draft of its own: the headings' links must not be numbered where they are listed.
    aside = Draft(draft.theme, draft.lifted, draft.addresses)
    top = min(_LEVELS.index(block.tag) for block in headings)
    style = draft.theme.styles.get("item", "")
    levels = [_LEVELS.index(block.tag) - top for block in headings]
    rows = [
        f'<section style="{style};padding-left:{indent(level)};text-indent:-1.2em">'
        f"• {_NOT_WORDS.sub('', inline(aside, block.text or ''))}</section>"
        for block, level in zip(headings, levels, strict=True)
    ]
    return f"<section{draft.attr('items')}>{''.join(rows)}</section>"
