"""The links that persons gave back after publishing by hand: what each page showed, and who stands for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit
from editorial.base import Base, Dated, Numbered
from editorial.calendar.editions import Edition, Place
from editorial.people.people import Person


@dataclass(frozen=True)
class SeenLink:
    """One link with what its page showed. `standing` is the checker's word; `likeness` per cent of our text, None unknown."""

    url: str
    standing: str
    headline: str = ""
    account_name: str = ""
    biz: str = ""
    likeness: int | None = None


class GivenLink(Numbered, Dated, Base):
    """Evidence that a link was looked at. Rows are never changed; the newest of an article counts."""

    __tablename__ = "given_link"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("official_account.id"))
    url: Mapped[str] = mapped_column(String(1000))
    standing: Mapped[str] = mapped_column(String(20))
    headline: Mapped[str] = mapped_column(String(200), default="")
    account_name: Mapped[str] = mapped_column(String(80), default="")
    biz: Mapped[str] = mapped_column(String(80), default="")
    likeness: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    """How the person knows, where the page could not say."""
    given_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    given_by: Mapped[Person] = relationship()

    __table_args__ = (Index("ix_given_link_edition", "edition_id", "id"), Index("ix_given_link_account", "account_id", "id"))


def keep(session: Session, edition: Edition, seen: Sequence[SeenLink], *, by: Person, reason: str = "") -> None:
    """Keep what was seen of the links of an edition's articles, in their order."""
    for place, link in zip(edition.places, seen, strict=True):
        session.add(GivenLink(
            edition_id=edition.id, article_id=place.article_id, account_id=edition.account_id, url=link.url,
            standing=link.standing, headline=link.headline[:200], account_name=link.account_name[:80], biz=link.biz[:80],
            likeness=link.likeness, reason=reason, given_by_id=by.id,
        ))
        audit.record(
            session, "give_link", "article", place.article_id, by=by,
            details={"url": link.url, "standing": link.standing, "likeness": link.likeness, "reason": reason},
        )
    session.flush()


def of_edition(session: Session, edition_id: int) -> dict[int, GivenLink]:
    """The newest given link of each article of an edition, by the article's id."""
    query = select(GivenLink).where(GivenLink.edition_id == edition_id).order_by(GivenLink.id)
    return {row.article_id: row for row in session.scalars(query)}


def known_of(session: Session, account_id: int, limit: int = 50) -> list[GivenLink]:
    """Links of an account that were given before, the newest first: they show by which number WeChat knows it."""
    query = select(GivenLink).where(GivenLink.account_id == account_id).order_by(GivenLink.id.desc())
    return list(session.scalars(query.limit(limit)))


def permalinks_of(session: Session, account_id: int, limit: int = 50) -> list[str]:
    """Permanent links that the platform itself named for an account's articles, the newest first."""
    by_hand = select(GivenLink.edition_id).where(GivenLink.account_id == account_id)
    query = (
        select(Place.permalink).join(Edition, Edition.id == Place.edition_id)
        .where(Edition.account_id == account_id, Place.permalink.is_not(None), Edition.id.not_in(by_hand))
    )
    return [link for link in session.scalars(query.order_by(Place.id.desc()).limit(limit)) if link]
