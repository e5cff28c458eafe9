"""What a theme may say of an element: each property with the values it may have, taken apart and never searched for bad words.

Narrower than what may stand in an article (allowed.py): only plain values that older phones know and that WeChat's dark mode
can recolour, none that hides text, leaves the column or squeezes lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from publishers.rendering.allowed import bad_declarations

LONGEST = 300
"""Characters of one element's declarations; they count against the article's 20,000 wherever the element stands."""

_LENGTH = r"(?:0|(?:\d{1,3}(?:\.\d{1,2})?|\.\d{1,2})(?:px|em|%))"
_COLOUR = r"#(?:[0-9a-f]{3}){1,2}"
_LINE = r"(?:solid|dashed|dotted|double)"
_FOUR = rf"{_LENGTH}(?: {_LENGTH}){{0,3}}"
_MARGIN = rf"(?:auto|{_LENGTH})(?: (?:auto|{_LENGTH})){{0,3}}"
_BORDER = rf"0|(?:(?:{_LENGTH}|{_LINE}|{_COLOUR})(?: |$)){{1,3}}"
_CODE_FONT = r"(?:[A-Za-z][A-Za-z ]{1,30})(?:, ?[A-Za-z][A-Za-z ]{1,30}){0,4}"
_SIDES = ("top", "right", "bottom", "left")

_VALUES = {
    "margin": _MARGIN, **{f"margin-{side}": rf"auto|{_LENGTH}" for side in _SIDES},
    "padding": _FOUR, **{f"padding-{side}": _LENGTH for side in _SIDES},
    "border": _BORDER, **{f"border-{side}": _BORDER for side in _SIDES},
    "border-width": _FOUR, "border-style": rf"{_LINE}(?: {_LINE}){{0,3}}", "border-color": rf"{_COLOUR}(?: {_COLOUR}){{0,3}}",
    "border-radius": _FOUR, "border-collapse": "collapse|separate", "border-spacing": _LENGTH,
    "box-sizing": "border-box", "box-shadow": rf"(?:{_LENGTH} ){{2,4}}{_COLOUR}",
    "background": _COLOUR, "background-color": _COLOUR, "color": _COLOUR,
    "font-size": r"(?:1\d|2\d|3[0-6])(?:\.\d)?px|(?:\.[6-9]\d?|1(?:\.\d{1,2})?|2(?:\.[0-4])?)em|(?:[6-9]\d|1\d\d|2[0-3]\d)%",
    "font-weight": "normal|bold|[1-9]00", "font-style": "normal|italic",
    "line-height": r"1\.[3-9]\d?|2(?:\.\d{1,2})?", "letter-spacing": r"0|(?:[0-5](?:\.\d)?|\.\d)px|\.\d{1,2}em",
    "text-align": "left|center|right|justify", "text-indent": r"0|[0-4](?:\.\d)?em", "text-decoration": "none|underline",
    "display": "block|inline|inline-block|table|-webkit-box", "white-space": "normal|nowrap", "overflow-x": "auto",
    "word-break": "normal|break-all|break-word", "overflow-wrap": "break-word",
    "width": rf"auto|{_LENGTH}", "max-width": _LENGTH, "height": r"auto|[1-9]\d?px", "vertical-align": "top|middle|baseline",
}
_CODE_VALUES = {
    "font": rf"1\d(?:\.\d)?px(?:/[12](?:\.\d{{1,2}})?)? {_CODE_FONT}", "font-family": _CODE_FONT,
    "font-size": r"(?:1\d|2\d)(?:\.\d)?px|\.[6-9]\d?em|[6-9]\d%",
}
PROPERTIES = frozenset([*_VALUES, *_CODE_VALUES])
CODE = ("code", "pre_code")
"""The elements that may name a font: text in an own font changes its size on newer phones (quirk 32)."""


def parts_of(style: str) -> Iterator[tuple[str, str]]:
    """The declarations of a style as (property, value); the value is empty where there is no colon."""
    for declaration in style.split(";"):
        name, _, value = declaration.partition(":")
        if declaration.strip():
            yield name.strip().lower(), value.strip()


def unusable(element: str, style: str) -> list[str]:
    """The declarations of an element that a theme may not hold, each as `property: value`."""
    return [f"{name}: {value}"[:60] for name, value in parts_of(style) if not _is_usable(element, name, value)]


def tidy(style: str) -> str:
    """The same declarations without a character to spare."""
    return ";".join(f"{name}:{re.sub(r' +', ' ', value)}" for name, value in parts_of(style))


def _is_usable(element: str, name: str, value: str) -> bool:
    pattern = (_CODE_VALUES.get(name) if element in CODE else None) or _VALUES.get(name)
    known = pattern is not None and re.fullmatch(pattern, value, re.IGNORECASE) is not None
    return known and not any(bad_declarations(f"{name}:{value}"))
