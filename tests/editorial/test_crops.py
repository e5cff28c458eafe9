"""Crops of a cover: one way to write them, the right shape, and old content hashes that stand."""

from __future__ import annotations

import pytest

from editorial.articles import crops
from editorial.articles.revisions import Content, problems_of


@pytest.mark.parametrize(("crop", "text"), [
    ((0, 0, 1, 1), "0,0,1,1"), ((0.0, 0.125, 1.0, 0.5505319), "0,0.125,1,0.550532"),
    ((0.1, 0.2, 0.30000004, 0.4), "0.1,0.2,0.3,0.4"),
])
def test_a_crop_is_written_in_one_way(crop: crops.Crop, text: str) -> None:
    assert crops.written(crop) == text
    assert crops.written(crops.read(text) or (0, 0, 0, 0)) == text


@pytest.mark.parametrize("text", [
    "0,0,1", "0,0,1,1,1", "0,0,1,1.5", "-0.1,0,1,1", "0.5,0,0.5,1", "0,1,1,0", "a,b,c,d", "0,0,1,１", "0,0,1,1e-3", "nan,0,1,1",
    "0,0,1,0.1234567", " 0,0,1,1", "0,0,1,1\n",
])
def test_what_is_no_crop_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="crop"):
        crops.read(text)
    assert [problem.field for problem in problems_of(Content("标题", "正文", cover="a" * 64, cover_wide=text))] == ["cover_crops"]


def test_crops_need_a_cover() -> None:
    assert [problem.field for problem in problems_of(Content("标题", "正文", cover_square="0,0,1,1"))] == ["cover_crops"]


@pytest.mark.parametrize("ratio", [crops.WIDE, crops.SQUARE])
@pytest.mark.parametrize("size", [(1440, 1080), (800, 2400), (1440, 300), (1, 1), (613, 613)])
@pytest.mark.parametrize("focus", [(0.5, 0.5), (0.0, 0.0), (1.0, 1.0), (0.9, 0.2)])
def test_a_suggestion_lies_inside_and_has_the_shape(size: tuple[int, int], ratio: float, focus: tuple[float, float]) -> None:
    crop = crops.read(crops.written(crops.suggested(*size, ratio, focus)))
    assert crop is not None and crops.has_shape(crop, *size, ratio)
    assert not crops.has_shape(crop, *size, 3.3 / ratio)


def test_a_suggestion_holds_its_focus() -> None:
    left, top, right, bottom = crops.suggested(1440, 1080, crops.SQUARE, (0.8, 0.5))
    assert left <= 0.8 <= right and left > 0.2 and (top, bottom) == (0.0, 1.0)


def test_hashes_from_before_there_were_crops_stand() -> None:
    before = Content("标题", "正文", author="林书瑶", cover="a" * 64)
    assert before.content_hash == "f866a9c8c808c78622dfab71310cad05a16f368151fe997278368ec2058711e8"
    assert before.changed(cover_wide="0,0,1,0.5").content_hash != before.content_hash
