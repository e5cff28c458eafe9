"""Finding words of two characters and more, newest first, over character bigrams: SQLite FTS5 or a PostgreSQL tsvector.

Measured: trigrams find no two-character word, and a word segmenter misses some and costs 70 MB a process.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import Any

from sqlalchemy import Column, ColumnElement, Index, Integer, Select, Table, Text, column, select, table, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Session

from editorial.base import Base

PIECE = re.compile(r"[0-9a-z]+|[\u3400-\u9fff\uf900-\ufaff]+")
MOST_GRAMS = 16_000


def grams(words: str) -> list[str]:
    """Latin words and numbers whole, Chinese as overlapping pairs of characters (a lone one as itself)."""
    found: list[str] = []
    for piece in PIECE.findall(unicodedata.normalize("NFKC", words).lower()):
        if piece.isascii() or len(piece) == 1:
            found.append(piece)
        else:
            found.extend(a + b for a, b in pairwise(piece))
    return found


def vector(pieces: list[str]) -> str:
    """The written form of a tsvector: each piece with the places it stands at."""
    places: dict[str, list[int]] = {}
    for place, piece in enumerate(pieces, start=1):
        places.setdefault(piece, []).append(place)
    return " ".join(f"'{piece}':{','.join(map(str, spots[:255]))}" for piece, spots in places.items())


class WordIndex:
    """The words of one kind of thing: table `KIND_grams` on PostgreSQL, the FTS5 table `KIND_fts` on SQLite.

    The FTS5 tables are made by the migrations, since SQLAlchemy has no such kind of table.
    """

    def __init__(self, kind: str) -> None:
        self._kind, self._key = kind, f"{kind}_id"
        self._fts = table(f"{kind}_fts", column("rowid"))
        self._grams = Table(
            f"{kind}_grams", Base.metadata, Column(self._key, Integer, primary_key=True, autoincrement=False),
            Column("grams", TSVECTOR().with_variant(Text, "sqlite"), nullable=False),
            Index(f"ix_{kind}_grams", "grams", postgresql_using="gin"),
        )

    def put(self, session: Session, thing_id: int, words: str) -> None:
        """Make the thing findable by `words`, and by nothing else."""
        pieces = grams(words)[:MOST_GRAMS]
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text(f"DELETE FROM {self._kind}_fts WHERE rowid = :id"), {"id": thing_id})
            session.execute(
                text(f"INSERT INTO {self._kind}_fts(rowid, grams) VALUES (:id, :grams)"),
                {"id": thing_id, "grams": " ".join(pieces)},
            )
            return
        session.execute(
            text(f"INSERT INTO {self._kind}_grams({self._key}, grams) VALUES (:id, CAST(:vector AS tsvector)) "
                 f"ON CONFLICT ({self._key}) DO UPDATE SET grams = excluded.grams"),
            {"id": thing_id, "vector": vector(pieces)},
        )

    def matching(
        self, session: Session, query: Select[Any], words: str, thing_id: ColumnElement[int], *, among_few: bool = False
    ) -> Select[Any]:
        """Narrow a query to the things that hold every word of `words` as typed. `thing_id`: their id column.

        `among_few`: the query leaves few things, so asking each of them costs less than walking all that hold the words.
        """
        phrases = [pieces for word in words.split() if (pieces := grams(word))]
        if not phrases:
            return query
        if session.get_bind().dialect.name == "sqlite":
            needle = " AND ".join(f'"{" ".join(pieces)}"{_open_end(pieces)}' for pieces in phrases)
            hit = text(f"{self._kind}_fts MATCH :words").bindparams(words=needle)
            if among_few:
                return query.where(select(self._fts.c.rowid).where(hit, self._fts.c.rowid == thing_id).exists())
            return query.join(self._fts, self._fts.c.rowid == thing_id).where(hit)
        needle = " & ".join(
            "(" + " <-> ".join(f"'{piece}'" for piece in pieces) + _open_end(pieces, ":*") + ")" for pieces in phrases
        )
        hit = text(f"{self._kind}_grams.grams @@ CAST(:words AS tsquery)").bindparams(words=needle)
        return query.join(self._grams, self._grams.c[self._key] == thing_id).where(hit)

    def place(self, session: Session, thing_id: ColumnElement[int], *, among_few: bool = False) -> ColumnElement[int]:
        """What to order a matching query by: SQLite walks its index from the newest and stops early only by this column."""
        return self._fts.c.rowid if session.get_bind().dialect.name == "sqlite" and not among_few else thing_id


def _open_end(pieces: list[str], mark: str = "*") -> str:
    """A lone Chinese character is found as the beginning of a pair."""
    return mark if len(pieces) == 1 and len(pieces[0]) == 1 else ""
