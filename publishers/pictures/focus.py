"""Where the eye goes: edges and unusual colours, weighted by a mild pull to the middle. A suggestion, never a decision."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter, ImageStat

from publishers.pictures.results import Point

SIDE = 64
PULL = 0.35
"""How much less the rim counts than the middle."""


def focus_of(picture: Image.Image) -> Point:
    """The point of interest as fractions of width and height from the top left, two decimals."""
    small = picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)
    energy = ImageChops.add(_edges(small), _unusual(small), scale=2.0).filter(ImageFilter.BoxBlur(4))
    values = energy.tobytes()
    threshold = sorted(values)[len(values) * 4 // 5]
    weights = [
        (value - threshold) * _pull(index % SIDE, index // SIDE) if value > threshold else 0.0
        for index, value in enumerate(values)
    ]
    whole = sum(weights)
    if not whole:
        return 0.5, 0.5
    x = sum(weight * (index % SIDE + 0.5) for index, weight in enumerate(weights)) / whole / SIDE
    y = sum(weight * (index // SIDE + 0.5) for index, weight in enumerate(weights)) / whole / SIDE
    return round(x, 2), round(y, 2)


def _edges(picture: Image.Image) -> Image.Image:
    edges = picture.convert("L").filter(ImageFilter.FIND_EDGES)
    # The filter leaves the outermost pixels as they were, which would count as energy.
    inner = edges.crop((1, 1, SIDE - 1, SIDE - 1))
    framed = Image.new("L", (SIDE, SIDE))
    framed.paste(inner, (1, 1))
    return framed


def _unusual(picture: Image.Image) -> Image.Image:
    red, green, blue = (round(mean) for mean in ImageStat.Stat(picture).mean)
    return ImageChops.difference(picture, Image.new("RGB", picture.size, (red, green, blue))).convert("L")


def _pull(x: int, y: int) -> float:
    middle = (SIDE - 1) / 2
    away = max(abs(x - middle), abs(y - middle)) / middle
    return 1.0 - PULL * away * away
