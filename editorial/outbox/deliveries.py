"""A delivery: one promise that one thing shall reach one target through one connector."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, BigKey, Dated, Numbered, compare_and_set
from editorial.errors import AlreadyLeft, WrongState
from editorial.outbox import holds


class Purpose(StrEnum):
    """What the delivery is for."""

    DRAFT = "draft"
    RELEASE = "release"
    MASS_SEND = "mass_send"
    MANUAL = "manual"
    TAKE_DOWN = "take_down"
    SHARE = "share"
    STORY_CALL = "story_call"
    SPOTLIGHT = "spotlight"
    CLOSING = "closing"
    NOTICE = "notice"


class State(StrEnum):
    """What the world did. What *we* decided is the article's state; the two never mix."""

    WAITING = "waiting"
    IN_FLIGHT = "in_flight"
    ACCEPTED = "accepted"
    SENT = "sent"
    REFUSED = "refused"
    OUTCOME_UNKNOWN = "outcome_unknown"
    NEEDS_PERSON = "needs_person"
    CALLED_OFF = "called_off"


MOVES: dict[State, frozenset[State]] = {
    # To needs_person when it is found too late or its sign-off is gone; to refused when its target is switched off.
    State.WAITING: frozenset({State.IN_FLIGHT, State.CALLED_OFF, State.NEEDS_PERSON, State.REFUSED}),
    State.IN_FLIGHT: frozenset({
        State.ACCEPTED, State.SENT, State.WAITING, State.REFUSED, State.OUTCOME_UNKNOWN, State.NEEDS_PERSON,
    }),
    State.ACCEPTED: frozenset({State.SENT, State.REFUSED, State.OUTCOME_UNKNOWN, State.NEEDS_PERSON}),
    State.SENT: frozenset(),
    State.REFUSED: frozenset({State.WAITING, State.CALLED_OFF}),
    State.OUTCOME_UNKNOWN: frozenset({State.SENT, State.ACCEPTED, State.WAITING, State.NEEDS_PERSON}),
    State.NEEDS_PERSON: frozenset({State.SENT, State.WAITING, State.CALLED_OFF}),
    State.CALLED_OFF: frozenset(),
}
KEYS_AT_ONCE = 500
TO_GROUPS = (Purpose.SHARE, Purpose.STORY_CALL, Purpose.SPOTLIGHT, Purpose.CLOSING)
"""What stands in a group in the end, and so counts as one of its messages."""
UNDECIDED = (State.WAITING, State.IN_FLIGHT, State.ACCEPTED, State.OUTCOME_UNKNOWN, State.NEEDS_PERSON)


class Delivery(Numbered, Dated, Base):
    """One promise. `owner_id` is the row that made it (edition, share, notice); `key` makes it one of its kind.

    `connector_id`: the way into the group that it takes; none for the preferred one.
    """

    __tablename__ = "delivery"

    purpose: Mapped[Purpose] = mapped_column(String(12))
    state: Mapped[State] = mapped_column(String(16), default=State.WAITING)
    lane: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120), unique=True)
    marker: Mapped[str] = mapped_column(String(32), unique=True)
    owner_id: Mapped[int]
    edition_id: Mapped[int | None]
    target_kind: Mapped[str] = mapped_column(String(10))
    target_id: Mapped[int]
    target_name: Mapped[str] = mapped_column(String(120))
    after_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))
    connector_id: Mapped[int | None] = mapped_column(BigKey)

    due_at: Mapped[datetime]
    not_after: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    """When an accepted or unknown one is looked into next; none: a person is awaited."""
    reads: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    deaths: Mapped[int] = mapped_column(default=0)
    late_ok: Mapped[bool] = mapped_column(default=False)

    memory: Mapped[dict[str, str]] = mapped_column(default=dict)
    remote_id: Mapped[str] = mapped_column(String(200), default="")
    awaiting: Mapped[str] = mapped_column(String(12), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    code: Mapped[str] = mapped_column(String(40), default="")
    settled_at: Mapped[datetime | None]

    attempts: Mapped[list[Attempt]] = relationship(order_by="Attempt.id", viewonly=True)

    @property
    def hold_target(self) -> str:
        """What must not be paused when it leaves, and whose pace counts."""
        return f"connector:{self.connector_id}" if self.connector_id else f"{self.target_kind}:{self.target_id}"

    @property
    def rid(self) -> str:
        """The platform's own number of the call that gave `code`: its support finds the call by it."""
        return next((attempt.rid for attempt in reversed(self.attempts) if self.code and attempt.code == self.code), "")

    __table_args__ = (
        Index("ix_delivery_work", "state", "due_at"),
        Index("ix_delivery_state", "state", "id"),
        Index("ix_delivery_reading", "state", "read_at"),
        Index("ix_delivery_edition", "edition_id", "purpose"),
        Index("ix_delivery_target", "target_kind", "target_id", "id"),
        Index("ix_delivery_owner", "purpose", "owner_id"),
        Index("ix_delivery_after", "after_id"),
        Index("ix_delivery_settled", "purpose", "settled_at"),
    )


class Attempt(Numbered, Base):
    """One try at keeping a delivery, or one reading of what became of it. Evidence: never deleted with its delivery."""

    __tablename__ = "attempt"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    fence: Mapped[int]
    act: Mapped[str] = mapped_column(String(8), default="send")
    at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    verdict: Mapped[str] = mapped_column(String(20), default="under_way")
    reason: Mapped[str] = mapped_column(Text, default="")
    code: Mapped[str] = mapped_column(String(40), default="")
    rid: Mapped[str] = mapped_column(String(80), default="")
    http_status: Mapped[int | None]


@dataclass(frozen=True)
class Promise:
    """What a delivery is born from. `after`: the delivery that must be sent before this one may start."""

    purpose: Purpose
    lane: str
    key: str
    owner_id: int
    target_kind: str
    target_id: int
    target_name: str
    due_at: datetime
    edition_id: int | None = None
    after: Delivery | None = None
    not_after: datetime | None = None
    connector_id: int | None = None


def promise(session: Session, wish: Promise) -> Delivery:
    """Write the promise, or return the one that already stands under the same key."""
    return promise_all(session, [wish])[0]


def promise_all(session: Session, wishes: list[Promise]) -> list[Delivery]:
    """Write promises, or return those that already stand under the same keys; in their order."""
    found: dict[str, Delivery] = {}
    for begin in range(0, len(wishes), KEYS_AT_ONCE):
        keys = [wish.key for wish in wishes[begin:begin + KEYS_AT_ONCE]]
        found |= {standing.key: standing for standing in session.scalars(select(Delivery).where(Delivery.key.in_(keys)))}
    for wish in wishes:
        if wish.key not in found:
            found[wish.key] = _promised(wish)
    session.add_all(found.values())
    session.flush()
    return [found[wish.key] for wish in wishes]


def _promised(wish: Promise) -> Delivery:
    return Delivery(
        purpose=wish.purpose, lane=wish.lane, key=wish.key, marker=secrets.token_hex(16), owner_id=wish.owner_id,
        edition_id=wish.edition_id, target_kind=wish.target_kind, target_id=wish.target_id,
        target_name=wish.target_name, due_at=wish.due_at, not_after=wish.not_after,
        after_id=wish.after.id if wish.after else None, connector_id=wish.connector_id,
    )


def keep_way(session: Session, group_id: int, before: int, after: int) -> None:
    """Links to a group go through connector `after` from now on: what has left through `before` stays with it, calls as well."""
    of_group = Delivery.target_kind == "group", Delivery.target_id == group_id, Delivery.purpose.in_(TO_GROUPS)
    left = (Delivery.purpose == Purpose.STORY_CALL) | Delivery.state.not_in([State.WAITING, State.REFUSED])
    # Its other purpose or state is looked at in the database, where a worker may have changed it.
    for was, becomes, which in ((None, before, left), (after, None, Delivery.purpose == Purpose.STORY_CALL)):
        same = Delivery.connector_id.is_(None) if was is None else Delivery.connector_id == was
        session.execute(update(Delivery).where(*of_group, same, which).values(connector_id=becomes))


def wants_person() -> ColumnElement[bool]:
    """The condition of a delivery that somebody at the desk has to look at: a notice that did not arrive is none."""
    return Delivery.state.in_([State.NEEDS_PERSON, State.REFUSED]) & (Delivery.purpose != Purpose.NOTICE)


def shift(session: Session, delivery: Delivery, expected: State, to: State, **changes: Any) -> bool:
    """Compare-and-set: move `delivery` if it still is as read (state and fence). False: somebody else was faster."""
    if to not in MOVES[expected]:
        raise ValueError(f"a delivery does not go from {expected} to {to}")
    fence = delivery.fence
    change = update(Delivery).where(Delivery.id == delivery.id, Delivery.state == expected, Delivery.fence == fence)
    moved = compare_and_set(session, change.values(state=to, **changes))
    session.expire(delivery)
    return moved


def postpone(session: Session, delivery: Delivery, due_at: datetime, not_after: datetime) -> bool:
    """What waits, or was refused and may be tried again, has other times now. False: it has left since it was read."""
    standing = Delivery.state.in_([State.WAITING, State.REFUSED]), Delivery.fence == delivery.fence
    change = update(Delivery).where(Delivery.id == delivery.id, *standing).values(due_at=due_at, not_after=not_after)
    moved = compare_and_set(session, change)
    session.expire(delivery)
    return moved


def call_off(session: Session, delivery: Delivery) -> None:
    """Take back a promise that waits, was refused, or awaits a person. Raises AlreadyLeft once the world may have seen it.

    The key is freed, so that the same thing can be promised anew.
    """
    if delivery.state == State.ACCEPTED and delivery.awaiting == "person":
        shift(session, delivery, State.ACCEPTED, State.REFUSED, awaiting="", reason="It was taken back before anybody did it.")
    standing, freed = delivery.state, f"{delivery.key}#{delivery.id}"
    if standing not in (State.WAITING, State.REFUSED):
        raise AlreadyLeft()
    if not shift(session, delivery, standing, State.CALLED_OFF, key=freed, settled_at=clock.now()):
        raise AlreadyLeft()
    _let_go(session, delivery)


def _let_go(session: Session, delivery: Delivery) -> None:
    """What was to stand in this one's message goes out by itself."""
    if delivery.purpose in TO_GROUPS:
        followers = update(Delivery).where(Delivery.after_id == delivery.id, Delivery.state == State.WAITING)
        session.execute(followers.values(after_id=None, due_at=clock.now(), late_ok=True, reason=""))


def lay_aside(session: Session, delivery: Delivery) -> None:
    """What was kept stays as evidence, but the same thing can be promised anew."""
    delivery.key = f"{delivery.key}#{delivery.id}"
    session.flush()


def retry(session: Session, delivery: Delivery, *, by: Any) -> None:
    """A person replays a refused delivery: a new attempt of the same promise, and its target is spoken to again."""
    now = clock.now()
    if not shift(
        session, delivery, State.REFUSED, State.WAITING,
        due_at=now, tries=0, deaths=0, reads=0, late_ok=True, settled_at=None, fence=delivery.fence + 1,
    ):
        raise WrongState()
    holds.release_hold(session, delivery.hold_target, by=by)
    audit.record(session, "retry_delivery", "delivery", delivery.id, by=by)


def resolve(session: Session, delivery: Delivery, outcome: str, *, by: Any, reason: str) -> None:
    """A person decides what reading could not: `sent` (it went out), `not_sent` (it did not: send), `drop`."""
    now = clock.now()
    to: dict[str, tuple[State, dict[str, Any]]] = {
        "sent": (State.SENT, {"settled_at": now}),
        "not_sent": (State.WAITING, {"due_at": now, "late_ok": True, "tries": 0, "deaths": 0, "reads": 0}),
        "drop": (State.CALLED_OFF, {"settled_at": now}),
    }
    state, changes = to[outcome]
    if not shift(session, delivery, State.NEEDS_PERSON, state, fence=delivery.fence + 1, **changes):
        raise WrongState()
    if state == State.CALLED_OFF:
        _let_go(session, delivery)
    audit.record(
        session, "resolve_delivery", "delivery", delivery.id, by=by, details={"outcome": outcome, "reason": reason}
    )


def confirm_by_person(session: Session, delivery: Delivery, *, by: Any) -> None:
    """A person says "I have posted it": an accepted delivery that awaited a person is sent."""
    if delivery.awaiting != "person":
        raise WrongState()
    if not shift(session, delivery, State.ACCEPTED, State.SENT, settled_at=clock.now(), awaiting=""):
        raise WrongState()
    audit.record(session, "confirm_delivery", "delivery", delivery.id, by=by)
