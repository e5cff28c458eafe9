"""A cover drawn for an article without a picture: its title, set well, on the colour of its theme.

The same title, colour and seed draw the same. Without a Chinese font on the machine the cover carries no words.
"""

from __future__ import annotations

import hashlib
import io
import re

from PIL import Image, ImageColor, ImageDraw

from publishers.pictures import lettering

SIZE = (900, 383)
"""2.35 to 1, as the large card shows it."""
ACCENT = "#2f4fa8"
_FINE = 2
"""Drawn at twice the size: edges become smooth when it is made smaller."""
_MARGIN, _COLUMN, _HEIGHT = 60, 540, 262
_SIZES = range(72, 29, -2)
_GOOD_SIZE = 46
"""From here on a break at a sign of the sentence is worth more than larger letters."""
_LEADING = 1.34
_TILE, _COLUMNS, _ROWS = 128, 3, 3
_CLAUSE = re.compile(r"[^：；，。！？]+[：；，。！？]*")
_Colour = tuple[int, int, int]


def drawn_cover(seed: str, title: str = "", accent: str = ACCENT) -> bytes:
    """A drawn cover (PNG, 900 × 383). `accent` is `#rgb` or `#rrggbb`; `seed` chooses the pattern."""
    digest = hashlib.sha256(seed.encode()).digest()
    ground = _ground(accent)
    width, height = SIZE
    canvas = Image.new("RGB", (width * _FINE, height * _FINE), ground)
    _pattern(ImageDraw.Draw(canvas), digest, ground)
    drawing = canvas.resize(SIZE, Image.Resampling.LANCZOS)
    _words(ImageDraw.Draw(drawing), " ".join(title.split()))
    file = io.BytesIO()
    drawing.save(file, "PNG", optimize=False)
    return file.getvalue()


def lines_of(title: str) -> list[str]:
    """The lines in which the title stands on its cover; none without a font."""
    return _set(title)[1] if title and lettering.font_file() else []


def _ground(accent: str) -> _Colour:
    """The accent as dark as white words need."""
    red, green, blue = ImageColor.getrgb(accent)[:3]
    brightness = (red * 299 + green * 587 + blue * 114) / 1000
    return _mixed((red, green, blue), (12, 16, 24), min(0.85, max(0.0, (brightness - 70) / 185)))


def _pattern(draw: ImageDraw.ImageDraw, digest: bytes, ground: _Colour) -> None:
    """Quarter circles on tiles at the right: many seeds, one family."""
    left = SIZE[0] - _COLUMNS * _TILE
    for index in range(_COLUMNS * _ROWS):
        column, row = index % _COLUMNS, index // _COLUMNS
        x, y = (left + column * _TILE) * _FINE, row * _TILE * _FINE
        # The words come as far as the first column: there it stays faint.
        strength = (0.05, 0.13, 0.22)[column]
        _tile(draw, x, y, digest[index], ground, strength)


def _tile(draw: ImageDraw.ImageDraw, x: int, y: int, chosen: int, ground: _Colour, strength: float) -> None:
    side, turn, kind = _TILE * _FINE, chosen & 3, chosen >> 2 & 3
    corner_x, corner_y = x + (turn & 1) * side, y + (turn >> 1) * side
    start = {0: 0, 1: 90, 2: 270, 3: 180}[turn]
    if kind == 3:
        centre_x, centre_y = x + side // 2, y + side // 2
        draw.ellipse(_around(centre_x, centre_y, side // 5), fill=_mixed(ground, (255, 255, 255), strength * 1.6))
        return
    for step, radius in enumerate((side, side * 2 // 3, side // 3)[: kind + 1]):
        shade = _mixed(ground, (255, 255, 255), strength * (1.0, 0.35, 1.5)[step])
        draw.pieslice(_around(corner_x, corner_y, radius - 1), start, start + 90, fill=shade)


def _words(draw: ImageDraw.ImageDraw, title: str) -> None:
    if not title or lettering.font_file() is None:
        return
    size, lines = _set(title)
    font, step = lettering.font(size), round(size * _LEADING)
    top = (SIZE[1] - step * len(lines)) // 2 + 8
    draw.rectangle((_MARGIN, top - 26, _MARGIN + 44, top - 21), fill=(255, 255, 255))
    for number, line in enumerate(lines):
        draw.text((_MARGIN, top + number * step), line, font=font, fill=(255, 255, 255))


def _set(title: str) -> tuple[int, list[str]]:
    """The largest size at which the title fits, in lines of even length; a title too long for the smallest is cut."""
    clauses = [clause.strip() for clause in _CLAUSE.findall(title)]
    for size in _SIZES:
        if 1 < len(clauses) <= 3 and size >= _GOOD_SIZE and max(lettering.width_of(clause, size) for clause in clauses) <= _COLUMN:
            return size, clauses
    for size in _SIZES:
        lines = list(lettering.lines(title, size, _COLUMN))
        if len(lines) * size * _LEADING <= _HEIGHT and len(lines) <= 3 + (size < 44):
            return size, _even(title, size, lines)
    most = int(_HEIGHT / (size * _LEADING))
    return size, lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][:-1] + "…"]


def _even(title: str, size: int, lines: list[str]) -> list[str]:
    """As many lines, but in the narrowest column, so that none holds a single word."""
    for width in range(_COLUMN // 2, _COLUMN, 12):
        narrower = list(lettering.lines(title, size, width))
        if len(narrower) == len(lines):
            return narrower
    return lines


def _around(x: int, y: int, radius: int) -> tuple[int, int, int, int]:
    return x - radius, y - radius, x + radius, y + radius


def _mixed(one: _Colour, other: _Colour, part: float) -> _Colour:
    """`one` with so much of `other` in it."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue
