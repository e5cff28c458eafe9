"""Pictures made fit: decoded within limits, turned upright, stripped of private data, encoded again. Pure."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 40_000
WIDEST = 1440
KEPT_PIXELS = 12_000_000
"""What is left of a very long picture: 1440 × 8,300, or 800 × 15,000."""
STRIP = 128
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

    Of a moving picture the first frame is read and kept: WeChat documents JPG and PNG only for bodies
    (api_uploadimage.html).
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=FORMATS)
            _check_size(picture)
            # A JPEG can be decoded at a half, a quarter or an eighth of its size.
            picture.draft("RGB", _kept_size(picture))
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
    if max(picture.size) > LONGEST_SIDE:
        raise Unusable("This picture is too long. At most 40,000 pixels in each direction are taken.")


def _still(picture: Image.Image) -> Fitted:
    kind = picture.format
    see_through = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    small = _shrunk(picture, see_through)
    clean = small.convert("RGBA" if see_through else "RGB")
    if see_through or (kind == "PNG" and clean.getcolors(4096)):
        encoded = _encoded(clean, "PNG")
        if len(encoded) < BODY_BYTES:
            return Fitted(encoded, "image/png", clean.width, clean.height)
    return _jpeg(clean)


def _shrunk(picture: Image.Image, see_through: bool) -> Image.Image:
    """The picture upright and no larger than we keep. A large one is made smaller before anything else copies it."""
    mode, kept = "RGBA" if see_through else "RGB", _kept_size(picture)
    factor = min(picture.width // kept[0], picture.height // kept[1])
    if factor > 1:
        exif = picture.getexif()
        picture = _reduced(picture, factor, mode)
        picture.getexif().update(exif)
    upright = ImageOps.exif_transpose(picture)
    if upright.size == _kept_size(upright):
        return upright
    return upright.convert(mode).resize(_kept_size(upright), Image.Resampling.LANCZOS)


def _reduced(picture: Image.Image, factor: int, mode: str) -> Image.Image:
    """1/factor of its width and height, strip by strip, so that no second picture of its size is held."""
    small = Image.new(mode, (-(-picture.width // factor), -(-picture.height // factor)))
    for top in range(0, picture.height, STRIP * factor):
        strip = picture.crop((0, top, picture.width, min(picture.height, top + STRIP * factor)))
        small.paste(strip.convert(mode).reduce(factor), (0, top // factor))
    return small


def _kept_size(picture: Image.Image) -> tuple[int, int]:
    """Width and height in pixels that are kept of it."""
    width, height = picture.size
    scale = min(1.0, WIDEST / width, (KEPT_PIXELS / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _jpeg(picture: Image.Image) -> Fitted:
    """JPEG on white, with less quality and then less width until it fits."""
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    while True:
        for quality in (86, 75, 60):
            encoded = _encoded(flat, "JPEG", quality=quality)
            if len(encoded) < BODY_BYTES:
                return Fitted(encoded, "image/jpeg", flat.width, flat.height)
            if len(encoded) > 3 * BODY_BYTES:
                break
        flat = flat.resize((max(1, flat.width * 2 // 3), max(1, flat.height * 2 // 3)), Image.Resampling.LANCZOS)


def _encoded(picture: Image.Image, kind: str, quality: int = 86) -> bytes:
    file = io.BytesIO()
    if kind == "JPEG":
        picture.save(file, kind, quality=quality, optimize=True, progressive=True)
    else:
        picture.save(file, kind, optimize=True)
    return file.getvalue()
