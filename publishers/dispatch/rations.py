"""Looks into what became of a publication are rationed by the platform: about a hundred calls a day of each reading.

Half of a day's calls may be spent as they fall due, the rest is spread over what is left of the day in China, and a few
are kept for the first look at what has just gone out.
Source: developers.weixin.qq.com/doc/service/Message_Management/API_Call_Limits.html
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from editorial import accounts, calls, clock
from editorial.outbox.attempts import READ_STEPS, Timing
from editorial.outbox.deliveries import Attempt, Delivery, Purpose, State

A_DAY = 100
KEPT_FOR_FIRST_LOOKS = 20
KEPT_FOR_PERSONS = 5
RENEWED_AFTER = timedelta(minutes=5)
"""After midnight in China the day's calls are there again; clocks differ a little."""
RATIONED = {
    ("poll", Purpose.RELEASE): "/cgi-bin/freepublish/get",
    ("read", Purpose.RELEASE): "/cgi-bin/freepublish/batchget",
    ("read", Purpose.DRAFT): "/cgi-bin/freepublish/batchget",
    ("read", Purpose.TAKE_DOWN): "/cgi-bin/freepublish/getarticle",
}
USED_UP = "WeChat may not be asked more often today. Please look in WeChat's console whether it is there, and decide."


def turn(session: Session, delivery: Delivery, act: str, timing: Timing) -> datetime | None:
    """When this delivery may be looked into instead of now; None: now.

    A trial whose clockwork turns faster than usual has as many more calls: its day is that much shorter.
    """
    path = RATIONED.get((act, delivery.purpose))
    if path == RATIONED["poll", Purpose.RELEASE] and not delivery.memory.get("publish_id"):
        path = RATIONED["read", Purpose.RELEASE]
    if path is None:
        return None
    now = clock.now()
    row = calls.of_today(session, accounts.get(session, delivery.target_id).app_id).get(path)
    made = max(row.calls, row.used or 0) if row else 0
    usual = Timing()
    faster = max(1.0, usual.poll / max(timing.poll, 0.01) if act == "poll" else usual.settle / max(timing.settle, 0.01))
    most = int(((row.limit if row else None) or A_DAY) * faster)
    if made < most // 2 or (delivery.reads == 0 and made < most - KEPT_FOR_PERSONS):
        return None
    left = most - KEPT_FOR_FIRST_LOOKS - made
    renewed = _midnight_after(now) + RENEWED_AFTER
    if left <= 0:
        return renewed
    last = _last_look(session, delivery, act)
    earliest = last + (renewed - now) / left if last else now
    return earliest if earliest > now else None


def person_due(session: Session, delivery: Delivery, timing: Timing) -> datetime:
    """Until when an outcome may stay unknown while it is not our turn to look: as long as all looks would have taken."""
    sent_at = session.scalar(select(func.max(Attempt.at)).where(Attempt.delivery_id == delivery.id, Attempt.act == "send"))
    return (sent_at or delivery.due_at) + timing.settle_after(delivery.purpose) * sum(READ_STEPS)


def _last_look(session: Session, delivery: Delivery, act: str) -> datetime | None:
    """The last look of this kind through the same account, as far as it is at what is still open."""
    return session.scalar(
        select(func.max(Attempt.at)).join(Delivery, Delivery.id == Attempt.delivery_id).where(
            Delivery.target_kind == delivery.target_kind, Delivery.target_id == delivery.target_id,
            Delivery.state.in_([State.ACCEPTED, State.OUTCOME_UNKNOWN]), Attempt.act == act,
        )
    )


def _midnight_after(now: datetime) -> datetime:
    wall = clock.to_wall(now, calls.CHINA)
    return now + timedelta(days=1) - timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second)
