"""Every quirk of WeChat's editor that Markdown can meet, by its number, with the output that survives."""

from __future__ import annotations

import re

import pytest

from publishers.rendering import THEMES, render
from publishers.rendering.checker import check


def html(markdown: str) -> str:
    rendered = render(markdown).html
    assert check(rendered) == []
    return rendered


def bare(markdown: str) -> str:
    return re.sub(r' style="[^"]*"', "", html(markdown))


EVERYTHING = """# 一

## 二

### 三

文**粗**[链](https://a.cn)`码` $x$

> 引
>
> 用

> [!TIP]
> 带伞

- 一
- 二

1. 甲
   - 乙

| 班组 | 产量 |
|:--|--:|
| 甲班 | 1,284 |

```python
def f(): pass
```

---

![图](/a.png "注")
"""

FORMULAS = [
    "E=mc^2", r"\frac{-b\pm\sqrt{b^2-4ac}}{2a}", r"\left(\begin{matrix}a&b\\c&d\\e&f\\g&h\end{matrix}\right)",
    r"\ce{2H2 + O2 -> 2H2O}",
    r"\underbrace{a+b+c+d}_{n}", r"\cancel{x}\boxed{y}", r"\begin{aligned}a&=b\\&=c\end{aligned}",
]


def everything(theme: str) -> str:
    rendered = render(EVERYTHING, theme).html
    assert check(rendered) == []
    return rendered


def _drawing(formula: str) -> str:
    drawings = re.findall(r"<svg .*?</svg>", html(f"$${formula}$$"))
    assert len(drawings) == 1
    return drawings[0]


def test_quirk_01_every_block_carries_its_own_style() -> None:
    rendered = html("## 安全月\n\n正文一段。\n\n- 一\n- 二\n\n> 引用")
    for tag in ("h2", "p", "ul", "li", "blockquote"):
        assert re.search(f'<{tag} style="', rendered), tag
    assert "class=" not in rendered


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_quirk_02_themes_hold_plain_values(theme) -> None:
    assert not re.search(r"var\(|calc\(|color-mix\(|!important|position", "".join(theme.styles.values()))


def test_quirk_03_nested_lists_are_typed_sections() -> None:
    rendered = bare("- 车间\n  - 一班\n    - 甲组\n      - 早班\n- 库房")
    assert "<ul>" not in rendered
    assert [word in rendered for word in ("• 车间", "◦ 一班", "▪ 甲组", "▪ 早班", "• 库房")] == [True] * 5


def test_quirk_03_no_level_is_lost() -> None:
    rendered = render("".join(f"{'  ' * level}- 第{level}层\n" for level in range(5))).html
    indents = [float(em) for em in re.findall(r"padding-left:([\d.]+)em", rendered)]
    assert indents == sorted(set(indents))
    assert len(indents) == 5


def test_quirk_04_indent_grows_with_depth() -> None:
    rendered = html("1. 一\n   - 二\n     - 三")
    assert [float(em) for em in re.findall(r"padding-left:([\d.]+)em", rendered)] == [1.2, 2.4, 3.6]


def test_quirk_05_the_whole_item_stands_in_one_section() -> None:
    assert bare("- **标签**：说明文字") == "<ul><li><section><strong>标签</strong>：说明文字</section></li></ul>"


def test_quirk_06_no_paragraph_in_an_item() -> None:
    rendered = bare("- 第一段\n\n  第二段\n\n- 另一条")
    assert "<p>" not in rendered
    assert "<section>第一段</section><section>第二段</section>" in rendered


def test_quirk_07_nothing_between_items() -> None:
    assert re.search(r"</li>\s+<li|<ul[^>]*>\s+<li", html("- 一\n- 二\n\n- 三")) is None


def test_quirk_08_one_marker_only() -> None:
    assert "•" not in html("- 一\n- 二")


def test_quirk_09_tasks_are_signs() -> None:
    assert "☑ 点检表已上墙" in html("- [x] 点检表已上墙\n- [ ] 备件未到")
    assert "☐ 备件未到" in html("- [x] 点检表已上墙\n- [ ] 备件未到")


@pytest.mark.parametrize("language", ["", "python"])
def test_quirk_10_line_breaks_in_code_are_elements(language: str) -> None:
    rendered = html(f"```{language}\na\nb\nc\n```")
    assert re.sub(r"<(?!br)[^>]*>", "", rendered) == "a<br>b<br>c"


@pytest.mark.parametrize("language", ["", "python"])
def test_quirk_11_spaces_and_tabs_in_code_are_kept(language: str) -> None:
    rendered = html(f"```{language}\nif a:\n\tb  =  1\n```")
    shown = re.sub(r"<(?!br)[^>]*>", "", rendered)
    assert shown == "if&nbsp;a:<br>&nbsp;&nbsp;&nbsp;&nbsp;b&nbsp;&nbsp;=&nbsp;&nbsp;1"


def test_quirk_13_empty_lines_in_code_are_kept() -> None:
    assert "a<br>&nbsp;<br>&nbsp;<br>b" in html("```\na\n\n\nb\n```")


def test_quirk_12_no_span_holds_only_spaces() -> None:
    rendered = html("```python\ndef f(x, y):\n    return x + y  # 和\n```")
    assert "<span" in rendered
    assert not re.search(r"<span[^>]*>(?:&nbsp;)+</span>", rendered)


def test_quirk_14_long_lines_scroll() -> None:
    rendered = html("```\n" + "x" * 300 + "\n```")
    assert re.search(r"<pre style=\"[^\"]*overflow-x:auto", rendered)
    assert re.search(r"<code style=\"[^\"]*display:block;white-space:nowrap", rendered)


def test_quirk_15_prose_never_in_pre() -> None:
    assert "<pre" not in html("　　上周五，车间开了一次会。\n\n    四个空格开头的一段话，作者想要的是首行缩进。")


def test_quirk_16_outside_links_become_numbers() -> None:
    rendered = bare("[官网](https://a.cn/1)，[再看](https://a.cn/1)，[别处](https://b.cn)。https://c.cn/x")
    assert "<a" not in rendered
    assert rendered.count("<sup>[1]</sup>") == 2
    assert rendered.count("<sup>[2]</sup>") == 1
    assert "[1] 官网 https://a.cn/1" in rendered
    assert "[3]" not in rendered


def test_quirk_16_wechat_articles_stay_links() -> None:
    assert '<a href="https://mp.weixin.qq.com/s/x?a=1&amp;b=2">上一期</a>' in bare(
        "[上一期](https://mp.weixin.qq.com/s/x?a=1&b=2)"
    )


def test_quirk_17_footnotes_and_links_share_one_numbering() -> None:
    rendered = bare("先看[链接](https://a.cn)，再看注[^注]，又见注[^注]。\n\n[^注]: 数据截至十月。")
    assert "链接</span><sup>[1]</sup>" in rendered
    assert rendered.count("<sup>[2]</sup>") == 2
    assert "[2] 数据截至十月。" in rendered
    assert "href" not in rendered


@pytest.mark.parametrize(
    ("markdown", "width"),
    [
        ("![图|300](/a.png)", "300px"),
        ("![图](/a.png =50%)", "50%"),
        ("![图](/a.png){width=240px}", "240px"),
        ("![图|9000](/a.png)", "677px"),
    ],
)
def test_quirk_18_sizes_stand_in_the_style(markdown: str, width: str) -> None:
    assert f'style="max-width:100%;width:{width};height:auto"' in html(markdown)


def test_quirk_19_small_pictures_are_not_stretched() -> None:
    assert not re.search(r"(?<!max-)width:100%", html("![图](/a.png)"))


def test_quirk_20_addresses_are_percent_encoded() -> None:
    rendered = render("![图](</assets/现场 1.png>)")
    assert rendered.images == ("/assets/%E7%8E%B0%E5%9C%BA%201.png",)
    assert rendered.images[0] in rendered.html


@pytest.mark.parametrize("formula", FORMULAS)
def test_quirk_21_formulas_hold_their_own_shapes(formula: str) -> None:
    drawing = _drawing(formula)
    assert set(re.findall(r"<([a-zA-Z]+)", drawing)) <= {"svg", "path", "text"}
    assert not re.search(r"url\(|href|\bid=|clip", drawing)


def test_quirk_21_drawings_of_authors_are_not_taken() -> None:
    vector = '<svg viewBox="0 0 9 9"><defs><marker id="a"></marker></defs><path marker-end="url(#a)" d="M0 0"/></svg>'
    assert "<svg" not in html(f"前\n\n{vector}\n\n后")


def test_quirk_22_words_in_formulas_are_text() -> None:
    drawing = _drawing(r"\text{准点率}=\frac{\text{准点}}{\text{全部}}")
    assert "foreignObject" not in drawing
    assert re.findall(r"<text [^>]*>([^<]*)</text>", drawing) == ["准点率", "准点", "全部"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_quirk_23_drawings_have_a_view_box_and_a_size(formula: str) -> None:
    drawing = _drawing(formula)
    box = re.search(r'viewBox="(-?\d+) (-?\d+) (\d+) (\d+)"', drawing)
    size = re.search(r'style="width:([\d.]+)ex;height:([\d.]+)ex', drawing)
    assert box and size
    assert float(box[3]) / float(box[4]) == pytest.approx(float(size[1]) / float(size[2]), rel=0.03)
    assert "%" not in drawing


def test_quirk_24_words_are_placed_by_their_base_line() -> None:
    drawing = _drawing(r"\frac{\text{上}}{\text{下}}")
    above, below = (int(y) for y in re.findall(r'<text x="\d+" y="(-?\d+)"', drawing))
    assert above < 0 < below
    assert "baseline" not in drawing


@pytest.mark.parametrize("formula", FORMULAS)
def test_quirk_25_formulas_follow_the_colour_of_the_text(formula: str) -> None:
    drawing = _drawing(formula)
    assert 'fill="currentColor" stroke="currentColor"' in drawing
    assert ";fill:currentColor;stroke:currentColor" in drawing
    assert not re.search(r'class=|"(?:black|#000)"', drawing)


def test_quirk_25_frames_are_not_filled() -> None:
    assert re.search(r'<path fill="none" stroke-width="\d+"', _drawing(r"\boxed{x}"))


def test_quirk_26_the_space_beside_a_formula_stays() -> None:
    rendered = re.sub(r"<svg.*?</svg>", "∎", html("已知 $a$ 和$b$ 求\n\n- 项 $c$"))
    assert "已知&nbsp;∎&nbsp;和∎&nbsp;求" in rendered
    assert re.search(r"<li[^>]*><section>项&nbsp;∎</section></li>", rendered)


@pytest.mark.parametrize(("tag", "number"), [(r"\tag{3}", "(3)"), (r"\tag*{甲}", "甲")])
def test_quirk_27_the_number_of_a_formula_is_text(tag: str, number: str) -> None:
    rendered = html(f"$$\na=b {tag}\n$$")
    assert f"</svg>&nbsp;&nbsp;{number}</section>" in rendered


def test_quirk_28_nothing_above_the_first_block() -> None:
    assert html("## 标题\n\n正文").startswith('<h2 style="margin:0 ')
    assert html("\n\n正文").startswith('<p style="margin:0 ')


@pytest.mark.parametrize(
    ("source", "joined"),
    [
        ("一行\n二行", "一行二行"),
        ("好，\n**然后**", "好，<strong>然后</strong>"),
        ("one\ntwo", "one two"),
        ("中文\nabc", "中文 abc"),
        ("一行  \n二行", "一行<br>二行"),
        ("一行\\\n二行", "一行<br>二行"),
    ],
)
def test_quirk_29_soft_breaks_are_joined(source: str, joined: str) -> None:
    assert bare(source) == f"<p>{joined}</p>"


def test_quirk_30_indented_html_is_html() -> None:
    assert "<pre" not in html("    <section>缩进的一段</section>")


def test_quirk_31_tables_scroll() -> None:
    rendered = html("| 班组 | 产量 |\n|:--|--:|\n| 甲班 | 1,284 |")
    assert re.search(
        r'<section style="[^"]*overflow-x:auto"><table style="width:100%;border-collapse:collapse', rendered
    )
    assert all("border:" in cell and "padding:" in cell for cell in re.findall(r"<t[dh][^>]*>", rendered))
    assert "text-align:right" in rendered


@pytest.mark.parametrize("name", THEMES)
def test_quirk_32_no_font_outside_code(name: str) -> None:
    rendered = render("## 标\n\n文`码`\n\n- 一\n\n> 引", name).html
    assert not re.search(r"font-family|font:", re.sub(r"<code[^>]*>", "", rendered))


@pytest.mark.parametrize("name", THEMES)
def test_quirk_33_nothing_is_wider_than_the_column(name: str) -> None:
    rendered = everything(name)
    assert all(float(px) <= 677 for px in re.findall(r"(?<![-\w])width:([\d.]+)px", rendered))
    assert not re.search(r"margin[\w-]*:[^;\"]*-\d", rendered)


@pytest.mark.parametrize("name", THEMES)
def test_quirk_34_lines_do_not_overlap(name: str) -> None:
    heights = re.findall(r"line-height:([^;\"]+)", everything(name))
    # Short headings may be tighter than running text, never tighter than their own letters.
    assert all(re.fullmatch(r"[\d.]+", height) and float(height) >= 1.2 for height in heights), heights
    paragraphs = re.findall(r'<p style="[^"]*line-height:([\d.]+)', everything(name))
    assert all(float(height) >= 1.5 for height in paragraphs)


@pytest.mark.parametrize("name", THEMES)
def test_quirk_35_nothing_is_hidden_or_aligned_by_start(name: str) -> None:
    rendered = everything(name)
    assert not re.search(r"(?<![-\w])height:0|opacity|caret-color|text-align:(?:start|end)", rendered)


@pytest.mark.parametrize("name", THEMES)
def test_quirk_36_nothing_is_important(name: str) -> None:
    assert "!important" not in everything(name)


def test_quirk_37_deep_nesting_is_flattened() -> None:
    rendered = render("> " * 40 + "很深" + "\n\n" + "".join("  " * level + "- 层\n" for level in range(40)))
    assert check(rendered.html) == []
    assert "nesting_flattened" in {finding.rule for finding in rendered.findings}


def test_quirk_38_leaves_are_the_editors_own() -> None:
    assert "leaf" not in everything("default")


@pytest.mark.parametrize("name", THEMES)
def test_quirk_39_grounds_are_solid_and_hold_their_text(name: str) -> None:
    rendered = everything(name)
    assert not re.search(r"gradient|background-image|url\(|data-no-dark", rendered)
    for tag, rest in re.findall(r'<(\w+) style="[^"]*background:[^"]*"[^>]*>(.{0,12})', rendered):
        assert not rest.startswith(f"</{tag}>"), "a ground without text is recoloured on its own"


@pytest.mark.parametrize(
    ("source", "strong"),
    [
        ("**注意：**这里", "注意："),
        ("**“好。”**然后", "“好。”"),
        ("**归纳（induction）**来", "归纳（induction）"),
        ("**《书名》**一书", "《书名》"),
        ("他说**“可以”**。", "“可以”"),
        ("见**归纳(induction)**法", "归纳(induction)"),
        ("**100%**完成", "100%"),
        ("完成**100%**", "100%"),
    ],
)
def test_quirk_40_bold_beside_chinese_punctuation(source: str, strong: str) -> None:
    assert f"<strong>{strong}</strong>" in bare(source)
    assert "\u200b" not in render(source).html


def test_quirk_41_nothing_between_bold_and_punctuation() -> None:
    assert bare("**好**\n，走") == "<p><strong>好</strong>，走</p>"


@pytest.mark.parametrize(
    "words",
    ["从 $5 到 $10", "$5-$10", "花了$20，省了$30", "A$和B$都行", "US$五十与HK$六十", "赚了$$", "只有 $ 一个", "$ x$", "$x $"],
)
def test_quirk_42_money_is_no_formula(words: str) -> None:
    assert bare(words) == f"<p>{words}</p>"


@pytest.mark.parametrize("words", ["$x$", "$5$", r"$\frac{1}{2}$", r"$速度=\frac{路程}{时间}$", r"\(a+b\)", r"\[a=b\]", "$$y$$"])
def test_quirk_42_formulas_are_formulas(words: str) -> None:
    assert "<svg " in html(f"记{words}。")


@pytest.mark.parametrize("language", ["mermaid", "plantuml"])
def test_quirk_43_a_diagram_is_complete_or_a_blocker(language: str) -> None:
    rendered = render(f"```{language}\ngraph TD\n```")
    assert [finding.rule for finding in rendered.blockers] == ["diagram_left"]
    assert "graph&nbsp;TD" in rendered.html


def test_quirk_43_a_wrong_formula_is_shown_as_written_and_a_blocker() -> None:
    rendered = render(r"坏的 $\frac{1$ 公式")
    assert [(finding.rule, finding.where) for finding in rendered.blockers] == [("formula_wrong", r"\frac{1")]
    assert r"\frac{1</code>" in rendered.html


def test_quirk_44_cards_have_a_short_form() -> None:
    assert 'data-nickname="群声" data-alias="qs"></mp-common-profile>' in html("::account[群声]{id=MzA5Mjkx alias=qs}")
    app = html("::miniprogram[报名]{appid=wx1234567890abcdef path=pages/index}")
    assert 'data-miniprogram-appid="wx1234567890abcdef" data-miniprogram-path="pages/index"' in app


def test_quirk_44_account_cards_pass() -> None:
    card = '<mp-common-profile data-id="MzA5" data-nickname="群声" onclick="x()"></mp-common-profile>'
    assert '<mp-common-profile data-id="MzA5" data-nickname="群声"></mp-common-profile>' in html(card)


def test_quirk_45_every_number_has_its_test() -> None:
    numbers = {int(name.split("_")[2]) for name in globals() if name.startswith("test_quirk_")}
    assert numbers == set(range(1, 46))
