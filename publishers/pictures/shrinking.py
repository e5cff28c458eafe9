"""A picture upright, in sRGB with eight bits, and no larger than we keep."""

from __future__ import annotations

import io

from PIL import Image, ImageCms, ImageOps

WIDEST = 1440
KEPT_PIXELS = 12_000_000
"""What is left of a very long picture: 1440 × 8,300, or 800 × 15,000."""
STRIP = 32
MOST_PROFILE_BYTES = 4 * 1024 * 1024
_DEEP = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
"""Modes of more than eight bits a sample; Pillow's own conversion would cut them off, not scale them."""


def kept_size(picture: Image.Image, widest: int = WIDEST) -> tuple[int, int]:
    """Width and height in pixels that are kept of it."""
    width, height = picture.size
    scale = min(1.0, widest / width, (KEPT_PIXELS / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))


def is_see_through(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info


def shrunk(picture: Image.Image) -> Image.Image:
    """The picture as RGB or RGBA. A large one is made smaller before anything else copies it."""
    profile = picture.info.get("icc_profile")
    mode = "CMYK" if picture.mode == "CMYK" else "RGBA" if is_see_through(picture) else "RGB"
    kept = kept_size(picture)
    factor = min(picture.width // kept[0], picture.height // kept[1])
    if factor > 1:
        exif = picture.getexif()
        picture = _reduced(picture, factor, mode)
        picture.getexif().update(exif)
    upright = _eight_bits(ImageOps.exif_transpose(picture))
    if upright.mode != mode:
        upright = upright.convert(mode)
    size = kept_size(upright)
    small = upright if upright.size == size else upright.resize(size, Image.Resampling.LANCZOS)
    return _in_srgb(small, profile)


def _reduced(picture: Image.Image, factor: int, mode: str) -> Image.Image:
    """1/factor of its width and height, strip by strip, so that no second picture of its size is held."""
    small = Image.new(mode, (-(-picture.width // factor), -(-picture.height // factor)))
    for top in range(0, picture.height, STRIP * factor):
        strip = _eight_bits(picture.crop((0, top, picture.width, min(picture.height, top + STRIP * factor))))
        small.paste(strip.convert(mode).reduce(factor), (0, top // factor))
    return small


def _eight_bits(picture: Image.Image) -> Image.Image:
    if picture.mode not in _DEEP:
        return picture
    return picture.convert("I").point(lambda value: value * (1 / 256) + 0).convert("L")


def _in_srgb(picture: Image.Image, profile: object) -> Image.Image:
    """Colours as the web understands them. A profile that makes no sense is as good as none."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if isinstance(profile, bytes) and 0 < len(profile) <= MOST_PROFILE_BYTES:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if picture.mode == "CMYK" or "sRGB" not in ImageCms.getProfileDescription(source):
                return _transformed(picture, source)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return picture if picture.mode == mode else picture.convert(mode)


def _transformed(picture: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    opaque = picture.convert("RGB") if alpha else picture
    changed = ImageCms.profileToProfile(opaque, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    if changed is None:
        return opaque.convert("RGB")
    if alpha:
        changed.putalpha(alpha)
    return changed
