"""What was found of each group last, what a person said instead, and its review after 80 days."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.groups import groups
from editorial.groups.groups import Group
from editorial.life_cycle.stages import Stage
from editorial.people.people import Person

WORDS_CHARACTERS = 1_000


class GroupStanding(Base):
    """How a group fares. `stage` and `reasons` were computed; `said_stage` is what a person says instead, with a reason.

    `proposed_stage`: whose actions of the playbook were proposed last; `changes` counts how often that was another one.
    """

    __tablename__ = "group_standing"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), primary_key=True)
    stage: Mapped[Stage] = mapped_column(String(8))
    reasons: Mapped[list[Any]] = mapped_column(JSON, default=list)
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    age_days: Mapped[int] = mapped_column(default=0)
    found_at: Mapped[datetime] = mapped_column(index=True)
    said_stage: Mapped[Stage | None] = mapped_column(String(8))
    said_reason: Mapped[str] = mapped_column(Text, default="")
    said_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[datetime | None]
    proposed_stage: Mapped[Stage | None] = mapped_column(String(8))
    changes: Mapped[int] = mapped_column(default=0)

    group: Mapped[Group] = relationship()
    said_by: Mapped[Person | None] = relationship()

    __table_args__ = (Index("ix_group_standing_stage", "stage"),)

    @property
    def in_force(self) -> Stage:
        """What a person said, else what was computed."""
        return Stage(self.said_stage or self.stage)


class Outcome(StrEnum):
    """What comes of a review."""

    GO_ON = "go_on"
    CHANGE = "change"
    CLOSE = "close"


class GroupReview(Numbered, Dated, Base):
    """The question after 80 days: go on, change, or close? `figures` is what was known when it was asked."""

    __tablename__ = "group_review"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), unique=True)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    outcome: Mapped[Outcome | None] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(index=True)

    group: Mapped[Group] = relationship()
    answered_by: Mapped[Person | None] = relationship()


def say(session: Session, group: Group, stage: str, reason: str, *, by: Person) -> GroupStanding:
    """Say another stage than the computed one, or, with an empty stage, go back to it. Raises NotFound, Invalid."""
    standing = session.get(GroupStanding, group.id)
    if standing is None:
        raise NotFound()
    if stage and stage not in set(Stage):
        raise Invalid(Problem("stage", "There is no such stage."))
    if stage and not reason.strip():
        raise Invalid(Problem("reason", "Say why: whoever looks after the group reads it."))
    standing.said_stage, standing.said_reason = Stage(stage) if stage else None, reason.strip()[:WORDS_CHARACTERS] if stage else ""
    standing.said_by_id, standing.said_at = (by.id, clock.now()) if stage else (None, None)
    audit.record(session, "say_stage", "group", group.id, by=by, details={"stage": stage, "reason": standing.said_reason})
    return standing


def answer(session: Session, review: GroupReview, outcome: str, words: str, *, by: Person) -> None:
    """Answer a review; `close` closes the group. Raises WrongState for a second time, Invalid naming the field."""
    if review.answered_at is not None:
        raise WrongState()
    if outcome not in set(Outcome):
        raise Invalid(Problem("outcome", "Choose one of the three."))
    if not words.strip():
        raise Invalid(Problem("words", "Say in a sentence what speaks for it."))
    review.outcome, review.words = Outcome(outcome), words.strip()[:WORDS_CHARACTERS]
    review.answered_by_id, review.answered_at = by.id, clock.now()
    details = {"outcome": outcome, "text": review.words}
    audit.record(session, "answer_group_review", "group", review.group_id, by=by, details=details)
    if outcome == Outcome.CLOSE:
        groups.close(session, groups.get(session, review.group_id), by=by)
