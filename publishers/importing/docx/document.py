"""A document from its first paragraph to its last: headings, lists, tables, text boxes, notes, its title."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree
from collections.abc import Iterator

from publishers.importing import grids
from publishers.importing.docx.numbering import Numbering
from publishers.importing.docx.package import Package
from publishers.importing.docx.runs import Line, Part
from publishers.importing.docx.styles import Meaning, Styles, numbering_of
from publishers.importing.lines import item, lines
from publishers.importing.pieces import (
    PLAIN,
    Block,
    Break,
    Cell,
    Divider,
    Listing,
    NoteMark,
    Paragraph,
    Picture,
    Piece,
    Quote,
    Run,
    Table,
    Text,
    inner,
)
from publishers.importing.results import Losses, Refused
from publishers.importing.sources import Pictures

_CAPTION = re.compile(
    r"(?:图表?|圖|照片|Figure|Fig\.?|Illustration|Image)\s*[\d一二三四五六七八九十]+(?:[-.–]\d+)?(?=[\s:：.、．]|$).{0,80}",
    re.IGNORECASE,
)
_NOTE_PARTS = {"f": ("footnotes", "footnote"), "e": ("endnotes", "endnote")}
_LONGEST_TITLE = 64


def read(content: bytes, losses: Losses, pictures: Pictures) -> Text:
    """A Word or WPS document as pieces. Raises Refused."""
    package = Package(content)
    root = package.xml(package.main)
    body = root.find("body") if root is not None else None
    if body is None:
        raise Refused("This file is damaged and cannot be opened.")
    styles = Styles(package.related("styles"))
    document = _Document(Part(package, package.main, styles, losses, pictures), Numbering(package.related("numbering")))
    blocks = document.blocks(body)
    document.note_furniture()
    title, blocks = _titled(blocks)
    return Text(blocks, title, document.notes(blocks))


class _Document:
    def __init__(self, part: Part, numbering: Numbering) -> None:
        self.part, self.numbering = part, numbering
        self.in_contents = False
        self.carried: list[Piece] = []
        self.is_first = True

    def blocks(self, container: etree.Element) -> list[Block]:
        """Everything in a body, a cell, a text box or a note."""
        found: list[Block] = []
        for element in _opened(container):
            if element.tag == "p":
                self._paragraph(element, found)
            elif element.tag == "tbl":
                found += grids.settle(self._table(element), self.part.losses)
            elif element.tag == "sdt":
                self._controlled(element, found)
            elif element.tag == "altChunk":
                self.part.losses.note("embedded_text")
        return found

    def notes(self, blocks: list[Block]) -> dict[str, list[Block]]:
        """The texts of the notes, by the key of their marks."""
        found: dict[str, list[Block]] = {}
        if not any(isinstance(piece, NoteMark) for piece in _pieces(blocks)):
            return found
        for letter, (kind, tag) in _NOTE_PARTS.items():
            name = next((one.target for one in self.part.relations.values() if one.kind == kind and not one.external), "")
            root = self.part.package.xml(name) if name else None
            if root is None:
                continue
            part = Part(self.part.package, name, self.part.styles, self.part.losses, self.part.pictures)
            reader = _Document(part, self.numbering)
            reader.is_first = False
            for note in root.findall(tag):
                if note.get("type", "normal") == "normal":
                    found[letter + note.get("id", "")] = reader.blocks(note)
        return found

    def note_furniture(self) -> None:
        """Say that heads and feet of pages were left out, when words stand in them."""
        for one in self.part.relations.values():
            if one.kind in ("header", "footer") and not one.external:
                root = self.part.package.xml(one.target)
                text = "".join(word.text or "" for word in root.iter("t")).strip() if root is not None else ""
                if re.search(r"[^\W\d_]{2}", re.sub(r"第|页|共|Page|of", "", text)):
                    self.part.losses.note("page_furniture", text)

    def _controlled(self, element: etree.Element, found: list[Block]) -> None:
        gallery = next(element.iter("docPartGallery"), None)
        if gallery is not None and "Contents" in gallery.get("val", ""):
            self.part.losses.note("contents")
            return
        for content in element.findall("sdtContent"):
            found += self.blocks(content)

    def _paragraph(self, element: etree.Element, found: list[Block]) -> None:
        properties = element.find("pPr")
        meaning = self._meaning(properties)
        if meaning.role == "contents" or self._is_contents_field(element):
            if not self.in_contents:
                self.part.losses.note("contents")
            self.in_contents = True
            return
        line = Line(self.part, PLAIN if meaning.heading or meaning.role in ("title", "caption", "quote") else meaning.marks)
        line.read(element)
        pieces, self.carried = [*self.carried, *line.pieces], []
        if properties is not None and properties.find("rPr/del") is not None:
            self.carried = pieces
            return
        self._place(found, pieces, meaning, properties)
        if line.has_rule or (not pieces and properties is not None and properties.find("pBdr/bottom") is not None):
            found.append(Divider())
        for box in line.boxes:
            inside = self.blocks(box)
            if inside:
                self.part.losses.note("text_box", next((block.text for block in inside if isinstance(block, Paragraph)), ""))
                found += inside

    def _is_contents_field(self, element: etree.Element) -> bool:
        """Whether the paragraph is a line of a table of contents that no style marks."""
        before = [one.instruction.strip()[:4].upper() for one in self.part.fields]
        if "TOC" in "".join(before)[:3] or "TOC " in before:
            Line(self.part, PLAIN).read(element)
            return True
        self.in_contents = False
        return False

    def _meaning(self, properties: etree.Element | None) -> Meaning:
        style = properties.find("pStyle") if properties is not None else None
        meaning = self.part.styles.meaning(style.get("val", "") if style is not None else self.part.styles.default)
        outline = properties.find("outlineLvl") if properties is not None else None
        told = outline.get("val", "9") if outline is not None else "9"
        if told.isdecimal() and int(told) < 6 and not meaning.role:
            return Meaning(heading=int(told) + 1, numbering=meaning.numbering, marks=meaning.marks)
        return meaning

    def _place(self, found: list[Block], pieces: list[Piece], meaning: Meaning, properties: etree.Element | None) -> None:
        list_id, level = numbering_of(properties) or meaning.numbering or ("0", 0)
        split = [Paragraph(line) for line in lines(pieces)] if meaning.role != "code" else [Paragraph(pieces)]
        if not split or not any(one.pieces for one in split):
            return
        first = split[0]
        is_first, self.is_first = self.is_first, False
        if meaning.role == "code":
            _add_code(found, pieces)
            return
        marker = self.numbering.marker(list_id, level) if list_id != "0" else None
        if meaning.heading:
            for one in split:
                one.level = meaning.heading
                one.pieces = [Run(piece.text, piece.marks - {"strong"}, piece.link) if isinstance(piece, Run) else piece
                              for piece in one.pieces]
            if marker and not marker.symbol and marker.text.strip():
                first.pieces.insert(0, Run(marker.text.strip() + ("" if marker.text.strip()[-1] in "、）】" else " ")))
        elif marker:
            found += item(marker.text, marker.symbol, list(split), level + meaning.indent, marker.key)
            return
        elif meaning.role == "title" or (is_first and _looks_like_title(first, properties)):
            first.role = "title"
        elif meaning.role == "caption" or (found and _shows_picture(found[-1]) and _CAPTION.fullmatch(first.text)):
            first.role = "caption"
        if meaning.role == "quote":
            _add_quote(found, list(split))
        else:
            found += split

    def _table(self, element: etree.Element) -> Table:
        rows: list[list[Cell]] = []
        above: dict[int, Cell] = {}
        for row in _rows(element):
            cells: list[Cell] = []
            column = 0
            for tag in _opened(row):
                if tag.tag != "tc":
                    continue
                properties = tag.find("tcPr")
                width = _span(properties)
                merged = properties.find("vMerge") if properties is not None else None
                if merged is not None and merged.get("val", "continue") != "restart" and column in above:
                    above[column].rows += 1
                else:
                    cell = Cell(self.blocks(tag), columns=width)
                    cells.append(cell)
                    if merged is not None:
                        above[column] = cell
                    else:
                        above.pop(column, None)
                column += width
            rows.append(cells)
        return Table(rows)


def _opened(container: etree.Element) -> Iterator[etree.Element]:
    """The children, with what only wraps some of them opened; deleted rows are not there."""
    for child in container:
        if child.tag in ("ins", "moveTo", "customXml", "smartTag"):
            yield from _opened(child)
        elif child.tag == "AlternateContent":
            chosen = child.find("Choice")
            yield from _opened(chosen if chosen is not None else child)
        elif child.tag == "sdt" and container.tag in ("tr", "tbl"):
            for content in child.findall("sdtContent"):
                yield from _opened(content)
        else:
            yield child


def _rows(table: etree.Element) -> list[etree.Element]:
    return [row for row in _opened(table) if row.tag == "tr" and row.find("trPr/del") is None]


def _span(properties: etree.Element | None) -> int:
    span = properties.find("gridSpan") if properties is not None else None
    told = span.get("val", "1") if span is not None else "1"
    return max(1, int(told)) if re.fullmatch(r"[0-9]{1,2}", told) else 1


def _add_quote(found: list[Block], blocks: list[Block]) -> None:
    if found and isinstance(found[-1], Quote):
        found[-1].blocks += blocks
    else:
        found.append(Quote(blocks))


def _add_code(found: list[Block], pieces: list[Piece]) -> None:
    code = "".join("\n" if isinstance(piece, Break) else piece.text for piece in pieces if isinstance(piece, (Run, Break)))
    if found and isinstance(found[-1], Listing):
        found[-1].code += "\n" + code
    else:
        found.append(Listing(code))


def _shows_picture(block: Block) -> bool:
    return isinstance(block, Paragraph) and len(block.pieces) == 1 and isinstance(block.pieces[0], Picture)


def _looks_like_title(paragraph: Paragraph, properties: etree.Element | None) -> bool:
    """A short, centred, bold first line: how most Chinese documents begin, style or not."""
    centred = properties.find("jc") if properties is not None else None
    if centred is None or centred.get("val") != "center" or not 1 < len(paragraph.text) <= _LONGEST_TITLE:
        return False
    runs = [piece for piece in paragraph.pieces if isinstance(piece, Run)]
    return len(runs) == len(paragraph.pieces) and paragraph.text[-1] not in "。；，："


def _titled(blocks: list[Block]) -> tuple[str, list[Block]]:
    """The title and the rest: a paragraph that is one, else the only heading of the first level at the beginning."""
    first = blocks[0] if blocks else None
    if not isinstance(first, Paragraph):
        return "", blocks
    tops = [block for block in blocks if isinstance(block, Paragraph) and (block.level == 1 or block.role == "title")]
    is_title = first.role == "title" or (first.level == 1 and len(tops) == 1)
    bare = len(first.text) <= 200 and not any(isinstance(piece, Picture) for piece in first.pieces)
    return (first.text, blocks[1:]) if is_title and bare and len(blocks) > 1 else ("", blocks)


def _pieces(blocks: list[Block]) -> Iterator[Piece]:


    for block in blocks:
        if isinstance(block, Paragraph):
            yield from block.pieces
        else:
            yield from _pieces(list(inner(block)))
