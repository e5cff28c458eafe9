"""Every saved version of an article, append-only, and the hash that a sign-off names."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial.articles import assets, crops, picture_uses
from editorial.base import Base, Dated, Numbered
from editorial.errors import NotFound, Problem
from editorial.people.people import Person

MOST_CHARACTERS = 400_000
LATER = {"cover_wide": "", "cover_square": "", "kind": "news"}
"""What a content did not have at first, and what it then was: it counts in the hash only when it says something else."""

Kind = Literal["news", "newspic"]
"""WeChat's two message types that we make: an article, and a picture post (pictures above a plain text)."""
NEWSPIC: Kind = "newspic"


@dataclass(frozen=True)
class Content:
    """Everything of an article that a reader will see. `cover` is the sha256 of an asset; pictures in the body are
    named by their hash, so the text pins them. `cover_wide` and `cover_square` say which part of the cover cards show.
    The body of a picture post (`kind`) is a plain text with its pictures in order."""

    title: str
    body: str
    author: str = ""
    digest: str = ""
    cover: str = ""
    source_url: str = ""
    theme: str = "default"
    comments_open: bool = False
    comments_fans_only: bool = False
    cover_wide: str = ""
    cover_square: str = ""
    kind: Kind = "news"

    def changed(self, **changes: Any) -> Content:
        """The same content with some fields replaced."""
        return replace(self, **changes)

    @property
    def content_hash(self) -> str:
        """SHA-256 over a canonical form of all of it. What came later counts only when it is set: old hashes stand."""
        said = {name: value for name, value in self.__dict__.items() if name not in LATER or value != LATER[name]}
        canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


FIELDS = tuple(Content.__dataclass_fields__)


class Revision(Numbered, Dated, Base):
    """One saved version. Rows are never changed."""

    __tablename__ = "revision"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(80), default="")
    digest: Mapped[str] = mapped_column(Text, default="")
    cover: Mapped[str] = mapped_column(String(64), default="")
    source_url: Mapped[str] = mapped_column(Text, default="")
    theme: Mapped[str] = mapped_column(String(40), default="default")
    comments_open: Mapped[bool] = mapped_column(default=False)
    comments_fans_only: Mapped[bool] = mapped_column(default=False)
    cover_wide: Mapped[str] = mapped_column(String(60), default="")
    cover_square: Mapped[str] = mapped_column(String(60), default="")
    kind: Mapped[str] = mapped_column(String(8), default="news")
    content_hash: Mapped[str] = mapped_column(String(64))
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    saved_by: Mapped[Person] = relationship()

    __table_args__ = (Index("uq_revision_number", "article_id", "number", unique=True),)

    @property
    def content(self) -> Content:
        return Content(**{name: getattr(self, name) for name in FIELDS})


class RevisionWriter(Base):
    """Somebody whose words are in a version that another person saved."""

    __tablename__ = "revision_writer"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)


@dataclass(frozen=True)
class Change:
    """One line of a comparison. `kind`: same, added, removed; a changed line is a removed and an added one.

    `pieces` are (text, marked) parts: marked ones differ from the line on the other side.
    """

    kind: str
    pieces: tuple[tuple[str, bool], ...]


def append(session: Session, article_id: int, number: int, content: Content, by: Person) -> Revision:
    """Keep a new version."""
    revision = Revision(
        article_id=article_id, number=number, content_hash=content.content_hash, saved_by_id=by.id, **content.__dict__
    )
    session.add(revision)
    session.flush()
    picture_uses.note(session, article_id, number, body=content.body, cover=content.cover)
    return revision


def numbered(session: Session, article_id: int, number: int) -> Revision:
    """The version with this number. Raises NotFound."""
    revision = session.scalar(select(Revision).where(Revision.article_id == article_id, Revision.number == number))
    if revision is None:
        raise NotFound()
    return revision


def history(session: Session, article_id: int) -> list[Revision]:
    """All versions, the newest first."""
    return list(session.scalars(select(Revision).where(Revision.article_id == article_id).order_by(Revision.number.desc())))


def writers(session: Session, article_id: int) -> set[int]:
    """Ids of everybody who saved a version of this text, or whose words are in one."""
    saved = select(Revision.saved_by_id).where(Revision.article_id == article_id)
    helped = select(RevisionWriter.person_id).where(RevisionWriter.article_id == article_id)
    return set(session.scalars(saved.union(helped)))


def add_writer(session: Session, revision: Revision, person_id: int) -> None:
    """Count a person among the writers of a version beside whoever saved it."""
    session.merge(RevisionWriter(article_id=revision.article_id, number=revision.number, person_id=person_id))
    session.flush()


def compare(before: str, after: str) -> list[Change]:
    """A readable difference of two texts, by lines and inside changed lines by characters (Chinese has no spaces)."""
    old, new = before.splitlines(), after.splitlines()
    changes: list[Change] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            changes.extend(Change("same", ((line, False),)) for line in old[a:b])
        else:
            changes.extend(_changed_lines(old[a:b], new[c:d]))
    return changes


def problems_of(content: Content) -> Iterator[Problem]:
    """What would lose or break text if it were stored; limits of the platform are preflight's."""
    if not content.title.strip():
        yield Problem("title", "A title is needed.")
    limits = {"title": 200, "author": 80, "digest": 2000, "source_url": 2000, "theme": 40, "body": MOST_CHARACTERS}
    for field, limit in limits.items():
        length = len(getattr(content, field))
        if length > limit:
            yield Problem(field, "At most {limit} characters, now {count}.", {"limit": limit, "count": length})
    if content.source_url and not re.match(r"https?://", content.source_url):
        yield Problem("source_url", "A link begins with http:// or https://.")
    yield from _crop_problems(content)
    if content.kind == NEWSPIC:
        yield from _post_problems(content)


def _post_problems(content: Content) -> Iterator[Problem]:
    """WeChat's picture posts have fewer fields, so what is written in the others would be lost."""
    for field in ("author", "digest", "source_url"):
        if getattr(content, field):
            yield Problem(field, "A picture post has no such field in WeChat. Leave it empty.")
    if content.cover and content.cover not in assets.shown_in(content.body)[:1]:
        yield Problem("cover", "The cover of a picture post is its first picture.")


def _crop_problems(content: Content) -> Iterator[Problem]:
    for crop in (content.cover_wide, content.cover_square):
        try:
            crops.read(crop)
        except ValueError:
            yield Problem("cover_crops", crops.NO_CROP)
    if (content.cover_wide or content.cover_square) and not content.cover:
        yield Problem("cover_crops", "Choose a cover before its crops.")


def _changed_lines(old: list[str], new: list[str]) -> Iterator[Change]:
    for index in range(max(len(old), len(new))):
        left = old[index] if index < len(old) else None
        right = new[index] if index < len(new) else None
        if left is None or right is None:
            yield Change("removed" if right is None else "added", (((left or right or ""), False),))
            continue
        codes = difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
        yield Change("removed", tuple((left[a:b], tag != "equal") for tag, a, b, _, _ in codes if a < b))
        yield Change("added", tuple((right[c:d], tag != "equal") for tag, _, _, c, d in codes if c < d))
