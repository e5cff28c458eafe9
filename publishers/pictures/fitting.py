"""An upload becomes what is stored: the picture itself, a still one where it moves, a small one for lists."""

from __future__ import annotations

from PIL import Image

from publishers.pictures import encoding, moving
from publishers.pictures.codes import codes_of
from publishers.pictures.focus import focus_of
from publishers.pictures.opening import decoding, opened
from publishers.pictures.provenance import Provenance, provenance_of
from publishers.pictures.results import Encoded, Fitted
from publishers.pictures.shrinking import kept_size, shrunk

THUMB_SIZE = (320, 640)


def fit(content: bytes) -> Fitted:
    """Decode an upload and encode it again under 1 MB, at most 1440 px wide: JPEG, PNG, or GIF that moves. Raises Unusable.

    Of other moving pictures, and of a GIF that is too large to be kept moving, the first frame is kept.
    """
    with decoding():
        picture = opened(content)
        # A JPEG can be decoded at a half, a quarter or an eighth of its size.
        picture.draft("RGB", kept_size(picture))
        small = shrunk(picture)
        origin = provenance_of(picture, content)
        drawn = picture.format in ("PNG", "GIF")
        picture.close()
        still = encoding.still(small, origin, drawn=drawn)
        return _fitted(still, small, moving.kept_moving(content, origin), origin)


def thumbnail(content: bytes) -> Encoded | None:
    """The small variant for lists, at most 320 px wide; None for what is small already. Raises Unusable."""
    with decoding():
        return _thumb(shrunk(opened(content)))


def _fitted(still: Encoded, small: Image.Image, moved: Encoded | None, origin: Provenance) -> Fitted:
    return Fitted(
        picture=moved or still, still=still if moved else None, thumb=_thumb(small), focus=focus_of(small),
        ai_generated=origin.ai_generated, licence=origin.licence, codes=codes_of(small),
    )


def _thumb(small: Image.Image) -> Encoded | None:
    if small.width <= THUMB_SIZE[0] and small.height <= THUMB_SIZE[1]:
        return None
    little = small.copy()
    little.thumbnail(THUMB_SIZE, Image.Resampling.LANCZOS)
    return encoding.still(little, drawn=True)
