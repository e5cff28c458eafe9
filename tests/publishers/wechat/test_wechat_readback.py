"""What WeChat's rewriting may change without being a difference, and what may not."""

from __future__ import annotations

import pytest

from publishers.wechat.readback import difference

SENT = '<section id="a"><p style="color:#333">第一段，<b>重点</b>在此。<br/>第二行</p><img src="https://mmbiz.qpic.cn/1/0"></section>'


def compared(kept: str) -> str:
    return difference([{"content": SENT}], [{"content": kept}])


@pytest.mark.parametrize(
    "kept",
    [
        SENT,
        '<section><p style="color:#333;">第一段，<b>重点</b>在此。<br  />\n第二行</p>'
        '<img data-src="https://mmbiz.qpic.cn/1/640?from=appmsg"></section>',
        '<section><p><span leaf="">第一段，</span><b>重点</b>在此。<br>第二行&#8203;</p>'
        '<img src="x" data-src="y" /></section>',
    ],
)
def test_rewriting_is_no_difference(kept: str) -> None:
    assert compared(kept) == ""


def test_a_lost_picture_is_told() -> None:
    assert compared(SENT.replace("<img", "<b")) == "article 1: 0 of 1 pictures"


def test_lost_words_are_told() -> None:
    assert compared(SENT.replace("重点", "")) == "article 1: text"


def test_a_lost_article_is_told() -> None:
    assert difference([{"content": SENT}] * 2, [{"content": SENT}]) == "1 of 2 articles"
