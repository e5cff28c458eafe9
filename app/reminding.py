"""What becomes late without anybody doing anything: said to those it concerns, once, soon after it happened."""

from __future__ import annotations

from sqlalchemy.orm import Session

from editorial.circles import watch as writing
from editorial.departures import watch as departing
from editorial.groups import charters
from editorial.incentives import tiers
from editorial.intake import overdue as unanswered
from editorial.intake import silences
from editorial.life_cycle import flashing
from editorial.life_cycle import watch as faring
from editorial.members import admission_requests, memberships
from editorial.review import overdue as undecided
from editorial.story_calls import calls
from editorial.topics import duties

LANE = "reminders"
EVERY_SECONDS = 20.0


def remind(session: Session, zone: str) -> int:
    """Tell of answers and reviews that became late, of near deadlines, of what ended, in circles too. Returns how many."""
    told = unanswered.tell(session, zone) + undecided.escalate(session) + duties.remind_due(session)
    memberships.end_of_leavers(session)
    admission_requests.forget_evidence(session)
    told += admission_requests.expire_due(session)
    told += calls.close_due(session) + charters.close_ended(session, zone) + departing.watch(session) + faring.watch(session, zone)
    told += flashing.watch(session)
    told += writing.watch(session, zone) + silences.tell(session) + tiers.watch(session)
    session.commit()
    return told
