"""A poster to post beside a link: cover, title, digest and the group's own code, upright for Moments or square for a group.

The same words and pictures draw the same poster. Without a Chinese font on the machine there is none.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from enum import StrEnum

from PIL import Image, ImageDraw, ImageOps

from publishers.pictures import lettering

MOST_BYTES = 2_000_000
_PAPER, _INK, _GREY, _LINE = (255, 255, 255), (29, 33, 41), (92, 99, 110), (225, 228, 233)
_MARGIN = 72
_QUALITIES = (92, 86, 78, 70)
_LEADING = 1.36


class Shape(StrEnum):
    """The two shapes that phones show whole."""

    UPRIGHT = "upright"
    SQUARE = "square"


class NoFont(Exception):
    """There is no Chinese font on this machine."""


@dataclass(frozen=True)
class Poster:
    """What stands on it. `cover` and `code` are pictures; `notes` are short lines beside the code, `remark` one under the cover."""

    cover: bytes
    code: bytes
    title: str
    digest: str
    notes: tuple[str, ...]
    remark: str = ""


@dataclass(frozen=True)
class _Plan:
    """Pixels: the whole, the cover's height, the code's side, sizes and most lines of title and digest."""

    size: tuple[int, int]
    cover: int
    code: int
    titles: range
    title_lines: int
    digest_size: int
    digest_lines: int


_PLANS = {
    Shape.UPRIGHT: _Plan((1080, 1920), 810, 320, range(84, 55, -4), 4, 40, 4),
    Shape.SQUARE: _Plan((1080, 1080), 460, 236, range(64, 43, -4), 2, 32, 2),
}


def drawn_poster(poster: Poster, shape: Shape) -> bytes:
    """The poster as a JPEG of at most MOST_BYTES: 1080 × 1920 or 1080 × 1080. Raises NoFont."""
    if lettering.font_file() is None:
        raise NoFont
    plan = _PLANS[shape]
    canvas = Image.new("RGB", plan.size, _PAPER)
    plan = replace(plan, cover=_cover_height(poster.cover, plan))
    canvas.paste(_cropped(poster.cover, (plan.size[0], plan.cover)), (0, 0))
    draw = ImageDraw.Draw(canvas)
    top = plan.cover + 56 if shape == Shape.UPRIGHT else plan.cover + 40
    if poster.remark:
        draw.text((_MARGIN, plan.cover + 12), poster.remark, font=lettering.font(24, plain=True), fill=_GREY)
    top = _title(draw, plan, poster.title, top)
    _digest(draw, plan, poster.digest, top)
    _foot(canvas, draw, plan, poster)
    return _packed(canvas)


def _title(draw: ImageDraw.ImageDraw, plan: _Plan, title: str, top: int) -> int:
    """Set the title in the largest size that fits; returns where it ends."""
    width = plan.size[0] - 2 * _MARGIN
    words = " ".join(title.split())
    size = next((one for one in plan.titles if len(list(lettering.lines(words, one, width))) <= plan.title_lines), plan.titles[-1])
    font = lettering.font(size)
    for line in lettering.cut_lines(words, size, width, plan.title_lines):
        draw.text((_MARGIN, top), line, font=font, fill=_INK)
        top += round(size * _LEADING)
    return top


def _digest(draw: ImageDraw.ImageDraw, plan: _Plan, digest: str, top: int) -> None:
    """As many lines as stand above the foot."""
    size, step = plan.digest_size, round(plan.digest_size * 1.6)
    room = (_foot_top(plan) - 24 - top - 20) // step
    most = min(plan.digest_lines, room)
    if most < 1:
        return
    font = lettering.font(size, plain=True)
    for number, line in enumerate(lettering.cut_lines(" ".join(digest.split()), size, plan.size[0] - 2 * _MARGIN, most)):
        draw.text((_MARGIN, top + 20 + number * step), line, font=font, fill=_GREY)


def _foot(canvas: Image.Image, draw: ImageDraw.ImageDraw, plan: _Plan, poster: Poster) -> None:
    """The code at the right, what it is at the left."""
    top, side = _foot_top(plan), plan.code
    left = plan.size[0] - _MARGIN - side
    draw.line((_MARGIN, top - 24, plan.size[0] - _MARGIN, top - 24), fill=_LINE, width=2)
    with Image.open(io.BytesIO(poster.code)) as code:
        canvas.paste(code.convert("RGB").resize((side, side), Image.Resampling.LANCZOS), (left, top))
    size = plan.digest_size
    y = top + max(0, (side - round(size * 1.7) * len(poster.notes)) // 2)
    for number, note in enumerate(poster.notes):
        [line] = lettering.cut_lines(" ".join(note.split()), size, left - _MARGIN - 32, 1) or [""]
        draw.text((_MARGIN, y), line, font=lettering.font(size, plain=number > 0), fill=_GREY if number else _INK)
        y += round(size * 1.7)


def _foot_top(plan: _Plan) -> int:
    return plan.size[1] - plan.code - (96 if plan.size[1] > plan.size[0] else 40)


def _cover_height(cover: bytes, plan: _Plan) -> int:
    """A wide cover keeps more of its sides by standing lower."""
    with Image.open(io.BytesIO(cover)) as picture:
        natural = round(plan.size[0] * picture.height / picture.width)
    return min(plan.cover, max(natural, round(plan.cover * 0.76)))


def _cropped(cover: bytes, size: tuple[int, int]) -> Image.Image:
    with Image.open(io.BytesIO(cover)) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
        return ImageOps.fit(upright, size, Image.Resampling.LANCZOS, centering=(0.5, 0.4))


def _packed(canvas: Image.Image) -> bytes:
    """As good as it fits."""
    content = b""
    for quality in _QUALITIES:
        file = io.BytesIO()
        canvas.save(file, "JPEG", quality=quality, subsampling=0, optimize=True)
        content = file.getvalue()
        if len(content) <= MOST_BYTES:
            break
    return content
