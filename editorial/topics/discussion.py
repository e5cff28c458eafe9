"""What the newsroom says about a topic before the editorial meeting: comments, and one vote a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ForeignKey, Index, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.conduct import penalties
from editorial.conduct.penalties import Scope
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.people.people import Person
from editorial.topics import topics
from editorial.topics.topics import OPEN, Step, Topic, TopicState

COMMENT_CHARACTERS = 2_000
FOR, AGAINST, NONE = "for", "against", ""


class TopicComment(Numbered, Dated, Base):
    """What one person said about a topic."""

    __tablename__ = "topic_comment"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)

    person: Mapped[Person] = relationship()

    __table_args__ = (Index("ix_topic_comment_topic", "topic_id", "id"),)


class TopicVote(Dated, Base):
    """One person's vote, `for` or `against`; it can be changed until the topic is decided."""

    __tablename__ = "topic_vote"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    vote: Mapped[str] = mapped_column(String(8))

    person: Mapped[Person] = relationship()


@dataclass(frozen=True)
class Opinion:
    """How the newsroom stands to one topic."""

    ayes: int = 0
    noes: int = 0
    comments: int = 0


def comment(session: Session, topic: Topic, text: str, *, by: Person) -> TopicComment:
    """Say something. Raises Invalid naming `text`, and Muted."""
    penalties.ensure_may(session, by, Scope.COMMENT)
    text = text.strip()
    if not text:
        raise Invalid(Problem("text", "The text is empty."))
    if len(text) > COMMENT_CHARACTERS:
        told: dict[str, object] = {"limit": COMMENT_CHARACTERS, "count": len(text)}
        raise Invalid(Problem("text", "At most {limit} characters, now {count}.", told))
    made = TopicComment(topic_id=topic.id, person_id=by.id, text=text)
    session.add(made)
    session.flush()
    _begun(session, topic, by)
    return made


def vote(session: Session, topic: Topic, said: str, *, by: Person) -> None:
    """Vote, change the vote, or with an empty word take it back. Raises Invalid naming `vote`, WrongState once it is decided."""
    if said not in (FOR, AGAINST, NONE):
        raise Invalid(Problem("vote", "Vote for or against."))
    if topic.state not in OPEN:
        raise WrongState()
    before = session.get(TopicVote, (topic.id, by.id))
    if said == NONE:
        if before is not None:
            session.delete(before)
    elif before is not None:
        before.vote, before.created_at = said, clock.now()
    else:
        session.add(TopicVote(topic_id=topic.id, person_id=by.id, vote=said))
    session.flush()
    audit.record(session, "vote", "topic", topic.id, by=by, details={"vote": said})
    _begun(session, topic, by)


def comments_of(session: Session, topic_id: int) -> Sequence[TopicComment]:
    """What was said, the first first."""
    query = select(TopicComment).options(joinedload(TopicComment.person)).where(TopicComment.topic_id == topic_id)
    return session.scalars(query.order_by(TopicComment.id)).all()


def get_comment(session: Session, comment_id: int) -> TopicComment:
    """The comment with this id. Raises NotFound."""
    found = session.get(TopicComment, comment_id)
    if found is None:
        raise NotFound()
    return found


def votes_of(session: Session, topic_id: int) -> Sequence[TopicVote]:
    """Who voted how."""
    query = select(TopicVote).options(joinedload(TopicVote.person)).where(TopicVote.topic_id == topic_id)
    return session.scalars(query.order_by(TopicVote.created_at)).all()


def opinions(session: Session, topic_ids: Sequence[int]) -> dict[int, Opinion]:
    """Votes and comments of several topics, in two queries."""
    votes = session.execute(
        select(TopicVote.topic_id, TopicVote.vote, func.count()).where(TopicVote.topic_id.in_(topic_ids))
        .group_by(TopicVote.topic_id, TopicVote.vote)
    ).all()
    said = dict(session.execute(
        select(TopicComment.topic_id, func.count()).where(TopicComment.topic_id.in_(topic_ids)).group_by(TopicComment.topic_id)
    ).all())
    counted = {(topic_id, word): count for topic_id, word, count in votes}
    return {
        topic_id: Opinion(counted.get((topic_id, FOR), 0), counted.get((topic_id, AGAINST), 0), said.get(topic_id, 0))
        for topic_id in topic_ids
    }


def own_votes(session: Session, topic_ids: Sequence[int], person: Person) -> dict[int, str]:
    """How this person voted on several topics."""
    query = select(TopicVote.topic_id, TopicVote.vote).where(TopicVote.topic_id.in_(topic_ids), TopicVote.person_id == person.id)
    return dict(session.execute(query).all())


def last_words(session: Session, topic_ids: Sequence[int], each: int = 3) -> dict[int, list[TopicComment]]:
    """The last few comments of several topics, the older first, in one query."""
    query = select(TopicComment).options(joinedload(TopicComment.person)).where(TopicComment.topic_id.in_(topic_ids))
    found: dict[int, list[TopicComment]] = {topic_id: [] for topic_id in topic_ids}
    for one in session.scalars(query.order_by(TopicComment.id)):
        found[one.topic_id].append(one)
    return {topic_id: said[-each:] for topic_id, said in found.items()}


def _begun(session: Session, topic: Topic, by: Person) -> None:
    """A pitch is discussed as soon as somebody else speaks or votes on it."""
    if topic.state == TopicState.PROPOSED and by.id != topic.pitched_by_id:
        topics.move(session, topic, Step.DISCUSS, by=by)
