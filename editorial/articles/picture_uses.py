"""Which article shows which picture, in which versions: noted with every version, so that a withdrawal finds all uses at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial.articles.assets import shown_in
from editorial.base import Base


class PictureUse(Base):
    """One picture in one article, as cover or in the text, from its first version with it to its last."""

    __tablename__ = "picture_use"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True, index=True)
    first_revision: Mapped[int]
    last_revision: Mapped[int]


def pictures_of(body: str, cover: str) -> list[str]:
    """Hashes of everything an article shows, the cover first, each once."""
    return list(dict.fromkeys([*([cover] if cover else []), *shown_in(body)]))


def note(session: Session, article_id: int, number: int, *, body: str, cover: str) -> None:
    """Keep what version `number` shows."""
    shown = pictures_of(body, cover)
    if not shown:
        return
    query = select(PictureUse).where(PictureUse.article_id == article_id, PictureUse.sha256.in_(shown))
    known = {use.sha256: use for use in session.scalars(query)}
    for sha256 in shown:
        if sha256 in known:
            known[sha256].last_revision = number
        else:
            session.add(PictureUse(sha256=sha256, article_id=article_id, first_revision=number, last_revision=number))
    session.flush()


def of_picture(session: Session, sha256: str) -> Sequence[PictureUse]:
    """Every article that ever showed it, the newest first."""
    return session.scalars(
        select(PictureUse).where(PictureUse.sha256 == sha256).order_by(PictureUse.article_id.desc())
    ).all()
