"""A person says "I have posted it": the link they bring is checked, and the story goes on from there."""

from __future__ import annotations

from flask import current_app
from sqlalchemy.orm import Session

from app.wiring import Wiring
from editorial.calendar.editions import Edition
from editorial.errors import Invalid, Problem, WrongState
from editorial.outbox import deliveries
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.people.people import Person
from editorial.release import releases
from editorial.share_back import shares
from publishers.connector import Refused
from publishers.wechat import manual


def confirm(session: Session, delivery: Delivery, *, by: Person, permalinks: list[str] | None = None) -> None:
    """Settle a delivery that awaited a person. Of an edition the permalink of every article is needed.

    Raises Invalid naming `permalink`, WrongState when nobody is awaited.
    """
    if delivery.purpose == Purpose.SHARE:
        deliveries.confirm_by_person(session, delivery, by=by)
        return
    edition = session.get_one(Edition, delivery.edition_id)
    awaited = delivery.state == State.ACCEPTED and delivery.awaiting == "person"
    lacks_link = delivery.state == State.SENT and any(not place.permalink for place in edition.places)
    if not (awaited or (lacks_link and delivery.purpose in releases.FINAL_PURPOSES)):
        raise WrongState()
    links = _checked(permalinks or [], edition)
    if awaited:
        deliveries.confirm_by_person(session, delivery, by=by)
        _call_off_what_follows(session, delivery)
    publish(session, edition, links)


def publish(session: Session, edition: Edition, links: tuple[str, ...]) -> None:
    """Record the publication with the links a person brought, and promise the shares."""
    releases.record_published(session, edition, links)
    shares.promise_all(session, edition)


def resolve(
    session: Session, delivery: Delivery, outcome: str, *, by: Person, reason: str, permalinks: list[str] | None = None
) -> None:
    """A person decides an unknown outcome. "It went out" publishes the edition, with its links when they are known.

    Raises Invalid naming `outcome`, `reason` or `permalink`, WrongState.
    """
    problems = []
    if outcome not in ("sent", "not_sent", "drop"):
        problems.append(Problem("outcome", "Choose one of: {choices}.", {"choices": "sent, not_sent, drop"}))
    if not reason.strip():
        problems.append(Problem("reason", "Say how you know: the decision is kept with your name."))
    if problems:
        raise Invalid(*problems)
    deliveries.resolve(session, delivery, outcome, by=by, reason=reason.strip())
    if outcome == "sent" and delivery.purpose in releases.FINAL_PURPOSES:
        edition = session.get_one(Edition, delivery.edition_id)
        publish(session, edition, _checked(permalinks, edition) if permalinks else ())


def _checked(permalinks: list[str], edition: Edition) -> tuple[str, ...]:
    wiring: Wiring = current_app.extensions["wiring"]
    links = [link.strip() for link in permalinks if link.strip()]
    if len(links) < len(edition.places):
        raise Invalid(Problem("permalink", "Give the link of each of the {count} articles.", {"count": len(edition.places)}))
    try:
        return tuple(manual.permalink(link, wiring.settings.platforms.wechat) for link in links)
    except Refused as refusal:
        raise Invalid(Problem("permalink", refusal.reason)) from None


def _call_off_what_follows(session: Session, delivery: Delivery) -> None:
    """A draft that a person published by hand needs no release any more."""
    edition = session.get_one(Edition, delivery.edition_id)
    for other in releases.deliveries_of(session, edition):
        if other.after_id == delivery.id and other.state == State.WAITING:
            deliveries.call_off(session, other)
