"""The group chats in which a smart robot was called, and which of our groups each of them is."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.errors import Invalid, NotFound, Problem
from editorial.groups import groups
from editorial.groups.groups import Group, GroupState
from editorial.people.people import Person
from editorial.platform_applications import PlatformApplication

ID_CHARACTERS = 200
SELDOM = timedelta(seconds=20)
MOST = 500
"""Chats that are listed of one robot; what is written in further ones belongs to the robot's own group."""


class RobotChat(Numbered, Dated, Base):
    """One chat of one robot: `chat_id` is the platform's, `messages` counts what was taken in from it."""

    __tablename__ = "robot_chat"

    application_id: Mapped[int] = mapped_column(ForeignKey("platform_application.id"))
    chat_id: Mapped[str] = mapped_column(String(ID_CHARACTERS))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("community_group.id"))
    messages: Mapped[int] = mapped_column(default=0)
    called_at: Mapped[datetime]

    group: Mapped[Group | None] = relationship(lazy="joined")

    __table_args__ = (Index("uq_robot_chat_id", "application_id", "chat_id", unique=True),)

    @property
    def origin_id(self) -> int | None:
        """The group that what is written here comes from; None while nobody has said, and when it is closed."""
        return self.group_id if self.group is not None and self.group.state != GroupState.CLOSED else None


def called(session: Session, application: PlatformApplication, chat_id: str) -> RobotChat | None:
    """The robot was called in this chat just now; None for a chat that is one too many."""
    audit.one_writer(session)
    query = select(RobotChat).where(RobotChat.application_id == application.id)
    chat = session.scalar(query.where(RobotChat.chat_id == chat_id))
    if chat is None:
        if (session.scalar(select(func.count()).select_from(query.subquery())) or 0) >= MOST:
            return None
        chat = RobotChat(application_id=application.id, chat_id=chat_id, messages=0, called_at=clock.now())
        session.add(chat)
        session.flush()
    elif clock.now() - chat.called_at > SELDOM:
        chat.called_at = clock.now()
    return chat


def of(session: Session, application_id: int) -> list[RobotChat]:
    """A robot's chats: those that nobody has named first, then the latest called."""
    query = select(RobotChat).where(RobotChat.application_id == application_id)
    return list(session.scalars(query.order_by(RobotChat.group_id.is_not(None), RobotChat.called_at.desc(), RobotChat.id)))


def name(session: Session, application: PlatformApplication, chat_id: int, origin_group: str, *, by: Person) -> RobotChat:
    """Say which of our groups the chat is; "" for none. Raises NotFound, and Invalid naming `origin_group`."""
    chat = session.get(RobotChat, chat_id)
    if chat is None or chat.application_id != application.id:
        raise NotFound()
    group = groups.by_slug(session, origin_group) if origin_group else None
    if origin_group and (group is None or group.state == GroupState.CLOSED):
        raise Invalid(Problem("origin_group", "Choose the group these submissions come from."))
    chat.group = group
    audit.record(session, "name_robot_chat", "application", application.id, by=by, details={"chat": chat.id, "group": origin_group})
    return chat
