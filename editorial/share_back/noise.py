"""The noise budget: how many messages a group gets in a week, never in its quiet hours, and one digest for what is left.

A week begins on Monday at half past eight by the house's wall. The last message of a week is kept for the digest: until
its time comes, only the others go out singly. What is held goes out together, in one message, and counts as one.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.errors import Invalid
from editorial.outbox.deliveries import TO_GROUPS, Attempt, Delivery, Purpose, State
from editorial.share_back import group_habits
from editorial.share_back.group_habits import Habits, Quiet, minute_of
from editorial.share_back.links import TrackedLink
from editorial.share_back.shares import Share

WEEK_BEGINS = timedelta(hours=8, minutes=30)
DAY = 24 * 60
OVER_BUDGET, QUIET_HOURS = "over_budget", "quiet_hours"
IN_DIGEST = "It goes out together with others, in one message."
MOST_CARDS = 8
"""No platform's message holds more articles."""
DIGEST = "digest"
"""In the memory of a delivery: how many others its message holds."""
NO_MESSAGE = ("try_later", "refused", "switched_off", "hand_over", "given_back", "not_sent")
"""How attempts end after which certainly nothing stands in the group."""


@dataclass(frozen=True)
class Held:
    """Not now: when it is looked at again, and why."""

    until: datetime
    code: str
    reason: str


@dataclass(frozen=True)
class Week:
    """The week of an instant, and when its digest goes out."""

    begins: datetime
    digest_at: datetime
    ends: datetime


Way = tuple[int, int | None]
"""A group, and the connector it is reached through; each has its own messages of the week."""


@dataclass
class Noise:
    """What one round of claims needs: the habits of its groups, and which messages each way into them had this week."""

    habits: Habits
    week: Week
    zone: str
    had: dict[Way, set[int]]


def at_hand(session: Session, due: Sequence[Delivery], zone: str) -> Noise:
    """What this round needs for these deliveries. Where nobody has set a limit it costs two short queries."""
    group_ids = {delivery.target_id for delivery in due if delivery.purpose in TO_GROUPS}
    habits = group_habits.at_hand(session, group_ids)
    week = week_of(clock.now(), int(habits.rules["digest_day"]), str(habits.rules["digest_at"]), zone)
    limited = {group_id for group_id in group_ids if habits.of(group_id).week_messages}
    return Noise(habits, week, zone, _had(session, limited, week) if limited else {})


def held(noise: Noise, delivery: Delivery, *, at_any_hour: bool = False) -> Held | None:
    """Why this message must wait, if it must; one that may leave is counted as this week's. Haste goes `at_any_hour`."""
    now, habit = clock.now(), noise.habits.of(delivery.target_id)
    end = _quiet_until(habit.quiet, now, noise.zone) if habit.quiet and not at_any_hour else None
    if end is not None:
        return Held(end, QUIET_HOURS, "Quiet hours of this group. It goes out when they end.")
    if not habit.week_messages:
        return None
    had = noise.had.setdefault((delivery.target_id, delivery.connector_id), set())
    room = habit.week_messages - len(had - {delivery.id})
    if room > 1 or (room == 1 and now >= noise.week.digest_at):
        had.add(delivery.id)
        return None
    until = noise.week.digest_at if room == 1 else noise.week.ends
    return Held(until, OVER_BUDGET, "This group has had its messages of the week. It goes out in the next digest.")


def gather(session: Session, delivery: Delivery, kept_back: Callable[[Sequence[Delivery]], Container[int | None]]) -> int:
    """Let one message hold all that is held for its group: the others follow it without a message. Returns how many.

    `kept_back` names the editions among them that must not be heard of now.
    """
    room = MOST_CARDS - _cards(session, delivery)
    taken, others = 0, _held_beside(session, delivery)
    silent = kept_back(others)
    for other in others:
        if other.edition_id in silent:
            continue
        cards = _cards(session, other)
        if cards > room:
            break
        other.after_id, other.reason, other.code, other.due_at = delivery.id, IN_DIGEST, "", clock.now()
        other.late_ok, other.not_after, room, taken = True, None, room - cards, taken + 1
    if taken:
        delivery.memory = {**delivery.memory, DIGEST: str(taken)}
    session.flush()
    return taken


def carried(session: Session, delivery: Delivery) -> list[Delivery]:
    """What one message holds besides its own, in the order in which it was promised."""
    query = select(Delivery).where(
        Delivery.after_id == delivery.id, Delivery.purpose.in_(TO_GROUPS), Delivery.state != State.CALLED_OFF,
    )
    return list(session.scalars(query.order_by(Delivery.id)))


def steps_back(session: Session, delivery: Delivery) -> bool:
    """Whether a call or a spotlight has shares held beside it that are due, too: one of them goes first, and takes it along."""
    if delivery.purpose == Purpose.SHARE or delivery.code != OVER_BUDGET:
        return False
    return any(one.purpose == Purpose.SHARE and one.due_at <= clock.now() for one in _held_beside(session, delivery))


def week_of(now: datetime, digest_day: int, digest_at: str, zone: str) -> Week:
    """The week that holds `now`; a digest's time before the week's beginning on a Monday is that beginning."""
    wall = clock.to_wall(now, zone).replace(tzinfo=None)
    monday = (wall - WEEK_BEGINS).replace(hour=0, minute=0, second=0, microsecond=0)
    monday -= timedelta(days=monday.weekday())
    digest = monday + timedelta(days=digest_day - 1, minutes=minute_of(digest_at))
    begins = monday + WEEK_BEGINS
    return Week(_instant(begins, zone), _instant(max(digest, begins), zone), _instant(begins + timedelta(days=7), zone))


def _had(session: Session, group_ids: set[int], week: Week) -> dict[Way, set[int]]:
    """What stands, or may stand, in these groups since the week began, as messages of their own."""
    query = select(Delivery.target_id, Delivery.connector_id, Delivery.id).join(Attempt, Attempt.delivery_id == Delivery.id).where(
        Delivery.purpose.in_(TO_GROUPS), Delivery.target_kind == "group", Delivery.target_id.in_(group_ids),
        Delivery.after_id.is_(None), Attempt.act == "send", Attempt.at >= week.begins, Attempt.verdict.not_in(NO_MESSAGE),
    )
    found: dict[Way, set[int]] = {}
    for group_id, connector_id, delivery_id in session.execute(query):
        found.setdefault((group_id, connector_id), set()).add(delivery_id)
    return found


def _held_beside(session: Session, delivery: Delivery) -> Sequence[Delivery]:
    query = select(Delivery).where(
        Delivery.purpose.in_(TO_GROUPS), Delivery.target_kind == "group", Delivery.target_id == delivery.target_id,
        Delivery.state == State.WAITING, Delivery.code == OVER_BUDGET, Delivery.id != delivery.id, Delivery.after_id.is_(None),
        Delivery.connector_id.is_not_distinct_from(delivery.connector_id),
    )
    return session.scalars(query.order_by(Delivery.id)).all()


def _cards(session: Session, delivery: Delivery) -> int:
    if delivery.purpose != Purpose.SHARE:
        return 1
    share = session.get_one(Share, delivery.owner_id)
    query = select(TrackedLink.id).where(TrackedLink.edition_id == share.edition_id, TrackedLink.group_id == share.group_id)
    return len(session.scalars(query).all())


def _quiet_until(quiet: Quiet, now: datetime, zone: str) -> datetime | None:
    wall = clock.to_wall(now, zone).replace(tzinfo=None)
    into = (wall.hour * 60 + wall.minute - quiet.begins) % DAY
    length = (quiet.ends - quiet.begins) % DAY
    if into >= length:
        return None
    return _instant(wall.replace(second=0, microsecond=0) + timedelta(minutes=length - into), zone)


def _instant(wall: datetime, zone: str) -> datetime:
    """A wall time that the zone skips comes an hour later."""
    try:
        return clock.from_wall(wall, zone)
    except Invalid:
        return clock.from_wall(wall + timedelta(hours=1), zone)
