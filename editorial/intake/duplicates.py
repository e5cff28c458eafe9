"""Duplicates (查重): which submissions tell of the same as this one, suggested and never decided by the machine."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from editorial.intake import likeness, marks
from editorial.intake.submissions import Submission, SubmissionState

WORTH_A_LOOK = 0.25
MOST = 5
OWN_AGAIN = (SubmissionState.RETURNED, SubmissionState.WITHDRAWN)


@dataclass(frozen=True)
class Resemblance:
    """Another submission, and which part of the two texts is the same: 0 to 1."""

    submission: Submission
    share: float


def suggested(session: Session, submission: Submission) -> list[Resemblance]:
    """The most alike first. What the same contributor took back, or had back to change, is no duplicate."""
    ids, own = marks.sharing(session, submission.id), likeness.runs(submission.body)
    found = session.scalars(select(Submission).where(Submission.id.in_(ids)))
    alike = [
        Resemblance(other, likeness.likeness(own, likeness.runs(other.body))) for other in found
        if not (other.contributor_id == submission.contributor_id and other.state in OWN_AGAIN)
    ]
    return sorted((one for one in alike if one.share >= WORTH_A_LOOK), key=lambda one: -one.share)[:MOST]
