"""Whether an application on WeCom, DingTalk or Feishu takes its messages as submissions, for which group, under whose name."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base
from editorial.errors import Invalid, Problem
from editorial.groups import groups
from editorial.groups.groups import Group, GroupState
from editorial.intake import listening, stand_ins
from editorial.intake.conversations import Way
from editorial.intake.listening import Listening
from editorial.people.people import Person
from editorial.platform_applications import Platform, PlatformApplication

TOGETHER = timedelta(minutes=10)
"""What one person writes within this time after the first message belongs to one story."""
SELDOM = timedelta(seconds=20)
STREAMED = (Platform.DINGTALK, Platform.FEISHU)
"""Where an application may be listened to over a long connection; of a smart robot its keys say so."""


class Reception(Base):
    """One application's. `contributor` stands for people we know no account of; the instants are the latest contacts.

    `by_stream`: we listen to it over a long connection; else, or as well, it calls our address.
    """

    __tablename__ = "reception"

    application_id: Mapped[int] = mapped_column(ForeignKey("platform_application.id"), primary_key=True, autoincrement=False)
    is_open: Mapped[bool] = mapped_column(default=False)
    by_stream: Mapped[bool] = mapped_column(default=False)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("community_group.id"))
    contributor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    received_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    refused_reason: Mapped[str] = mapped_column(String(200), default="")

    group: Mapped[Group | None] = relationship(lazy="joined")

    @property
    def takes(self) -> bool:
        """Whether messages are taken in now."""
        return self.is_open and self.contributor_id is not None and self.group is not None and self.group.state != GroupState.CLOSED


def of(session: Session, application_id: int) -> Reception:
    """The reception of an application; a closed one that is not stored yet when nobody has touched it."""
    return session.get(Reception, application_id) or Reception(
        application_id=application_id, is_open=False, by_stream=False, refused_reason="",
    )


def listened_to(session: Session) -> list[PlatformApplication]:
    """The applications that take messages over a long connection now, the first added first."""
    query = (
        select(PlatformApplication, Reception).join(Reception, Reception.application_id == PlatformApplication.id)
        .join(Listening, Listening.application_id == PlatformApplication.id)
        .where(PlatformApplication.active, Reception.is_open).order_by(PlatformApplication.id)
    )
    return [application for application, row in session.execute(query) if row.takes and comes_by_stream(application, row)]


def listen_anew(session: Session, application: PlatformApplication) -> None:
    """What decides about listening has changed: begin it, begin it anew with the present keys, or end it."""
    reception = of(session, application.id)
    if reception.is_open and comes_by_stream(application, reception):
        listening.want(session, application.id)
    else:
        listening.give_up(session, application.id)


def comes_by_stream(application: PlatformApplication, reception: Reception) -> bool:
    """Whether we connect to it, instead of being called."""
    return application.connects or reception.by_stream


def way(application: PlatformApplication, reception: Reception) -> Way:
    """It as a way in. Only of a reception that takes."""
    assert reception.group_id is not None and reception.contributor_id is not None
    return Way(f"{application.platform}:{application.id}", reception.group_id, reception.contributor_id, TOGETHER)


def change(
    session: Session, application: PlatformApplication, *, is_open: bool, origin_group: str, stand_in: str, by: Person,
    by_stream: bool = False,
) -> Reception:
    """Open or close it. `stand_in` names colleagues we know no account of. Raises Invalid naming `origin_group` or `by_stream`."""
    group = groups.by_slug(session, origin_group)
    if is_open and (group is None or group.state == GroupState.CLOSED):
        raise Invalid(Problem("origin_group", "Choose the group these submissions come from."))
    if by_stream and application.platform not in STREAMED:
        raise Invalid(Problem("by_stream", "This application cannot be listened to over a long connection."))
    reception = session.merge(of(session, application.id))
    reception.is_open, reception.group, reception.by_stream = is_open, group, by_stream
    if is_open and reception.contributor_id is None:
        reception.contributor_id = stand_ins.named(session, f"application-{application.id}", stand_in, by).id
    session.flush()
    listen_anew(session, application)
    audit.record(session, "change_reception", "application", application.id, by=by, details={
        "open": is_open, "group": origin_group, "by_stream": by_stream,
    })
    return reception


def note(session: Session, application_id: int, refusal: str = "") -> None:
    """A call came in just now; `refusal`: why it proved to be nobody's. A crowd of them writes one row now and then."""
    row = of(session, application_id)
    last = row.refused_at if refusal else row.received_at
    if last is not None and clock.now() - last < SELDOM:
        return
    if refusal:
        row.refused_at, row.refused_reason = clock.now(), refusal
    else:
        row.received_at = clock.now()
    session.merge(row)
