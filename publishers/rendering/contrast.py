"""Can every word of an article be read? The contrast of each text with the ground under it, by day and in the dark."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from publishers.rendering import darkmode
from publishers.rendering.colours import HEX, Colour, colour, contrast

TEXT, LARGE = 4.5, 3.0
"""What WCAG 2.2 AA asks of text, and of text from 24 px on or bold from 18.66 px on."""

_SIZE = re.compile(r"([\d.]+)(px|em|%)")
_BOLD = frozenset(["strong", "b", "th"])
_VOID = frozenset(["br", "hr", "img"])
_PLATFORM_SIZE = 17.0


@dataclass(frozen=True)
class Reading:
    """One text on its ground. `element` is the innermost tag with a style, `words` the beginning of the text."""

    element: str
    words: str
    ink: Colour
    ground: Colour
    large: bool
    dark: bool

    @property
    def ratio(self) -> float:
        return contrast(self.ink, self.ground)

    @property
    def needed(self) -> float:
        return LARGE if self.large else TEXT

    @property
    def weak(self) -> bool:
        return self.ratio < self.needed


def readings(html: str, *, dark: bool = False) -> list[Reading]:
    """Every text of a rendering, as it is or as WeChat shows it in the dark."""
    reader = _Reader(dark)
    reader.feed(darkmode.darkened(html) if dark else html)
    reader.close()
    return reader.found


def weak_readings(html: str) -> list[Reading]:
    """The texts that are hard to read in light or dark, the weakest of each element once."""
    weakest: dict[tuple[str, bool], Reading] = {}
    for reading in [*readings(html), *readings(html, dark=True)]:
        before = weakest.get((reading.element, reading.dark))
        if reading.weak and (before is None or reading.ratio < before.ratio):
            weakest[reading.element, reading.dark] = reading
    return list(weakest.values())


@dataclass(frozen=True)
class _Look:
    """How text looks at a place."""

    tag: str
    element: str
    ink: Colour
    ground: Colour
    size: float = _PLATFORM_SIZE
    bold: bool = False
    drawn: bool = False

    def inside(self, tag: str, style: str) -> _Look:
        look = replace(self, tag=tag, bold=self.bold or tag in _BOLD, drawn=self.drawn or tag == "svg")
        if not style:
            return look
        look = replace(look, element=tag)
        for name, _, value in (part.partition(":") for part in style.split(";")):
            look = look._with(name.strip(), value.strip())
        return look

    def _with(self, name: str, value: str) -> _Look:
        shade = HEX.search(value)
        if name == "color" and shade:
            return replace(self, ink=colour(shade[0]))
        if name in ("background", "background-color") and shade:
            return replace(self, ground=colour(shade[0]))
        if name in ("font-size", "font") and (found := _SIZE.search(value)):
            return replace(self, size=self._size(float(found[1]), found[2]))
        if name == "font-weight":
            return replace(self, bold=value in ("bold", "700", "800", "900", "600"))
        return self

    def _size(self, number: float, unit: str) -> float:
        return number if unit == "px" else self.size * number / (100 if unit == "%" else 1)

    @property
    def large(self) -> bool:
        return self.size >= 24 or (self.bold and self.size >= 18.66)


class _Reader(HTMLParser):
    def __init__(self, dark: bool) -> None:
        super().__init__(convert_charrefs=True)
        page, ink = (darkmode.PAGE, darkmode.INK) if dark else (darkmode.LIGHT_PAGE, darkmode.LIGHT_INK)
        self.dark = dark
        self.looks = [_Look("", "body", ink, page)]
        self.found: list[Reading] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element."""
        if tag not in _VOID:
            self.looks.append(self.looks[-1].inside(tag, dict(attrs).get("style") or ""))

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if len(self.looks) > 1 and self.looks[-1].tag == tag:
            self.looks.pop()

    def handle_data(self, data: str) -> None:
        """Judge a text. Formulas and drawings have their own colours."""
        look, words = self.looks[-1], data.strip()
        if words and not look.drawn:
            self.found.append(Reading(look.element, words[:20], look.ink, look.ground, look.large, self.dark))
