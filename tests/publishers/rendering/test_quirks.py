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


def test_quirk_01_every_block_carries_its_own_style() -> None:
    rendered = html("## 安全月\n\n正文一段。\n\n- 一\n- 二\n\n> 引用")
    for tag in ("h2", "p", "ul", "li", "blockquote"):
        assert re.search(f'<{tag} style="', rendered), tag
    assert "class=" not in rendered


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_quirk_02_themes_hold_plain_values(theme) -> None:
    assert not re.search(r"var\(|calc\(|color-mix\(|!important|position", "".join(theme.styles.values()))


def test_quirk_03_and_04_nested_lists_are_typed_sections() -> None:
    rendered = bare("- 车间\n  - 一班\n    - 甲组\n      - 早班\n- 库房")
    assert "<ul>" not in rendered
    assert [word in rendered for word in ("• 车间", "◦ 一班", "▪ 甲组", "▪ 早班", "• 库房")] == [True] * 5


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


def test_quirk_10_to_13_code_keeps_its_white_space() -> None:
    rendered = html("```\nif a:\n\tb  =  1\n\nend\n```")
    assert "if&nbsp;a:<br>&nbsp;&nbsp;&nbsp;&nbsp;b&nbsp;&nbsp;=&nbsp;&nbsp;1<br>&nbsp;<br>end" in rendered


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
def test_quirk_33_to_36_themes_pass_the_checker(name: str) -> None:
    assert (
        check(
            render(
                '# 一\n\n## 二\n\n### 三\n\n文**粗**[链](https://a.cn)\n\n> 引\n>\n> 用\n\n---\n\n![图](/a.png "注")',
                name,
            ).html
        )
        == []
    )


def test_quirk_37_deep_nesting_is_flattened() -> None:
    rendered = render("> " * 40 + "很深" + "\n\n" + "".join("  " * level + "- 层\n" for level in range(40)))
    assert check(rendered.html) == []
    assert "nesting_flattened" in {finding.rule for finding in rendered.findings}


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


def test_quirk_42_money_is_no_formula() -> None:
    assert bare("从 $5 到 $10") == "<p>从 $5 到 $10</p>"


def test_quirk_44_account_cards_pass() -> None:
    card = '<mp-common-profile data-id="MzA5" data-nickname="群声" onclick="x()"></mp-common-profile>'
    assert '<mp-common-profile data-id="MzA5" data-nickname="群声"></mp-common-profile>' in html(card)
