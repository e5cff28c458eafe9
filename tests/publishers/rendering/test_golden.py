"""The golden articles come out as they did, survive in WeChat, and are the same the second time."""

from __future__ import annotations

import pytest

from publishers.rendering import proof, render
from publishers.rendering.checker import check
from tests.publishers.rendering.golden import Golden, articles

ARTICLES = articles()
BLOCKED = {"53-hostile": {"picture_refused"}}
"""What stops an article of the set; all others may go out."""


def named(article: Golden) -> str:
    return article.path.stem


@pytest.mark.parametrize("article", ARTICLES, ids=named)
def test_an_article_comes_out_as_it_did(article: Golden) -> None:
    assert article.rendered().html + "\n" == article.expected.read_bytes().decode()


@pytest.mark.parametrize("article", ARTICLES, ids=named)
def test_an_article_survives(article: Golden) -> None:
    html = article.rendered().html
    assert check(html) == []
    assert proof.flaws(html) == ()


@pytest.mark.parametrize("article", ARTICLES, ids=named)
def test_only_what_must_is_stopped(article: Golden) -> None:
    assert {finding.rule for finding in article.rendered().blockers} == BLOCKED.get(named(article), set())


def test_the_same_text_gives_the_same_article() -> None:
    for article in ARTICLES[:20]:
        assert render.__wrapped__(article.markdown) == render.__wrapped__(article.markdown)


def test_the_set_holds_all_sizes() -> None:
    sizes = [len(article.markdown.encode()) for article in ARTICLES]
    assert len(sizes) >= 60
    bounds = [(0, 4_000), (4_000, 16_000), (16_000, 48_000), (48_000, 200_000)]
    assert all(sum(low <= size < high for size in sizes) >= 3 for low, high in bounds)
