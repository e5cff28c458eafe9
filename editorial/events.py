"""Key nodes of a story's way (关键节点) that no other row tells of: append-only, with time, class of actor and group.

The other nodes are read from the rows that are these events already, in measuring/funnel.py.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.base import Base, Numbered


class Node(StrEnum):
    """The nine nodes, in the order in which a story passes them."""

    CALL_SENT = "call_sent"
    SUBMITTED = "submitted"
    FIRST_REPLY = "first_reply"
    REVIEW_PASSED = "review_passed"
    PUBLISHED = "published"
    SHARED_BACK = "shared_back"
    CLICKED = "clicked"
    REACTED = "reacted"
    TOPIC_REUSED = "topic_reused"


class Actor(StrEnum):
    """Who makes a node happen: a class of people, never a person."""

    CONTRIBUTOR = "contributor"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
    OPERATOR = "operator"
    READER = "reader"
    HOUSE = "house"


class Event(Numbered, Base):
    """One passing of a node. `group_id` none: it concerns the house. Never changed and never deleted."""

    __tablename__ = "event"

    at: Mapped[datetime] = mapped_column(default=clock.now)
    node: Mapped[Node] = mapped_column(String(16))
    actor: Mapped[Actor] = mapped_column(String(12))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("community_group.id"))
    thing: Mapped[str] = mapped_column(String(20), default="")
    thing_id: Mapped[int | None]

    __table_args__ = (Index("ix_event_at", "at"),)


def record(
    session: Session, node: Node, actor: Actor, *, group_id: int | None = None, thing: str = "", thing_id: int | None = None
) -> Event:
    """Append one event in the present transaction."""
    event = Event(at=clock.now(), node=node, actor=actor, group_id=group_id, thing=thing, thing_id=thing_id)
    session.add(event)
    session.flush()
    return event
