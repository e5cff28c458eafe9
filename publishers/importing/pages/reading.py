"""A tree of HTML to pieces: one walk that knows paragraphs, lists, tables, pictures, and drops what is none of a text."""

from __future__ import annotations

import xml.etree.ElementTree as etree
from dataclasses import dataclass, field

from publishers.importing import grids
from publishers.importing.lines import item, lines, spaced, typed_item
from publishers.importing.links import link
from publishers.importing.pages import office
from publishers.importing.pages.looks import hanging, is_coloured, is_figure, is_hidden, marks_of, style_of
from publishers.importing.pages.shapes import (
    BLOCKS,
    LANGUAGE,
    LOST,
    PICTURE_SOURCES,
    SILENT,
    code_text,
    last_words,
    loose_words,
    number_of,
    rows_of,
    told_level,
    unmarked,
)
from publishers.importing.pieces import (
    PLAIN,
    Block,
    Break,
    Cell,
    Divider,
    Listing,
    ListLine,
    Marks,
    NoteMark,
    Paragraph,
    Picture,
    Piece,
    Quote,
    Ruby,
    Run,
    Table,
    words,
)
from publishers.importing.results import Losses
from publishers.importing.sources import Pictures, told


@dataclass
class Reading:
    """One walk over a tree, or over a part of it that becomes a block of its own."""

    losses: Losses
    pictures: Pictures
    notes: dict[str, list[Block]]
    note_keys: frozenset[str]
    level: int = -1
    blocks: list[Block] = field(default_factory=list)
    line: list[Piece] = field(default_factory=list)
    task: str = ""

    def part(self, element: etree.Element, *, level: int = -1, marks: Marks = PLAIN) -> Reading:
        """The inside of an element read by itself."""
        reading = Reading(self.losses, self.pictures, self.notes, self.note_keys, level)
        reading.inside(element, marks, "")
        reading.flush()
        return reading

    def inside(self, element: etree.Element, marks: Marks, href: str) -> None:
        """Read what an element holds."""
        self.words(element.text, marks, href, element)
        for child in element:
            self.element(child, marks, href)
            self.words(child.tail, marks, href, element)

    def element(self, element: etree.Element, marks: Marks, href: str) -> None:
        """Read an element."""
        tag = str(element.tag)
        if tag in SILENT or office.is_marker(element):
            return
        if tag in LOST:
            self.losses.note(LOST[tag], words(self.line))
            return
        if office.is_comment(element):
            self.losses.note("comments", words(self.line), office.comments_in(element))
        elif is_hidden(element):
            if "".join(element.itertext()).strip():
                self.losses.note("hidden_text", "".join(element.itertext()).strip())
        elif tag in _READERS:
            _READERS[tag](self, element, marks, href)
        elif tag in BLOCKS or style_of(element).get("display") == "block":
            self._block(element, marks, href)
        else:
            if is_coloured(element) and "".join(element.itertext()).strip():
                self.losses.note("colour", "".join(element.itertext()).strip())
            self.inside(element, marks_of(element, marks), href)

    def words(self, text: str | None, marks: Marks, href: str, element: etree.Element) -> None:
        """Add words to the line."""
        if not text:
            return
        kept_lines = "\n" in text and text.strip() and style_of(element).get("white-space", "").startswith(("pre", "break"))
        for number, line in enumerate(text.split("\n") if kept_lines else [text]):
            if number:
                self.line.append(Break())
            if words := spaced(line):
                self.line.append(Run(words, marks, href))

    def flush(self, level: int = 0) -> None:
        """End the paragraph under way."""
        pieces, self.line = self.line, []
        for line in lines(pieces):
            if level:
                line = [unmarked(piece) for piece in line]
            self.blocks.append(Paragraph(line, level))

    def _block(self, element: etree.Element, marks: Marks, href: str) -> None:
        self.flush()
        if self._is_note(element):
            return
        if is_coloured(element) and element.text and element.text.strip():
            self.losses.note("colour", element.text.strip())
        place = office.list_place(element)
        before = len(self.blocks)
        self.inside(element, marks_of(element, marks), href)
        self.flush()
        if place:
            drawn, symbol = office.marker(element)
            self.blocks[before:] = item(drawn, symbol, self.blocks[before:], place[0], place[1])
        elif is_figure(element) and isinstance(last := self.blocks[-1], Paragraph) and len(self.blocks) == before + 2:
            last.role = "caption"
        elif (hang := hanging(element)) and len(self.blocks) == before + 1 and isinstance(only := self.blocks[before], Paragraph):
            self.blocks[before] = typed_item(only, hang, numbered=True) or only

    def _is_note(self, element: etree.Element) -> bool:
        """Whether the element is the text of a note that is mentioned; it is kept with the notes then."""
        key = office.note_body(element)
        if key not in self.note_keys:
            return False
        self.notes[key] = self.part(element).blocks
        return True

    def _heading(self, element: etree.Element, marks: Marks, href: str) -> None:
        self.flush()
        drawn, symbol = office.marker(element)
        if drawn and not symbol:
            self.line.append(Run(drawn if drawn[-1] in "、）】" else drawn + " "))
        self.inside(element, PLAIN, "")
        self.flush(int(str(element.tag)[1]))

    def _break(self, element: etree.Element, marks: Marks, href: str) -> None:
        self.line.append(Break())

    def _divider(self, element: etree.Element, marks: Marks, href: str) -> None:
        self.flush()
        self.blocks.append(Divider())

    def _anchor(self, element: etree.Element, marks: Marks, href: str) -> None:
        address = element.get("href", "")
        key = office.note_mark(address)
        if key and key in self.note_keys:
            self.line.append(NoteMark(key))
        elif not office.leads_back(address):
            said = "".join(element.itertext()).strip()
            self.inside(element, marks_of(element, marks) - {"u"}, link(address, self.losses, base=self.pictures.base, where=said))

    def _picture(self, element: etree.Element, marks: Marks, href: str) -> None:
        size = {element.get("width", "").removesuffix("px"), element.get("height", "").removesuffix("px")}
        if size & {"0", "1"} and not element.get("data-src"):
            return
        source = next((element.get(name, "") for name in PICTURE_SOURCES if element.get(name, "").strip()), "")
        ref = self.pictures.named(source, element.get("alt", ""), words(self.line) or last_words(self.blocks))
        if ref:
            self.line.append(Picture(ref, told(element.get("alt", ""))))

    def _caption(self, element: etree.Element, marks: Marks, href: str) -> None:
        self.flush()
        for block in self.part(element, marks=marks).blocks:
            if isinstance(block, Paragraph):
                block.role = "caption"
            self.blocks.append(block)

    def _list(self, element: etree.Element, marks: Marks, href: str) -> None:
        self.flush()
        level = max(self.level + 1, told_level(element))
        number = number_of(element.get("start", ""), 1)
        inner = Reading(self.losses, self.pictures, self.notes, self.note_keys, level)
        inner.words(element.text, marks, href, element)
        for child in element:
            if child.tag == "li":
                inner.flush()
                number = number_of(child.get("value", ""), number)
                inner.blocks += self._item(child, element, level, number, marks)
                number += 1
            else:
                inner.element(child, marks, href)
            inner.words(child.tail, marks, href, element)
        inner.flush()
        self.blocks += inner.blocks

    def _item(self, element: etree.Element, around: etree.Element, level: int, number: int, marks: Marks) -> list[Block]:
        """An item, then what is deeper inside it as lines of their own."""
        if self._is_note(element):
            return []
        level = max(level, told_level(element), number_of(element.get("aria-level", ""), 1) - 1)
        inside = self.part(element, level=level, marks=marks_of(element, marks))
        ordered = around.tag == "ol" or element.get("data-list") in ("ordered", "number")
        own: list[Block] = []
        while inside.blocks and not isinstance(inside.blocks[0], ListLine):
            own.append(inside.blocks.pop(0))
        bare = not own and inside.blocks
        task = "open" if inside.task == "open" else "done" if inside.task == "done" else ""
        found: list[Block] = [] if bare else [ListLine(own, level, ordered, number, str(id(around)), task=task)]  # type: ignore[arg-type]
        for block in inside.blocks:
            found.append(block if isinstance(block, ListLine) else ListLine([block], level, opens=False))
        return found if own or inside.blocks else []

    def _loose_item(self, element: etree.Element, marks: Marks, href: str) -> None:
        self.flush()
        self.blocks += self._item(element, element, max(self.level, 0), 1, marks)

    def _input(self, element: etree.Element, marks: Marks, href: str) -> None:
        if element.get("type", "").lower() == "checkbox":
            self.task = "done" if element.get("checked") is not None else "open"
        elif element.get("type", "").lower() != "hidden":
            self.losses.note("form", words(self.line))

    def _table(self, element: etree.Element, marks: Marks, href: str) -> None:
        self.flush()
        for loose in loose_words(element):
            self.words(loose, marks, href, element)
        self.flush()
        rows: list[list[Cell]] = []
        for row in rows_of(element):
            rows.append([self._cell(cell, marks) for cell in row if cell.tag in ("td", "th")])
        for caption in element.findall("caption"):
            self._block(caption, marks, href)
        self.blocks += grids.settle(Table(rows), self.losses, only_layout=element.get("role") == "presentation")

    def _cell(self, element: etree.Element, marks: Marks) -> Cell:
        columns, rows = (number_of(element.get(name, ""), 1) for name in ("colspan", "rowspan"))
        return Cell(self.part(element, marks=marks).blocks, columns, rows)

    def _quote(self, element: etree.Element, marks: Marks, href: str) -> None:
        self.flush()
        if "quote" in element.get("class", "") or element.get("type") == "cite":
            self.losses.note("quoted_mail")
        blocks = self.part(element, marks=marks).blocks
        if blocks:
            self.blocks.append(Quote(blocks))

    def _listing(self, element: etree.Element, marks: Marks, href: str) -> None:
        code = code_text(element).strip("\n")
        names = " ".join(one.get("class", "") + " " + one.get("data-lang", "") for one in element.iter())
        language = LANGUAGE.search(names)
        self.flush()
        if code.strip():
            self.blocks.append(Listing(code.replace("\xa0", " "), language[1].lower() if language else ""))

    def _ruby(self, element: etree.Element, marks: Marks, href: str) -> None:
        base = (element.text or "") + "".join(
            (child.tail or "") + ("".join(child.itertext()) if child.tag == "rb" else "") for child in element
        )
        reading = "".join("".join(child.itertext()) for child in element if child.tag == "rt")
        self.line.append(Ruby(base.strip(), reading.strip()) if reading.strip() else Run(base, marks, href))

    def _tracked(self, element: etree.Element, marks: Marks, href: str) -> None:
        if not office.is_tracked(element):
            self.inside(element, marks_of(element, marks), href)
        elif element.tag == "ins":
            self.losses.note("insertions", "".join(element.itertext()).strip())
            self.inside(element, marks, href)
        else:
            self.losses.note("deletions", "".join(element.itertext()).strip())


_READERS = {
    **{f"h{level}": Reading._heading for level in range(1, 7)},
    "br": Reading._break, "hr": Reading._divider, "a": Reading._anchor, "img": Reading._picture,
    "figcaption": Reading._caption, "ul": Reading._list, "ol": Reading._list, "menu": Reading._list, "li": Reading._loose_item,
    "input": Reading._input, "table": Reading._table, "blockquote": Reading._quote, "pre": Reading._listing,
    "listing": Reading._listing, "ruby": Reading._ruby, "ins": Reading._tracked, "del": Reading._tracked,
}
