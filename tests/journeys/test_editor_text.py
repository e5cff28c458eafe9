"""What goes into the editor comes out of it: every block nobody touched, in the very characters it was written in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.journeys.writing import Writing, writing

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ROOT = Path(__file__).resolve().parents[2]
EVERY_FORM = (Path(__file__).parent / "every_form.md").read_text(encoding="utf-8")
ARTICLES = sorted((ROOT / "app/demo/articles").glob("*.md")) + sorted((ROOT / "tests/publishers").rglob("golden/*.md"))
# Pieces of Markdown that meet in any order; a text is made of some of them.
PIECES = [
    "正文一段，**粗体**与*斜体*。", "第一行\n第二行", "# 标题", "## 小标题 ##", "标题\n===", "- 一\n- 二\n  - 三", "* 星",
    "1. 甲\n2. 乙", "3) 丙", "> 引用", "> [!TIP]\n> 提醒", "::: tip 盒\n里面\n:::", ":::: note\n::: tip\n套\n:::\n::::",
    "$$\nx^2\n$$", "价格 $5 与 $a_b$", "[^1]: 脚注\n    再一行", "见[^1]", "{汉字|pīn yīn}", "![图](/assets/a.png)",
    '![图](/assets/a.png "图注"){width=50%}', "![](a.png =30x)", "<div>\n块\n</div>", "<!-- 注 -->", "<b>行内</b>字",
    "```python\nx = 1\n\ny\n```", "~~~\n没有结束", "    缩进", "| a | b |\n|:-|-:|\n| 1 | 2 |", "---", "***", "[TOC]",
    "[r]: https://x.y", "[字][r]", "<https://x.y>", "https://x.y/a_b_c", "硬换行  \n后", "硬换行\\\n后", "- [ ] 做\n- [x] 完",
    "\\*不斜\\*", "&nbsp;&copy;", "术语\n: 解释", "a\tb", "~~删~~ ==亮== H~2~O", "- 项\n\n  段\n\n- 项", "*", "**", "`",
    "_a_ __b__", "\u00a0", "　　全角缩进", "1.", "+", "#话题#", "|", ">", "</div>", "[", "![", "$", "{|}",
]


@pytest.fixture(scope="module")
def desk(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    """The editor, ready."""
    with writing(migrated_sqlite, tmp_path_factory.mktemp("editor-text")) as ready:
        yield ready


def test_every_article_comes_out_as_it_went_in(desk: Writing) -> None:
    assert len(ARTICLES) >= 28
    changed = []
    for path in ARTICLES:
        text = path.read_text(encoding="utf-8")
        desk.load(text)
        if desk.written() != text:
            changed.append(path.name)
    assert changed == []


def test_every_form_comes_out_as_it_went_in(desk: Writing) -> None:
    desk.load(EVERY_FORM)
    assert desk.written() == EVERY_FORM
    assert desk.kinds().count("sourceBlock") == 14


def test_ordinary_text_is_not_shown_as_source(desk: Writing) -> None:
    for path in sorted((ROOT / "app/demo/articles").glob("*.md")):
        desk.load(path.read_text(encoding="utf-8").split("\n---\n", 1)[1])
        assert "sourceBlock" not in desk.kinds(), path.name


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["\n\n", "\n", "\n\n\n", "\n \n"])), max_size=9))
def test_any_text_comes_out_as_it_went_in(desk: Writing, parts: list[tuple[str, str]]) -> None:
    text = "".join(piece + gap for piece, gap in parts)
    desk.load(text)
    assert desk.written() == text


def test_one_changed_block_leaves_the_others_alone(desk: Writing) -> None:
    desk.load(EVERY_FORM)
    desk.cursor_after("结尾没有换行")
    desk.page.keyboard.type("，改了")
    before, after = EVERY_FORM.split("\n\n"), desk.markdown.split("\n\n")
    assert len(before) == len(after)
    assert [new for old, new in zip(before, after, strict=True) if old != new] == ["结尾没有换行，改了 &copy; &lt;b>\n"]


def test_undoing_gives_the_very_characters_back(desk: Writing) -> None:
    text = "* 星\n* 号\n\n| a | b |\n|:---|---|\n| 1 | 2 |\n"
    desk.load(text)
    desk.cursor_after("星")
    desk.page.keyboard.type("河")
    assert "- 星河" in desk.markdown
    desk.page.keyboard.press("Control+z")
    assert desk.markdown == text


@pytest.mark.parametrize(("typed", "saved"), [
    ("2 * 3 * 4 与 a_b_c，3~5 天，[1]", "2 * 3 * 4 与 a_b_c，3~5 天，[1]"),
    ("#话题# 与 1)、-丙", "#话题# 与 1)、-丙"),
    ("公式 $a_1*b_1*c$ 与脚注[^1]", "公式 $a_1*b_1*c$ 与脚注[^1]"),
    ("标签 <b> 与 &lt;", "标签 &lt;b> 与 &amp;lt;"),
])
def test_what_is_typed_reads_the_same_when_it_is_opened_again(desk: Writing, typed: str, saved: str) -> None:
    desk.load("")
    desk.page.click(".article-text")
    for sign in typed:
        desk.page.keyboard.insert_text(sign)
    assert desk.markdown.strip() == saved.strip()
    shown = desk.page.inner_text(".article-text")
    desk.load(desk.markdown + "\n")
    assert desk.page.inner_text(".article-text").strip() == shown.strip()


def test_bold_beside_chinese_punctuation_is_bold(desk: Writing) -> None:
    desk.load("**标签：**文字与**“引号”**结尾")
    assert desk.page.locator(".article-text strong").all_inner_texts() == ["标签：", "“引号”"]
