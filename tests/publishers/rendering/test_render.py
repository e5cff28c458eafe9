"""What a rendering says about itself, the ways of writing that authors have, and economy."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError

import pytest

from publishers.rendering import THEMES, Limits, ThemeUnknown, findings, render
from publishers.rendering.checker import check
from publishers.rendering.contrast import weak_readings

STORY = """## 从两百步到二十步

上周五下午，装配二车间的早会比平时长了十分钟。班长老周把一张手绘的工位图贴在白板上，红线标出的是每天来回走的路。他说：“一个人一天多走两百步，一年下来就是从北京走到天津。”大家先是笑，随后安静下来，有人走到白板前，把自己的工位也画了上去。

图上最长的一条线属于物料员小陈。她每天要从线头走到线尾取四次螺栓，单程七十二米。**“习惯了，没觉得远。”**她说。可是把四趟乘上二百五十个工作日，数字摆在那里，谁也没法说不远。

当天下午，大家把螺栓盒挪到了线中，又用两根旧滑轨做了一个回收槽。改动没有花一分钱，用的全是库房里的旧料。第二天试运行，小陈的步数从一万三降到了八千，下班时她特意把手机举起来给大家看。

![挪到线中的螺栓盒](/assets/8f3a/line.jpg "螺栓盒挪到线中以后")

- 挪动螺栓盒，单程从七十二米缩短到十八米；
- 回收槽用旧滑轨自制，空盒自己滑回线头；
- 点检表贴在设备侧面，换班时一眼就能看到。

> 改善不一定要花钱，先把每天重复最多的那件事找出来。

这已经是今年第三十七个来自一线的小改善。按照公司的[改善提案办法](https://intra.example.com/kaizen)，每一条都会在十个工作日内得到答复，被采用的当月公示。下个月，工艺部会把这三十七条编成一本小册子，发到每个班组。
"""


def test_a_rendering_counts_itself() -> None:
    rendered = render(STORY)
    assert rendered.source_characters == len(rendered.html)
    assert rendered.bytes == len(rendered.html.encode())
    assert rendered.characters == len("".join(rendered.plain.split()))
    assert rendered.images == ("/assets/8f3a/line.jpg",)
    assert rendered.links == ("https://intra.example.com/kaizen",)
    assert rendered.findings == ()
    assert 54 <= len(rendered.digest) <= 120
    with pytest.raises(FrozenInstanceError):
        rendered.html = ""  # type: ignore[misc]


def test_the_same_source_gives_the_same_html() -> None:
    assert render.__wrapped__(STORY) == render.__wrapped__(STORY) == render(STORY)


def test_economy() -> None:
    prose = "\n\n".join(part for part in STORY.split("\n\n") if part[0] not in "-!>")
    assert render(prose).source_characters <= 2.2 * render(prose).characters
    assert render(STORY).source_characters <= 2.75 * render(STORY).characters
    assert render(STORY, "plain").source_characters < render(STORY).source_characters


def test_an_unknown_theme_is_said() -> None:
    with pytest.raises(ThemeUnknown):
        render("文", "no-such-theme")


def bare(markdown: str) -> str:
    rendered = render(markdown).html
    assert check(rendered) == []
    return re.sub(r' style="[^"]*"', "", rendered)


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        (
            "准备如下：\n- 水\n- 药",
            "<p>准备如下：</p><ul><li><section>水</section></li><li><section>药</section></li></ul>",
        ),
        ("3. 三\n4. 四", '<ol start="3"><li><section>三</section></li><li><section>四</section></li></ol>'),
        ("~~删~~", "<p><s>删</s></p>"),
        ("#安全月# 开始了", "<p>#安全月# 开始了</p>"),
        ("H<sub>2</sub>O", "<p>H<sub>2</sub>O</p>"),
        ("{汉字|hàn zì}", "<p><ruby>汉字<rt>hàn zì</rt></ruby></p>"),
        ("2*3*4 与 a_b_c", "<p>2<em>3</em>4 与 a_b_c</p>"),
        ("**bold*it***", "<p><strong>bold<em>it</em></strong></p>"),
        ("`a  b`", "<p><code>a&nbsp;&nbsp;b</code></p>"),
        (r"\*不是\*", "<p>*不是*</p>"),
        ("AT&T &copy; 3 < 4", "<p>AT&amp;T © 3 &lt; 4</p>"),
        ("{{7*7}}", "<p>{{7*7}}</p>"),
        ("---\ntitle: 题\n---\n正文", "<p>正文</p>"),
        ("> [!TIP]\n> 带伞", "<section><p>提示</p><p>带伞</p></section>"),
        ("> 一\n>\n> 二", "<blockquote><p>一</p><p>二</p></blockquote>"),
        ('![图](/a.png "说明")', '<section><img src="/a.png" alt="图"><p>说明</p></section>'),
        (
            "- 步骤\n\n  ```\n  a b\n  ```",
            "<ul><li><section><section>步骤</section><pre><code>a&nbsp;b</code></pre></section></li></ul>",
        ),
        ("[甲][1]\n\n[1]: https://mp.weixin.qq.com/s/1", '<p><a href="https://mp.weixin.qq.com/s/1">甲</a></p>'),
    ],
)
def test_ways_of_writing(markdown: str, expected: str) -> None:
    assert bare(markdown) == expected


def test_limits_are_taken_as_the_house_takes_them() -> None:
    def severities(markdown: str, taken: Limits) -> dict[str, str]:
        return {finding.rule: finding.severity for finding in render(markdown, "default", taken).findings}

    long, wide = "字" * 20_000, "[甲](https://a.cn/)\n\n" * 900
    assert severities(long, Limits()) == {"visible_too_long": "blocker"}
    assert severities(wide, Limits()) == {"source_long": "advice"}
    assert severities(long, Limits(visible="advice", source="blocker")) == {"visible_too_long": "advice", "source_long": "blocker"}
    assert render(long, "default", Limits(visible="advice")).html == render(long).html


@pytest.mark.parametrize(
    ("markdown", "rule"),
    [
        ("", "empty_body"),
        ("字" * 20_000, "visible_too_long"),
        ("[甲](https://a.cn/)\n\n" * 900, "source_long"),
        ("[x](javascript:1)", "link_refused"),
        ("![x](data:image/png;base64,AA)", "picture_refused"),
        ("![](/a.png)", "picture_without_alt"),
        ("<video>x</video>", "html_removed"),
        ("见[^1]", "footnote_missing"),
        ("```\nx", "fence_open"),
        ("$$\\frac{1$$", "formula_wrong"),
        ("$$\n\\nosuch\n$$", "formula_wrong"),
        ("```mermaid\ngraph TD\n```", "diagram_left"),
        ("::account[群声]", "card_incomplete"),
        ("文" * 120_001, "source_cut"),
    ],
)
def test_findings(markdown: str, rule: str) -> None:
    found = {finding.rule: finding for finding in render(markdown).findings}
    assert rule in found
    assert found[rule].text


def test_spaces_between_scripts_are_left_alone_and_mixed_ones_remarked() -> None:
    assert render("中文 abc 中文").plain == "中文 abc 中文"
    assert render("中文abc中文").plain == "中文abc中文"
    mixed = render("用 API 调，用API调，看 SDK 写，看SDK写，按 CI 跑，按CI跑，连 CD 发，连CD发")
    assert [(finding.rule, finding.severity) for finding in mixed.findings] == [("spacing_mixed", "advice")]
    assert "API" in mixed.findings[0].where
    assert render("用 API 调，看 SDK 写，按 CI 跑，连 CD 发").findings == ()


@pytest.mark.parametrize("name", THEMES)
def test_every_kind_of_box_can_be_read_by_day_and_in_the_dark(name: str) -> None:
    kinds = ("note", "tip", "important", "warning", "caution")
    html = render("\n\n".join(f"::: {kind}\n文 ==重点== `码`\n:::" for kind in kinds), name).html
    assert check(html) == []
    assert weak_readings(html) == []


def test_what_follows_in_an_item_stays_behind_it() -> None:
    assert bare("- 一\n\n  - 二\n\n  三\n- 四") == (
        "<section><section>• 一</section><section>◦ 二</section><section>三</section><section>• 四</section></section>"
    )


def test_every_finding_has_a_remedy() -> None:
    for rule, (severity, message, suggestion) in findings._SAYINGS.items():
        assert severity in ("blocker", "advice"), rule
        assert message.endswith(".") and suggestion.endswith("."), rule
