"""What did not reach a person: never sent a second time, told in the product alone, and no trouble to the desk."""

from __future__ import annotations

from sqlalchemy.orm import Session

from editorial import clock
from editorial.notices import channels, choices
from editorial.notices.channels import LANES, OWN_ROBOTS
from editorial.notices.envelopes import NoticeEnvelope
from editorial.notices.kinds import Channel
from editorial.notices.notices import tell, tell_all
from editorial.outbox import holds
from editorial.outbox.deliveries import Delivery, State, shift
from editorial.people.people import Person, Role, with_role

LOST = "The answer was lost. It is not sent a second time; the notice stands in the product."
TOO_LATE = "It was too late to send this. The notice stands in the product."


def settle(session: Session, delivery: Delivery) -> None:
    """An outcome that nobody knows, or that would need a person, ends here: a notice is worth neither a doubt nor a doublet."""
    if delivery.state == State.OUTCOME_UNKNOWN:
        shift(session, delivery, State.OUTCOME_UNKNOWN, State.NEEDS_PERSON, reason=LOST, read_at=None)
    if delivery.state == State.NEEDS_PERSON:
        shift(session, delivery, State.NEEDS_PERSON, State.CALLED_OFF, settled_at=clock.now())


def switched_off(session: Session, delivery: Delivery, reason: str, code: str) -> None:
    """The way itself is closed: its owner learns of it, and nothing more is tried until they mend it."""
    envelope = session.get_one(NoticeEnvelope, delivery.owner_id)
    if delivery.lane == OWN_ROBOTS and envelope.person_id is not None:
        _close_own(session, session.get_one(Person, envelope.person_id), reason)
        return
    channel = Channel(envelope.channel)
    holds.hold(session, LANES[channel], reason, cause=code)
    row = channels.of(session, channel)
    if row is not None:
        row.reason = reason
    sentence = "No notice goes out by mail: {reason}" if channel == Channel.MAIL else "The desk robot is silent: {reason}"
    tell_all(session, with_role(session, Role.ADMIN), sentence, cause=f"channel_off:{delivery.id}", urgent=True, reason=reason)


def _close_own(session: Session, person: Person, reason: str) -> None:
    choices.habit_of(session, person).robot_reason = reason
    session.flush()
    tell(session, person, "Your own robot is silent: {reason}", cause=f"own_robot:{person.id}:{clock.now():%s}", reason=reason)
