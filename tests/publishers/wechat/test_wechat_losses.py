"""What WeChat left out is found where it was, and what it only rewrote is not."""

from __future__ import annotations

import pytest

from publishers.wechat.losses import Loss, losses, marked, remembered, written

SENT = (
    '<section><p style="margin:0">第一段，<b>重点</b>在此。<br/>第二行</p>'
    '<p><img src="https://mmbiz.qpic.cn/mmbiz_png/aaa/0" alt="甲"/></p>'
    "<table><tr><td>车间</td><td>数量</td></tr></table>"
    '<p>参见<a href="https://mp.weixin.qq.com/s/abc">上一期</a>的报道。</p>'
    '<p><img src="https://mmbiz.qpic.cn/mmbiz_png/bbb/0" alt="乙"></p><p>最后一段话，讲三个故事。</p></section>'
)


@pytest.mark.parametrize("kept", [
    SENT,
    SENT.replace('src="https://mmbiz.qpic.cn/mmbiz_png/aaa/0"', 'data-src="http://mmbiz.qpic.cn/mmbiz_png/aaa/640?from=appmsg"')
        .replace('src="https://mmbiz.qpic.cn/mmbiz_png/bbb/0"', 'data-src="http://mmbiz.qpic.cn/mmbiz_png/bbb/640?from=appmsg"'),
    SENT.replace("第一段，", '<span leaf="">第一段，</span>').replace("<br/>", "<br  />\n").replace("第二行", "第二行&#8203;"),
    SENT.replace('"https://mmbiz.qpic.cn/mmbiz_png/aaa/0"', '"https://a.example/1"')
        .replace('"https://mmbiz.qpic.cn/mmbiz_png/bbb/0"', '"https://a.example/2"'),
    "", " ",
])
def test_rewriting_loses_nothing(kept: str) -> None:
    assert losses(SENT, kept) == []


@pytest.mark.parametrize(("kept", "found"), [
    (SENT.replace("<b>重点</b>", ""), [Loss("text", 4, "重点", 2)]),
    (SENT.replace("<p>最后一段话，讲三个故事。</p>", ""), [Loss("text", 25, "最后一段话，讲三个故事。", 12)]),
    (SENT.replace('<img src="https://mmbiz.qpic.cn/mmbiz_png/aaa/0" alt="甲"/>', ""), [Loss("picture", 0)]),
    (SENT.replace('<img src="https://mmbiz.qpic.cn/mmbiz_png/bbb/0" alt="乙">', ""), [Loss("picture", 1)]),
    (SENT.replace('<a href="https://mp.weixin.qq.com/s/abc">上一期</a>', "上一期"), [Loss("link", 0, "上一期")]),
    (SENT.replace("<table><tr><td>", "<p>").replace("</td><td>", "").replace("</td></tr></table>", "</p>"),
     [Loss("form", -1, "table", 1), Loss("form", -1, "tr", 1)]),
])
def test_a_loss_is_found_where_it_was(kept: str, found: list[Loss]) -> None:
    assert losses(SENT, kept) == found
    assert remembered(written([found, []])) == [found, []]


def test_only_what_a_reader_misses_stops_it() -> None:
    kinds = [Loss(kind, 0) for kind in ("text", "picture", "link", "form")]
    assert [one.blocks for one in kinds] == [True, True, False, False]
    assert written([[], []]) == "" and remembered("") == []


def test_marks_stand_around_what_is_missing_and_change_nothing_else() -> None:
    found = [Loss("text", 4, "重点", 2), Loss("picture", 1), Loss("link", 0, "上一期")]
    shown = marked(SENT, found)
    assert "<b><mark class=lost>重点</mark></b>" in shown and "<mark class=lost>上一期</mark></a>" in shown
    assert '<span class=lost-picture><img src="https://mmbiz.qpic.cn/mmbiz_png/bbb/0" alt="乙"></span>' in shown
    assert marked(SENT, []) == SENT


def test_text_that_looks_like_markup_stays_text() -> None:
    assert marked("<p>a &lt;b&gt; &amp; c</p>", []) == "<p>a &lt;b&gt; &amp; c</p>"
