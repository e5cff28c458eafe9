"""The last gate, inside the claim's transaction: may this delivery leave now, may the platform be asked now?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from editorial import clock, house
from editorial.articles import story_rights
from editorial.articles.workflow import State as ArticleState
from editorial.calendar import haste
from editorial.calendar.editions import Edition, EditionState
from editorial.notices import failing
from editorial.outbox import holds
from editorial.outbox.attempts import Timing
from editorial.outbox.deliveries import TO_GROUPS, Delivery, Purpose, State, shift
from editorial.release import embargoes
from editorial.release.take_downs import TakeDown
from editorial.review import checks, sign_offs
from editorial.share_back import freezes, noise
from editorial.share_back.noise import OVER_BUDGET, QUIET_HOURS, Noise, gather, held, steps_back
from publishers.dispatch import outcomes, parcels, rations
from publishers.dispatch.connectors import ConnectorOf, connector_for
from publishers.dispatch.parcels import TAKEN_AS_IS, NothingToSend, memory_of

LEFT_OUT = "WeChat left something out of the draft. See what is missing, then decide."
OBJECTED = "Held back while an objection to the article is looked into."
LOOK_AGAIN = timedelta(minutes=10)
STEP_BACK = timedelta(seconds=2)
CALL_OVER = "The call for stories is over, so nothing more is sent for it."
EMBARGOED = "Under embargo. It goes out by itself when the embargo ends."


@dataclass(frozen=True)
class Desk:
    """What one round of claims asks for again and again, read once in its transaction."""

    standing: dict[str, holds.Hold]
    turns: dict[str, holds.Pace]
    late: timedelta
    embargoed: dict[int, datetime]
    digests: dict[int, str]
    frozen: frozenset[int]
    """Editions that go to no further group while an objection is looked into."""
    noise: Noise
    shares: Sequence[object]
    """Kept so that the session keeps them."""


def desk_for(session: Session, due: Sequence[Delivery], room: int, zone: str = clock.DEFAULT_ZONE) -> Desk:
    """What this round needs for these deliveries, of which `room` may leave."""
    targets = [delivery.hold_target for delivery in due]
    return Desk(
        standing=holds.standing(session, *targets, *{delivery.lane for delivery in due}), turns={},
        late=timedelta(minutes=int(house.setting(session, "late_minutes"))), embargoed=embargoes.held(session, due), digests={},
        frozen=freezes.frozen_editions(session), noise=noise.at_hand(session, due, zone),
        shares=parcels.shares_at_hand(session, due[:room]),
    )


def may_leave(session: Session, delivery: Delivery, connector_of: ConnectorOf, desk: Desk) -> bool:
    """Whether holds, lateness, embargo window, sign-off and pace let it go; else its state says what became of it.

    What a person does by hand needs no answer from the platform, so a pause of the account does not hold it.
    """
    now = clock.now()
    target = delivery.hold_target
    standing = holds.foremost(desk.standing, target, delivery.lane)
    by_hand = delivery.purpose == Purpose.MANUAL and standing is not None and standing.target == target
    if standing is not None and not by_hand:
        _obey(session, delivery, standing, target)
        return False
    held_until = desk.embargoed.get(delivery.edition_id) if delivery.edition_id and embargoes.may_be_held(delivery) else None
    if held_until is not None:
        _hold_back(session, delivery, held_until)
        return False
    if delivery.purpose in TO_GROUPS and delivery.edition_id in desk.frozen:
        delivery.due_at, delivery.late_ok, delivery.reason = now + LOOK_AGAIN, True, OBJECTED
        session.flush()
        return False
    # A good-bye says that the group ends now: later it would be wrong, so neither quiet hours nor the budget hold it.
    talks = delivery.purpose in TO_GROUPS and delivery.purpose != Purpose.CLOSING
    if talks and not _is_its_turn(session, delivery, desk.noise):
        return False
    late = now - delivery.due_at > desk.late
    if (late and not delivery.late_ok) or (delivery.not_after and now > delivery.not_after):
        if delivery.purpose == Purpose.NOTICE:
            _refuse(session, delivery, failing.TOO_LATE)
            return False
        if delivery.purpose == Purpose.STORY_CALL and delivery.not_after and now > delivery.not_after:
            _refuse(session, delivery, CALL_OVER)
            return False
        return _ask_person(session, delivery, "It was due long ago; shall it still go out?")
    refusal = refusal_of(session, delivery)
    if refusal:
        return _ask_person(session, delivery, refusal)
    try:
        rates = connector_for(session, delivery, connector_of).rates
    except NothingToSend as error:
        _refuse(session, delivery, str(error))
        return False
    turn = holds.take_turn(session, rates, desk.turns)
    if turn is not None:
        delivery.due_at, delivery.late_ok = turn, True
        return False
    if delivery.code == OVER_BUDGET and delivery.purpose == Purpose.SHARE:
        gather(session, delivery, lambda others: desk.frozen | set(embargoes.held(session, others)))
    return True


def refusal_of(session: Session, delivery: Delivery) -> str:
    """Why this delivery must not leave now, or "" when it may. Asked inside the claim's transaction."""
    if delivery.purpose in (*TO_GROUPS, Purpose.NOTICE):
        return ""
    if delivery.purpose == Purpose.TAKE_DOWN:
        return "It is taken down already." if session.get_one(TakeDown, delivery.owner_id).done_at else ""
    edition = session.get_one(Edition, delivery.edition_id)
    if edition.state != EditionState.SCHEDULED:
        return "The edition is no longer scheduled."
    for place in edition.places:
        if place.article.state != ArticleState.SCHEDULED or sign_offs.standing(session, place.article) is None:
            return "An article of this edition is not signed off as it stands."
        if story_rights.gate(session, place.article):
            return "An article of this edition has lost a right or a label it needs. Look at its rights."
        if checks.open_blockers(session, place.article):
            return "A rule of the house stops an article of this edition."
    return LEFT_OUT if _lost_something(session, delivery) else ""


def may_look(session: Session, delivery: Delivery, act: str, timing: Timing) -> bool:
    """Readings are rationed by the platform: when it is not our turn, later, or a person who looks for us.

    A lost notice is not looked into: it is settled without being sent again.
    """
    if delivery.purpose == Purpose.NOTICE:
        failing.settle(session, delivery)
        return False
    turn = rations.turn(session, delivery, act, timing)
    if turn is None:
        return True
    if delivery.state == State.OUTCOME_UNKNOWN:
        due = rations.person_due(session, delivery, timing)
        if due <= clock.now():
            if shift(session, delivery, State.OUTCOME_UNKNOWN, State.NEEDS_PERSON, read_at=None, reason=rations.USED_UP):
                outcomes.tell(session, delivery.id)
            return False
        turn = min(turn, due)
    delivery.read_at = turn
    session.flush()
    return False


def _lost_something(session: Session, delivery: Delivery) -> bool:
    """Whether readers would miss what was signed off, because WeChat left it out of the draft, and nobody has said yes to it."""
    memory = memory_of(session, delivery) if delivery.purpose in (Purpose.RELEASE, Purpose.MASS_SEND) else {}
    return bool(memory.get("lost_blocks")) and not memory.get(TAKEN_AS_IS) and house.setting(session, "readback") == "block"


def _is_its_turn(session: Session, delivery: Delivery, had: Noise) -> bool:
    """Whether its group may hear of it now. What stands in another's message goes with that."""
    if delivery.after_id is not None:
        return session.get_one(Delivery, delivery.after_id).state == State.SENT
    if steps_back(session, delivery):
        delivery.due_at = clock.now() + STEP_BACK
        session.flush()
        return False
    wait = held(had, delivery)
    if wait is not None and wait.code == QUIET_HOURS and _is_in_haste(session, delivery):
        wait = held(had, delivery, at_any_hour=True)
    if wait is None:
        return True
    delivery.due_at, delivery.late_ok, delivery.reason, delivery.code = wait.until, True, wait.reason, wait.code
    session.flush()
    return False


def _is_in_haste(session: Session, delivery: Delivery) -> bool:
    if delivery.purpose != Purpose.SHARE or delivery.edition_id is None:
        return False
    return bool(haste.of_editions(session, [delivery.edition_id]))


def _obey(session: Session, delivery: Delivery, standing: holds.Hold, target: str) -> None:
    if standing.until is not None:
        delivery.due_at, delivery.late_ok, delivery.reason = standing.until, True, standing.reason
        session.flush()
        outcomes.tell(session, delivery.id)
    elif standing.target == target:
        _refuse(session, delivery, standing.reason)


def _hold_back(session: Session, delivery: Delivery, until: datetime) -> None:
    """P6: set after scheduling, an embargo still counts. Its end is when this is due, and then it is not late."""
    delivery.due_at, delivery.late_ok, delivery.reason, delivery.code = until, True, EMBARGOED, embargoes.HELD
    session.flush()
    outcomes.tell(session, delivery.id)


def _refuse(session: Session, delivery: Delivery, reason: str) -> None:
    if shift(session, delivery, State.WAITING, State.REFUSED, reason=reason, settled_at=clock.now()):
        outcomes.tell(session, delivery.id)


def _ask_person(session: Session, delivery: Delivery, reason: str) -> bool:
    if shift(session, delivery, State.WAITING, State.NEEDS_PERSON, reason=reason):
        outcomes.tell(session, delivery.id)
    return False
