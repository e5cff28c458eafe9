"""Taking a published article down. It cannot be undone: a promise like the publication, made once and read back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.articles import articles
from editorial.articles.articles import Article
from editorial.articles.workflow import Move, after
from editorial.articles.workflow import State as ArticleState
from editorial.base import Base, Dated, Numbered
from editorial.calendar.editions import Edition, EditionState, Place
from editorial.errors import Invalid, Problem, WrongState
from editorial.notices import tell_all
from editorial.outbox import deliveries
from editorial.outbox.deliveries import Delivery, Promise, Purpose, State
from editorial.people.people import Person, Role, with_role
from editorial.release import releases

ALL = 0
"""The position that means every article of the edition."""


class TakeDown(Numbered, Dated, Base):
    """The wish that one article of an edition, or all (`position` 0), be gone from the account."""

    __tablename__ = "take_down"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    position: Mapped[int]
    way: Mapped[str] = mapped_column(String(12))
    """How it was published: `release`, `mass_send`, or `manual` when no interface knows it."""
    remote_id: Mapped[str] = mapped_column(String(200), default="")
    """The platform's number of the publication: `article_id` of a release, `msg_id` of a mass send."""
    reason: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))
    done_at: Mapped[datetime | None]

    edition: Mapped[Edition] = relationship()
    asked_by: Mapped[Person] = relationship()
    delivery: Mapped[Delivery | None] = relationship()

    __table_args__ = (Index("ix_take_down_edition", "edition_id", "id"),)

    @property
    def places(self) -> list[Place]:
        """The articles it is about."""
        return [place for place in self.edition.places if self.position in (ALL, place.position)]


def ask(session: Session, edition: Edition, position: int, *, reason: str, by: Person) -> TakeDown:
    """Promise that the article at `position` (from 1; ALL: every one) goes. Raises Invalid naming `reason`, WrongState.

    Asked a second time while the first still runs, it is refused.
    """
    if not reason.strip():
        raise Invalid(Problem("reason", "Say why it is taken down: the reason is kept with your name."))
    places = [place for place in edition.places if position in (ALL, place.position)]
    if edition.state != EditionState.PUBLISHED or not places or any(_gone(place.article) for place in places):
        raise WrongState()
    if any(asked.position in (ALL, position) or position == ALL for asked in under_way(session, edition)):
        raise WrongState()
    published = _publication(session, edition)
    way, remote_id = _known_as(published)
    wish = TakeDown(
        edition=edition, position=_only(edition, position), way=way, remote_id=remote_id, reason=reason.strip(), asked_by_id=by.id,
    )
    session.add(wish)
    session.flush()
    wish.delivery = deliveries.promise(session, Promise(
        purpose=Purpose.TAKE_DOWN, lane=edition.account.lane, key=f"take_down:{wish.id}", owner_id=wish.id, target_kind="account",
        target_id=edition.account_id, target_name=edition.account.name, due_at=clock.now(), edition_id=edition.id, after=published,
    ))
    session.flush()
    audit.record(session, "ask_take_down", "edition", edition.id, by=by, details={"position": position, "reason": reason.strip()})
    return wish


def record(session: Session, wish: TakeDown) -> None:
    """It is gone. Doing it twice changes nothing. An article that still stands on another account keeps its state."""
    if wish.done_at is not None:
        return
    wish.done_at = clock.now()
    session.flush()
    for place in wish.places:
        if after(place.article.state, Move.TAKE_DOWN) is not None and not _stands_elsewhere(session, place):
            articles.move(session, place.article, Move.TAKE_DOWN, by=wish.asked_by, edition=wish.edition_id, reason=wish.reason)
            place.article.reason = wish.reason
        told = [place.article.contributor, *with_role(session, Role.EDITOR_IN_CHIEF)]
        tell_all(session, list(dict.fromkeys(told)), "“{title}” was taken down from {account}.",
                 cause=f"taken_down:{wish.id}:{place.article_id}", thing="article", thing_id=place.article_id,
                 title=place.article.title, account=wish.edition.account.name)


def tell_trouble(session: Session, delivery: Delivery) -> None:
    """Publishers must know that an article which should be gone may still stand there."""
    wish = session.get_one(TakeDown, delivery.owner_id)
    sentence = {
        State.NEEDS_PERSON: "“{title}”: it is not known whether it is gone from {account}. Please look and decide.",
        State.REFUSED: "“{title}” still stands on {account}: {reason}",
        State.ACCEPTED: "“{title}” has to be deleted on {account} by hand, in WeChat's console.",
    }.get(delivery.state)
    if sentence is None or (delivery.state == State.ACCEPTED and delivery.awaiting != "person"):
        return
    tell_all(
        session, with_role(session, Role.PUBLISHER), sentence, cause=f"{delivery.state}:{delivery.id}:{delivery.fence}",
        thing="edition", thing_id=wish.edition_id, urgent=True, title=wish.places[0].article.title,
        account=wish.edition.account.name, reason=delivery.reason,
    )


def of_edition(session: Session, edition: Edition) -> Sequence[TakeDown]:
    """Every wish about an edition, the oldest first."""
    return session.scalars(select(TakeDown).where(TakeDown.edition_id == edition.id).order_by(TakeDown.id)).all()


def under_way(session: Session, edition: Edition) -> list[TakeDown]:
    """Wishes that are neither fulfilled nor dropped."""
    return [
        wish for wish in of_edition(session, edition)
        if wish.done_at is None and wish.delivery is not None and wish.delivery.state != State.CALLED_OFF
    ]


def _gone(article: Article) -> bool:
    return article.state == ArticleState.TAKEN_DOWN


def _only(edition: Edition, position: int) -> int:
    """Of an edition with one article, all is that one: its own number can never hit more than it should."""
    return 1 if position == ALL and len(edition.places) == 1 else position


def _publication(session: Session, edition: Edition) -> Delivery | None:
    """The delivery that brought the edition out."""
    sent = [one for one in releases.deliveries_of(session, edition)
            if one.state == State.SENT and one.purpose in releases.FINAL_PURPOSES]
    return sent[-1] if sent else None


def _known_as(published: Delivery | None) -> tuple[str, str]:
    """How, and under which number, the platform knows the publication. One that a person settled has a task's number only."""
    if published is not None and published.remote_id:
        if published.purpose == Purpose.RELEASE and published.remote_id != published.memory.get("publish_id"):
            return published.purpose, published.remote_id
        if published.purpose == Purpose.MASS_SEND:
            return published.purpose, published.remote_id
    return Purpose.MANUAL, ""


def _stands_elsewhere(session: Session, place: Place) -> bool:
    """Whether the article is published in another edition that was not taken down."""
    others = session.scalars(
        select(Place).join(Edition, Edition.id == Place.edition_id)
        .where(Place.article_id == place.article_id, Place.edition_id != place.edition_id)
        .where(Edition.state == EditionState.PUBLISHED)
    )
    return any(
        not any(wish.done_at and wish.position in (ALL, other.position) for wish in of_edition(session, other.edition))
        for other in others
    )
