"""The tables of this room. A submission knows nothing of the call it answers; the answer names it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from editorial.base import Base, BigKey, Dated, Numbered
from editorial.groups.groups import Group
from editorial.intake.submissions import Submission
from editorial.outbox.deliveries import Delivery
from editorial.people.people import Person


class CallState(StrEnum):
    """Where a call stands."""

    OPEN = "open"
    CLOSED = "closed"
    SUMMED_UP = "summed_up"


class Message(StrEnum):
    """What a group is told because of a call."""

    OPENING = "opening"
    REMINDER = "reminder"
    MORE_TIME = "more_time"
    SUMMARY = "summary"


class StoryCall(Numbered, Dated, Base):
    """One call. `closed_by_id` none: the clock closed it. `summary` is what the groups were told after it."""

    __tablename__ = "story_call"

    title: Mapped[str] = mapped_column(String(60))
    prompt: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime]
    reminds: Mapped[bool] = mapped_column(default=False)
    state: Mapped[CallState] = mapped_column(String(12), default=CallState.OPEN)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    nonce: Mapped[str | None] = mapped_column(String(64))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    summary: Mapped[str] = mapped_column(Text, default="")
    summary_sent_at: Mapped[datetime | None]

    owner: Mapped[Person] = relationship(foreign_keys=[owner_id], lazy="joined")
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])
    targets: Mapped[list[CallTarget]] = relationship(order_by="CallTarget.id", back_populates="call")

    __table_args__ = (
        Index("ix_story_call_state", "state", "due_at"),
        Index("uq_story_call_nonce", "owner_id", "nonce", unique=True),
    )


class CallTarget(Numbered, Base):
    """One way into a group that a call was sent on. Whoever has its `code` came from there.

    `connector_id` 0: through the preferred connector, or by hand where there is none.
    """

    __tablename__ = "story_call_target"

    call_id: Mapped[int] = mapped_column(ForeignKey("story_call.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), index=True)
    connector_id: Mapped[int] = mapped_column(BigKey, default=0)
    code: Mapped[str] = mapped_column(String(16), unique=True)

    call: Mapped[StoryCall] = relationship(back_populates="targets", lazy="joined")
    group: Mapped[Group] = relationship(lazy="joined")

    __table_args__ = (UniqueConstraint("call_id", "group_id", "connector_id"),)


class CallMessage(Numbered, Dated, Base):
    """One message of a call to one of its targets, and the delivery that keeps it."""

    __tablename__ = "story_call_message"

    target_id: Mapped[int] = mapped_column(ForeignKey("story_call_target.id"))
    kind: Mapped[Message] = mapped_column(String(12))
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"), index=True)

    target: Mapped[CallTarget] = relationship(lazy="joined")
    delivery: Mapped[Delivery | None] = relationship(lazy="joined")

    __table_args__ = (UniqueConstraint("target_id", "kind"),)


class CallAnswer(Base):
    """A submission that was handed in for a call, through the link of one of its groups."""

    __tablename__ = "story_call_answer"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True, autoincrement=False)
    target_id: Mapped[int] = mapped_column(ForeignKey("story_call_target.id"), index=True)

    submission: Mapped[Submission] = relationship(lazy="joined")
    target: Mapped[CallTarget] = relationship(lazy="joined")
