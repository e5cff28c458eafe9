"""Pictures that nobody means well with, and odd ones that people really send: name → the bytes of the file."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import cache

import pillow_heif
from PIL import Image

from tests.pictures import photo

pillow_heif.register_heif_opener()

FILES: dict[str, Callable[[], bytes]] = {}
"""Every one is refused or made harmless within the limits."""


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 2, data: bytes | None = None) -> bytes:
    """A PNG by hand: it may claim any size."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    pixels = data if data is not None else zlib.compress(bytes((width * 3 + 1) * min(height, 4)))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def gif(width: int, height: int, frames: int) -> bytes:
    """A GIF of many frames of one pixel on a large ground."""
    frame = b"\x21\xf9\x04\0\0\0\0\0\x2c\0\0\0\0\1\0\1\0\0\x02\x02\x44\x01\0"
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0\0\0\0\xff\xff\xff" + frame * frames + b";"


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of HEIF and AVIF."""
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def saved(kind: str, size: tuple[int, int] = (400, 300), mode: str = "RGB", **options: object) -> bytes:
    """A picture as Pillow writes it."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(file, kind, **options)
    return file.getvalue()


def _file(make: Callable[[], bytes]) -> Callable[[], bytes]:
    FILES[make.__name__.strip("_")] = cache(make)
    return make


@_file
def zero_bytes() -> bytes:
    return b""


@_file
def one_byte() -> bytes:
    return b"\xff"


@_file
def noise() -> bytes:
    return bytes((index * 7919 >> 3) & 255 for index in range(200_000))


@_file
def text_named_like_a_picture() -> bytes:
    return "这不是图片\n".encode() * 1000


@_file
def a_program() -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(5000)


@_file
def svg_with_a_script() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><script>alert(1)</script></svg>'


@_file
def html_behind_a_gif_head() -> bytes:
    return b"GIF89a=1;/*" + b"<script>alert(1)</script>" * 50


@_file
def postscript_that_reads_files() -> bytes:
    return b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) (r) file 100 string readstring pop print\n"


@_file
def imagemagick_directive() -> bytes:
    return b"push graphic-context\nviewbox 0 0 1 1\nfill 'url(https://127.0.0.1/x.jpg\"|ls \"-la)'\npop graphic-context"


@_file
def tiff() -> bytes:
    return saved("TIFF")


@_file
def bmp() -> bytes:
    return saved("BMP")


@_file
def png_of_four_billion_pixels() -> bytes:
    return png(65_000, 65_000)


@_file
def png_of_two_thousand_million_columns() -> bytes:
    return png(2**31 - 1, 1, data=zlib.compress(bytes(100)))


@_file
def png_without_width() -> bytes:
    return png(0, 100)


@_file
def png_of_fifty_one_million_pixels() -> bytes:
    return png(7150, 7150)


@_file
def png_of_zeros() -> bytes:
    """49 million pixels in 50 KB: as much as is taken, and quickly so."""
    return png(7000, 7000, data=zlib.compress(bytes((7000 * 3 + 1) * 7000), 9))


@_file
def png_that_goes_on_unpacking() -> bytes:
    return png(10, 10, data=zlib.compress(bytes(200_000_000), 9))


@_file
def png_with_a_text_bomb() -> bytes:
    return png(10, 10, chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(300_000_000), 9)))


@_file
def png_with_a_hundred_thousand_texts() -> bytes:
    return png(10, 10, chunk(b"tEXt", b"Comment\0" + b"x" * 30) * 100_000)


@_file
def png_with_a_profile_bomb() -> bytes:
    return png(10, 10, chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(200_000_000), 9)))


@_file
def png_with_a_false_checksum() -> bytes:
    return png(10, 10)[:-16] + b"\0\0\0\0" + png(10, 10)[-12:]


@_file
def png_with_a_chunk_of_four_gigabytes() -> bytes:
    return png(10, 10)[:33] + b"\xff\xff\xff\xffIDAT" + bytes(100)


@_file
def apng_of_a_million_frames() -> bytes:
    return png(2000, 2000, chunk(b"acTL", struct.pack(">II", 1_000_000, 0)))


@_file
def truncated_jpeg() -> bytes:
    return photo()[:3000]


@_file
def truncated_png() -> bytes:
    return photo(kind="PNG")[:900]


@_file
def jpeg_of_four_billion_pixels() -> bytes:
    head = photo(64, 64)
    start = head.index(b"\xff\xc0") if b"\xff\xc0" in head else head.index(b"\xff\xc2")
    return head[: start + 5] + struct.pack(">HH", 65_500, 65_500) + head[start + 9 :]


@_file
def jpeg_with_a_zip_behind_it() -> bytes:
    return photo() + b"PK\x03\x04" + bytes(2000) + b"<?php system($_GET[0]); ?>"


@_file
def jpeg_with_a_script_for_comment() -> bytes:
    return saved("JPEG", comment=b"<script>alert(1)</script>")


@_file
def jpeg_with_lying_exif() -> bytes:
    lying = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 65_535) + struct.pack("<HHII", 0x112, 4, 0xFFFFFFFF, 8) * 20
    return saved("JPEG", exif=lying)


@_file
def jpeg_with_exif_that_turns_in_circles() -> bytes:
    circle = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", 1) + struct.pack("<HHII", 0x8769, 4, 1, 8) + struct.pack("<I", 8)
    return saved("JPEG", exif=circle)


@_file
def jpeg_with_entities_in_its_xmp() -> bytes:
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    return saved("JPEG", xmp=entities + b'<x:xmpmeta xmlns:x="adobe:ns:meta/">&b;</x:xmpmeta>')


@_file
def jpeg_with_a_file_in_its_xmp() -> bytes:
    return saved("JPEG", xmp=b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>')


@_file
def jpeg_with_deep_xmp() -> bytes:
    return saved("JPEG", xmp=b"<a>" * 9000 + b"</a>" * 9000)


@_file
def jpeg_with_a_false_profile() -> bytes:
    return saved("JPEG", icc_profile=b"\0\0\0\x80lcms" + bytes(range(256)) * 40)


@_file
def progressive_jpeg_of_many_scans() -> bytes:
    whole = saved("JPEG", (1500, 1500), progressive=True)
    scan = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[scan:-2] * 300 + b"\xff\xd9"


@_file
def gif_of_a_million_frames() -> bytes:
    return gif(1, 1, 800_000)


@_file
def gif_of_large_ground() -> bytes:
    return gif(65_535, 65_535, 2)


@_file
def gif_of_large_frames() -> bytes:
    return gif(6000, 6000, 290)


@_file
def gif_that_never_ends() -> bytes:
    return gif(20, 20, 1)[:-3] + b"\xff" * 100_000


@_file
def webp_of_the_largest_size() -> bytes:
    head = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + (16_382).to_bytes(3, "little") * 2
    return b"RIFF" + struct.pack("<I", 4 + len(head)) + b"WEBP" + head


@_file
def truncated_webp() -> bytes:
    return saved("WEBP", (1200, 900))[:400]


@_file
def webp_of_many_frames() -> bytes:
    frames = [Image.new("RGB", (200, 200), (index % 256, 0, 0)) for index in range(400)]
    file = io.BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], duration=20, method=0)
    return file.getvalue()


@_file
def heic_of_a_billion_tiles() -> bytes:
    size = struct.pack(">II", 0x7FFFFFFF, 0x7FFFFFFF)
    properties = box(b"iprp", box(b"ipco", box(b"ispe", bytes(4), size)), box(b"ipma", bytes(4), struct.pack(">IHBB", 1, 1, 1, 1)))
    item = box(b"infe", b"\x02\0\0\0", struct.pack(">HH", 1, 0), b"grid\0")
    meta = box(b"meta", bytes(4), box(b"hdlr", bytes(8), b"pict", bytes(13)), box(b"pitm", bytes(4), b"\0\1"),
               box(b"iinf", bytes(4), b"\0\1", item), properties, box(b"idat", b"\0\x01\xff\xff" + size))
    return box(b"ftyp", b"heic", bytes(4), b"mif1heic") + meta


@_file
def heic_that_claims_a_large_size() -> bytes:
    whole = bytearray(saved("HEIF", (512, 512)))
    start = whole.index(b"ispe") + 8
    whole[start : start + 8] = struct.pack(">II", 60_000, 60_000)
    return bytes(whole)


@_file
def truncated_heic() -> bytes:
    return saved("HEIF", (800, 600))[:-200]


@_file
def avif_that_claims_a_large_size() -> bytes:
    whole = bytearray(saved("AVIF", (512, 512)))
    start = whole.index(b"ispe") + 8
    whole[start : start + 8] = struct.pack(">II", 60_000, 60_000)
    return bytes(whole)


@_file
def truncated_avif() -> bytes:
    return saved("AVIF", (800, 600))[:-100]


@_file
def avif_of_too_many_pixels() -> bytes:
    return saved("AVIF", (5200, 5200), speed=10)


@_file
def boxes_within_boxes() -> bytes:
    inner = b""
    for _ in range(20_000):
        inner = inner[:60_000]
        inner = box(b"meta", bytes(4), inner)
    return box(b"ftyp", b"avif", bytes(4), b"mif1avif") + inner


@_file
def one_pixel() -> bytes:
    return saved("PNG", (1, 1))


@_file
def a_line_of_forty_thousand() -> bytes:
    return saved("PNG", (40_000, 1))


@_file
def a_line_that_is_too_long() -> bytes:
    return saved("PNG", (40_001, 1), "1")


@_file
def cmyk() -> bytes:
    return saved("JPEG", mode="CMYK")


@_file
def palette_with_transparency() -> bytes:
    return saved("PNG", mode="P", transparency=0)


@_file
def one_bit() -> bytes:
    return saved("PNG", mode="1")


@_file
def jpeg_named_png() -> bytes:
    return photo()
