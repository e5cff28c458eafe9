"""Conversations: what one sender writes to the house that belongs to one story, and the number it is told at once.

Of a sender a pseudonym is kept while the story is on its way, so that they alone can ask for its state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import clock
from editorial.base import Base, Dated, Numbered
from editorial.groups.groups import Group
from editorial.intake import submissions
from editorial.intake.submissions import Submission, SubmissionState
from editorial.people.people import Person
from editorial.vault import Sealed

MOST_A_DAY = 30
"""Conversations that one sender may begin in a day."""
REMEMBERED = timedelta(days=180)
"""How long after its beginning the sender may ask for its state."""


@dataclass(frozen=True)
class Way:
    """One way in: its name (`mail:1`; before the colon stands the channel of its submissions), for whom and where from.

    What comes within `together` after a conversation began belongs to it, without saying so.
    """

    name: str
    group_id: int
    contributor_id: int
    together: timedelta


@dataclass(frozen=True)
class Sender:
    """Who wrote. `key` is a pseudonym; `person` is theirs when we know them, else `name` stands with the story.

    `answer_to` is how an answer reaches them, in the platform's terms.
    """

    key: str
    person: Person | None = None
    name: str = ""
    answer_to: dict[str, Any] = field(default_factory=dict)


class Conversation(Numbered, Dated, Base):
    """One story in the making, or made. `sender` is empty when it is forgotten; `subject` is a pseudonym too.

    `has_words`: something was said already; until then its headline is one of ours.
    """

    __tablename__ = "conversation"

    way: Mapped[str] = mapped_column(String(24))
    sender: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    contributor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    byline: Mapped[str] = mapped_column(String(40), default="")
    subject: Mapped[str] = mapped_column(String(64), default="")
    answer_to: Mapped[dict[str, Any]] = mapped_column(Sealed)
    has_words: Mapped[bool] = mapped_column(default=False)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"), index=True)

    submission: Mapped[Submission | None] = relationship(foreign_keys=[submission_id])
    follows: Mapped[Submission | None] = relationship(foreign_keys=[follows_id])
    group: Mapped[Group] = relationship()
    contributor: Mapped[Person] = relationship(foreign_keys=[contributor_id])

    __table_args__ = (Index("ix_conversation_sender", "way", "sender", "id"),)

    @property
    def is_open(self) -> bool:
        """Whether more may be put to it: nobody has decided about it yet."""
        return self.submission is None or self.submission.state == SubmissionState.RECEIVED


def latest(session: Session, way: Way, sender: str, subject: str = "") -> Conversation | None:
    """The sender's youngest conversation that something without a reference belongs to now: of this subject, if any."""
    query = select(Conversation).where(
        Conversation.way == way.name, Conversation.sender == sender, Conversation.created_at > clock.now() - way.together,
    )
    if subject:
        query = query.where(Conversation.subject == subject)
    return session.scalar(query.order_by(Conversation.id.desc()).limit(1))


def of_sender(session: Session, way: str, sender: str, number: str = "") -> Conversation | None:
    """The sender's conversation of this number, or their newest; None for what is not theirs, as for what does not exist."""
    query = select(Conversation).where(Conversation.way == way, Conversation.sender == sender, Conversation.sender != "")
    return session.scalar(
        (query.where(Conversation.number == number) if number else query).order_by(Conversation.id.desc()).limit(1)
    )


def begin(
    session: Session, way: Way, sender: Sender, *, title: str, subject: str = "", group_id: int | None = None,
    follows: Submission | None = None,
) -> Conversation:
    """A new conversation under a number of its own."""
    conversation = Conversation(
        way=way.name, sender=sender.key, person_id=sender.person.id if sender.person else None,
        contributor_id=sender.person.id if sender.person else way.contributor_id, group_id=group_id or way.group_id,
        number=submissions.next_number(session), title=title, byline="" if sender.person else sender.name[:40],
        subject=subject, answer_to=sender.answer_to, follows_id=follows.id if follows else None,
    )
    session.add(conversation)
    session.flush()
    return conversation


def going_on(session: Session, before: Conversation, title: str) -> Conversation:
    """Somebody has decided meanwhile: what came later begins a story of its own, in place of a returned one."""
    returned = before.submission if before.submission and before.submission.state == SubmissionState.RETURNED else None
    following = Conversation(
        way=before.way, sender=before.sender, person_id=before.person_id, contributor_id=before.contributor_id,
        group_id=before.group_id, number=submissions.next_number(session), title=title or before.title, byline=before.byline,
        subject=before.subject, answer_to=before.answer_to, follows_id=returned.id if returned else None,
    )
    session.add(following)
    session.flush()
    return following


def recognise(conversation: Conversation, person: Person) -> None:
    """It has turned out who the sender is, before anything was handed in."""
    if conversation.submission_id is None:
        conversation.person_id, conversation.contributor, conversation.byline = person.id, person, ""


def too_many(session: Session, way: Way, sender: str) -> bool:
    """Whether this sender has begun as many conversations today as we take of one."""
    query = select(func.count()).select_from(Conversation).where(
        Conversation.way == way.name, Conversation.sender == sender, Conversation.created_at > clock.now() - timedelta(days=1),
    )
    return (session.scalar(query) or 0) >= MOST_A_DAY


def forget_old(session: Session) -> None:
    """Forget who sent what is old; what they handed in stays."""
    session.execute(
        update(Conversation).where(Conversation.created_at < clock.now() - REMEMBERED, Conversation.sender != "")
        .values(sender="", subject="", answer_to={})
    )
