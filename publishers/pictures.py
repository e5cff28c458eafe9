"""Pictures made fit: decoded within limits, turned upright, stripped of private data, encoded again. Pure."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

MOST_PIXELS = 50_000_000
MOST_FRAMES = 300
WIDEST = 1440
BODY_BYTES = 1_000_000
"""WeChat takes body pictures under 1 MB (api_uploadimage.html); all we keep stays below it."""

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")


class Unusable(ValueError):
    """The file cannot be used; the text is a sentence for people."""


@dataclass(frozen=True)
class Fitted:
    """A picture that every platform takes: its bytes, type and size in pixels."""

    content: bytes
    content_type: str
    width: int
    height: int


def fit(content: bytes) -> Fitted:
    """Decode an upload and encode it again as JPEG or PNG under 1 MB, at most 1440 px wide. Raises Unusable.

    Of a moving picture the first frame is kept: WeChat documents JPG and PNG only for bodies (api_uploadimage.html).
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
            _check_size(picture)
            picture.load()
            return _still(picture)
    except Unusable:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unusable("This file is not a picture we can read. Use JPG, PNG, GIF or WebP.") from None
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, IndexError, TypeError, KeyError, OverflowError):
        raise Unusable("This picture is damaged and cannot be read.") from None


def drawn_cover(seed: str) -> bytes:
    """A quiet drawn cover (PNG, 900 × 383) for an article without any picture; the same seed draws the same."""
    digest = hashlib.sha256(seed.encode()).digest()
    hue = digest[0]
    ground = Image.new("HSV", (900, 383), (hue, 70, 215))
    draw = ImageDraw.Draw(ground)
    for index in range(7):
        x, y = digest[index + 1] * 900 // 255, digest[index + 9] * 383 // 255
        radius = 40 + digest[index + 17] // 2
        shade = ((hue + 6 * index) % 256, 60 + 8 * index, 225 - 9 * index)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=shade)
    file = io.BytesIO()
    ground.convert("RGB").save(file, "PNG", optimize=False)
    return file.getvalue()


def _check_size(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise Unusable("This picture has too many pixels. At most 50 million are taken.")
    if getattr(picture, "n_frames", 1) > MOST_FRAMES:
        raise Unusable("This moving picture has too many frames.")


def _still(picture: Image.Image) -> Fitted:
    upright = ImageOps.exif_transpose(picture)
    see_through = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    clean = upright.convert("RGBA" if see_through else "RGB")
    if clean.width > WIDEST:
        clean = clean.resize((WIDEST, max(1, round(clean.height * WIDEST / clean.width))), Image.Resampling.LANCZOS)
    if see_through or (picture.format == "PNG" and len(clean.getcolors(4096) or ()) > 0):
        encoded = _encoded(clean, "PNG")
        if len(encoded) < BODY_BYTES:
            return Fitted(encoded, "image/png", clean.width, clean.height)
    return _jpeg(clean)


def _jpeg(picture: Image.Image) -> Fitted:
    """JPEG on white, with less quality and then less width until it fits."""
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    while True:
        for quality in (86, 75, 60):
            encoded = _encoded(flat, "JPEG", quality=quality)
            if len(encoded) < BODY_BYTES:
                return Fitted(encoded, "image/jpeg", flat.width, flat.height)
        flat = flat.resize((max(1, flat.width * 2 // 3), max(1, flat.height * 2 // 3)), Image.Resampling.LANCZOS)


def _encoded(picture: Image.Image, kind: str, quality: int = 86) -> bytes:
    file = io.BytesIO()
    if kind == "JPEG":
        picture.save(file, kind, quality=quality, optimize=True, progressive=True)
    else:
        picture.save(file, kind, optimize=True)
    return file.getvalue()
