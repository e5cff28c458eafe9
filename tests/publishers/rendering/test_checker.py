"""Each of the ten rules finds what it is there for, and lets pass what stands beside it."""

from __future__ import annotations

import pytest

from publishers.rendering import checker
from publishers.rendering.checker import check, lasting_flaws

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" fill="currentColor" style="width:2ex;height:2ex">'
PICTURE = '<img src="/a.png" alt="图" style="max-width:100%">'

FLAWED = [
    (1, "<div>文</div>"),
    (1, '<p class="a">文</p>'),
    (1, '<p id="a">文</p>'),
    (1, "<p>文<!-- 记 --></p>"),
    (1, "<style>p{}</style>"),
    (1, "<p>文<section>块</section></p>"),
    (1, "<p><strong>文</p></strong>"),
    (2, '<a href="https://example.com/">文</a>'),
    (2, '<a href="#a">文</a>'),
    (2, '<a href="https://mp.weixin.qq.com.evil.cn/">文</a>'),
    (3, '<p style="color:var(--a)">文</p>'),
    (3, '<p style="width:calc(1px + 1em)">文</p>'),
    (3, '<p style="color:color-mix(in srgb,red,blue)">文</p>'),
    (3, '<p style="padding:env(safe)">文</p>'),
    (3, '<p style="position:fixed">文</p>'),
    (3, '<p style="color:red!important">文</p>'),
    (3, '<p style="font-family:serif">文</p>'),
    (3, '<p style="text-align:start">文</p>'),
    (3, '<p style="line-height:0">文</p>'),
    (4, '<img src="/a.png" style="max-width:100%">'),
    (4, '<img src="/a.png" alt="图">'),
    (4, '<img src="data:image/png;base64,AA" alt="图" style="max-width:100%">'),
    (4, '<img src="https://a.cn/图.png" alt="图" style="max-width:100%">'),
    (5, "<ul><li><strong>标</strong>文</li></ul>"),
    (5, "<ul><li><section><p>文</p></section></li></ul>"),
    (5, "<ul> <li><section>文</section></li></ul>"),
    (5, "<ul><li><section>• 文</section></li></ul>"),
    (5, "<ul><li><section><ul><li><section><ul></ul></section></li></ul></section></li></ul>"),
    (6, '<pre style="overflow-x:auto"><code>a\nb</code></pre>'),
    (6, '<pre style="overflow-x:auto"><code>a  b</code></pre>'),
    (6, "<pre><code>a</code></pre>"),
    (7, f'{SVG}<use href="#a"></use></svg>'),
    (7, f'{SVG}<path d="M0 0" fill="url(#a)"></path></svg>'),
    (7, f"{SVG}<foreignObject><p>文</p></foreignObject></svg>"),
    (7, '<svg viewBox="0 0 9 9"></svg>'),
    (7, '<svg style="width:9px;height:9px"></svg>'),
    (7, "<p><path></path></p>"),
    (8, "<p>**文**</p>"),
    (8, "<p>$$x$$</p>"),
    (8, "<p>文[^1]</p>"),
    (8, "<p>::: tip</p>"),
    (8, "<p>```</p>"),
    (8, "<p>\ue0000</p>"),
    (9, "<section>" * 16 + "文" + "</section>" * 16),
    (9, "<p>" + "文" * 20_000 + "</p>"),
    (9, f'{SVG}<path d="{"M0 0" * 300_000}"></path></svg>'),
    (10, '<p onclick="x()">文</p>'),
    (10, '<iframe data-src="https://evil.cn/"></iframe>'),
]


@pytest.mark.parametrize(("rule", "html"), FLAWED)
def test_a_flaw_is_found_by_its_rule(rule: int, html: str) -> None:
    assert f"survival_{rule}" in {flaw.rule for flaw in check(html)}


@pytest.mark.parametrize(
    "html",
    [
        f"<section><p>文{PICTURE}</p></section>",
        f"{SVG}<path d=\"M0-1h2v.5c1 2 3 4 5 6z\"></path><text x=\"1\" y=\"-2\" font-size=\"9\">文</text></svg>",
        "<ul><li><section>文<section>二</section></section></li></ul>",
        '<pre style="overflow-x:auto"><code style="font-family:monospace">a&nbsp;b<br>c</code></pre>',
        '<a href="https://mp.weixin.qq.com/s/1">文</a>',
        '<iframe data-vidtype="1" data-src="https://v.qq.com/iframe/preview.html?vid=a1234567890"></iframe>',
        '<section style="overflow-x:auto"><table><tr><td colspan="2">文</td></tr></table></section>',
        "<p>US$5，a * b，[注]，三个点…</p>",
    ],
)
def test_what_survives_passes(html: str) -> None:
    assert check(html) == []


def test_every_rule_is_tried_and_has_its_words() -> None:
    assert {rule for rule, _ in FLAWED} == set(range(1, 11))
    assert len(checker.messages()) == 10


def test_words_that_look_like_markdown_stop_no_sign_off() -> None:
    assert lasting_flaws("<p>写作 **粗** 即可</p>") == []
    assert [flaw.rule for flaw in lasting_flaws('<p onclick="x()">文</p>')] == ["survival_10"]
