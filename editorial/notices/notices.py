"""The notices: one row for one person and one cause, seen in the product, and sent on where the person wants it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from editorial import clock
from editorial.base import Base, Dated, Numbered
from editorial.notices import channels, choices, envelopes
from editorial.notices.choices import Wishes
from editorial.notices.kinds import Channel, Kind, kind_of, origin_of
from editorial.people.people import Person


class Notice(Numbered, Dated, Base):
    """One thing one person should know. `sentence` is a key of the message catalogue, `params` its values.

    One cause gives one notice: (person, cause) is unique. The first word of the cause says the kind.
    """

    __tablename__ = "notice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    cause: Mapped[str] = mapped_column(String(120))
    sentence: Mapped[str] = mapped_column(String(300))
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    thing: Mapped[str] = mapped_column(String(20), default="")
    thing_id: Mapped[int | None]
    urgent: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime | None]

    @property
    def kind(self) -> Kind:
        return kind_of(self.cause, self.thing)

    @property
    def why(self) -> str:
        """Why it came: a key of the message catalogue, with the values of `params`."""
        return origin_of(self.cause, self.thing).why

    __table_args__ = (
        Index("ix_notice_person", "person_id", "id"),
        Index("ix_notice_unseen", "person_id", "seen_at"),
        Index("uq_notice_cause", "person_id", "cause", unique=True),
    )


def tell(
    session: Session, person: Person | None, sentence: str, *, cause: str, thing: str = "", thing_id: int | None = None,
    urgent: bool = False, **params: Any,
) -> None:
    """Tell `person`, once for one `cause`."""
    if person is not None:
        tell_all(session, [person], sentence, cause=cause, thing=thing, thing_id=thing_id, urgent=urgent, **params)


def tell_all(
    session: Session, persons: Sequence[Person], sentence: str, *, cause: str, thing: str = "", thing_id: int | None = None,
    urgent: bool = False, **params: Any,
) -> None:
    """Tell several persons the same, each once for one `cause`."""
    by_id = {person.id: person for person in persons}
    known = set(session.scalars(select(Notice.person_id).where(Notice.person_id.in_(by_id), Notice.cause == cause)))
    told = [person for person_id, person in by_id.items() if person_id not in known]
    if not told:
        return
    kind = kind_of(cause, thing)
    wishes = choices.wishes_of(session, [person.id for person in told], kind.code, thing, thing_id)
    there = channels.open_channels(session)
    for person in told:
        muted = person.id in wishes.muted and kind.mutable
        notice = Notice(
            person_id=person.id, cause=cause, sentence=sentence, params=params, thing=thing, thing_id=thing_id, urgent=urgent,
            seen_at=clock.now() if muted else None,
        )
        session.add(notice)
        session.flush()
        if not muted:
            _send_on(session, notice, person, kind, wishes, there)


def unseen(session: Session, person: Person) -> int:
    """How many notices the person has not seen."""
    query = select(func.count()).select_from(Notice).where(Notice.person_id == person.id, Notice.seen_at.is_(None))
    return session.scalar(query) or 0


def latest(session: Session, person: Person, limit: int = 50) -> list[Notice]:
    """The person's newest notices."""
    return list(session.scalars(select(Notice).where(Notice.person_id == person.id).order_by(Notice.id.desc()).limit(limit)))


def see_all(session: Session, person: Person) -> None:
    """The person has seen everything up to now."""
    session.execute(
        update(Notice).where(Notice.person_id == person.id, Notice.seen_at.is_(None)).values(seen_at=clock.now())
    )


def fall_silent(session: Session, person: Person, prefix: str) -> None:
    """Let nothing more reach the person whose cause begins so: what they have not seen counts as seen, no letter leaves with it."""
    theirs = Notice.person_id == person.id, Notice.cause.startswith(prefix, autoescape=True)
    ids = session.scalars(select(Notice.id).where(*theirs)).all()
    session.execute(update(Notice).where(Notice.id.in_(ids), Notice.seen_at.is_(None)).values(seen_at=clock.now()))
    envelopes.take_out(session, ids)


def _send_on(
    session: Session, notice: Notice, person: Person, kind: Kind, wishes: Wishes, there: frozenset[Channel]
) -> None:
    """Promise what the person wants to get outside, on the channels that can be used."""
    habit = wishes.habit(person.id)
    for channel in Channel:
        own = channel == Channel.CHAT and bool(habit.robot_kind)
        usable = not habit.robot_reason if own else channel in there
        if channel == Channel.MAIL and not person.has_mailbox:
            continue
        if usable and wishes.wants(person.id, kind, channel):
            due_at = choices.leaves_at(session, habit, clock.now(), urgent=notice.urgent)
            envelopes.enclose(session, notice.id, person, channel, due_at, own_robot=own)
