"""Which part of a cover is shown where: rectangles in fractions of its width and height, from the top left."""

from __future__ import annotations

import re

WIDE, SQUARE = 2.35, 1.0
"""Width over height of the large card and of the small one."""
TOLERANCE = 0.03
"""How far a crop's shape may be off: rounding to whole pixels of a small picture is about a hundredth."""
DECIMALS = 6
_NUMBER = r"(?:0(?:\.\d{1,6})?|1)"
_WRITTEN = re.compile(rf"{_NUMBER}(?:,{_NUMBER}){{3}}", re.ASCII)

NO_CROP = "A crop is four numbers from 0 to 1: left, top, right, bottom."

Crop = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def written(crop: Crop) -> str:
    """The one way a crop is written: `0,0.125,1,0.875`."""
    return ",".join(f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".") for value in crop)


def read(text: str) -> Crop | None:
    """The crop of what `written` gave; none for an empty text. Raises ValueError for anything else."""
    if not text:
        return None
    if not _WRITTEN.fullmatch(text):
        raise ValueError("not a crop")
    left, top, right, bottom = (float(part) for part in text.split(","))
    if not (left < right and top < bottom):
        raise ValueError("not a crop")
    return left, top, right, bottom


def suggested(width: int, height: int, ratio: float, focus: tuple[float, float] = (0.5, 0.5)) -> Crop:
    """The largest part of a picture of `width` × `height` with this shape, as near to its focus as it goes."""
    across = min(1.0, ratio * height / width)
    down = min(1.0, width / ratio / height)
    left = min(max(focus[0] - across / 2, 0.0), 1.0 - across)
    top = min(max(focus[1] - down / 2, 0.0), 1.0 - down)
    return left, top, left + across, top + down


def has_shape(crop: Crop, width: int, height: int, ratio: float) -> bool:
    """Whether the crop of a picture of `width` × `height` pixels has this shape, near enough."""
    left, top, right, bottom = crop
    shape = (right - left) * width / ((bottom - top) * height)
    return abs(shape / ratio - 1) <= TOLERANCE
