"""What QR codes in pictures say. The edge reads the pictures; the rules read what they say."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial.base import Base, Dated


class PictureCodes(Dated, Base):
    """What the codes of one picture say; an empty list when it holds none."""

    __tablename__ = "picture_codes"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    codes: Mapped[list[str]]


def keep(session: Session, sha256: str, codes: Iterable[str]) -> None:
    """Note what a picture's codes say."""
    session.merge(PictureCodes(sha256=sha256, codes=list(codes)))
    session.flush()


def of(session: Session, pictures: Iterable[str]) -> dict[str, list[str]]:
    """What the codes of these pictures say, by hash; a picture that was not looked at is missing."""
    wanted = list(pictures)
    if not wanted:
        return {}
    rows = session.scalars(select(PictureCodes).where(PictureCodes.sha256.in_(wanted)))
    return {row.sha256: list(row.codes) for row in rows}
