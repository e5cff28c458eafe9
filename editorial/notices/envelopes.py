"""One sending to one person on one channel: a notice, or several that gathered, or a signed link. A delivery keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.base import Base, Dated, Numbered
from editorial.notices.channels import LANES, OWN_ROBOTS
from editorial.notices.kinds import Channel
from editorial.outbox import deliveries
from editorial.outbox.deliveries import Delivery, Promise, Purpose, State
from editorial.people.people import Person

NOTICES = "notices"
REVIEW_LINK = "review_link"
MAIL_ANSWER = "mail_answer"
CLOSES_BEFORE = timedelta(minutes=1)
"""Nothing more is put into an envelope that leaves so soon: its letter may be in writing."""


class NoticeEnvelope(Numbered, Dated, Base):
    """`content`: NOTICES, whose items say which; REVIEW_LINK or MAIL_ANSWER, of which `thing_id` is the invitation or the arrival.

    Somebody without an account has a name and an address here; a person of the house is written to where they are then.
    """

    __tablename__ = "notice_envelope"

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(100), default="")
    address: Mapped[str] = mapped_column(String(254), default="")
    channel: Mapped[Channel] = mapped_column(String(8))
    content: Mapped[str] = mapped_column(String(16), default=NOTICES)
    thing_id: Mapped[int | None]
    due_at: Mapped[datetime]
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))

    __table_args__ = (
        Index("ix_notice_envelope_person", "person_id", "channel", "due_at"),
        Index("ix_notice_envelope_content", "content", "thing_id"),
        Index("ix_notice_envelope_delivery", "delivery_id"),
    )


class NoticeEnclosure(Base):
    """One notice in one envelope."""

    __tablename__ = "notice_enclosure"

    envelope_id: Mapped[int] = mapped_column(ForeignKey("notice_envelope.id"), primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), primary_key=True)

    __table_args__ = (Index("ix_notice_enclosure_notice", "notice_id"),)


def enclose(
    session: Session, notice_id: int, person: Person, channel: Channel, due_at: datetime, *, own_robot: bool = False
) -> NoticeEnvelope:
    """Put a notice into the person's envelope that leaves at `due_at`, a new one when none waits for that moment."""
    envelope = _gathering(session, person, channel, due_at) or _promised(session, NoticeEnvelope(
        person_id=person.id, name=person.name, channel=channel, due_at=due_at,
    ), own_robot=own_robot)
    session.add(NoticeEnclosure(envelope_id=envelope.id, notice_id=notice_id))
    session.flush()
    return envelope


def send_link(
    session: Session, invitation_id: int, *, channel: Channel, person: Person | None = None, name: str = "", address: str = "",
) -> NoticeEnvelope:
    """Send a signed link, at once: whoever asked for it waits for it. By chat only through the person's own robot."""
    return _promised(session, NoticeEnvelope(
        person_id=person.id if person else None, name=person.name if person else name, address=address, channel=channel,
        content=REVIEW_LINK, thing_id=invitation_id, due_at=clock.now(),
    ), own_robot=channel == Channel.CHAT)


def answer_mail(session: Session, arrival_id: int, *, person: Person | None, name: str, address: str) -> NoticeEnvelope:
    """Answer a mail that came in, at once; its writer's address is kept only when nobody here has it."""
    return _promised(session, NoticeEnvelope(
        person_id=person.id if person else None, name=name[:100], address="" if person else address, channel=Channel.MAIL,
        content=MAIL_ANSWER, thing_id=arrival_id, due_at=clock.now(),
    ), own_robot=False)


def was_answered(session: Session, person: Person | None, address: str, *, since: datetime) -> bool:
    """Whether a mail of this writer was answered since then."""
    theirs = NoticeEnvelope.person_id == person.id if person else NoticeEnvelope.address == address
    query = select(NoticeEnvelope.id).where(
        NoticeEnvelope.content == MAIL_ANSWER, NoticeEnvelope.created_at > since, theirs,
    )
    return session.scalar(query.limit(1)) is not None


def forget_answered(session: Session, before: datetime) -> None:
    """Forget to whom outside the house mails were answered before this instant."""
    session.execute(
        update(NoticeEnvelope).where(
            NoticeEnvelope.content == MAIL_ANSWER, NoticeEnvelope.created_at < before, NoticeEnvelope.address != "",
        ).values(address="", name="")
    )


def enclosed(session: Session, envelope_id: int) -> Sequence[int]:
    """The notices of an envelope, in their order."""
    query = select(NoticeEnclosure.notice_id).where(NoticeEnclosure.envelope_id == envelope_id)
    return session.scalars(query.order_by(NoticeEnclosure.notice_id)).all()


def take_out(session: Session, notice_ids: Sequence[int]) -> None:
    """Take notices out of envelopes that have not left; one that holds nothing more does not leave."""
    query = (
        select(NoticeEnvelope, Delivery).join(Delivery, Delivery.id == NoticeEnvelope.delivery_id)
        .join(NoticeEnclosure, NoticeEnclosure.envelope_id == NoticeEnvelope.id)
        .where(NoticeEnclosure.notice_id.in_(notice_ids), Delivery.state == State.WAITING).distinct()
    )
    for envelope, delivery in session.execute(query).all():
        session.execute(delete(NoticeEnclosure).where(
            NoticeEnclosure.envelope_id == envelope.id, NoticeEnclosure.notice_id.in_(notice_ids),
        ))
        if not enclosed(session, envelope.id):
            deliveries.call_off(session, delivery)


def deliveries_of_link(session: Session, invitation_ids: Sequence[int]) -> dict[int, Delivery]:
    """How far the links of these invitations got, by invitation."""
    query = (
        select(NoticeEnvelope.thing_id, Delivery).join(Delivery, Delivery.id == NoticeEnvelope.delivery_id)
        .where(NoticeEnvelope.content == REVIEW_LINK, NoticeEnvelope.thing_id.in_(invitation_ids)).order_by(NoticeEnvelope.id)
    )
    return {int(invitation_id): delivery for invitation_id, delivery in session.execute(query) if invitation_id is not None}


def _gathering(session: Session, person: Person, channel: Channel, due_at: datetime) -> NoticeEnvelope | None:
    if due_at - clock.now() <= CLOSES_BEFORE:
        return None
    return session.scalar(select(NoticeEnvelope).where(
        NoticeEnvelope.person_id == person.id, NoticeEnvelope.channel == channel, NoticeEnvelope.due_at == due_at,
        NoticeEnvelope.content == NOTICES,
    ).limit(1))


def _promised(session: Session, envelope: NoticeEnvelope, *, own_robot: bool) -> NoticeEnvelope:
    session.add(envelope)
    session.flush()
    lane = OWN_ROBOTS if own_robot else LANES[Channel(envelope.channel)]
    delivery = deliveries.promise(session, Promise(
        purpose=Purpose.NOTICE, lane=lane, key=f"notice:{envelope.id}", owner_id=envelope.id,
        target_kind="person", target_id=envelope.person_id or 0, target_name=envelope.name, due_at=envelope.due_at,
    ))
    envelope.delivery_id = delivery.id
    session.flush()
    return envelope
