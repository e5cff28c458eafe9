"""JPEG and PNG under the platform's limit, with the metadata that stays written into them and nothing else."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image, PngImagePlugin

from publishers.pictures.provenance import NOTHING, Provenance
from publishers.pictures.results import BODY_BYTES, Encoded


def still(picture: Image.Image, origin: Provenance = NOTHING, *, drawn: bool = False) -> Encoded:
    """An RGB or RGBA picture as PNG where it is see-through or drawn with few colours and small enough, else as JPEG."""
    if picture.mode == "RGBA" or (drawn and picture.getcolors(4096)):
        encoded = as_png(picture, origin)
        if len(encoded.content) < BODY_BYTES:
            return encoded
    return as_jpeg(picture, origin)


def as_png(picture: Image.Image, origin: Provenance = NOTHING) -> Encoded:
    """PNG without loss."""
    file, notes = io.BytesIO(), PngImagePlugin.PngInfo()
    if origin.packet:
        notes.add_itxt("XML:com.adobe.xmp", origin.packet.decode())
    if label := origin.said.get("TC260:AIGC"):
        notes.add_itxt("AIGC", label)
    _bare(picture).save(file, "PNG", optimize=True, pnginfo=notes)
    return Encoded(file.getvalue(), "image/png", picture.width, picture.height)


def as_jpeg(picture: Image.Image, origin: Provenance = NOTHING) -> Encoded:
    """JPEG on white, with less quality and then less width until it fits."""
    flat = _bare(picture) if picture.mode == "RGB" else on_white(picture)
    for size in _smaller_and_smaller(flat.size):
        if flat.size != size:
            flat = flat.resize(size, Image.Resampling.LANCZOS)
        for quality in (86, 75, 60):
            encoded = _jpeg(flat, quality, origin)
            if len(encoded) < BODY_BYTES:
                return Encoded(encoded, "image/jpeg", flat.width, flat.height)
            if len(encoded) > 3 * BODY_BYTES:
                break
    raise AssertionError("a picture of one pixel is under 1 MB")


def on_white(picture: Image.Image) -> Image.Image:
    """What a see-through picture looks like on a white page."""
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    return flat


def _smaller_and_smaller(size: tuple[int, int]) -> Iterator[tuple[int, int]]:
    width, height = size
    while True:
        yield width, height
        if width == height == 1:
            return
        width, height = max(1, width * 2 // 3), max(1, height * 2 // 3)


def _jpeg(picture: Image.Image, quality: int, origin: Provenance) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality, optimize=True, progressive=True, xmp=origin.packet)
    return file.getvalue()


def _bare(picture: Image.Image) -> Image.Image:
    """The pixels alone: Pillow writes comments, profiles and Exif of the original again where `info` still holds them."""
    bare = picture.copy()
    bare.info.clear()
    return bare
