"""Animated GIF: kept moving where it fits the platform's limit, and bounded before a frame is decoded."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image, ImageSequence

from publishers.pictures.opening import opened
from publishers.pictures.provenance import Provenance
from publishers.pictures.results import BODY_BYTES, Encoded

MOST_FRAMES = 300
DECODED_PIXELS = 80_000_000
"""All frames together; decoding them is about a second of work."""
KEPT_PIXELS = 16_000_000
WIDTHS = (1080, 640, 400)
SHORTEST_MS, LONGEST_MS = 20, 60_000
_XMP_HEAD = b"\x21\xff\x0bXMP DataXMP"
_XMP_TAIL = b"\x01" + bytes(range(0xFF, -1, -1)) + b"\x00"
"""How XMP stands in a GIF without its length (XMP specification part 3, 1.1.2)."""


def kept_moving(content: bytes, origin: Provenance) -> Encoded | None:
    """The GIF encoded again with all its frames, under 1 MB; None when it stands still or cannot be kept moving."""
    count = frames_of(content)
    if not 1 < count <= MOST_FRAMES:
        return None
    picture = opened(content)
    if picture.format != "GIF" or picture.width * picture.height * count > DECODED_PIXELS:
        return None
    for width in dict.fromkeys(min(picture.width, widest) for widest in WIDTHS):
        height = max(1, round(picture.height * width / picture.width))
        if width * height * count <= KEPT_PIXELS:
            encoded = _encoded(opened(content), (width, height), origin)
            if len(encoded) < BODY_BYTES:
                return Encoded(encoded, "image/gif", width, height)
            if len(encoded) > 8 * BODY_BYTES:
                break
    return None


def frames_of(content: bytes) -> int:
    """How many frames a GIF has, by its blocks alone; counting ends beyond the limit. 0 for anything else."""
    if content[:6] not in (b"GIF87a", b"GIF89a") or len(content) < 13:
        return 0
    position, count = 13 + _colours(content[10]), 0
    while position < len(content) and count <= MOST_FRAMES:
        kind = content[position]
        if kind == 0x2C and position + 10 < len(content):
            count += 1
            position = _after_blocks(content, position + 11 + _colours(content[position + 9]))
        elif kind == 0x21:
            position = _after_blocks(content, position + 2)
        else:
            break
    return count


def _colours(flags: int) -> int:
    """The length of a colour table in bytes."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(content: bytes, position: int) -> int:
    while position < len(content) and content[position]:
        position += content[position] + 1
    return position + 1


def _encoded(picture: Image.Image, size: tuple[int, int], origin: Provenance) -> bytes:
    durations: list[int] = []
    first, *rest = _frames(picture, size, durations)
    file = io.BytesIO()
    options = {"loop": picture.info["loop"]} if "loop" in picture.info else {}
    first.save(file, "GIF", save_all=True, append_images=rest, duration=durations, disposal=2, optimize=False, **options)
    return _with_packet(file.getvalue(), origin.packet)


def _frames(picture: Image.Image, size: tuple[int, int], durations: list[int]) -> Iterator[Image.Image]:
    """The frames as palette pictures, which are a quarter as large; how long each stands, in ms, is noted beside."""
    for frame in ImageSequence.Iterator(picture):
        durations.append(min(max(int(frame.info.get("duration", 100)), SHORTEST_MS), LONGEST_MS))
        whole = frame.convert("RGBA")
        small = whole if whole.size == size else whole.resize(size, Image.Resampling.BILINEAR)
        yield _in_colours(small)


def _in_colours(frame: Image.Image) -> Image.Image:
    alpha = frame.getchannel("A")
    few = frame.convert("RGB").quantize(255, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.info.clear()
    if any(alpha.histogram()[:128]):
        few.paste(255, mask=alpha.point(lambda value: 255 if value < 128 else 0))
        few.info["transparency"] = 255
    return few


def _with_packet(content: bytes, packet: bytes) -> bytes:
    if not packet:
        return content
    start = 13 + _colours(content[10])
    return content[:start] + _XMP_HEAD + packet + _XMP_TAIL + content[start:]
