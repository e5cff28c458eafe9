"""Whatever is handed in, nothing active comes out."""

from __future__ import annotations

import pytest

from publishers.rendering import render
from publishers.rendering.checker import check
from publishers.rendering.sanitize import clean

VECTORS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](java\nscript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    '<a href="&#x6a;avascript:alert(1)">x</a>',
    "<svg onload=alert(1)>",
    '<svg><p><style><g title="</style><img src onerror=alert(1)>">',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '![x" onerror="alert(1)](/a.png "t\\" onload=\\"x")',
    "![x](data:image/svg+xml;base64,AAAA)",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<div style="position:fixed;top:0">x</div>',
    '<p style="background:url(javascript:1)">x</p>',
    '```"><script>alert(1)</script>\ncode</code></pre><script>1</script>\n```',
    "`<img src=x onerror=1>`",
    "<<script>alert(1)//<</script>",
    '<IMG """><SCRIPT>alert("XSS")</SCRIPT>"\\>',
    '<a href="https://mp.weixin.qq.com@evil.com">x</a>',
    "[x](https://evil.com\\@mp.weixin.qq.com)",
    "[x](https://mp.weixin.qq.com.evil.com/)",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form action=javascript:alert(1)><input type=submit>",
    '<object data="javascript:1">',
    "<!--><img src=x onerror=1>-->",
    "<!-- --!><img src=x onerror=1> -->",
    "<b><p>x</b>y</p>",
    "*a<b*c</b>",
    "<sub>a",
    "<b>**x</b>**",
    "[<b>x](https://a.cn)</b>",
    "<details><summary>x</summary>y</details>",
    '<style>@import "x"</style>',
    "<base href=//evil>",
    "<meta http-equiv=refresh content=0>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\ue0000",
    "\x00<scr\x00ipt>",
    '<img src="x` `<script>alert(1)</script>"` `>',
    '<a href="javascript&colon;alert(1)">x</a>',
    '<a href="java&Tab;script:alert(1)">x</a>',
    "<div>\n<ul> <li>a <li>b <ul><li>c</ul></ul>\n<table> <tr> <td> a </table></div>",
    "<p>a<table><td>b",
    "<h2>a<p>b</h2>",
    "<a href=https://mp.weixin.qq.com/s/1><p>x</p></a>",
    "<section><pre>a  b\n\tc</pre></section>",
    "<pre>\n  x\n</pre>",
    '<ol start="1 onclick">',
    "<span onclick=1>a</span>b",
    "{{7*7}}",
    "<b onmouseover=alert(1)>x</b>",
    "[a]: javascript:alert(1)\n\n[a]",
    "<javascript:alert(1)>",
    "![a](//evil.com/x.png)",
    '<mp-common-profile data-id="1" onclick=1 data-headimg="javascript:1"></mp-common-profile>',
    "> - > - > - > - > - > - > - > - a",
    "1. - 1. - 1. - x",
    "<rt>a</rt><ruby>b",
    "![a](b c.png)",
    "![中文](/assets/图 片.png)",
    "![a](</assets/图 片.png>)",
    "[^1]\n\n[^1]: [^1] loop",
    "[^a] [^b]\n\n[^a]: x[^b]\n[^b]: y[^a]",
    "<xmp><img src=x onerror=1></xmp>",
    "<textarea><img src=x onerror=1></textarea>",
    "<p>x</p><plaintext>",
    "<br/onclick=1>",
    "</section></section>x",
    "x</p></section>",
    "</section>\n\nx",
    "- a\n\n\n  </li></ul>",
    "|a|b|\n|-|-|\n|</td>|<script>|",
    "# <script>x",
    "> [!NOTE] <img src=x onerror=1>\n> x",
]

@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_active_comes_out(vector: str) -> None:
    for source in (
        vector,
        f"- {vector}",
        f"> {vector}",
        f"| {vector} | b |\n|---|---|\n| {vector} | c |",
        f"**{vector}**",
    ):
        flaws = [flaw for flaw in check(render(source).html) if flaw.rule != "survival_8"]
        assert flaws == [], source


@pytest.mark.parametrize("vector", VECTORS)
def test_cleaning_twice_changes_nothing(vector: str) -> None:
    assert clean(clean(vector)) == clean(vector)
