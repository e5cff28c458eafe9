"""What WeChat would refuse or drop is said before anybody reviews the text."""

from __future__ import annotations

import pytest

from editorial.articles.revisions import Content
from publishers.preflight import ELSEWHERE, platform_problems
from publishers.rendering import render

OURS = "/assets/" + "a1" * 32


@pytest.mark.parametrize("address", [f"{OURS}.jpg", f"{OURS}.gif", "https://mmbiz.qpic.cn/mmbiz_png/abc/640?wx_fmt=png"])
def test_pictures_that_wechat_will_show_are_nothing_to_tell(address: str) -> None:
    assert _told(address) == []


@pytest.mark.parametrize("address", [
    "https://pictures.example/a.png", f"https://qunsheng.example{OURS}.jpg", f"{OURS}.svg", "/static/sample.svg",
    "https://mmbiz.qpic.cn.pictures.example/a.png",
])
def test_a_picture_that_lies_elsewhere_names_the_body_and_itself(address: str) -> None:
    assert _told(address) == [("body", {"address": address})]


def _told(address: str) -> list[tuple[str, dict[str, object]]]:
    body = f"试车台的夜里只有水声。\n\n![试车台]({address})"
    found = platform_problems(Content(title="试车台手记", body=body), render(body), "摘要")
    return [(problem.field, dict(problem.params)) for problem in found if problem.message == ELSEWHERE]
