"""Pieces of a line put in order, and items put inside each other: what every format needs before it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from publishers.importing.pieces import (
    Block,
    Break,
    Cell,
    Item,
    Items,
    ListLine,
    Paragraph,
    Picture,
    Piece,
    Quote,
    Run,
    Table,
    Text,
)

_CJK = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\u3000-\u303f\u2018-\u201d\u2026\u2014"
_SPACE = re.compile(r"[ \t\r\n\f\v\xa0\u2002-\u200a\u202f]+")
_BROKEN = re.compile(rf"(?<=[{_CJK}])[ \t]*[\r\n][ \t\r\n]*(?=[{_CJK}])")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc\ue000-\uf8ff]"
)
_PLAIN_NUMBER = re.compile(r"[(（]?(\d{1,4})[.)、．）]?")
_TYPED = re.compile(r"(?:([•◦▪‣●■◆])|(\d{1,3})[.)](?=[ \u3000])|([☐☑]))[ \u3000]*")
_BULLET = re.compile(r"[^\w(（]|[onulqvØü§ÄèF]")


def spaced(text: str) -> str:
    """Words as a browser shows them: white space is one space, or nothing where Chinese was broken into lines."""
    if "\n" in text or "\r" in text:
        text = _BROKEN.sub("", text)
    return _SPACE.sub(" ", _UNSEEN.sub("", text))


def lines(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """The paragraphs in a run of pieces: two breaks after each other end one, and white space at the edges goes."""
    found: list[list[Piece]] = [[]]
    breaks = 0
    for piece in pieces:
        if isinstance(piece, Break):
            breaks += 1
            continue
        if isinstance(piece, Run) and not piece.text.strip() and breaks:
            continue
        line = found[-1]
        if breaks and _has_words(line):
            if breaks > 1:
                line = []
                found.append(line)
            else:
                _trim_end(line)
                line.append(Break())
        breaks = 0
        _append(line, piece)
    for line in found:
        _trim_end(line)
    return [line for line in found if line]


def nested(blocks: Iterable[Block]) -> list[Block]:
    """The blocks with every run of list lines put inside each other."""
    done: list[Block] = []
    waiting: list[ListLine] = []
    for block in blocks:
        if isinstance(block, ListLine):
            waiting.append(replace(block, blocks=nested(block.blocks)))
            continue
        done += _lists(waiting)
        waiting = []
        done.append(_inside(block))
    return done + _lists(waiting)


def settled(text: Text) -> Text:
    """A text whose lists are real ones, in its notes too."""
    notes = {name: nested(blocks) for name, blocks in text.notes.items()}
    return Text(nested(_with_typed_items(captioned(text.blocks))), text.title, notes)


def captioned(blocks: list[Block]) -> list[Block]:
    """The blocks with each caption put to the picture it follows; one without a picture is a paragraph."""
    done: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph) and block.role == "caption":
            if done and (picture := _lone_picture(done[-1])):
                done[-1] = Paragraph([replace(picture, caption=block.text)])
                continue
            block.role = ""
        done.append(block)
    return done


def _lone_picture(block: Block) -> Picture | None:
    only = block.pieces[0] if isinstance(block, Paragraph) and len(block.pieces) == 1 else None
    return only if isinstance(only, Picture) and not only.caption else None


def item(marker: str, symbol: bool, blocks: list[Block], level: int, key: str) -> list[Block]:
    """A list line from the marker a word processor drew; one that Markdown cannot count stays as words of the text."""
    bare = marker.strip()
    number = _PLAIN_NUMBER.fullmatch(bare)
    if symbol or (not number and (not bare or _BULLET.fullmatch(bare))):
        return [ListLine(blocks, level, key=key)]
    if number:
        return [ListLine(blocks, level, ordered=True, number=int(number[1]), key=key)]
    gap = "" if bare[-1] in "、．）】" else " "
    for block in blocks[:1]:
        if isinstance(block, Paragraph):
            block.pieces.insert(0, Run(bare + gap))
    return [ListLine(blocks, level - 1, key=key, opens=False)] if level else blocks


def typed_item(paragraph: Paragraph, level: int = 0, *, numbered: bool = False) -> ListLine | None:
    """The paragraph as an item when its author, or an editor that knows no lists, typed the marker before it."""
    first = paragraph.pieces[0] if paragraph.pieces and not paragraph.level and not paragraph.role else None
    found = _TYPED.match(first.text) if isinstance(first, Run) else None
    if found is None or not isinstance(first, Run) or (found[2] and not numbered) or len(paragraph.text) == found.end():
        return None
    pieces = [replace(first, text=first.text[found.end() :]), *paragraph.pieces[1:]]
    line = ListLine([Paragraph(lines(pieces)[0])], level, ordered=bool(found[2]), number=int(found[2] or 1), key="typed")
    line.task = "done" if found[3] == "☑" else "open" if found[3] else ""
    return line


def _with_typed_items(blocks: list[Block]) -> list[Block]:
    return [typed_item(block) or block if isinstance(block, Paragraph) else block for block in blocks]


def _inside(block: Block) -> Block:
    if isinstance(block, Quote):
        return Quote(nested(block.blocks))
    if isinstance(block, Table):
        return Table([[Cell(nested(cell.blocks), cell.columns, cell.rows) for cell in row] for row in block.rows])
    return block


def _lists(waiting: list[ListLine]) -> list[Block]:
    """Lists of these lines. A level that is skipped does not exist."""
    done: list[Block] = []
    open_: list[tuple[int, str, Items]] = []
    for line in waiting:
        while open_ and open_[-1][0] > line.level:
            open_.pop()
        if not line.opens:
            (open_[-1][2].items[-1].blocks if open_ else done).extend(line.blocks)
            continue
        if open_ and open_[-1][0] == line.level and not _goes_on(open_[-1][1], open_[-1][2], line):
            open_.pop()
        if not open_ or open_[-1][0] < line.level:
            begun = Items([], line.ordered, line.number if line.ordered else 1)
            (open_[-1][2].items[-1].blocks if open_ else done).append(begun)
            open_.append((line.level, line.key, begun))
        open_[-1][2].items.append(Item(line.blocks, line.task))
    return done


def _goes_on(key: str, items: Items, line: ListLine) -> bool:
    if items.ordered != line.ordered:
        return False
    return not line.ordered or key == line.key or line.number == items.start + len(items.items)


def _append(line: list[Piece], piece: Piece) -> None:
    """Add a piece; a space after a space or at the beginning goes, and words of the same look join."""
    if isinstance(piece, Run):
        text = piece.text
        before = line[-1] if line else None
        if before is None or isinstance(before, Break) or (isinstance(before, Run) and before.text.endswith(" ")):
            text = text.lstrip(" \u3000" if before is None or isinstance(before, Break) else " ")
        if not text:
            return
        if isinstance(before, Run) and before.marks == piece.marks and before.link == piece.link:
            line[-1] = replace(before, text=before.text + text)
            return
        piece = replace(piece, text=text)
    line.append(piece)


def _trim_end(line: list[Piece]) -> None:
    while line:
        last = line[-1]
        if isinstance(last, Run):
            bare = last.text.rstrip(" \u3000")
            if bare:
                line[-1] = replace(last, text=bare)
                return
        elif not isinstance(last, Break):
            return
        line.pop()


def _has_words(line: list[Piece]) -> bool:
    return any(not isinstance(piece, Break) for piece in line)
