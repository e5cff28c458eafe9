"""Finding articles by words; how words are found stands in editorial/search.py."""

from __future__ import annotations

from editorial.search import WordIndex, grams, vector

__all__ = ["ARTICLES", "grams", "index", "matching", "place", "vector"]

ARTICLES = WordIndex("article")
index, matching, place = ARTICLES.put, ARTICLES.matching, ARTICLES.place
