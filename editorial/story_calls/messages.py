"""What a call tells its groups: one promise for each target and kind of message, kept by the outbox like a share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import house
from editorial.errors import AlreadyLeft
from editorial.notices import tell_all
from editorial.outbox import deliveries
from editorial.outbox.deliveries import Delivery, Promise, Purpose, State
from editorial.people.people import Person, Role, with_role
from editorial.share_back.shares import LANE
from editorial.story_calls.rows import CallMessage, CallTarget, Message, StoryCall


def promise_all(
    session: Session, call: StoryCall, kind: Message, due_at: datetime, targets: Sequence[CallTarget] | None = None
) -> None:
    """Promise one kind of message to every group of the call, or to these `targets`, spread as shares are.

    What goes before the deadline ends with it.
    """
    spread = float(house.setting(session, "share_spread_seconds"))
    chosen = call.targets if targets is None else targets
    made = [CallMessage(target_id=target.id, kind=kind) for target in chosen]
    session.add_all(made)
    session.flush()
    promised = deliveries.promise_all(session, [
        Promise(
            purpose=Purpose.STORY_CALL, lane=LANE, key=f"story_call:{kind}:{target.id}", owner_id=message.id,
            target_kind="group", target_id=target.group_id, target_name=target.group.name, connector_id=target.connector_id or None,
            due_at=due_at + timedelta(seconds=spread * place / len(made)),
            not_after=None if kind == Message.SUMMARY else call.due_at,
        ) for place, (target, message) in enumerate(zip(chosen, made, strict=True))
    ])
    for message, delivery in zip(made, promised, strict=True):
        message.delivery_id = delivery.id
    session.flush()


def of_call(session: Session, call: StoryCall) -> Sequence[CallMessage]:
    """Everything its groups were to be told, in the order of the promises."""
    query = select(CallMessage).join(CallTarget).where(CallTarget.call_id == call.id).order_by(CallMessage.id)
    return session.scalars(query).unique().all()


def of_delivery(session: Session, delivery: Delivery) -> CallMessage:
    """The message that made this delivery."""
    return session.get_one(CallMessage, delivery.owner_id)


def postpone(session: Session, call: StoryCall, by: timedelta) -> list[CallTarget]:
    """The deadline is later now: what has not left says so by itself. Returns the targets that were told the old one."""
    told = []
    for message in of_call(session, call):
        delivery = message.delivery
        if delivery is None:
            continue
        opens = message.kind == Message.OPENING
        if delivery.state in (State.WAITING, State.REFUSED):
            due_at = delivery.due_at if opens or delivery.after_id is not None else delivery.due_at + by
            left = not deliveries.postpone(session, delivery, due_at, call.due_at)
        else:
            left = delivery.awaiting != "person" and delivery.state != State.CALLED_OFF
        if opens and left:
            told.append(message.target)
    return told


def call_off(session: Session, call: StoryCall) -> None:
    """The call is over: what has not left stays back. What is under way, or stands in another message, goes its way."""
    for message in of_call(session, call):
        delivery = message.delivery
        if delivery is None or delivery.after_id is not None or message.kind == Message.SUMMARY:
            continue
        by_hand = delivery.state == State.ACCEPTED and delivery.awaiting == "person"
        if delivery.state in (State.WAITING, State.REFUSED) or by_hand:
            try:
                deliveries.call_off(session, delivery)
            except AlreadyLeft:
                continue


def tell_trouble(session: Session, delivery: Delivery) -> None:
    """Whoever looks after the group must know that a message needs them; of what went wrong the call's owner hears, too."""
    message = of_delivery(session, delivery)
    call, group = message.target.call, message.target.group
    by_hand = delivery.state == State.ACCEPTED and delivery.awaiting == "person"
    if by_hand:
        sentence = "The call “{title}” waits to be posted by hand in groups you look after."
        cause = f"by_hand:{call.id}:{message.kind}"
    elif delivery.state in (State.NEEDS_PERSON, State.REFUSED):
        sentence = "The call “{title}” did not reach {group}: {reason}"
        cause = f"{delivery.state}:{delivery.id}:{delivery.fence}"
    else:
        return
    keepers = [person for person in (group.steward or group.deputy,) if person is not None and person.active]
    told: list[Person] = keepers or with_role(session, Role.OPERATOR)
    tell_all(
        session, told if by_hand or not call.owner.active else [*told, call.owner], sentence, cause=cause, thing="story_call",
        thing_id=call.id, urgent=not by_hand, title=call.title, group=group.name, reason=delivery.reason,
    )
