"""Inline styles count against WeChat's 20,000 characters: how many characters are sent for each that is read."""

from __future__ import annotations

import random
import statistics

import pytest

from publishers.rendering import render
from tests.bench import articles, prose


def long_read(seed: int) -> str:
    """Four parts of three paragraphs of about a hundred characters, a list, a picture and a quotation."""
    dice = random.Random(seed)
    blocks = []
    for _ in range(4):
        blocks.append(f"## {prose.title(dice)}")
        blocks += ["".join(prose.sentences(dice, dice.randint(3, 5))) for _ in range(3)]
    blocks[3:3] = ["![现场](/assets/8f3a/a.jpg)", "- " + "\n- ".join(prose.sentences(dice, 3)), "> " + prose.sentences(dice, 1)[0]]
    return "\n\n".join(blocks)


def median_ratio(texts: list[str], theme: str) -> float:
    return statistics.median(found.source_characters / found.characters for found in (render(text, theme) for text in texts))


@pytest.mark.parametrize(("theme", "most"), [("default", 2.2), ("plain", 1.5)])
def test_an_article_of_paragraphs_is_sent_with_little_around_it(theme: str, most: float) -> None:
    assert median_ratio([long_read(seed) for seed in range(15)], theme) <= most


@pytest.mark.parametrize(("theme", "most"), [("default", 2.6), ("plain", 2.3)])
def test_short_articles_without_tables(theme: str, most: float) -> None:
    """Of six hundred characters the tags alone, with addresses and without any style, make half as much again."""
    short = [text for text in articles.real() if "|---" not in text and "```" not in text]
    assert len(short) >= 8
    assert median_ratio(short, theme) <= most


@pytest.mark.parametrize(("theme", "most"), [("default", 3.55), ("plain", 2.95)])
def test_short_articles_most_of_them_with_a_table(theme: str, most: float) -> None:
    """Each cell needs its own border and padding (quirk 31): fifty characters around three or four."""
    assert median_ratio(list(articles.real()), theme) <= most


def test_the_plain_theme_is_the_leanest() -> None:
    texts = list(articles.real())
    assert median_ratio(texts, "plain") < median_ratio(texts, "default") < median_ratio(texts, "business")
