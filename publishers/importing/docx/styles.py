"""What the styles of a document mean, by their names in English and Chinese, through the styles they are based on."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from dataclasses import dataclass, field
from typing import Literal

from publishers.importing.pieces import Mark

Role = Literal["", "title", "caption", "quote", "code", "contents"]

_HEADING = re.compile(r"(?:heading|标题|überschrift|titre)\s*([1-9])(?:\s*char)?")
_ROLES: dict[str, Role] = {
    "title": "title", "标题": "title", "caption": "caption", "题注": "caption", "illustration": "caption", "figure": "caption",
    "image caption": "caption", "quote": "quote", "引用": "quote", "intense quote": "quote", "明显引用": "quote",
    "block text": "quote", "quotations": "quote", "html preformatted": "code", "html 预设格式": "code", "source code": "code",
    "preformatted text": "code", "code": "code", "macro text": "code", "代码": "code",
}
_CONTENTS = re.compile(r"(?:toc|目录|contents)\s*[1-9]|toc heading|tableau.*|table of figures|contents heading")
_LIST_STYLE = re.compile(r"list (?:bullet|number) ([2-5])|列表(?:项目符号|编号) ?([2-5])")
_CODE_RUNS = ("html code", "html 代码", "source text", "verbatim char", "inline code", "code char")
_OFF = ("0", "false", "off", "none")


@dataclass
class Style:
    """One style as written."""

    name: str
    based_on: str
    outline: int
    numbering: tuple[str, int] | None
    marks: frozenset[Mark]
    off: frozenset[Mark] = frozenset()


@dataclass
class Meaning:
    """What a paragraph's style says in the end."""

    role: Role = ""
    heading: int = 0
    numbering: tuple[str, int] | None = None
    marks: frozenset[Mark] = field(default_factory=frozenset)
    indent: int = 0
    """How many levels deeper than its numbering says a list's style stands: "List Bullet 2" is a list of its own."""


class Styles:
    """The styles of one document by id."""

    def __init__(self, root: etree.Element | None) -> None:
        self._styles: dict[str, Style] = {}
        self._meanings: dict[str, Meaning] = {}
        self.default = ""
        for element in root.iter("style") if root is not None else ():
            self._styles[element.get("styleId", "")] = _style(element)
            if element.get("type") == "paragraph" and element.get("default") in ("1", "true"):
                self.default = element.get("styleId", "")

    def meaning(self, style_id: str) -> Meaning:
        """What the style means; nothing for one that is not described."""
        known = self._meanings.get(style_id)
        if known is None:
            known = self._meanings[style_id] = self._found(style_id)
        return known

    def _found(self, style_id: str) -> Meaning:
        meaning = Meaning()
        off: set[Mark] = set()
        for style in self._chain(style_id):
            role, heading = _role(style)
            if not meaning.role and not meaning.heading:
                meaning.role, meaning.heading = role, heading
            if not meaning.numbering and style.numbering:
                meaning.numbering = style.numbering
                deeper = _LIST_STYLE.fullmatch(style.name)
                meaning.indent = int(deeper[1] or deeper[2]) - 1 if deeper and not style.numbering[1] else 0
            off |= style.off
            meaning.marks |= style.marks - off
        return meaning

    def _chain(self, style_id: str) -> list[Style]:
        chain: list[Style] = []
        while style_id in self._styles and len(chain) < 12:
            chain.append(self._styles[style_id])
            style_id = chain[-1].based_on
        return chain


def is_on(element: etree.Element | None) -> bool | None:
    """Whether a property that can be switched is on; None when it is not there."""
    return None if element is None else element.get("val", "1").lower() not in _OFF


def marks_of(properties: etree.Element | None) -> tuple[frozenset[Mark], frozenset[Mark]]:
    """The marks that some run properties switch on, and those they switch off."""
    if properties is None:
        return frozenset(), frozenset()
    on: set[Mark] = set()
    off: set[Mark] = set()
    switches: tuple[tuple[str, Mark], ...] = (("b", "strong"), ("i", "em"), ("u", "u"), ("strike", "s"), ("dstrike", "s"))
    for name, mark in switches:
        state = is_on(properties.find(name))
        if state is not None:
            (on if state else off).add(mark)
    raised = properties.find("vertAlign")
    if raised is not None and raised.get("val") in ("superscript", "subscript"):
        on.add("sup" if raised.get("val") == "superscript" else "sub")
    return frozenset(on), frozenset(off)


def numbering_of(properties: etree.Element | None) -> tuple[str, int] | None:
    """The list a paragraph's properties name: its id and level. The id "0" takes it out of every list."""
    numbering = properties.find("numPr") if properties is not None else None
    if numbering is None:
        return None
    list_, level = numbering.find("numId"), numbering.find("ilvl")
    if list_ is None:
        return None
    told = level.get("val", "0") if level is not None else "0"
    return list_.get("val", "0"), int(told) if told.isdecimal() and len(told) < 3 else 0


def _style(element: etree.Element) -> Style:
    name, based = element.find("name"), element.find("basedOn")
    paragraph, run = element.find("pPr"), element.find("rPr")
    outline = paragraph.find("outlineLvl") if paragraph is not None else None
    told = outline.get("val", "9") if outline is not None else "9"
    shown = name.get("val", "").lower() if name is not None else ""
    on, off = marks_of(run)
    if shown in _CODE_RUNS:
        on |= {"code"}
    if shown in ("hyperlink", "超链接", "internet link", "followedhyperlink"):
        on -= {"u"}
    level = int(told) if told.isdecimal() else 9
    return Style(shown, based.get("val", "") if based is not None else "", level, numbering_of(paragraph), on, off)


def _role(style: Style) -> tuple[Role, int]:
    if _CONTENTS.fullmatch(style.name):
        return "contents", 0
    heading = _HEADING.fullmatch(style.name)
    if heading:
        return "", min(int(heading[1]), 6)
    role = _ROLES.get(style.name, "")
    return role, style.outline + 1 if not role and style.outline < 6 else 0
