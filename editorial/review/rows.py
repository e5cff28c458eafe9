"""What review writes down: rounds, their stages with the opinions, recusals and substitutes. The verbs are elsewhere."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import clock
from editorial.articles.articles import Article
from editorial.base import Base, Dated, Numbered
from editorial.people.people import Person
from editorial.review.routes import RouteVersion


class Decision(StrEnum):
    """What a reviewer can say."""

    APPROVE = "approve"
    APPROVE_WITH_COMMENT = "approve_with_comment"
    RETURN = "return"
    REJECT = "reject"


APPROVALS = (Decision.APPROVE, Decision.APPROVE_WITH_COMMENT)


class StageState(StrEnum):
    """Where a stage stands."""

    TO_COME = "to_come"
    WAITING = "waiting"
    CLAIMED = "claimed"
    DECIDED = "decided"
    REOPENED = "reopened"
    SKIPPED = "skipped"


OPEN = (StageState.WAITING, StageState.CLAIMED)
NAMED = "named"


class ReviewRound(Numbered, Base):
    """One turn of an article through review, with the version of the route it began with and why it took that one."""

    __tablename__ = "review_round"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    number: Mapped[int]
    version_id: Mapped[int | None] = mapped_column(ForeignKey("route_version.id"), index=True)
    because: Mapped[str] = mapped_column(String(200), default="")
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    proofs_after: Mapped[bool] = mapped_column(default=False)
    emergency: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)

    version: Mapped[RouteVersion | None] = relationship(lazy="joined")

    __table_args__ = (Index("uq_review_round_number", "article_id", "number", unique=True),)


class ReviewStage(Numbered, Base):
    """One stage of one round. Its opinion names the revision and the content hash it was given on.

    `asks` is the right that deciding takes, or NAMED when persons are asked by name. `decided_for` is the person whose
    substitute decided. `joins` names the finding that asked for the stage.
    """

    __tablename__ = "review_stage"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    round: Mapped[int]
    name: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(10), default="review")
    track: Mapped[str] = mapped_column(String(10), default="review")
    step: Mapped[int] = mapped_column(default=1)
    needed: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(40), default="")
    asks: Mapped[str] = mapped_column(String(20), default="")
    joins: Mapped[str] = mapped_column(String(20), default="")
    due_minutes: Mapped[int] = mapped_column(default=0)
    state: Mapped[StageState] = mapped_column(String(12), default=StageState.WAITING)
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decision: Mapped[Decision | None] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int | None]
    content_hash: Mapped[str] = mapped_column(String(64), default="")

    article: Mapped[Article] = relationship()
    claimed_by: Mapped[Person | None] = relationship(foreign_keys=[claimed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    decided_for: Mapped[Person | None] = relationship(foreign_keys=[decided_for_id])
    asked: Mapped[list[Person]] = relationship(secondary="asked_person", order_by="Person.id")

    __table_args__ = (
        Index("uq_review_stage_open", "article_id", "round", "name", unique=True),
        Index("ix_review_stage_decider", "decided_by_id", "article_id"),
        # What waits for a person: one ordered run per right they hold.
        Index("ix_review_stage_asks", "asks", "state", "opened_at"),
        Index("ix_review_stage_due", "state", "due_at"),
        Index("ix_review_stage_opened", "opened_at"),
    )

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def approved(self) -> bool:
        return self.decision in APPROVALS


class AskedPerson(Base):
    """A person whom a stage asks by name."""

    __tablename__ = "asked_person"

    stage_id: Mapped[int] = mapped_column(ForeignKey("review_stage.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class Recusal(Numbered, Dated, Base):
    """A person stepped aside from an article: they decide no stage of it any more."""

    __tablename__ = "recusal"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    round: Mapped[int]
    stage: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)

    person: Mapped[Person] = relationship(lazy="joined")

    __table_args__ = (Index("uq_recusal_person", "article_id", "person_id", unique=True),)


class Substitution(Numbered, Dated, Base):
    """For a time, `substitute` may decide what `person` could. It ends by itself, or when the person ends it."""

    __tablename__ = "substitution"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    substitute_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")
    substitute: Mapped[Person] = relationship(foreign_keys=[substitute_id], lazy="joined")


class Emergency(Numbered, Dated, Base):
    """An article that goes out in haste: why, and who said so. It stands until it is stood down."""

    __tablename__ = "emergency"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None]

    declared_by: Mapped[Person] = relationship(lazy="joined")


def emergency_of(session: Session, article_id: int) -> Emergency | None:
    """The emergency that stands for an article, if one does."""
    query = select(Emergency).where(Emergency.article_id == article_id, Emergency.ended_at.is_(None))
    return session.scalars(query.order_by(Emergency.id.desc()).limit(1)).first()


def stages_of(session: Session, article: Article) -> list[ReviewStage]:
    """The stages of the present round, in the order of the route."""
    query = select(ReviewStage).where(ReviewStage.article_id == article.id, ReviewStage.round == article.round)
    return list(session.scalars(query.order_by(ReviewStage.track.desc(), ReviewStage.step, ReviewStage.id)))


def round_of(session: Session, article: Article) -> ReviewRound | None:
    """The present round; none before the first."""
    return session.scalar(
        select(ReviewRound).where(ReviewRound.article_id == article.id, ReviewRound.number == article.round)
    )
