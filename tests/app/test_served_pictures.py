"""Files that are two things at once, under names and types that lie: what is served is a picture, of its true type, and no more."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from PIL import Image, PngImagePlugin

from editorial.people.people import Person
from tests.app.browser import Browser

SCRIPT = b"<script>hit()</script>"
PAGE = b"<!doctype html><body onload=hit()>" + SCRIPT
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="hit()"></svg>'
BEGINNINGS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8"}
LEFT_OVER = (b"script", b"hit()", b"onload", b"PK\x03\x04", b"%PDF", b"<?php", b"#!/")
LIES = (
    ("x.svg", "image/svg+xml"), ("x.html", "text/html"), ("x.png.html", "text/html; charset=utf-8"), ("x.js", "text/javascript"),
    ("x.xhtml", "application/xhtml+xml"), ("x.jar", "application/java-archive"), ("x.swf", "application/x-shockwave-flash"),
    ("x.png\x00.html", "image/png"), ('x.png"; filename="y.html', "image/png"), ("x.htm%00.png", "image/png; charset=x"),
    ("../x.php", "application/x-httpd-php"), ("<img src=x onerror=hit()>.png", "*/*"), ("x.mht", "message/rfc822"), ("x", ""),
)


def drawn(kind: str, **words: Any) -> bytes:
    """A small picture file."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize((64, 48)).convert("RGB").save(file, kind, **words)
    return file.getvalue()


def moving(**words: Any) -> bytes:
    """A GIF of three frames."""
    frames = [Image.new("P", (64, 48), number) for number in range(3)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=90, loop=0, **words)
    return file.getvalue()


def archive() -> bytes:
    """A jar, which is read from its end."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as jar:
        jar.writestr("Hit.class", SCRIPT)
    return file.getvalue()


def with_words(key: str) -> bytes:
    """A PNG with a page in one of its text chunks."""
    words = PngImagePlugin.PngInfo()
    words.add_text(key, PAGE.decode())
    words.add_itxt(key + " 2", PAGE.decode())
    return drawn("PNG", pnginfo=words)


def with_chunk(name: bytes, data: bytes) -> bytes:
    """A PNG with a chunk of one's own before its end."""
    whole = drawn("PNG")
    chunk = struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    return whole[:-12] + chunk + whole[-12:]


TWO_THINGS: dict[str, Callable[[], bytes]] = {
    "png and page": lambda: drawn("PNG") + PAGE,
    "png and svg": lambda: drawn("PNG") + SVG,
    "png and jar": lambda: drawn("PNG") + archive(),
    "gif and jar": lambda: drawn("GIF") + archive(),
    "moving gif and jar": lambda: moving() + archive(),
    "jpeg and jar": lambda: drawn("JPEG") + archive(),
    "jpeg and pdf": lambda: drawn("JPEG") + b"%PDF-1.7\n" + PAGE,
    "jpeg and php": lambda: drawn("JPEG") + b"<?php hit(); ?>",
    "webp and page": lambda: drawn("WEBP") + PAGE,
    "page in a png's words": lambda: with_words("Comment"),
    "page in a png's title": lambda: with_words("XML:com.adobe.xmp"),
    "page in a png's own chunk": lambda: with_chunk(b"haXx", PAGE),
    "svg in a png's own chunk": lambda: with_chunk(b"svGx", SVG),
    "page in a jpeg's comment": lambda: drawn("JPEG", comment=PAGE),
    "page in a jpeg's exif": lambda: drawn("JPEG", exif=b"Exif\x00\x00" + PAGE),
    "page in a jpeg's profile": lambda: drawn("JPEG", icc_profile=PAGE * 9),
    "page in a png's profile": lambda: drawn("PNG", icc_profile=PAGE * 9),
    "page in a gif's comment": lambda: drawn("GIF", comment=PAGE),
    "page in a moving gif's comment": lambda: moving(comment=PAGE),
    "page in a webp's metadata": lambda: drawn("WEBP", exif=PAGE, xmp=PAGE, icc_profile=PAGE),
    "script in a gif's width": lambda: b"GIF89a/*" + drawn("GIF")[8:] + b"*/=1;hit()",
}


@pytest.fixture
def contributor(app: Flask, people: dict[str, Person]) -> Browser:
    """The contributor's browser."""
    return Browser(app, people["contributor"])


def sent(contributor: Browser, content: bytes, name: str, content_type: str) -> Any:
    """Upload a file under this name and type."""
    return contributor.send("/assets", file=(io.BytesIO(content), name, content_type))


def expect_a_picture(contributor: Browser, url: str) -> None:
    """What stands at `url` is of its true type, alone, and can do nothing in a browser."""
    answer = contributor.client.get(url)
    assert answer.status_code == 200
    assert answer.data.startswith(BEGINNINGS[answer.content_type])
    assert not [one for one in LEFT_OVER if one in answer.data]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "Content-Disposition" not in answer.headers


@pytest.mark.parametrize("kind", TWO_THINGS)
def test_one_of_the_two_is_left_behind(contributor: Browser, kind: str) -> None:
    answer = sent(contributor, TWO_THINGS[kind](), "x.png", "image/png")
    if answer.status_code == 422:
        assert answer.get_json()["errors"][0]["field"] == "file"
        return
    assert answer.status_code in (200, 201)
    expect_a_picture(contributor, answer.get_json()["url"])


@pytest.mark.parametrize(("name", "content_type"), LIES)
def test_neither_name_nor_type_is_believed(contributor: Browser, name: str, content_type: str) -> None:
    turn = [one for one, _ in LIES].index(name)
    answer = sent(contributor, (drawn("PNG"), moving())[turn % 2], name, content_type)
    assert answer.status_code in (200, 201), answer.text
    url = answer.get_json()["url"]
    expect_a_picture(contributor, url)
    for other in ("html", "svg", "js", "xml", "htm", "png.html"):
        assert contributor.status(f"{url.rpartition('.')[0]}.{other}") == 404
    assert sent(contributor, (PAGE, SVG, archive())[turn % 3], name, content_type).status_code == 422
