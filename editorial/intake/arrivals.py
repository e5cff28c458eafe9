"""Arrivals: every message and mail that reached us, stored before it is answered, known again when it is repeated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, ForeignKey, Index, String, Text, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.conduct import penalties
from editorial.conduct.penalties import Scope
from editorial.errors import Muted
from editorial.intake import conversations, robot_senders
from editorial.intake.conversations import Conversation, Sender, Way
from editorial.intake.submissions import Submission, SubmissionState
from editorial.notices import envelopes
from editorial.people import people
from editorial.platform_applications import Platform
from editorial.vault import Sealed

LANE = "arrivals"
ANSWER = "answer"
"""The kind of what is owed to somebody: words of ours, and where they are said."""
MOST_PARTS = 40
MEDIA_LIVES = timedelta(days=3)
"""The platforms throw media away after three days ..."""
ROBOT_MEDIA_LIVES = timedelta(minutes=5)
"""... but what a smart robot was sent after five minutes: it goes first."""
OF_ROBOTS = f"{Platform.AIBOT}:"
REMEMBERED = timedelta(days=180)
"""How long a message is known again, and one that was set aside can be taken in after all."""
RETRY_FIRST, RETRY_MOST = 5.0, 900.0


class Aside(StrEnum):
    """Why something is not taken in; a person may take it in after all."""

    AUTOMATIC = "automatic"
    STRANGER = "stranger"
    TOO_MANY = "too_many"
    MUTED = "muted"
    TOO_LARGE = "too_large"


class Arrival(Numbered, Dated, Base):
    """One message or mail. `content` is sealed; `original` the stored mail's sha256; `due_at` none: nothing is left to do.

    `digest` is that of what it says, by which a second sending of the same is known. `aside` empty: it is taken in.
    """

    __tablename__ = "arrival"

    way: Mapped[str] = mapped_column(String(24))
    key: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    is_first: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[str] = mapped_column(String(12))
    content: Mapped[dict[str, Any]] = mapped_column(Sealed)
    original: Mapped[str] = mapped_column(String(64), default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    aside: Mapped[str] = mapped_column(String(12), default="")
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text, default="")

    conversation: Mapped[Conversation | None] = relationship(lazy="joined")

    __table_args__ = (
        Index("uq_arrival_key", "way", "key", unique=True), Index("ix_arrival_aside", "aside", "id"),
    )


@dataclass(frozen=True)
class Incoming:
    """What is to be stored. `key`, `references` and `subject` are pseudonyms; `number` is one that it names.

    `aside`: it is kept and not taken in. `title` may be empty where the words will give one.
    """

    key: str
    kind: str
    content: dict[str, Any]
    title: str = ""
    subject: str = ""
    references: Sequence[str] = ()
    number: str = ""
    original: str = ""
    group_id: int | None = None
    aside: Aside | None = None
    bare: bool = False
    """It belongs to whatever conversation is open, as messages do that name no subject."""
    is_question: bool = False
    """It only asks for the state of a story, and is no part of one."""


def known(session: Session, way: str, key: str) -> Arrival | None:
    """What came before under this key."""
    return session.scalar(select(Arrival).where(Arrival.way == way, Arrival.key == key))


def receive(session: Session, way: Way, sender: Sender, incoming: Incoming) -> tuple[Arrival, bool]:
    """Store it, in the conversation it belongs to or as the first of a new one; False: it has come before."""
    audit.one_writer(session)
    before = known(session, way.name, incoming.key)
    if before is not None:
        return before, False
    arrival = Arrival(way=way.name, key=incoming.key, kind=incoming.kind, content=incoming.content, original=incoming.original)
    arrival.aside = incoming.aside or _obstacle(session, way, sender) or ""
    if not arrival.aside and not incoming.is_question:
        _take(session, way, sender, incoming, arrival)
    session.add(arrival)
    session.flush()
    return arrival, True


def owe(session: Session, way: Way, key: str, words: str, answer_at: str) -> None:
    """An answer that the worker gives at once, where the message came from; never twice."""
    if known(session, way.name, key) is None:
        session.add(Arrival(
            way=way.name, key=key, kind=ANSWER, content={"words": words, "answer_at": answer_at}, due_at=clock.now(),
        ))


def take_after_all(session: Session, way: Way, sender: Sender, arrival: Arrival, *, title: str) -> None:
    """A person wants what was set aside: it begins a conversation, and is taken in next."""
    arrival.conversation = conversations.begin(session, way, sender, title=title)
    arrival.is_first, arrival.aside, arrival.due_at = True, "", clock.now()
    session.flush()


def due(session: Session, limit: int = 20) -> list[Arrival]:
    """What to take in now: what lives shortly first, then in the order it came."""
    query = select(Arrival).where(Arrival.due_at <= clock.now())
    return list(session.scalars(query.order_by(Arrival.way.startswith(OF_ROBOTS).desc(), Arrival.id).limit(limit)))


def urgent(session: Session) -> bool:
    """Whether something waits that lives shortly."""
    query = select(Arrival.id).where(Arrival.due_at <= clock.now(), Arrival.way.startswith(OF_ROBOTS))
    return session.scalar(query.limit(1)) is not None


def waiting(session: Session) -> list[str]:
    """The lane of arrivals when something can be taken in now."""
    return [LANE] if session.scalar(select(Arrival.id).where(Arrival.due_at <= clock.now()).limit(1)) is not None else []


def aside(session: Session, limit: int = 50) -> list[Arrival]:
    """What was not taken in, the newest first."""
    return list(session.scalars(select(Arrival).where(Arrival.aside != "").order_by(Arrival.id.desc()).limit(limit)))


def of_submission(session: Session, submission: Submission) -> list[Arrival]:
    """The messages and mails a submission was made of, in the order they came."""
    query = (
        select(Arrival).join(Conversation, Conversation.id == Arrival.conversation_id)
        .where(Conversation.submission_id == submission.id).order_by(Arrival.id)
    )
    return list(session.scalars(query))


def said_before(session: Session, arrival: Arrival) -> bool:
    """Whether the same words and pictures stand in its conversation already, out of an earlier arrival."""
    query = select(Arrival.id).where(
        Arrival.conversation_id == arrival.conversation_id, Arrival.digest == arrival.digest, Arrival.id != arrival.id,
        Arrival.due_at.is_(None),
    )
    return bool(arrival.digest) and session.scalar(query.limit(1)) is not None


def stored(session: Session | Connection) -> list[str]:
    """Hashes of the mails that the media store holds as they came, each once."""
    rows = session.execute(select(Arrival.original).where(Arrival.original != "").distinct())
    return [original for original, in rows]


def postpone(arrival: Arrival, reason: str, after: float | None = None) -> None:
    """Try again after `after` seconds, or our own back-off."""
    arrival.tries, arrival.reason = arrival.tries + 1, reason
    seconds = after if after is not None else min(RETRY_MOST, RETRY_FIRST * 2.0 ** min(arrival.tries - 1, 10))
    arrival.due_at = clock.now() + timedelta(seconds=seconds)


def has_expired(arrival: Arrival) -> bool:
    """Whether the platform has thrown its media away by now."""
    lives = ROBOT_MEDIA_LIVES if arrival.way.startswith(OF_ROBOTS) else MEDIA_LIVES
    return clock.now() - arrival.created_at > lives


def set_aside(arrival: Arrival, why: Aside) -> None:
    """It is kept, and not taken in."""
    arrival.aside, arrival.due_at = why, None


def settle(arrival: Arrival) -> None:
    """It stands in its submission; of a message the words are not kept twice."""
    arrival.due_at, arrival.reason = None, ""
    if not arrival.original:
        arrival.content = {}


def forget_old(session: Session) -> None:
    """Forget by what old messages would be known again, and what nobody wanted."""
    session.execute(delete(Arrival).where(
        Arrival.created_at < clock.now() - REMEMBERED, Arrival.due_at.is_(None), or_(Arrival.original == "", Arrival.aside != ""),
    ))
    envelopes.forget_answered(session, clock.now() - REMEMBERED)
    conversations.forget_old(session)
    robot_senders.forget_old(session)


def _obstacle(session: Session, way: Way, sender: Sender) -> Aside | None:
    if conversations.too_many(session, way, sender.key):
        return Aside.TOO_MANY
    try:
        penalties.ensure_may(session, sender.person or people.get(session, way.contributor_id), Scope.SUBMIT)
    except Muted:
        return Aside.MUTED
    return None


def _take(session: Session, way: Way, sender: Sender, incoming: Incoming, arrival: Arrival) -> None:
    before = _belongs_to(session, way, sender, incoming)
    if before is not None and before.is_open and _parts(session, before) < MOST_PARTS:
        arrival.conversation = before
    else:
        returned = before.submission if before and before.submission else None
        follows = returned if returned and returned.state == SubmissionState.RETURNED else None
        arrival.is_first = True
        arrival.conversation = conversations.begin(
            session, way, sender, title=incoming.title, subject=incoming.subject, group_id=incoming.group_id, follows=follows,
        )
    arrival.due_at = clock.now()


def _belongs_to(session: Session, way: Way, sender: Sender, incoming: Incoming) -> Conversation | None:
    """By what it answers, by the number it names, else by its subject or the moment; only ever one of the same sender."""
    query = (
        select(Conversation).join(Arrival, Arrival.conversation_id == Conversation.id)
        .where(Arrival.way == way.name, Arrival.key.in_(list(incoming.references)), Conversation.sender == sender.key)
    )
    answered = session.scalar(query.order_by(Conversation.id.desc()).limit(1)) if incoming.references else None
    if answered is None and incoming.number:
        answered = conversations.of_sender(session, way.name, sender.key, incoming.number)
    if answered is None and (incoming.subject or incoming.bare):
        answered = conversations.latest(session, way, sender.key, incoming.subject)
    return answered


def _parts(session: Session, conversation: Conversation) -> int:
    return session.scalar(select(func.count()).select_from(Arrival).where(Arrival.conversation_id == conversation.id)) or 0
