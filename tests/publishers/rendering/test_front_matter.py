"""What a text says of itself at its head, in the forms that editors and other programs write it."""

from __future__ import annotations

import pytest

from publishers.rendering import render
from publishers.rendering.front_matter import FrontMatter, front_matter
from publishers.rendering.reading import reading_minutes


def test_every_field_is_read_and_taken_out() -> None:
    text = (
        "---\ntitle: '从两百步''到二十步'\nauthor: 陈立\ndigest: >\n  第一行\n  第二行\ncover: /a.png # 注\n"
        "source_url: https://example.com/a#b\ntheme: ink\nai: true\ntags:\n  - 改善\n---\n\n正文。\n"
    )
    assert front_matter(text) == FrontMatter(
        title="从两百步'到二十步", author="陈立", digest="第一行 第二行", cover="/a.png", source_url="https://example.com/a#b",
        theme="ink", ai=True, body="\n正文。\n",
    )


@pytest.mark.parametrize(
    ("head", "field", "value"),
    [
        ("标题：安全月", "title", "安全月"), ("作者: 小林", "author", "小林"), ("摘要：一句话", "digest", "一句话"),
        ("description: 一句话", "digest", "一句话"), ("封面: a.png", "cover", "a.png"), ('title: "a \\"b\\""', "title", 'a "b"'),
        ("Title: 大写", "title", "大写"), ("ai: 是", "ai", True), ("ai: false", "ai", False), ("title:", "title", ""),
    ],
)
def test_names_and_values(head: str, field: str, value: object) -> None:
    assert getattr(front_matter(f"---\n{head}\n---\n文"), field) == value


@pytest.mark.parametrize(
    "text", ["文", "---\n文\n---\n", "--- \n\n文", "---\ntitle: 没有结尾\n\n正文，有逗号\n", " ---\na: b\n---\n"]
)
def test_a_text_without_a_head_is_all_body(text: str) -> None:
    assert front_matter(text) == FrontMatter(body=text)


def test_line_ends_do_not_matter() -> None:
    assert front_matter("\ufeff---\r\ntitle: 题\r\n---\r\n文").title == "题"


def test_a_hostile_head_takes_no_time() -> None:
    assert front_matter("---\n" + "a: b\n" * 100_000).title == ""
    assert front_matter("---\n" + " " * 500_000 + "x").title == ""


def test_the_head_is_not_in_the_article_but_the_label_is() -> None:
    assert "题目" not in render("---\ntitle: 题目\n---\n文").html
    assert render("---\nai: true\n---\n文").plain == "文\n本文由 AI 辅助生成"


@pytest.mark.parametrize(("characters", "minutes"), [(0, 0), (1, 1), (400, 1), (401, 2), (6_000, 15)])
def test_reading_time(characters: int, minutes: int) -> None:
    assert reading_minutes(characters) == minutes
