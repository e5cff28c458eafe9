"""Drawn covers: the same every time, with the title on them, readable on any colour."""

from __future__ import annotations

import io
import time

import pytest
from PIL import Image

from publishers.pictures.covers import drawn_cover, lines_of
from publishers.pictures.results import BODY_BYTES

TITLE = "把图书角搬进车间：三十个班组的两千册书"


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def test_the_same_draws_the_same_and_another_seed_another() -> None:
    assert drawn_cover("1", TITLE) == drawn_cover("1", TITLE)
    others = [drawn_cover("2", TITLE), drawn_cover("1", TITLE, "#8f1018"), drawn_cover("1", "年会")]
    assert len({drawn_cover("1", TITLE), *others}) == 4


@pytest.mark.parametrize("accent", ["#fff", "#ffcc00", "#000000", "#1c7a4a", "#2f4fa8"])
def test_white_words_are_readable_on_every_colour(accent: str) -> None:
    picture = opened(drawn_cover("1", TITLE, accent))
    assert (picture.format, picture.size) == ("PNG", (900, 383))
    red, green, blue = (value / 255 for value in picture.getpixel((5, 5)))
    linear = [(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4) for part in (red, green, blue)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 4.5


@pytest.mark.parametrize("title", [
    "", "年", "Why pumps fail at night", "长" * 200, "（" * 40, "，。！？" * 20, "A" * 300, "一 " * 60, "👍🏽 emoji 标题",
    "\u202e倒着的字\u0000",
])
def test_any_title_can_be_drawn(title: str) -> None:
    begun = time.process_time()
    content = drawn_cover("1", title)
    assert len(content) < BODY_BYTES and opened(content).size == (900, 383)
    assert time.process_time() - begun < 1.5


def test_lines_break_where_chinese_may_break() -> None:
    assert lines_of(TITLE) == ["把图书角搬进车间：", "三十个班组的两千册书"]
    lines = lines_of("澄江机电与华东理工大学共建“流体机械联合实验室”，首批三个课题启动，未来三年投入一千二百万元")
    assert not any(line[0] in "，。、；：？！）”" or line[-1] in "“（" for line in lines)
    assert lines_of("Why pumps fail at night") == ["Why pumps", "fail at night"]
