"""WeChat's dark mode: how its readers' phones recolour an article. For previews and checks, never for what is sent.

Modelled on what Tencent publishes of it, github.com/wechatjs/mp-darkmode (doc/cn/principle.md and the thresholds of
`constant.ts`, as of 2026), and on the platform's rules 4.1 to 4.5. Only plain colours are modelled: our articles have
neither gradients nor pictures behind text. Pictures, SVG and what says `data-no-dark` are left as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from publishers.rendering.colours import HEX, Colour, brightness, colour, lightness, with_lightness, written

PAGE: Colour = (0x19, 0x19, 0x19)
"""The ground of the page in the dark."""
INK: Colour = (0xA3, 0xA3, 0xA3)
"""Text without a colour of its own in the dark: white at 60 % over the page."""
LIGHT_PAGE: Colour = (255, 255, 255)
LIGHT_INK: Colour = (0x19, 0x19, 0x19)

_LIKE_WHITE = 250
_BRIGHTEST_GROUND = 190
_BRIGHT_GROUND = 100
_LEAST_APART = 65
_LIGHT = 40
_DARKEST_GROUND = 22

_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^>]*)>")
_STYLE = re.compile(r'( style=")([^"]*)(")')
_WITHOUT_END = frozenset(["br", "hr", "img", "path", "rect", "circle", "line", "image"])


def dark_ground(shade: Colour) -> Colour:
    """A background in the dark: greys and near-whites are turned over, other bright ones dimmed, near-blacks raised."""
    grey = max(shade) == min(shade) and lightness(shade) > _LIGHT
    if grey or brightness(shade) > _LIKE_WHITE:
        return with_lightness((0, 0, 0), min(100.0, 100 + lightness(PAGE) - lightness(shade)))
    if brightness(shade) > _BRIGHTEST_GROUND:
        return _at_brightness(shade, _BRIGHTEST_GROUND)
    if lightness(shade) < _DARKEST_GROUND:
        return with_lightness(shade, _DARKEST_GROUND)
    return shade


def dark_ink(shade: Colour, ground: Colour) -> Colour:
    """A text or line in the dark over a ground that is dark already: kept, unless too near in brightness."""
    below = brightness(ground)
    if brightness(shade) >= _LIKE_WHITE or abs(below - brightness(shade)) >= _LEAST_APART:
        return shade
    if below >= _BRIGHT_GROUND:
        if lightness(shade) > 90 - _LIGHT:
            return dark_ink(with_lightness(shade, 90 - lightness(shade)), ground)
        return _at_brightness(shade, below - _LEAST_APART)
    if lightness(shade) <= _LIGHT:
        return dark_ink(with_lightness(shade, 90 - lightness(shade)), ground)
    return _at_brightness(shade, below + _LEAST_APART)


def darkened(html: str) -> str:
    """A rendering as a phone in the dark shows it, its elements' colours replaced."""
    around = [_Surroundings("", PAGE, LIGHT_INK)]

    def repaint(match: re.Match[str]) -> str:
        closing, tag, attributes = match[1], match[2].lower(), match[3]
        if closing:
            if len(around) > 1 and around[-1].tag == tag:
                around.pop()
            return match[0]
        within = around[-1].entered(tag)
        if not within.untouched and " data-no-dark" not in attributes:
            attributes = _STYLE.sub(lambda style: f"{style[1]}{_repainted(style[2], within)}{style[3]}", attributes)
        if tag not in _WITHOUT_END and not attributes.endswith("/"):
            around.append(within)
        return f"<{match[2]}{attributes}>"

    return _TAG.sub(repaint, html)


@dataclass
class _Surroundings:
    """What an element inherits: the ground under it in the dark, and the text's colour as its author chose it."""

    tag: str
    ground: Colour
    ink: Colour
    untouched: bool = False

    def entered(self, tag: str) -> _Surroundings:
        return _Surroundings(tag, self.ground, self.ink, self.untouched or tag == "svg")


def _repainted(style: str, within: _Surroundings) -> str:
    """The declarations in the dark. Grounds come first, since text is judged over the ground it stands on."""
    pairs = [(name.strip(), value) for name, _, value in (part.partition(":") for part in style.split(";")) if value]
    names = [name for name, _ in pairs]
    grounds = {name: found for name, value in pairs if name.startswith("background") and (found := HEX.search(value))}
    for found in grounds.values():
        within.ground = dark_ground(colour(found[0]))
    for name, value in pairs:
        if name == "color" and HEX.fullmatch(value):
            within.ink = colour(value)
    painted = [f"{name}:{_value(name, value, within)}" for name, value in pairs]
    if grounds and "color" not in names:
        painted.append(f"color:{written(dark_ink(within.ink, within.ground))}")
    return ";".join(painted)


def _value(name: str, value: str, within: _Surroundings) -> str:
    if name.startswith("background"):
        return HEX.sub(lambda found: written(dark_ground(colour(found[0]))), value)
    if name == "color":
        return HEX.sub(lambda found: written(dark_ink(colour(found[0]), within.ground)), value)
    if name.startswith("border") or name == "box-shadow":
        return HEX.sub(lambda found: written(dark_ink(colour(found[0]), PAGE)), value)
    return value


def _at_brightness(shade: Colour, wanted: float) -> Colour:
    """The colour scaled to a brightness; where a part is at its end another makes up for it."""
    red, green, blue = (min(255.0, part * wanted / (brightness(shade) or 1)) for part in shade)
    if not green or 255 in (red, blue):
        green = (wanted * 1000 - red * 299 - blue * 114) / 587
    elif not red:
        red = (wanted * 1000 - green * 587 - blue * 114) / 299
    elif not blue or green == 255:
        blue = (wanted * 1000 - red * 299 - green * 587) / 114
    red, green, blue = (max(0.0, min(255.0, part)) for part in (red, green, blue))
    return round(red), round(green), round(blue)
