"""The sign-off: the permission to publish exactly one content, and the only thing the publisher sends."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial.articles import revisions
from editorial.articles.articles import Article
from editorial.articles.revisions import Content
from editorial.articles.workflow import State
from editorial.base import Base, Dated, Numbered
from editorial.people.people import Person

MAY_LEAVE = (State.SIGNED_OFF, State.SCHEDULED)


@dataclass(frozen=True)
class Typeset:
    """What a reader will see of one revision, rendered by the edge: the HTML to send and the digest in force."""

    html: str
    digest: str


class SignOff(Numbered, Dated, Base):
    """Names one revision by its content hash and keeps the very HTML that was approved."""

    __tablename__ = "sign_off"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    round: Mapped[int]
    revision: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    html: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text, default="")
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    signed_by: Mapped[Person] = relationship()

    __table_args__ = (Index("ix_sign_off_created", "created_at"),)


def standing(session: Session, article: Article) -> SignOff | None:
    """The sign-off that covers the article exactly as it is now; none after any change."""
    if article.state not in MAY_LEAVE:
        return None
    newest = revisions.numbered(session, article.id, article.revision)
    return session.scalar(
        select(SignOff).where(
            SignOff.article_id == article.id, SignOff.revision == article.revision, SignOff.round == article.round,
            SignOff.content_hash == newest.content.content_hash,
        )
    )


def content_of(session: Session, signed: SignOff) -> Content:
    """Exactly what was signed off."""
    return revisions.numbered(session, signed.article_id, signed.revision).content


def latest(session: Session, article_id: int) -> SignOff | None:
    """The newest sign-off an article ever had."""
    return session.scalar(select(SignOff).where(SignOff.article_id == article_id).order_by(SignOff.id.desc()).limit(1))
