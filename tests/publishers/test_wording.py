"""Punctuation as it is usually set, and what is left alone."""

from __future__ import annotations

from publishers.wording import MOST, remarks


def test_half_width_signs_between_chinese_characters_are_remarked_on() -> None:
    found = remarks("第一行没有问题。\n他说:好的,明天来.")
    assert [(one.line, one.quote[:4]) for one in found][:1] == [(2, "他说:好")]
    assert all("：" in one.right or "，" in one.right or "。" in one.right for one in found)


def test_spaces_code_and_addresses_are_left_alone() -> None:
    assert remarks("在world大会上讲3D打印。\n```\n你好,世界\n```\n见 https://example.com/a,b 与 `值,值`。") == []


def test_no_more_remarks_than_are_read() -> None:
    assert len(remarks("你好,世界.\n" * 100)) == MOST
