"""The clock of the first answer: it runs in working time from the moment a story comes in. The only promise of speed we make."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from editorial import days, house


def due(session: Session, handed_in_at: datetime, zone: str) -> datetime:
    """By when a story that came at this instant is to have its first answer."""
    return days.add_working_minutes(session, handed_in_at, round(60 * house.setting(session, "first_answer_hours")), zone)
