"""What an element's own style says about its words: marks, colour, hidden or not."""

from __future__ import annotations

import re
import xml.etree.ElementTree as etree

from publishers.importing.pieces import Mark, Marks

_TAG_MARKS: dict[str, Mark] = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "em", "dfn": "em", "var": "em", "u": "u", "ins": "u",
    "s": "s", "strike": "s", "del": "s", "sup": "sup", "sub": "sub", "code": "code", "kbd": "code", "samp": "code", "tt": "code",
}
_BOLD = re.compile(r"bold|[6-9]00")
_PLAIN_COLOURS = re.compile(
    r"(?:#0{3,8}|#fff(?:f{3,5})?|black|white|windowtext|auto|inherit|initial|unset|transparent|none|currentcolor|null"
    r"|rgba?\(\s*(?:0\s*,\s*0\s*,\s*0|255\s*,\s*255\s*,\s*255).*|rgba\(.*,\s*0(?:\.0*)?\s*\))",
    re.IGNORECASE,
)
_GREY = re.compile(
    r"(?:rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+).*|#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})|#([0-9a-f])([0-9a-f])([0-9a-f]))",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)(em|rem|px|pt)")
_CAPTION_PIXELS = 15
_HIDDEN = re.compile(r"(?:^|;)(?:display:none|visibility:hidden|mso-hide:all|font-size:0(?:px|pt|em)?(?=;|$))")


def style_of(element: etree.Element) -> dict[str, str]:
    """The declarations of the style attribute, names and values in lower case."""
    style = element.get("style")
    if not style:
        return {}
    declared = (part.partition(":") for part in style.split(";") if ":" in part)
    return {name.strip().lower(): value.strip().lower() for name, _, value in declared}


def is_hidden(element: etree.Element) -> bool:
    """Whether a reader of the page would not have seen it."""
    style = element.get("style", "")
    bare = style.lower().replace(" ", "").replace("!important", "") if style else ""
    return element.get("hidden") is not None or bool(bare and _HIDDEN.search(bare))


def marks_of(element: etree.Element, marks: Marks) -> Marks:
    """The marks inside the element, given those around it."""
    tag_mark = _TAG_MARKS.get(str(element.tag))
    found = set(marks) | ({tag_mark} if tag_mark else set())
    style = style_of(element)
    weight, slant = style.get("font-weight", ""), style.get("font-style", "")
    line = style.get("text-decoration", "") + style.get("text-decoration-line", "")
    if weight:
        found.discard("strong")
        if _BOLD.search(weight):
            found.add("strong")
    if slant:
        found.discard("em")
        if slant in ("italic", "oblique"):
            found.add("em")
    if "underline" in line:
        found.add("u")
    if "line-through" in line:
        found.add("s")
    raised = style.get("vertical-align")
    if raised in ("super", "sub"):
        found.add("sup" if raised == "super" else "sub")
    return frozenset(found)


def hanging(element: etree.Element) -> int:
    """How far a paragraph stands in whose first line hangs out, as an item's does; 0 for any other."""
    style = style_of(element)
    inset = _LENGTH.fullmatch(style.get("padding-left") or style.get("margin-left") or "")
    if not inset or not style.get("text-indent", "").startswith("-"):
        return 0
    return round(float(inset[1]) * {"em": 16, "rem": 16, "pt": 4 / 3}.get(inset[2], 1))


def is_figure(element: etree.Element) -> bool:
    """Whether it holds a picture and small words under it, and nothing else."""
    if len(element) != 2 or element[0].tag != "img" or element[1].tag not in ("p", "section", "div", "span"):
        return False
    loose = (element.text or "") + (element[0].tail or "") + (element[1].tail or "")
    size = _LENGTH.fullmatch(style_of(element[1]).get("font-size", ""))
    return not loose.strip() and bool(size and size[2] == "px" and float(size[1]) <= _CAPTION_PIXELS)


def is_coloured(element: etree.Element) -> bool:
    """Whether it gives its words a colour or a ground that says something: greys, black and white do not."""
    style = style_of(element)
    values = [style.get("color", ""), style.get("background-color", ""), style.get("background", ""), element.get("color", "")]
    return any(value and not _PLAIN_COLOURS.fullmatch(value) and not _is_grey(value) for value in values)


def _is_grey(value: str) -> bool:
    match = _GREY.match(value)
    if not match:
        return "(" not in value and not value.startswith("#") and value.partition(" ")[0] in ("gray", "grey", "none", "window")
    parts = [part for part in match.groups() if part is not None]
    numbers = [int(part) if value.startswith("rgb") else int(part, 16) for part in parts]
    # Interfaces write their words in greys with a breath of blue.
    return max(numbers) - min(numbers) <= (34 if len(parts[0]) > 1 else 2)
