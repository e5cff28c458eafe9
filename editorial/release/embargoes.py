"""An embargo that comes or goes while its article is scheduled already: what waits keeps waiting, or need not any more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.articles import embargo
from editorial.articles.articles import Article
from editorial.calendar import editions
from editorial.calendar.editions import Edition, Place
from editorial.errors import AlreadyLeft
from editorial.notices import tell_all
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.people.people import Person, Role, with_role
from editorial.release import releases

HELD = "embargo"
"""The code of a delivery that an embargo holds back."""


def put(session: Session, article: Article, ends: datetime, *, zone: str, by: Person) -> None:
    """Put an article under embargo. Editions that are scheduled before its end are held, and their people are told.

    Raises AlreadyLeft when the platform has it already, WrongState, Invalid.
    """
    embargo.put(session, article, ends, zone=zone, by=by)
    for edition in _scheduled(session, article):
        if any(_has_left(delivery) for delivery in releases.deliveries_of(session, edition)):
            raise AlreadyLeft()
        if edition.publish_at is not None and edition.publish_at < ends:
            _tell(session, edition, article, "“{title}” is under embargo until {until}. It stays scheduled and goes out then.", by)


def lift(session: Session, article: Article, *, reason: str, by: Person) -> None:
    """End an embargo early; what it held goes out at once when it is due. Raises WrongState, Invalid naming `reason`."""
    embargo.lift(session, article, reason=reason, by=by)
    for edition in _scheduled(session, article):
        still = embargo.until([place.article for place in edition.places], clock.now())
        for delivery in releases.deliveries_of(session, edition):
            if delivery.state == State.WAITING and delivery.code == HELD and edition.publish_at is not None:
                delivery.due_at = max(edition.publish_at, still or edition.publish_at)
        _tell(session, edition, article, "{by} lifted the embargo of “{title}”: {reason}", by, reason=reason.strip())
    session.flush()


def held(session: Session, deliveries: Iterable[Delivery]) -> dict[int, datetime]:
    """When the editions of these deliveries may leave at the earliest; those that no embargo holds are left out.

    Read anew, and kept still against whoever is putting or lifting an embargo in this very moment.
    """
    edition_ids = {one.edition_id for one in deliveries if one.edition_id is not None and may_be_held(one)}
    if not edition_ids:
        return {}
    query = select(Place.edition_id, Article.embargo_until).join(Article, Article.id == Place.article_id)
    rows = session.execute(query.where(Place.edition_id.in_(edition_ids)).with_for_update(read=True, of=Article))
    now, found = clock.now(), dict[int, datetime]()
    for edition_id, ends in rows:
        if ends is not None and now < ends:
            found[edition_id] = max(ends, found.get(edition_id, ends))
    return found


def may_be_held(delivery: Delivery) -> bool:
    """A take-down never waits; notices and calls name nothing that is under embargo."""
    return delivery.purpose not in (Purpose.TAKE_DOWN, Purpose.NOTICE, Purpose.STORY_CALL)


def _scheduled(session: Session, article: Article) -> list[Edition]:
    places = editions.standing_of(session, article.id)
    wanted = select(Edition).where(Edition.id.in_([place.edition_id for place in places]), Edition.publish_at.is_not(None))
    return list(session.scalars(wanted.order_by(Edition.id)).unique())


def _has_left(delivery: Delivery) -> bool:
    """What lies in the draft box, or waits for a person to publish it by hand, no reader has seen."""
    if delivery.state in (State.IN_FLIGHT, State.OUTCOME_UNKNOWN, State.NEEDS_PERSON):
        return True
    by_hand = delivery.state == State.ACCEPTED and delivery.awaiting == "person"
    return delivery.purpose != Purpose.DRAFT and delivery.state in (State.ACCEPTED, State.SENT) and not by_hand


def _tell(session: Session, edition: Edition, article: Article, sentence: str, by: Person, **more: object) -> None:
    concerned = {one.id: one for one in (*with_role(session, Role.PUBLISHER), edition.planned_by) if one.active}
    words = {"title": article.title, "until": article.embargo_wall.replace("T", " ")[:16], "by": by.name, **more}
    tell_all(
        session, list(concerned.values()), sentence, cause=f"embargo:{article.id}:{clock.now():%Y%m%d%H%M%S}",
        thing="edition", thing_id=edition.id, urgent=False, **words,
    )
