"""Shares: one promise for each group an edition's link goes back to."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ForeignKey, UniqueConstraint, and_, select
from sqlalchemy.orm import Mapped, Session, foreign, mapped_column, relationship

from editorial import clock, house
from editorial.articles.workflow import State as ArticleState
from editorial.base import Base, Dated, Numbered
from editorial.calendar.editions import Edition
from editorial.crash import crash_point
from editorial.groups import groups
from editorial.groups.groups import Group
from editorial.notices import tell, tell_all
from editorial.outbox import deliveries, restoring
from editorial.outbox.deliveries import Delivery, Promise, Purpose, State
from editorial.people.people import Role, with_role
from editorial.share_back import links
from editorial.share_back.links import TrackedLink

LANE = "shares"


class Share(Numbered, Dated, Base):
    """One edition brought back to one group."""

    __tablename__ = "share"

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), index=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("tracked_link.id"))
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"), index=True)

    edition: Mapped[Edition] = relationship()
    group: Mapped[Group] = relationship(lazy="joined")
    link: Mapped[TrackedLink] = relationship(foreign_keys=[link_id])
    links: Mapped[list[TrackedLink]] = relationship(
        primaryjoin=lambda: and_(
            foreign(TrackedLink.edition_id) == Share.edition_id, foreign(TrackedLink.group_id) == Share.group_id
        ), viewonly=True,
    )
    """One for each article of the edition; `link` is the lead's."""
    delivery: Mapped[Delivery | None] = relationship()

    __table_args__ = (UniqueConstraint("edition_id", "group_id"),)


def promise_all(session: Session, edition: Edition) -> int:
    """Promise the edition's links to its groups, each once, as soon as every permalink is known. Returns how many."""
    if not edition.places or any(not place.permalink for place in edition.places):
        return 0
    if all(place.article.state == ArticleState.TAKEN_DOWN for place in edition.places):
        return 0
    shared = set(session.scalars(select(Share.group_id).where(Share.edition_id == edition.id)))
    wanted = [group for group in targets(session, edition) if group.id not in shared]
    spread = float(house.setting(session, "share_spread_seconds"))
    delays = [spread * place_in_line / max(len(wanted), 1) for place_in_line in range(len(wanted))]
    _promise(session, edition, wanted, delays)
    if restoring.may_be_ahead(session, edition.id):
        _ask_first(session, edition)
    crash_point("published.after_promise")
    return len(wanted)


def _ask_first(session: Session, edition: Edition) -> None:
    """Before the database was restored, these links may have reached their groups: a robot cannot look, a person can."""
    for share in of_edition(session, edition.id):
        delivery = share.delivery
        if delivery is not None and delivery.state == State.WAITING:
            deliveries.shift(
                session, delivery, State.WAITING, State.NEEDS_PERSON,
                reason="The database was restored: look whether the link already stands in the group.",
            )
            tell_trouble(session, delivery, share)


def targets(session: Session, edition: Edition) -> list[Group]:
    """The groups an edition goes back to: those it names, or every active group with a connector."""
    if edition.share_to is None:
        return groups.reachable(session)
    named = [groups.by_slug(session, slug) for slug in dict.fromkeys(edition.share_to)]
    return [group for group in named if group is not None and group.state != groups.GroupState.CLOSED]


def of_edition(session: Session, edition_id: int) -> list[Share]:
    """Shares of an edition in the order they were promised."""
    return list(session.scalars(select(Share).where(Share.edition_id == edition_id).order_by(Share.id)))


def get(session: Session, share_id: int) -> Share | None:
    """The share with this id."""
    return session.get(Share, share_id)


def tell_trouble(session: Session, delivery: Delivery, share: Share) -> None:
    """The group's steward, or the operators, must know that a share needs them."""
    if delivery.state == State.ACCEPTED and delivery.awaiting == "person":
        sentence, urgent = "“{title}” waits to be posted by hand in groups you look after.", False
    elif delivery.state in (State.NEEDS_PERSON, State.REFUSED):
        sentence, urgent = "“{title}” did not reach {group}: {reason}", True
    else:
        return
    told = share.group.steward or share.group.deputy
    words = {"title": share.edition.lead.title, "group": share.group.name, "reason": delivery.reason}
    # Whoever looks after several groups hears of one edition once; what went wrong concerns each group.
    by_hand = delivery.state == State.ACCEPTED
    cause = f"by_hand:{share.edition_id}" if by_hand else f"{delivery.state}:{delivery.id}:{delivery.fence}"
    if told is not None and told.active:
        tell(session, told, sentence, cause=cause, thing="edition", thing_id=share.edition_id, urgent=urgent, **words)
    else:
        operators = with_role(session, Role.OPERATOR)
        tell_all(session, operators, sentence, cause=cause, thing="edition", thing_id=share.edition_id, urgent=urgent, **words)


def _promise(session: Session, edition: Edition, wanted: list[Group], delays: list[float]) -> None:
    """For each group its links, its share and its delivery, all groups together: there may be thousands."""
    leads = links.make_all(session, edition.id, [(place.article_id, place.permalink or "") for place in edition.places],
                           [group.id for group in wanted])
    made = [Share(edition_id=edition.id, group_id=group.id, link_id=lead.id) for group, lead in zip(wanted, leads, strict=True)]
    session.add_all(made)
    session.flush()
    now = clock.now()
    promised = deliveries.promise_all(session, [
        Promise(
            purpose=Purpose.SHARE, lane=LANE, key=f"share:{edition.id}:{group.id}", owner_id=share.id, target_kind="group",
            target_id=group.id, target_name=group.name, due_at=now + timedelta(seconds=delay), edition_id=edition.id,
        ) for share, group, delay in zip(made, wanted, delays, strict=True)
    ])
    for share, delivery in zip(made, promised, strict=True):
        share.delivery_id = delivery.id
    session.flush()
