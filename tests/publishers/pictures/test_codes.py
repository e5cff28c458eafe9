"""What QR codes in pictures say."""

from __future__ import annotations

import io
import json

import segno
from PIL import Image

from publishers.pictures import talk
from publishers.pictures.codes import codes_of
from publishers.pictures.fitting import fit


def with_code(said: str, scale: int = 5) -> Image.Image:
    """A picture with a code somewhere on it."""
    drawn = io.BytesIO()
    segno.make(said).save(drawn, kind="png", scale=scale)
    picture = Image.new("RGB", (1200, 800), "#c8d8d0")
    picture.paste(Image.open(drawn).convert("RGB"), (420, 130))
    return picture


def test_a_code_is_read_wherever_it_stands() -> None:
    assert codes_of(with_code("加微信 abc")) == ("加微信 abc",)
    assert codes_of(Image.new("RGB", (400, 300), "white")) == ()


def test_an_upload_tells_its_codes_through_the_child_process() -> None:
    file = io.BytesIO()
    with_code("https://example.com/加群").save(file, "PNG")
    answer = talk.fitted(fit(file.getvalue()))
    length = talk.HEAD.unpack(answer[:talk.HEAD.size])[0]
    head, rest = answer[talk.HEAD.size:talk.HEAD.size + length], answer[talk.HEAD.size + length:]
    about = json.loads(head)
    files = []
    for one in about["files"]:
        files.append(rest[:one[1]])
        rest = rest[one[1]:]
    assert talk.heard_fitted((about, files)).codes == ("https://example.com/加群",)
