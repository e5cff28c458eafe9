"""Finding words of two characters and more, newest first, over character bigrams: SQLite FTS5 or a PostgreSQL tsvector.

Measured: trigrams find no two-character word, and a word segmenter misses some and costs 70 MB a process.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Index, Select, Text, column, select, table, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial.base import Base

PIECE = re.compile(r"[0-9a-z]+|[\u3400-\u9fff\uf900-\ufaff]+")
MOST_GRAMS = 16_000


class ArticleGrams(Base):
    """The searchable form of an article on PostgreSQL. SQLite has the FTS5 table `article_fts` instead."""

    __tablename__ = "article_grams"

    article_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    grams: Mapped[Any] = mapped_column(TSVECTOR().with_variant(Text, "sqlite"))

    __table_args__ = (Index("ix_article_grams", "grams", postgresql_using="gin"),)


FTS = table("article_fts", column("rowid"))
"""On SQLite: an FTS5 table over `grams`, made by the migrations, since SQLAlchemy has no such kind of table."""


def grams(words: str) -> list[str]:
    """Latin words and numbers whole, Chinese as overlapping pairs of characters (a lone one as itself)."""
    found: list[str] = []
    for piece in PIECE.findall(unicodedata.normalize("NFKC", words).lower()):
        if piece.isascii() or len(piece) == 1:
            found.append(piece)
        else:
            found.extend(a + b for a, b in pairwise(piece))
    return found


def index(session: Session, article_id: int, words: str) -> None:
    """Make `article_id` findable by `words`, and by nothing else."""
    pieces = grams(words)[:MOST_GRAMS]
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DELETE FROM article_fts WHERE rowid = :id"), {"id": article_id})
        session.execute(
            text("INSERT INTO article_fts(rowid, grams) VALUES (:id, :grams)"), {"id": article_id, "grams": " ".join(pieces)}
        )
        return
    session.execute(
        text("INSERT INTO article_grams(article_id, grams) VALUES (:id, CAST(:vector AS tsvector)) "
             "ON CONFLICT (article_id) DO UPDATE SET grams = excluded.grams"),
        {"id": article_id, "vector": vector(pieces)},
    )


def vector(pieces: list[str]) -> str:
    """The written form of a tsvector: each piece with the places it stands at."""
    places: dict[str, list[int]] = {}
    for place, piece in enumerate(pieces, start=1):
        places.setdefault(piece, []).append(place)
    return " ".join(f"'{piece}':{','.join(map(str, spots[:255]))}" for piece, spots in places.items())


def matching(
    session: Session, query: Select[Any], words: str, article_id: ColumnElement[int], *, among_few: bool = False
) -> Select[Any]:
    """Narrow a query of articles to those that hold every word of `words` as typed. `article_id`: their id column.

    `among_few`: the query leaves few articles, so asking each of them costs less than walking all that hold the words.
    """
    phrases = [pieces for word in words.split() if (pieces := grams(word))]
    if not phrases:
        return query
    if session.get_bind().dialect.name == "sqlite":
        needle = " AND ".join(f'"{" ".join(pieces)}"{_open_end(pieces)}' for pieces in phrases)
        hit = text("article_fts MATCH :words").bindparams(words=needle)
        if among_few:
            return query.where(select(FTS.c.rowid).where(hit, FTS.c.rowid == article_id).exists())
        return query.join(FTS, FTS.c.rowid == article_id).where(hit)
    needle = " & ".join("(" + " <-> ".join(f"'{piece}'" for piece in pieces) + _open_end(pieces, ":*") + ")" for pieces in phrases)
    hit = text("article_grams.grams @@ CAST(:words AS tsquery)").bindparams(words=needle)
    return query.join(ArticleGrams, ArticleGrams.article_id == article_id).where(hit)


def place(session: Session, article_id: ColumnElement[int], *, among_few: bool = False) -> ColumnElement[int]:
    """What to order a matching query by: SQLite walks its index from the newest and stops early only by this column."""
    return FTS.c.rowid if session.get_bind().dialect.name == "sqlite" and not among_few else article_id


def _open_end(pieces: list[str], mark: str = "*") -> str:
    """A lone Chinese character is found as the beginning of a pair."""
    return mark if len(pieces) == 1 and len(pieces[0]) == 1 else ""
