"""The tree of blocks to WeChat HTML: styles, lists, tables and references written while walking it once."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable, Iterator

from publishers.rendering import elements, limits
from publishers.rendering.draft import Draft
from publishers.rendering.fences import FORMULA
from publishers.rendering.inline import inline
from publishers.rendering.items import list_html
from publishers.rendering.listing import code_html
from publishers.rendering.theme import flush_top

_PICTURES_ONLY = re.compile(r"(?:<img [^>]*>(?:<br>|\s)*)+")
REFERENCES_TITLE = "参考资料"
"""Articles are Chinese whatever the interface's language, so what stands in them is not translated."""
_COLOUR = re.compile(r"(?<![\w-])color:[^;\"]+")
_WARNINGS = {"warning": "#8a4b00", "caution": "#72131b"}
_COLOURS_OF_LIGHTS = ((7, "#ff5f56"), (27, "#ffbd2e"), (47, "#27c93f"))
_LIGHTS = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 54 14" style="width:54px;height:14px">'
    + "".join(f'<circle cx="{x}" cy="7" r="6" fill="{colour}"></circle>' for x, colour in _COLOURS_OF_LIGHTS)
    + "</svg>"
)
"""The bar that some themes put above code."""
_DIAGRAMS = frozenset(["mermaid", "plantuml", "puml", "dot", "graphviz", "flow", "sequence", "echarts"])
"""Drawn to pictures when they are inserted; as source they tell a reader nothing (quirk 43)."""
AI_LABEL = "{}由 AI 辅助生成"
"""The words that readers are owed by the rules on labelling generated content."""
ALERT_TITLES = {"note": "说明", "tip": "提示", "important": "重要", "warning": "注意", "caution": "警告"}


def serialize(draft: Draft, root: etree.Element) -> str:
    """The HTML of the whole article, references included."""
    draft.root = root
    pieces: list[str] = []
    begun = False
    for number, block in enumerate(root, 1):
        draft.attrs = draft.theme.last_attrs if number == len(root) else draft.theme.attrs
        if begun:
            pieces.append(_block(draft, block, "p"))
        else:
            draft.attrs = draft.theme.first_attrs
            pieces.append(flush_top(_block(draft, block, "p")))
            begun = bool(pieces[-1])
    draft.attrs = draft.theme.attrs
    if draft.lifted.ai:
        pieces.append(_ai_label(draft, AI_LABEL.format("本文")))
    pieces += _references(draft)
    return "".join(pieces)


def _block(draft: Draft, element: etree.Element, paragraph: str) -> str:
    if element.get("flattened"):
        draft.remark("nesting_flattened", limit=limits.NESTING)
    return _WRITERS[element.tag](draft, element, paragraph)


def _paragraph(draft: Draft, element: etree.Element, paragraph: str) -> str:
    draft.caption = ""
    html = inline(draft, element.text or "")
    if html.startswith("<img ") and _PICTURES_ONLY.fullmatch(html):
        return _figure(draft, html)
    return f"<p{draft.attr(paragraph)}>{html}</p>" if html.strip() else ""


def _figure(draft: Draft, pictures: str) -> str:
    caption = f"<p{draft.attr('figcaption')}>{elements.text(draft.caption)}</p>" if draft.caption else ""
    return f"<section{draft.attr('figure')}>{pictures}{caption}</section>"


def _heading(draft: Draft, element: etree.Element, paragraph: str) -> str:
    tag = min(element.tag, "h4")
    return f"<{tag}{draft.attr(tag)}>{inline(draft, element.text or '')}</{tag}>"


def _rule(draft: Draft, element: etree.Element, paragraph: str) -> str:
    return f"<hr{draft.attr('hr')}>"


def _quote(draft: Draft, element: etree.Element, paragraph: str) -> str:
    source = element.get("from")
    if len(element) == 1 and element[0].tag == "p" and not source:
        inside = inline(draft, element[0].text or "")
    else:
        inside = "".join(_block(draft, child, "quote_p") for child in element)
    if source:
        inside += f'<p style="margin:.5em 0 0;text-align:right">—— {inline(draft, source)}</p>'
    return f"<blockquote{draft.attr('blockquote')}>{inside}</blockquote>" if inside else ""


def _alert(draft: Draft, element: etree.Element, paragraph: str) -> str:
    title = inline(draft, element.get("title") or "") or ALERT_TITLES[element.get("kind", "note")]
    inside = "".join(_block(draft, child, "alert_p") for child in element)
    return f"<section{draft.attr('alert')}><p{_title_attr(draft, element.get('kind', ''))}>{title}</p>{inside}</section>"


def _title_attr(draft: Draft, kind: str) -> str:
    """The theme's style; the title of a box that warns has the colour of warnings where titles have one at all."""
    attr = draft.attr("alert_title")
    return _COLOUR.sub(f"color:{_WARNINGS[kind]}", attr) if kind in _WARNINGS else attr


def _aligned(draft: Draft, element: etree.Element, paragraph: str) -> str:
    inside = "".join(_block(draft, child, paragraph) for child in element)
    return f'<section style="text-align:{element.get("align")}">{inside}</section>' if inside else ""


def _label(draft: Draft, element: etree.Element, paragraph: str) -> str:
    words = "<br>".join(inline(draft, child.text or "") for child in element if child.tag == "p")
    return _ai_label(draft, words or AI_LABEL.format(inline(draft, element.get("title") or "本文")))


def _ai_label(draft: Draft, words: str) -> str:
    return f"<p{draft.attr('figcaption')}>{words}</p>"


def _card(draft: Draft, element: etree.Element, paragraph: str) -> str:
    from publishers.rendering.cards import card_html

    return card_html(draft, element.get("kind", ""), element.attrib)


def _toc(draft: Draft, element: etree.Element, paragraph: str) -> str:
    from publishers.rendering.toc import toc_html

    # Only the first one says anything: many of them over many headings would fill any memory.
    root, draft.root = draft.root, etree.Element("article")
    return toc_html(draft, root)


def _listing(draft: Draft, element: etree.Element, paragraph: str) -> str:
    number = element.get("number")
    language, code = draft.lifted.listings[int(number)] if number else ("", element.text or "")
    if language == FORMULA:
        from publishers.rendering.formulas import formula_block

        return formula_block(draft, code)
    if language in _DIAGRAMS:
        draft.remark("diagram_left", code.strip(), language=language)
    bar = f"<span{draft.attr('code_bar')}>{_LIGHTS}</span>" if draft.attr("code_bar") else ""
    return f"<pre{draft.attr('pre')}>{bar}<code{draft.attr('pre_code')}>{code_html(code, language)}</code></pre>"


def _table(draft: Draft, element: etree.Element, paragraph: str) -> str:
    head, body = element.find("thead"), element.find("tbody")
    rows = "".join(_row(draft, row) for part in (head, body) if part is not None for row in part)
    return f"<section{draft.attr('table_box')}><table{draft.attr('table')}>{rows}</table></section>"


def _row(draft: Draft, row: etree.Element) -> str:
    cells = []
    for cell in row:
        style, align = draft.theme.styles.get(cell.tag, ""), cell.get("align")
        attr = f' style="{style};text-align:{align}"' if align else draft.attr(cell.tag)
        cells.append(f"<{cell.tag}{attr}>{inline(draft, cell.text or '')}</{cell.tag}>")
    return f"<tr>{''.join(cells)}</tr>"


def _list(draft: Draft, element: etree.Element, paragraph: str) -> str:
    return list_html(draft, element, _block)


def _html(draft: Draft, element: etree.Element, paragraph: str) -> str:
    from publishers.rendering.cards import card_html, video_in
    from publishers.rendering.sanitize import html_block

    html = element.text or ""
    video = video_in(html) if "v.qq.com" in html else ""
    return card_html(draft, "video", {"vid": video}) if video else html_block(draft, html)


def _references(draft: Draft) -> Iterator[str]:
    notes = draft.references.notes
    if not notes:
        return
    yield f"<section{draft.attr('notes')}>{REFERENCES_TITLE}"
    at = 0
    while at < len(notes):
        note = notes[at]
        words = f"{note.text} {elements.text(note.url)}" if note.url else inline(draft, note.text)
        yield f"<br>[{note.number}] {words.strip()}"
        at += 1
    yield "</section>"


_WRITERS: dict[str, Callable[[Draft, etree.Element, str], str]] = {
    "p": _paragraph, "hr": _rule, "blockquote": _quote, "alert": _alert, "listing": _listing, "table": _table,
    "ul": _list, "ol": _list, "html": _html, "aligned": _aligned, "label": _label, "card": _card, "toc": _toc,
    **{f"h{level}": _heading for level in range(1, 7)},
}
