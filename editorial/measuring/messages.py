"""Under which number WeChat keeps a published article: its figures and its comments are asked for by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import clock
from editorial.accounts import OfficialAccount
from editorial.base import Base, Numbered
from editorial.calendar.editions import Edition, EditionState, Place
from editorial.outbox.deliveries import Delivery, Purpose

PLATFORM_ZONE = "Asia/Shanghai"
"""WeChat's days are China's, wherever the house stands."""
WATCHED = timedelta(days=31)
"""WeChat adds up an article's figures for its first thirty days."""


class ArticleMessage(Numbered, Base):
    """One published article as WeChat numbers it. `msg_data_id` is "" while nobody has told us; `position` is from 1.

    The fields of comments say what the last reading showed, and why there was none.
    """

    __tablename__ = "article_message"

    place_id: Mapped[int] = mapped_column(ForeignKey("edition_article.id"), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("official_account.id"))
    msg_data_id: Mapped[str] = mapped_column(String(40), default="")
    position: Mapped[int]
    published_on: Mapped[date]
    comments_open: Mapped[bool | None]
    comments_total: Mapped[int | None]
    comments_read_at: Mapped[datetime | None]
    comments_next_at: Mapped[datetime | None]
    comments_reason: Mapped[str] = mapped_column(Text, default="")

    place: Mapped[Place] = relationship(lazy="joined")

    __table_args__ = (
        Index("ix_article_message_account", "account_id", "published_on"),
        Index("ix_article_message_comments", "comments_next_at"),
    )

    @property
    def msgid(self) -> str:
        """The number in WeChat's figures, "" when it is not known."""
        return f"{self.msg_data_id}_{self.position}" if self.msg_data_id else ""


def platform_day(instant: datetime) -> date:
    """The day of `instant` in China."""
    return clock.to_wall(instant, PLATFORM_ZONE).date()


def note_published(session: Session, account: OfficialAccount) -> bool:
    """Begin to watch what this account has lately published. False: there was nothing new."""
    query = (
        select(Place).join(Edition, Edition.id == Place.edition_id)
        .outerjoin(ArticleMessage, ArticleMessage.place_id == Place.id)
        .where(
            Edition.account_id == account.id, Edition.state == EditionState.PUBLISHED,
            Edition.publish_at >= clock.now() - WATCHED, ArticleMessage.id.is_(None),
        )
    )
    places = session.scalars(query).all()
    for place in places:
        of_place(session, place)
    return bool(places)


def unwatched(session: Session, account_id: int) -> bool:
    """Whether something was published that nobody watches yet."""
    query = (
        select(Place.id).join(Edition, Edition.id == Place.edition_id)
        .outerjoin(ArticleMessage, ArticleMessage.place_id == Place.id)
        .where(
            Edition.account_id == account_id, Edition.state == EditionState.PUBLISHED,
            Edition.publish_at >= clock.now() - WATCHED, ArticleMessage.id.is_(None),
        )
    )
    return session.scalar(query.limit(1)) is not None


def of_place(session: Session, place: Place) -> ArticleMessage:
    """The message of a published article, made when there is none yet."""
    known = session.scalar(select(ArticleMessage).where(ArticleMessage.place_id == place.id))
    if known is not None:
        return known
    published_at = place.edition.published_at or clock.now()
    number, position = _number_of(session, place)
    message = ArticleMessage(
        place_id=place.id, place=place, account_id=place.edition.account_id, msg_data_id=number, position=position,
        published_on=platform_day(published_at), comments_next_at=published_at + timedelta(minutes=10) if number else None,
    )
    session.add(message)
    session.flush()
    return message


def of_article(session: Session, article_id: int) -> Sequence[ArticleMessage]:
    """The messages of an article, the newest publication first."""
    query = select(ArticleMessage).join(Place, Place.id == ArticleMessage.place_id).where(Place.article_id == article_id)
    return session.scalars(query.order_by(ArticleMessage.id.desc())).all()


def lately_published(session: Session, account_id: int, since: date) -> Sequence[ArticleMessage]:
    """What an account has published since a day, the newest first."""
    query = select(ArticleMessage).where(ArticleMessage.account_id == account_id, ArticleMessage.published_on >= since)
    return session.scalars(query.order_by(ArticleMessage.published_on.desc(), ArticleMessage.id.desc())).all()


def learn(session: Session, account_id: int, told: Iterable[tuple[str, str, str, date]]) -> None:
    """Find the numbers still lacking in what WeChat `told`: number, title, link and day of each publication.

    A link that is ours decides; else a title that only one publication of these days bears.
    """
    entries = {number: (title, url, day) for number, title, url, day in told}
    lacking = select(ArticleMessage).where(ArticleMessage.account_id == account_id, ArticleMessage.msg_data_id == "")
    for message in session.scalars(lacking).all() if entries else ():
        number = _told_of(message, entries)
        msg_data_id, _, position = number.rpartition("_")
        if msg_data_id and position.isdigit():
            message.msg_data_id, message.position = msg_data_id, int(position)
            message.published_on, message.comments_next_at = entries[number][2], clock.now()


def _told_of(message: ArticleMessage, entries: dict[str, tuple[str, str, date]]) -> str:
    link = (message.place.permalink or "").partition("#")[0]
    by_link = [number for number, (_, url, _day) in entries.items() if link and url.partition("#")[0] == link]
    near = (message.published_on, message.published_on - timedelta(days=1))
    by_title = [
        number for number, (title, _, day) in entries.items()
        if day in near and " ".join(title.split()) == " ".join(message.place.article.title.split())
    ]
    found = by_link or by_title
    return found[0] if len(found) == 1 else ""


def _number_of(session: Session, place: Place) -> tuple[str, int]:
    """From the link when it names it (long links do), else from what the platform answered when it was published."""
    query = parse_qs(urlsplit(place.permalink or "").query)
    mid, idx = (query.get(name, [""])[0] for name in ("mid", "idx"))
    if mid.isdigit() and idx.isdigit():
        return mid, int(idx)
    memories = session.scalars(
        select(Delivery.memory).where(Delivery.edition_id == place.edition_id)
        .where(Delivery.purpose.in_([Purpose.RELEASE, Purpose.MASS_SEND]))
    )
    return next((memory["msg_data_id"] for memory in memories if memory.get("msg_data_id")), ""), place.position
