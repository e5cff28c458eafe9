"""What word processors write into HTML: lists that are none, notes, comments, tracked changes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from publishers.importing.pages.looks import style_of

_LIST = re.compile(r"(l\d+)\s+level(\d+)\s+(lfo\d+)")
_NOTE_MARK = re.compile(r"[^#]*#(?:_?(ftn|edn)|(?:user-content-)?(fn)[:-]?|sd(footnote|endnote))(\d{1,4})(?:sym)?")
_NOTE_BODY = re.compile(r"(?:(ftn|edn)|(?:user-content-)?(fn)[:-]?|sd(footnote|endnote))(\d{1,4})")
_NOTE_BACK = re.compile(r"[^#]*#(?:_?(?:ftn|edn)ref|(?:user-content-)?fnref[:-]?|sd(?:footnote|endnote))\d{1,4}(?:anc)?")
_SYMBOL_FONTS = ("symbol", "wingdings", "webdings")
_COMMENT_CLASSES = ("msocomanchor", "MsoCommentReference", "MsoCommentText")


def list_place(element: etree.Element) -> tuple[int, str] | None:
    """Level from 0 and the list's key when the paragraph is an item of a list of Word's."""
    found = _LIST.search(style_of(element).get("mso-list", ""))
    return (int(found[2]) - 1, found[3]) if found else None


def marker(element: etree.Element) -> tuple[str, bool]:
    """What Word drew before the item, and whether it comes from a font of signs."""
    for inside in element.iter():
        if is_marker(inside):
            fonts = " ".join(one.get("style", "").lower() for one in (*inside.iter(), *_around(element, inside)))
            return "".join(inside.itertext()).strip(" \xa0\t\r\n"), any(font in fonts for font in _SYMBOL_FONTS)
    return "", False


def is_marker(element: etree.Element) -> bool:
    """Whether the element only draws an item's marker."""
    return style_of(element).get("mso-list", "") == "ignore"


def is_comment(element: etree.Element) -> bool:
    """Whether the element belongs to a remark at the margin."""
    kind, name = style_of(element).get("mso-element", ""), element.get("class", "")
    return kind in ("comment-list", "comment") or name in _COMMENT_CLASSES


def comments_in(element: etree.Element) -> int:
    """How many remarks the element refers to; the list of their texts refers to none."""
    listed = style_of(element).get("mso-element") in ("comment-list", "comment")
    return 0 if listed else sum(1 for one in element.iter("a") if one.get("class") == "msocomanchor")


def is_tracked(element: etree.Element) -> bool:
    """Whether an `ins` or `del` is a tracked change; without a date it is only a look."""
    return element.tag in ("ins", "del") and bool(element.get("datetime") or element.get("cite"))


def note_mark(address: str) -> str:
    """The key of the note a link leads to."""
    return _key(_NOTE_MARK.fullmatch(address))


def note_body(element: etree.Element) -> str:
    """The key of the note whose text the element holds."""
    return _key(_NOTE_BODY.fullmatch(element.get("id", "")))


def leads_back(address: str) -> bool:
    """Whether a link only leads from a note back to its mark."""
    return bool(_NOTE_BACK.fullmatch(address))


def _key(match: re.Match[str] | None) -> str:
    if not match:
        return ""
    kind = match[1] or match[2] or match[3]
    return ("e" if kind.startswith("e") else "f") + str(int(match[4]))


def _around(element: etree.Element, inside: etree.Element) -> list[etree.Element]:
    """The elements between a paragraph and its marker."""
    return [one for one in element.iter() if one is not inside and inside in one]
