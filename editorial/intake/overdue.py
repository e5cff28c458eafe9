"""Submissions whose first answer is late: said once to the desk, and shown from then on. Promises are kept to present rules."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial import clock
from editorial.intake import first_answers
from editorial.intake.submissions import Submission, SubmissionState
from editorial.notices import tell_all
from editorial.people.people import Role, with_role

AT_ONCE = 200


def tell(session: Session, zone: str = clock.DEFAULT_ZONE) -> int:
    """Tell the desk editors of every story that became late since the last time. Returns of how many.

    A day off, or hours, that the house wrote down after the story came move its time first.
    """
    now = clock.now()
    query = (
        select(Submission).where(Submission.state == SubmissionState.RECEIVED, Submission.answer_due_at <= now)
        .where(Submission.overdue_told_at.is_(None)).order_by(Submission.answer_due_at).limit(AT_ONCE)
    )
    told = 0
    for submission in session.scalars(query).all():
        submission.answer_due_at = first_answers.due(session, submission.created_at, zone)
        if submission.answer_due_at <= now:
            _tell(session, submission)
            told += 1
    session.flush()
    return told


def recount(session: Session, zone: str = clock.DEFAULT_ZONE) -> None:
    """The house changed its hours: every story that still waits is promised its answer by the new ones."""
    for submission in session.scalars(select(Submission).where(Submission.state == SubmissionState.RECEIVED)):
        submission.answer_due_at = first_answers.due(session, submission.created_at, zone)
        submission.overdue_told_at = None
    session.flush()


def _tell(session: Session, submission: Submission) -> None:
    submission.overdue_told_at = clock.now()
    tell_all(
        session, with_role(session, Role.DESK_EDITOR), "“{title}” ({number}) from {group} still waits for its first answer.",
        cause=f"unanswered:{submission.id}", thing="submission", thing_id=submission.id, urgent=True, title=submission.title,
        number=submission.number, group=submission.group.name,
    )
