"""A person says "I have posted it": the link they bring is checked, and the story goes on from there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app import given_links as looking
from editorial.calendar.editions import Edition
from editorial.errors import Invalid, Problem, WrongState
from editorial.outbox import deliveries
from editorial.outbox.deliveries import TO_GROUPS, Delivery, Purpose, State
from editorial.people.people import Person
from editorial.release import console, given_links, releases
from editorial.release.given_links import SeenLink
from editorial.release.take_downs import TakeDown
from editorial.share_back import shares, withdrawing
from publishers.connector import ASKED, ASKED_BEFORE
from publishers.dispatch import gate, parcels

LINKLESS = (*TO_GROUPS, Purpose.TAKE_DOWN)
"""What a person settles by their word alone."""


def look_at(session: Session, delivery: Delivery, permalinks: Sequence[str], *, required: bool = True) -> list[SeenLink]:
    """Look at the pages behind the links of an edition; slow, so before the transaction. None for a share or take-down.

    Raises Invalid naming `permalink`, WrongState when no link is awaited. Not `required`: without links nothing is looked at.
    """
    if delivery.purpose in LINKLESS or (not required and not any(link.strip() for link in permalinks)):
        return []
    edition = session.get_one(Edition, delivery.edition_id)
    if required and not takes_links(delivery, edition):
        raise WrongState()
    return looking.look_at(session, edition, permalinks)


def takes_links(delivery: Delivery, edition: Edition) -> bool:
    """Whether a person is awaited who brings the links, or it went out and nobody knows them yet."""
    if delivery.purpose in LINKLESS:
        return False
    if delivery.state == State.ACCEPTED and delivery.awaiting == "person":
        return True
    lacks_link = delivery.state == State.SENT and any(not place.permalink for place in edition.places)
    return lacks_link and delivery.purpose in releases.FINAL_PURPOSES


def confirm(
    session: Session, delivery: Delivery, *, by: Person, seen: Sequence[SeenLink] = (), reason: str = "", strict: bool = False,
    settings: Sequence[str] = (),
) -> None:
    """Settle a delivery that awaited a person. Of an edition every link was looked at; what no page could say needs a reason.

    `strict`: that holds for a page that could not be read, too. `settings`: what was set in the console.
    Raises Invalid naming `permalink`, WrongState.
    """
    if delivery.purpose in LINKLESS:
        deliveries.confirm_by_person(session, delivery, by=by)
        if delivery.purpose == Purpose.TAKE_DOWN:
            withdrawing.record(session, session.get_one(TakeDown, delivery.owner_id))
        return
    edition = session.get_one(Edition, delivery.edition_id)
    if not takes_links(delivery, edition):
        raise WrongState()
    problems = [] if reason.strip() else looking.unsettled(edition, seen, unread_too=strict)
    if problems:
        raise Invalid(*problems)
    if delivery.state == State.ACCEPTED:
        deliveries.confirm_by_person(session, delivery, by=by)
        _call_off_what_follows(session, delivery)
    console.tick(session, edition, settings, by=by)
    _publish(session, edition, seen, by, reason)


def publish(session: Session, edition: Edition, links: tuple[str, ...]) -> None:
    """Record the publication with its links, and promise the shares."""
    releases.record_published(session, edition, links)
    shares.promise_all(session, edition)


def resolve(
    session: Session, delivery: Delivery, outcome: str, *, by: Person, reason: str, seen: Sequence[SeenLink] = ()
) -> None:
    """A person decides an unknown outcome. "It went out" publishes the edition, with its links when they are known.

    Raises Invalid naming `outcome` or `reason`, WrongState.
    """
    problems = []
    if outcome not in ("sent", "not_sent", "drop"):
        problems.append(Problem("outcome", "Choose one of: {choices}.", {"choices": "sent, not_sent, drop"}))
    if not reason.strip():
        problems.append(Problem("reason", "Say how you know: the decision is kept with your name."))
    if problems:
        raise Invalid(*problems)
    if outcome == "not_sent" and delivery.reason == gate.LEFT_OUT:
        delivery.memory = {**delivery.memory, parcels.TAKEN_AS_IS: "1"}
    if outcome == "not_sent":
        # Whoever has looked knows what became of the request whose answer was lost.
        delivery.memory = {name: value for name, value in delivery.memory.items() if name not in (ASKED, ASKED_BEFORE)}
    deliveries.resolve(session, delivery, outcome, by=by, reason=reason.strip())
    if outcome == "sent" and delivery.purpose == Purpose.TAKE_DOWN:
        withdrawing.record(session, session.get_one(TakeDown, delivery.owner_id))
    if outcome == "sent" and delivery.purpose in releases.FINAL_PURPOSES:
        edition = session.get_one(Edition, delivery.edition_id)
        _publish(session, edition, seen, by, reason.strip())


def _publish(session: Session, edition: Edition, seen: Sequence[SeenLink], by: Person, reason: str) -> None:
    if seen:
        given_links.keep(session, edition, seen, by=by, reason=reason.strip())
    publish(session, edition, tuple(link.url for link in seen))


def _call_off_what_follows(session: Session, delivery: Delivery) -> None:
    """A draft that a person published by hand needs no release any more."""
    edition = session.get_one(Edition, delivery.edition_id)
    for other in releases.deliveries_of(session, edition):
        if other.after_id == delivery.id and other.state == State.WAITING:
            deliveries.call_off(session, other)
