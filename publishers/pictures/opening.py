"""What may be opened at all: kinds and limits, looked at before a pixel is decoded; damage in words for people."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pillow_heif
from PIL import Image, UnidentifiedImageError

from publishers.pictures.results import Unusable

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "HEIF", "AVIF")
MOST_PIXELS = 50_000_000
MOST_PIXELS_HELD_TWICE = 25_000_000
"""For kinds whose decoders hold the whole picture beside Pillow's. HEIC does too, but phones make 48 million of them."""
LONGEST_SIDE = 40_000
_DAMAGE = (
    OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, KeyError, OverflowError, RuntimeError,
    ZeroDivisionError, NotImplementedError,
)
"""What Pillow and its decoders raise on files that lie about themselves."""

pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
pillow_heif.options.DECODE_THREADS = 1


@contextmanager
def decoding() -> Iterator[None]:
    """Whatever goes wrong with a file inside is Unusable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            yield
    except Unusable:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unusable("This file is not a picture we can read. Use JPG, PNG, GIF, WebP, HEIC or AVIF.") from None
    except MemoryError:
        raise Unusable("This picture takes too long or too much memory to read. It was not taken.") from None
    except _DAMAGE:
        raise Unusable("This picture is damaged and cannot be read.") from None


def opened(content: bytes) -> Image.Image:
    """The picture, not decoded yet; its header has been believed only as far as the limits go. Raises Unusable."""
    picture = Image.open(io.BytesIO(content), formats=FORMATS)
    if picture.width * picture.height > MOST_PIXELS:
        raise Unusable("This picture has too many pixels. At most 50 million are taken.")
    if picture.format in ("WEBP", "AVIF") and picture.width * picture.height > MOST_PIXELS_HELD_TWICE:
        raise Unusable("This picture has too many pixels. As WebP or AVIF at most 25 million are taken.")
    if max(picture.size) > LONGEST_SIDE:
        raise Unusable("This picture is too long. At most 40,000 pixels in each direction are taken.")
    return picture
