"""Colours as three numbers: reading them, their lightness, their brightness, and the contrast of two."""

from __future__ import annotations

import colorsys
import re
from functools import lru_cache

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255 each."""

HEX = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}(?![0-9a-zA-Z])")


@lru_cache(maxsize=1024)
def colour(text: str) -> Colour:
    """The colour of `#rgb` or `#rrggbb`. Raises ValueError for anything else."""
    if not HEX.fullmatch(text):
        raise ValueError(text)
    digits = text[1:] if len(text) == 7 else "".join(digit * 2 for digit in text[1:])
    red, green, blue = (int(digits[at : at + 2], 16) for at in (0, 2, 4))
    return red, green, blue


def written(shade: Colour) -> str:
    """A colour in its shortest writing."""
    digits = "".join(f"{part:02x}" for part in shade)
    return f"#{digits[::2]}" if digits[::2] == digits[1::2] else f"#{digits}"


def brightness(shade: Colour) -> float:
    """How bright a colour seems, 0 to 255, by the W3C's formula (AERT, color contrast)."""
    return (shade[0] * 299 + shade[1] * 587 + shade[2] * 114) / 1000


def lightness(shade: Colour) -> float:
    """The lightness of HSL, 0 to 100."""
    return (max(shade) + min(shade)) / 5.1


def with_lightness(shade: Colour, percent: float) -> Colour:
    """The same hue and saturation with another lightness, 0 to 100."""
    hue, _, saturation = colorsys.rgb_to_hls(*(part / 255 for part in shade))
    red, green, blue = (round(part * 255) for part in colorsys.hls_to_rgb(hue, percent / 100, saturation))
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """The contrast of WCAG 2, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(shade: Colour) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (each / 255 for each in shade)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
