"""An edition: one to eight articles for one official account, in order, with a mode and a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import accounts, audit, clock
from editorial.accounts import OfficialAccount
from editorial.articles import articles
from editorial.articles.articles import Article
from editorial.articles.workflow import State as ArticleState
from editorial.base import Base, Dated, Numbered
from editorial.errors import AlreadyPlaced, EditorialError, Invalid, NotFound, Problem, WrongState
from editorial.groups import groups
from editorial.people.people import Person

MOST_ARTICLES = 8
PLACEABLE = (
    ArticleState.DRAFTING, ArticleState.RETURNED, ArticleState.IN_REVIEW, ArticleState.IN_PROOF, ArticleState.SIGNED_OFF,
)


class Mode(StrEnum):
    """How it is published. release: no notice to followers; mass_send: with notice, limited."""

    DRAFT = "draft"
    RELEASE = "release"
    MASS_SEND = "mass_send"
    MANUAL = "manual"


@dataclass(frozen=True)
class Audience:
    """Whom a mass send reaches: the followers with one tag, everybody when none. `followers`: how many when it was chosen."""

    tag_id: int | None = None
    name: str = ""
    followers: int | None = None


EVERYBODY = Audience()


def audience_of(account: OfficialAccount, tag_id: int | None) -> Audience:
    """The followers of `account` with this tag, everybody without one. Raises Invalid where its tags are known and lack it."""
    if tag_id is None:
        return EVERYBODY
    for tag in account.tags:
        if tag["id"] == tag_id:
            return Audience(tag_id, str(tag["name"]), int(tag["count"]))
    if account.tags_at is not None:
        raise Invalid(Problem("tag", "This account has no such tag. Have its tags read anew in the settings."))
    return Audience(tag_id)


class EditionState(StrEnum):
    """What we decided about an edition; publishing, needs_person and refused are read from its delivery."""

    PLANNED = "planned"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Edition(Numbered, Dated, Base):
    """`publish_at` is the instant, `wall_time` and `zone` what the editor chose. `share_to`: slugs, or none for all.

    Of a mass send: `tag_*` is its audience; `despite_reprint` goes on when WeChat judges an article a reprint.
    """

    __tablename__ = "edition"

    account_id: Mapped[int] = mapped_column(ForeignKey("official_account.id"))
    mode: Mapped[Mode] = mapped_column(String(12))
    state: Mapped[EditionState] = mapped_column(String(12), default=EditionState.PLANNED)
    publish_at: Mapped[datetime | None]
    wall_time: Mapped[str] = mapped_column(String(19), default="")
    zone: Mapped[str] = mapped_column(String(40), default="")
    share_to: Mapped[list[str] | None]
    tag_id: Mapped[int | None]
    tag_name: Mapped[str] = mapped_column(String(60), default="")
    tag_followers: Mapped[int | None]
    despite_reprint: Mapped[bool] = mapped_column(default=False)
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]

    account: Mapped[OfficialAccount] = relationship(lazy="joined")
    planned_by: Mapped[Person] = relationship()
    places: Mapped[list[Place]] = relationship(order_by="Place.position", cascade="all, delete-orphan")

    __table_args__ = (
        Index("ix_edition_time", "publish_at"), Index("ix_edition_state", "state", "id"),
        Index("ix_edition_sends", "account_id", "mode", "publish_at"),
        Index("ix_edition_published", "published_at"))

    @property
    def lead(self) -> Article:
        return self.places[0].article

    @property
    def audience(self) -> Audience:
        return Audience(self.tag_id, self.tag_name, self.tag_followers)


class Place(Numbered, Base):
    """An article's place in an edition, 1 is the lead. `live` keeps an article from standing twice in one account."""

    __tablename__ = "edition_article"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    position: Mapped[int]
    permalink: Mapped[str | None] = mapped_column(String(1000))
    live: Mapped[str | None] = mapped_column(String(40), unique=True)

    article: Mapped[Article] = relationship(lazy="joined")
    edition: Mapped[Edition] = relationship(viewonly=True)

    __table_args__ = (UniqueConstraint("edition_id", "article_id"),)


def plan(
    session: Session, *, account: str, mode: str, article_ids: list[str], share_to: list[str] | None = None,
    tag_id: int | None = None, despite_reprint: bool = False, by: Person,
) -> Edition:
    """Put articles together. Nothing is scheduled by this. Raises Invalid naming the field, AlreadyPlaced."""
    problems: list[Problem] = []
    chosen_account = _account(session, account, problems)
    chosen = _articles(session, article_ids, problems)
    if mode not in set(Mode):
        problems.append(Problem("mode", "Choose one of: {choices}.", {"choices": ", ".join(Mode)}))
    problems.extend(_unknown_groups(session, share_to))
    problems.extend(_only_mass_sends(mode, tag_id, despite_reprint))
    if problems or chosen_account is None:
        raise Invalid(*problems)
    edition = Edition(account=chosen_account, mode=Mode(mode), share_to=share_to, planned_by_id=by.id)
    _address(edition, tag_id, despite_reprint)
    session.add(edition)
    session.flush()
    _place(session, edition, chosen)
    audit.record(session, "plan_edition", "edition", edition.id, by=by, details={"articles": article_ids, "mode": mode})
    return edition


def rearrange(session: Session, edition: Edition, article_ids: list[str], *, by: Person) -> None:
    """Give a planned edition exactly these articles in this order."""
    if edition.state != EditionState.PLANNED:
        raise WrongState()
    problems: list[Problem] = []
    chosen = _articles(session, article_ids, problems)
    if problems:
        raise Invalid(*problems)
    edition.places.clear()
    session.flush()
    _place(session, edition, chosen)
    audit.record(session, "rearrange_edition", "edition", edition.id, by=by, details={"articles": article_ids})


def address(session: Session, edition: Edition, tag_id: int | None, *, despite_reprint: bool, by: Person) -> None:
    """Say whom a planned mass send reaches, and whether it goes on with a reprint. Raises WrongState, Invalid."""
    if edition.state != EditionState.PLANNED:
        raise WrongState()
    problems = list(_only_mass_sends(edition.mode, tag_id, despite_reprint))
    if problems:
        raise Invalid(*problems)
    _address(edition, tag_id, despite_reprint)
    details = {"tag": tag_id, "name": edition.tag_name, "despite_reprint": despite_reprint}
    audit.record(session, "address_edition", "edition", edition.id, by=by, details=details)


def note_preview(session: Session, edition: Edition, *, by: Person) -> None:
    """Keep that the edition was shown on a phone before it went out."""
    audit.record(session, "preview_edition", "edition", edition.id, by=by)


def cancel(session: Session, edition: Edition, *, by: Person) -> None:
    """Give a planned edition up; its articles are free again."""
    if edition.state != EditionState.PLANNED:
        raise WrongState()
    edition.state = EditionState.CANCELLED
    for place in edition.places:
        place.live = None
    audit.record(session, "cancel_edition", "edition", edition.id, by=by)


def get(session: Session, edition_id: int) -> Edition:
    """The edition with this id. Raises NotFound."""
    edition = session.get(Edition, edition_id)
    if edition is None:
        raise NotFound()
    return edition


def between(session: Session, first: datetime, last: datetime) -> list[Edition]:
    """Editions with a time in [first, last), in order."""
    query = select(Edition).where(Edition.publish_at >= first, Edition.publish_at < last, Edition.state != EditionState.CANCELLED)
    return list(session.scalars(query.order_by(Edition.publish_at, Edition.id)))


def unscheduled(session: Session, limit: int = 50) -> list[Edition]:
    """Planned editions without a time, the newest first."""
    query = select(Edition).where(Edition.state == EditionState.PLANNED).order_by(Edition.id.desc())
    return list(session.scalars(query.limit(limit)))


def standing_of(session: Session, article_id: int) -> list[Place]:
    """Places of an article in editions that were not given up, the newest first."""
    query = select(Place).join(Edition, Edition.id == Place.edition_id).where(Place.article_id == article_id)
    return list(session.scalars(query.where(Edition.state != EditionState.CANCELLED).order_by(Place.id.desc())))


def set_time(edition: Edition, publish_at: datetime, zone: str) -> None:
    """Keep the instant and what the editor chose."""
    edition.publish_at, edition.zone = publish_at, zone
    edition.wall_time = clock.to_wall(publish_at, zone).strftime("%Y-%m-%dT%H:%M:%S")


def _address(edition: Edition, tag_id: int | None, despite_reprint: bool) -> None:
    audience = audience_of(edition.account, tag_id)
    edition.tag_id, edition.tag_name, edition.tag_followers = audience.tag_id, audience.name[:60], audience.followers
    edition.despite_reprint = despite_reprint


def _only_mass_sends(mode: str, tag_id: int | None, despite_reprint: bool) -> Iterator[Problem]:
    if mode == Mode.MASS_SEND:
        return
    if tag_id is not None:
        yield Problem("tag", "Only a mass send can go to some of the followers.")
    if despite_reprint:
        yield Problem("despite_reprint", "Only a mass send asks what to do with a reprint.")


def _place(session: Session, edition: Edition, chosen: list[Article]) -> None:
    for position, article in enumerate(chosen, start=1):
        live = f"{edition.account_id}:{article.id}"
        if session.scalar(select(Place.id).where(Place.live == live)) is not None:
            raise AlreadyPlaced()
        edition.places.append(Place(article=article, position=position, live=live))
    session.flush()


def _account(session: Session, account: str, problems: list[Problem]) -> OfficialAccount | None:
    try:
        return accounts.get(session, int(account))
    except (EditorialError, ValueError):
        problems.append(Problem("account", "There is no such account."))
        return None


def _articles(session: Session, article_ids: list[str], problems: list[Problem]) -> list[Article]:
    if not 1 <= len(article_ids) <= MOST_ARTICLES:
        problems.append(Problem("articles", "An edition holds 1 to {limit} articles.", {"limit": MOST_ARTICLES}))
    elif len(set(article_ids)) != len(article_ids):
        problems.append(Problem("articles", "The same article stands here twice."))
    chosen = []
    for article_id in article_ids:
        try:
            article = articles.get(session, int(article_id))
        except (EditorialError, ValueError):
            problems.append(Problem("articles", "There is no article {id}.", {"id": article_id}))
            continue
        if article.state not in PLACEABLE:
            problems.append(Problem("articles", "“{title}” cannot be planned as it stands.", {"title": article.title}))
        chosen.append(article)
    return chosen


def _unknown_groups(session: Session, share_to: list[str] | None) -> list[Problem]:
    return [
        Problem("share_to", "There is no group called {slug}.", {"slug": slug})
        for slug in share_to or [] if groups.by_slug(session, slug) is None
    ]
