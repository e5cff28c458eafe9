"""Tracked links: one for each article and group. Their targets come from published articles only and never change."""

from __future__ import annotations

import secrets

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import clock
from editorial.articles.articles import Article
from editorial.base import Base, Dated, Numbered
from editorial.groups.groups import Group

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 8


class TrackedLink(Numbered, Dated, Base):
    """`/s/{code}` leads to `target` and is counted under its group."""

    __tablename__ = "tracked_link"

    code: Mapped[str] = mapped_column(String(16), unique=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    target: Mapped[str] = mapped_column(Text)

    article: Mapped[Article] = relationship()
    group: Mapped[Group] = relationship()

    __table_args__ = (UniqueConstraint("article_id", "group_id", "edition_id"),)


def make_all(session: Session, edition_id: int, articles: list[tuple[int, str]], group_ids: list[int]) -> list[TrackedLink]:
    """A link of every article (id, target) for every group, each made once. Returns the first article's, by group."""
    before = session.scalars(select(TrackedLink).where(TrackedLink.edition_id == edition_id))
    links = {(link.article_id, link.group_id): link for link in before}
    for group_id in group_ids:
        for article_id, target in articles:
            if (article_id, group_id) not in links:
                links[article_id, group_id] = TrackedLink(
                    code=_code(), article_id=article_id, group_id=group_id, edition_id=edition_id, target=target
                )
    session.add_all(links.values())
    session.flush()
    return [links[articles[0][0], group_id] for group_id in group_ids]


def by_code(session: Session, code: str) -> TrackedLink | None:
    """The link with this code."""
    return session.scalar(select(TrackedLink).where(TrackedLink.code == code))


def open_target(session: Session, code: str) -> str | None:
    """Where the link with this code leads; nowhere while its article is under embargo."""
    query = select(TrackedLink.target).join(Article, Article.id == TrackedLink.article_id)
    free = or_(Article.embargo_until.is_(None), Article.embargo_until <= clock.now())
    return session.scalar(query.where(TrackedLink.code == code, free))


def of_article(session: Session, article_id: int) -> list[TrackedLink]:
    """All links of an article."""
    return list(session.scalars(select(TrackedLink).where(TrackedLink.article_id == article_id).order_by(TrackedLink.id)))


def _code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
