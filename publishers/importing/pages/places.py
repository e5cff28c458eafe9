"""A whole page: where in it the text stands, and what it is called."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from publishers.importing.pages import office
from publishers.importing.pages.reading import Reading
from publishers.importing.pages.tree import parse
from publishers.importing.pieces import Block, Paragraph, Text
from publishers.importing.results import Losses
from publishers.importing.sources import Pictures

_CONTENT_IDS = ("js_content", "img-content", "page-content", "artibody", "article_content")
_AROUND = frozenset(["nav", "header", "footer", "aside", "form", "menu"])
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|sidebar|footer|comment|share|related|advert|breadcrumb|copyright|cookie)s?(?:$|[\s_-])", re.IGNORECASE
)
_ENOUGH = 200
"""So many characters make a text; less is more likely a piece of the page around it."""
_TEXT_ITSELF = frozenset(["p", "table", "ul", "ol", "blockquote", "pre"])
_SITE_NAME = re.compile(r"\s*(?:[-_|–—·]\s*[^-_|–—·]{1,30})$")


def pasted(html: str, losses: Losses, pictures: Pictures) -> Text:
    """What was pasted: all of it is text."""
    root = parse(html, losses)
    return _read(root, _fragment(root), losses, pictures)


def page(html: str, losses: Losses, pictures: Pictures) -> Text:
    """A whole page: only its text, with its title."""
    root = parse(html, losses)
    from_office = "urn:schemas-microsoft-com" in html[:3_000] or "libreoffice" in html[:3_000].lower()
    text = _read(root, root if from_office else _content(root), losses, pictures)
    heading = next((block for block in text.blocks if isinstance(block, Paragraph) and block.level == 1), None)
    text.title = _title(root) or (heading.text if heading else "")
    text.blocks = _without_title(text.blocks, text.title)
    return text


def _read(root: etree.Element, element: etree.Element, losses: Losses, pictures: Pictures) -> Text:
    bodies = {office.note_body(one) for one in root.iter() if one.get("id")}
    marks = {office.note_mark(one.get("href", "")) for one in root.iter("a")}
    notes: dict[str, list[Block]] = {}
    reading = Reading(losses, pictures, notes, frozenset((bodies & marks) - {""}))
    reading.inside(element, frozenset(), "")
    reading.flush()
    return Text(reading.blocks, notes=notes)


def _fragment(root: etree.Element) -> etree.Element:
    """Clipboards hold a whole document around what was copied; its head says nothing."""
    for child in root.findall("head"):
        root.remove(child)
    return root


def _content(root: etree.Element) -> etree.Element:
    lengths = _lengths(root)
    by_id = {one.get("id", ""): one for one in root.iter() if one.get("id")}
    for wanted in _CONTENT_IDS:
        if wanted in by_id and lengths[by_id[wanted]]:
            return by_id[wanted]
    _strip(root, lengths)
    for tag in ("article", "main"):
        found = max(root.iter(tag), key=lambda one: lengths[one], default=None)
        if found is not None and lengths[found] >= _ENOUGH:
            return found
    return _densest(root, lengths)


def _densest(root: etree.Element, lengths: dict[etree.Element, int]) -> etree.Element:
    """The smallest element that still holds most of the words."""
    best, wanted = root, max(0.8 * lengths[root], _ENOUGH)
    while True:
        inside = max(best, key=lambda one: lengths[one], default=None)
        if inside is None or inside.tag in _TEXT_ITSELF or lengths[inside] < wanted:
            return best
        best = inside


def _strip(root: etree.Element, lengths: dict[etree.Element, int]) -> None:
    """Take out what stands around a text."""
    for parent in list(root.iter()):
        kept: list[etree.Element] = []
        for child in parent:
            if not _is_around(child, lengths):
                kept.append(child)
            elif child.tail and kept:
                kept[-1].tail = (kept[-1].tail or "") + child.tail
            elif child.tail:
                parent.text = (parent.text or "") + child.tail
        if len(kept) < len(parent):
            parent[:] = kept


def _is_around(element: etree.Element, lengths: dict[etree.Element, int]) -> bool:
    if element.tag in _AROUND:
        return element.tag != "header" or element.find(".//h1") is None
    name = f"{element.get('class', '')} {element.get('id', '')}"
    return lengths[element] < 2_000 and bool(_FURNITURE.search(name))


def _lengths(root: etree.Element) -> dict[etree.Element, int]:
    """The characters each element holds; children come after their parents in the order of the page."""
    lengths: dict[etree.Element, int] = {}
    for element in reversed(list(root.iter())):
        own = len((element.text or "").strip()) if element.tag != "title" else 0
        lengths[element] = own + sum(lengths[child] + len((child.tail or "").strip()) for child in element)
    return lengths


def _title(root: etree.Element) -> str:
    named = next((one for one in root.iter() if one.get("id") == "activity-name"), None)
    if named is not None:
        return _bare("".join(named.itertext()))
    for meta in root.iter("meta"):
        if meta.get("property", meta.get("name", "")).lower() in ("og:title", "twitter:title") and meta.get("content"):
            return _bare(meta.get("content", ""))
    title = next(root.iter("title"), None)
    heading = next((_bare("".join(one.itertext())) for one in root.iter("h1")), "")
    shown = _bare(title.text or "") if title is not None else ""
    return heading if heading and (not shown or heading in shown) else _SITE_NAME.sub("", shown) or shown


def _bare(text: str) -> str:
    return " ".join(text.split())[:200]


def _without_title(blocks: list[Block], title: str) -> list[Block]:
    first = blocks[0] if blocks else None
    if title and isinstance(first, Paragraph) and first.text == title:
        return blocks[1:]
    return blocks
