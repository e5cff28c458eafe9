"""The pieces of a paragraph: runs with their marks, pictures, fields, notes, changes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Callable
from dataclasses import dataclass, field

from publishers.importing.docx.package import Package
from publishers.importing.docx.styles import Styles, is_on, marks_of
from publishers.importing.lines import spaced
from publishers.importing.links import link
from publishers.importing.pieces import PLAIN, Break, Mark, Marks, NoteMark, Picture, Piece, Ruby, Run, words
from publishers.importing.results import Losses
from publishers.importing.sources import Pictures, told

_HYPERLINK = re.compile(r"\s*HYPERLINK\s+(?:\\[a-z]\s+)*\"([^\"]{1,2000})\"", re.IGNORECASE)
_SYMBOLS = {
    "f0b7": "•", "f0a7": "▪", "f0d8": "➢", "f0fc": "✓", "f0fe": "☑", "f0a8": "□", "f06f": "□", "f06c": "●", "f06e": "■",
    "f075": "◆", "f0e0": "→", "f0e8": "→", "f04a": "☺", "f052": "☑", "f0b4": "×", "f0b0": "°", "f0b1": "±", "f061": "α",
    "f062": "β", "f06d": "μ", "f044": "Δ", "f057": "Ω", "f0a3": "≤", "f0b3": "≥", "f0b9": "≠", "f0bb": "≈", "f071": "θ",
    "f070": "π",
}
_TRANSPARENT = frozenset(["smartTag", "customXml", "sdtContent", "bdo", "dir"])
_PLAIN_COLOURS = frozenset(["auto", "000000", "ffffff", "", "none", "windowtext"])


@dataclass
class Field:
    """A field under way: what it does, and whether its result has begun."""

    instruction: str = ""
    in_result: bool = False

    @property
    def link(self) -> str:
        found = _HYPERLINK.match(self.instruction)
        return found[1] if found else ""


@dataclass
class Part:
    """A part of the document with what its ids mean."""

    package: Package
    name: str
    styles: Styles
    losses: Losses
    pictures: Pictures
    fields: list[Field] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.relations = self.package.relations(self.name)


class Line:
    """Reads one paragraph. `boxes` are the text boxes that were anchored in it."""

    def __init__(self, part: Part, base: Marks) -> None:
        self.part, self.base = part, base
        self.pieces: list[Piece] = []
        self.boxes: list[etree.Element] = []
        self.has_rule = False

    def read(self, element: etree.Element, href: str = "") -> None:
        """Read the inside of a paragraph or of anything in it that holds runs."""
        for child in element:
            tag = str(child.tag)
            if tag == "r":
                self._run(child, href)
            elif tag in _READERS:
                _READERS[tag](self, child, href)
            elif tag in _TRANSPARENT:
                self.read(child, href)

    def _run(self, run: etree.Element, href: str) -> None:
        properties = run.find("rPr")
        marks = self._marks(properties)
        if properties is not None:
            if is_on(properties.find("vanish")):
                self.part.losses.note("hidden_text", "".join(one.text or "" for one in run.iter("t")))
                return
            if run.find("t") is not None and _is_coloured(properties):
                self.part.losses.note("colour", "".join(one.text or "" for one in run.iter("t")).strip())
        for child in run:
            reader = _RUN_READERS.get(str(child.tag))
            if reader:
                reader(self, child, marks, href)

    def _marks(self, properties: etree.Element | None) -> Marks:
        found: set[Mark] = set(self.base)
        style = properties.find("rStyle") if properties is not None else None
        if style is not None:
            found |= self.part.styles.meaning(style.get("val", "")).marks
        on, off = marks_of(properties)
        return frozenset((found | on) - off)

    def _words(self, element: etree.Element, marks: Marks, href: str) -> None:
        self._say(element.text or "", marks, href)

    def _say(self, text: str, marks: Marks, href: str) -> None:
        fields = self.part.fields
        if any(not one.in_result for one in fields):
            return
        href = href or next((one.link for one in reversed(fields) if one.link), "")
        address = link(href, self.part.losses, where=text) if href else ""
        shown = spaced(text)
        if shown:
            self.pieces.append(Run(shown, marks - {"u"} if href else marks, address))

    def _space(self, element: etree.Element, marks: Marks, href: str) -> None:
        self._say(" ", PLAIN, "")

    def _hyphen(self, element: etree.Element, marks: Marks, href: str) -> None:
        self._say("-", marks, href)

    def _break(self, element: etree.Element, marks: Marks, href: str) -> None:
        if element.get("type") not in ("page", "column"):
            self.pieces.append(Break())

    def _symbol(self, element: etree.Element, marks: Marks, href: str) -> None:
        code = element.get("char", "").lower()
        shown = _SYMBOLS.get(code, "")
        if not shown and re.fullmatch(r"[0-9a-f]{4}", code) and not code.startswith(("e", "f", "d")):
            shown = chr(int(code, 16))
        if shown:
            self._say(shown, marks, href)
        else:
            self.part.losses.note("symbol", words(self.pieces))

    def _note(self, element: etree.Element, marks: Marks, href: str) -> None:
        kind = "f" if element.tag == "footnoteReference" else "e"
        self.pieces.append(NoteMark(kind + element.get("id", "")))

    def _comment(self, element: etree.Element, marks: Marks, href: str) -> None:
        self.part.losses.note("comments", words(self.pieces))

    def _field_sign(self, element: etree.Element, marks: Marks, href: str) -> None:
        fields, kind = self.part.fields, element.get("fldCharType")
        if kind == "begin":
            fields.append(Field())
        elif kind == "separate" and fields:
            fields[-1].in_result = True
        elif kind == "end" and fields:
            fields.pop()

    def _instruction(self, element: etree.Element, marks: Marks, href: str) -> None:
        if self.part.fields and not self.part.fields[-1].in_result:
            self.part.fields[-1].instruction += (element.text or "")[:3_000]

    def _ruby(self, element: etree.Element, marks: Marks, href: str) -> None:
        base, reading = (_text(element.find(tag)) for tag in ("rubyBase", "rt"))
        if base:
            self.pieces.append(Ruby(base, reading) if reading else Run(base, marks))

    def _chosen(self, element: etree.Element, marks: Marks, href: str) -> None:
        """Of what is written twice, for newer and for older programs, the newer."""
        chosen = element.find("Choice")
        if chosen is None or not len(chosen):
            chosen = element.find("Fallback")
        for child in chosen if chosen is not None else ():
            reader = _RUN_READERS.get(str(child.tag))
            if reader:
                reader(self, child, marks, href)

    def _drawing(self, element: etree.Element, marks: Marks, href: str) -> None:
        described = next(element.iter("docPr"), None)
        alt = (described.get("descr") or described.get("title") or "") if described is not None else ""
        pictures, boxes = _drawn(element)
        for picture in pictures:
            self._picture(picture, alt)
        self.boxes += boxes
        if pictures and _is_cropped(element):
            self.part.losses.note("picture_cropped", told(alt) or words(self.pieces))
        if not pictures and not boxes and any(element.find(f".//{tag}") is not None for tag in ("chart", "relIds", "contentPart")):
            self.part.losses.note("drawing", words(self.pieces))

    def _old_drawing(self, element: etree.Element, marks: Marks, href: str) -> None:
        """VML, and the little picture that stands for an embedded object."""
        pictures, boxes = _drawn(element)
        before = len(self.pieces)
        for picture in pictures:
            shape = next((one for one in element.iter("shape") if picture in list(one)), None)
            self._picture(picture, shape.get("alt", "") if shape is not None else "")
        self.boxes += boxes
        self.has_rule = self.has_rule or any(one.get("hr") for one in element.iter("rect"))
        if element.tag == "object" and len(self.pieces) == before:
            self.part.losses.note("drawing", words(self.pieces))

    def _picture(self, element: etree.Element, alt: str) -> None:
        part, said = self.part, words(self.pieces)
        relation = part.relations.get(element.get("embed") or element.get("id") or element.get("relid") or "")
        if relation is None or relation.external:
            part.losses.note("picture_linked" if relation or element.get("link") else "picture_missing", told(alt) or said)
            return
        content = part.package.read(relation.target)
        if not content:
            part.losses.note("picture_missing", told(alt) or said)
            return
        ref = part.pictures.kept(content, relation.target, alt, told(alt) or said)
        if ref:
            self.pieces.append(Picture(ref, told(alt)))

    def _hyperlink(self, element: etree.Element, href: str) -> None:
        relation = self.part.relations.get(element.get("id", ""))
        self.read(element, relation.target if relation and relation.external else href)

    def _simple_field(self, element: etree.Element, href: str) -> None:
        self.read(element, Field(element.get("instr", "")).link or href)

    def _inserted(self, element: etree.Element, href: str) -> None:
        self.part.losses.note("insertions", "".join(one.text or "" for one in element.iter("t")))
        self.read(element, href)

    def _deleted(self, element: etree.Element, href: str) -> None:
        self.part.losses.note("deletions", "".join(one.text or "" for one in element.iter() if one.tag in ("delText", "t")))

    def _controlled(self, element: etree.Element, href: str) -> None:
        for content in element.findall("sdtContent"):
            self.read(content, href)

    def _formula(self, element: etree.Element, href: str) -> None:
        text = "".join(one.text or "" for one in element.iter("t"))
        if text.strip():
            self.part.losses.note("formula", text)
            self.pieces.append(Run(text))

    def _alternative(self, element: etree.Element, href: str) -> None:
        chosen = element.find("Choice")
        if chosen is not None:
            self.read(chosen, href)


_READERS: dict[str, Callable[[Line, etree.Element, str], None]] = {
    "hyperlink": Line._hyperlink, "fldSimple": Line._simple_field, "ins": Line._inserted, "moveTo": Line._inserted,
    "del": Line._deleted, "moveFrom": Line._deleted, "sdt": Line._controlled, "oMath": Line._formula, "oMathPara": Line._formula,
    "AlternateContent": Line._alternative,
}
_RUN_READERS: dict[str, Callable[[Line, etree.Element, Marks, str], None]] = {
    "t": Line._words, "tab": Line._space, "ptab": Line._space, "br": Line._break, "cr": Line._break, "noBreakHyphen": Line._hyphen,
    "sym": Line._symbol, "footnoteReference": Line._note, "endnoteReference": Line._note, "commentReference": Line._comment,
    "fldChar": Line._field_sign, "instrText": Line._instruction, "ruby": Line._ruby, "AlternateContent": Line._chosen,
    "drawing": Line._drawing, "pict": Line._old_drawing, "object": Line._old_drawing,
}


def _drawn(element: etree.Element) -> tuple[list[etree.Element], list[etree.Element]]:
    """Pictures and text boxes of a drawing, without what stands in those boxes."""
    pictures: list[etree.Element] = []
    boxes: list[etree.Element] = []
    waiting = [element]
    while waiting:
        one = waiting.pop()
        if one.tag == "txbxContent":
            boxes.append(one)
        elif one.tag in ("blip", "imagedata"):
            pictures.append(one)
        else:
            chosen = one.find("Choice") if one.tag == "AlternateContent" else None
            waiting += list(one if chosen is None else chosen)[::-1]
    return pictures, boxes


def _text(element: etree.Element | None) -> str:
    return "".join(one.text or "" for one in element.iter("t")) if element is not None else ""


def _is_cropped(element: etree.Element) -> bool:
    """Whether a drawing shows only a part of a picture."""
    return any(
        any(re.fullmatch(r"[0-9]{4,6}", value) for value in crop.attrib.values()) for crop in element.iter("srcRect")
    )


def _is_coloured(properties: etree.Element) -> bool:
    colour, marker, ground = (properties.find(name) for name in ("color", "highlight", "shd"))
    told_ = [
        colour.get("val", "") if colour is not None else "", marker.get("val", "") if marker is not None else "",
        ground.get("fill", "") if ground is not None else "",
    ]
    return any(value.lower() not in _PLAIN_COLOURS and not _is_grey(value) for value in told_)


def _is_grey(value: str) -> bool:
    if not re.fullmatch(r"[0-9a-fA-F]{6}", value):
        return False
    parts = [int(value[at : at + 2], 16) for at in (0, 2, 4)]
    return max(parts) - min(parts) <= 16
