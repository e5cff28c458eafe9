"""Each limit, just kept and just broken."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from publishers.connector import Article, Picture
from publishers.wechat.limits import LIMITS, excesses, is_public_address

COVER = Picture("c" * 64, b"\xff\xd8\xff", "image/jpeg")
PHOTO = Picture("d" * 64, b"\xff\xd8\xff", "image/jpeg", "/media/d.jpg")
ARTICLE = Article(
    "青年志愿者把图书角搬进生产车间", "<p>工友们下班后有了去处。</p>", COVER, "工会宣传组", "三十个班组，两千册书。"
)


def broken(**changes: Any) -> list[tuple[str, str, int]]:
    return [
        (excess.limit.field, excess.limit.unit, excess.found) for excess in excesses([replace(ARTICLE, **changes)])
    ]


def test_an_ordinary_article_passes() -> None:
    assert excesses([ARTICLE]) == []


@pytest.mark.parametrize(
    ("field", "most"), [("title", 32), ("author", 16), ("digest", 120)]
)
def test_short_texts_are_counted_in_characters(field: str, most: int) -> None:
    assert broken(**{field: "字" * most}) == []
    assert broken(**{field: "字" * (most + 1)}) == [(field, "characters", most + 1)]


def test_a_body_is_limited_by_what_readers_see_and_by_its_bytes() -> None:
    assert broken(html="<p>" + "字" * 19_900 + "</p>") == []
    assert ("body", "characters", 20_000) in broken(html="<p>" + "字" * 20_000 + "</p>")
    assert ("body", "bytes", 1_048_600) in broken(html=f"<p style='{'x' * (1_048_600 - 16)}'></p>")


def test_long_markup_is_advice_and_no_obstacle() -> None:
    found = excesses([replace(ARTICLE, html='<section style="margin:0;padding:0;color:#333">字</section>' * 500)])
    assert [(excess.limit.unit, excess.limit.blocking) for excess in found] == [("source characters", False)]


def test_a_source_link_is_counted_in_bytes() -> None:
    start = "https://example.com/"
    assert broken(source_url=start + "a" * (1024 - len(start))) == []
    assert broken(source_url=start + "a" * (1025 - len(start))) == [("source_url", "bytes", 1025)]


def test_an_edition_holds_one_to_eight_articles() -> None:
    assert excesses([ARTICLE] * 8) == []
    assert [(one.limit.field, one.found, one.position) for one in excesses([ARTICLE] * 9)] == [("articles", 9, 0)]
    assert [one.limit.field for one in excesses([])] == ["articles"]


def test_pictures_are_limited_in_size_and_kind() -> None:
    assert broken(pictures=(PHOTO,)) == []
    assert broken(pictures=(replace(PHOTO, content=b"x" * 1_048_576),)) == [("picture", "bytes", 1_048_576)]
    assert broken(pictures=(replace(PHOTO, content_type="image/webp"),)) == [("picture", "type", 1)]
    assert broken(cover=replace(COVER, content_type="image/webp")) == [("cover", "type", 1)]


def test_the_position_of_the_article_is_told() -> None:
    found = excesses([ARTICLE, replace(ARTICLE, title="长" * 40)])
    assert [(excess.limit.field, excess.position) for excess in found] == [("title", 2)]


def test_an_empty_article_is_told() -> None:
    assert [field for field, unit, _ in broken(title="  ", html=" ")] == ["title", "body"]


def test_every_limit_names_its_page() -> None:
    assert all(limit.source.startswith("https://developers.weixin.qq.com/doc/") for limit in LIMITS)


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://news.example.com.cn/a?k=1", True), ("http://8.8.8.8/x", True), ("https://新闻.中国/x", True),
        ("", False), ("http://localhost:8000/x", False), ("http://127.0.0.1/x", False), ("http://10.1.2.3/x", False),
        ("http://192.168.1.5/", False), ("http://[::1]/", False), ("http://intranet/x", False),
        ("http://desk.local/x", False), ("ftp://example.com/x", False), ("javascript:alert(1)", False),
        ("http://[bad/", False), ("https://wiki.corp.internal/", False), ("http://169.254.1.1/", False),
    ],
)
def test_only_public_addresses_are_sent(url: str, public: bool) -> None:
    assert is_public_address(url) is public
