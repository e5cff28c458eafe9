"""The house's ways to its people: the mail server and the desk robot. Their settings are sealed; pages show a hint."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import audit, clock
from editorial.base import Base
from editorial.notices.kinds import Channel
from editorial.outbox import holds
from editorial.vault import Sealed

LANES = {Channel.MAIL: "notices:mail", Channel.CHAT: "notices:chat"}
OWN_ROBOTS = "notices:own"
"""Mails, messages of the desk robot and those of people's own robots wait in lines of their own: none holds up another."""


class NoticeChannel(Base):
    """One way. `kind`: `smtp`, or a kind of robot; `hint`: what a page may show of it; `reason`: why it failed last."""

    __tablename__ = "notice_channel"

    name: Mapped[Channel] = mapped_column(String(8), primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    settings: Mapped[dict[str, Any]] = mapped_column(Sealed)
    hint: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    tested_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")


def of(session: Session, channel: Channel) -> NoticeChannel | None:
    """The house's settings of a channel, if it has one."""
    return session.get(NoticeChannel, channel)


def open_channels(session: Session) -> frozenset[Channel]:
    """The channels that the house has."""
    return frozenset(Channel(name) for name in session.scalars(select(NoticeChannel.name)))


def change(session: Session, channel: Channel, kind: str, settings: dict[str, Any], hint: str, *, by: Any) -> NoticeChannel:
    """Use these settings from now on; what was held back because the old ones failed goes out."""
    row = session.merge(NoticeChannel(
        name=channel, kind=kind, settings=settings, hint=hint, changed_at=clock.now(), tested_at=None, reason="",
    ))
    session.flush()
    holds.release_hold(session, LANES[channel], by=by)
    audit.record(session, "change_notice_channel", "house", None, by=by, details={"channel": channel, "kind": kind})
    return row


def remove(session: Session, channel: Channel, *, by: Any) -> None:
    """The house does without this channel."""
    row = of(session, channel)
    if row is not None:
        session.delete(row)
        session.flush()
        holds.release_hold(session, LANES[channel], by=by)
        audit.record(session, "remove_notice_channel", "house", None, by=by, details={"channel": channel})


def note_test(session: Session, channel: Channel, reason: str) -> None:
    """Somebody tried it just now; `reason` says why it failed, empty when it worked."""
    row = of(session, channel)
    if row is not None:
        row.tested_at, row.reason = clock.now(), reason
        if not reason:
            holds.release_hold(session, LANES[channel])
