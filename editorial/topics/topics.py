"""The topic pool: a topic, where it came from, and what the desk decides about it. One table says what may follow what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, case, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, BigKey, Dated, Numbered, compare_and_set
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.groups import groups
from editorial.groups.groups import Group
from editorial.notices import tell
from editorial.people.people import Person
from editorial.search import WordIndex
from editorial.topics import columns
from editorial.topics.columns import Column, Goal

TITLE_CHARACTERS, WORDS_CHARACTERS = 120, 4_000
WORDS = WordIndex("topic")


class TopicState(StrEnum):
    """Where a topic stands. A pitch is a topic in state `proposed`."""

    PROPOSED = "proposed"
    DISCUSSED = "discussed"
    APPROVED = "approved"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    SHELVED = "shelved"
    REJECTED = "rejected"


class Step(StrEnum):
    """What can happen to a topic."""

    DISCUSS = "discuss"
    APPROVE = "approve"
    SHELVE = "shelve"
    REJECT = "reject"
    ASSIGN = "assign"
    BEGIN = "begin"
    GIVE_BACK = "give_back"
    FINISH = "finish"
    TAKE_UP = "take_up"


class Source(StrEnum):
    """What brought a topic up."""

    PERSON = "person"
    REACTION = "reaction"
    COMMENT = "comment"
    SEARCH = "search"
    POLL = "poll"
    CALL = "call"
    CALENDAR = "calendar"


S = TopicState
OPEN = (S.PROPOSED, S.DISCUSSED)
"""Still to be decided: votes count until then."""
POOL = (*OPEN, S.APPROVED, S.ASSIGNED, S.IN_PROGRESS)
TABLE: dict[Step, tuple[tuple[TopicState, ...], TopicState]] = {
    Step.DISCUSS: ((S.PROPOSED,), S.DISCUSSED),
    Step.APPROVE: (OPEN, S.APPROVED),
    Step.SHELVE: ((*OPEN, S.APPROVED), S.SHELVED),
    Step.REJECT: (OPEN, S.REJECTED),
    # A second assignment may join a topic that somebody already works on.
    Step.ASSIGN: ((S.APPROVED,), S.ASSIGNED),
    Step.BEGIN: ((S.APPROVED, S.ASSIGNED), S.IN_PROGRESS),
    Step.GIVE_BACK: ((S.ASSIGNED, S.IN_PROGRESS), S.APPROVED),
    Step.FINISH: ((S.APPROVED, S.ASSIGNED, S.IN_PROGRESS), S.DONE),
    Step.TAKE_UP: ((S.SHELVED, S.REJECTED), S.PROPOSED),
}
"""From which states each step leads where. Everything that is not in this table cannot happen."""


class Topic(Numbered, Dated, Base):
    """A planned subject. `source_words` say what brought it up; `source_thing`, `source_id` name it where it is ours.

    `round` is the n-th turn from the groups to the public and back; `predecessor_id` the article whose echo it is.
    """

    __tablename__ = "topic"

    title: Mapped[str] = mapped_column(String(TITLE_CHARACTERS))
    words: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[TopicState] = mapped_column(String(12), default=TopicState.PROPOSED)
    source: Mapped[Source] = mapped_column(String(12), default=Source.PERSON)
    source_words: Mapped[str] = mapped_column(Text, default="")
    source_thing: Mapped[str] = mapped_column(String(20), default="")
    source_id: Mapped[int | None] = mapped_column(BigKey)
    predecessor_id: Mapped[int | None] = mapped_column(BigKey)
    round: Mapped[int] = mapped_column(default=1)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("community_group.id"))
    column_id: Mapped[int | None] = mapped_column(ForeignKey("editorial_column.id"))
    goal: Mapped[Goal | None] = mapped_column(String(12))
    wanted_on: Mapped[date | None]
    pitched_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)

    group: Mapped[Group | None] = relationship()
    column: Mapped[Column | None] = relationship()
    pitched_by: Mapped[Person] = relationship(foreign_keys=[pitched_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])

    __table_args__ = (
        Index("ix_topic_state", "state", "id"),
        Index("ix_topic_column", "column_id", "state", "id"),
        Index("ix_topic_group", "group_id", "id"),
        Index("ix_topic_pitched_by", "pitched_by_id", "id"),
        Index("ix_topic_created", "created_at", "source"),
        Index("uq_topic_source", "source_thing", "source_id", unique=True),
    )

    def belongs_to(self, person_id: int) -> bool:
        return self.pitched_by_id == person_id


@dataclass(frozen=True)
class Pitch:
    """What somebody proposes. `group` is a slug, `column` an id, `wanted_on` the day it should be out by."""

    title: str
    words: str = ""
    source: str = Source.PERSON
    source_words: str = ""
    group: str = ""
    column: str = ""
    goal: str = ""
    wanted_on: date | None = None


@dataclass(frozen=True)
class Origin:
    """The thing of ours a pitch came from: the same thing is pitched once."""

    thing: str
    id: int
    predecessor_id: int | None = None
    round: int = 1


def pitch(session: Session, said: Pitch, *, by: Person, origin: Origin | None = None) -> Topic:
    """Put a proposal into the pool; of one origin the same topic again. Raises Invalid naming the field."""
    if origin is not None and (before := of_origin(session, origin.thing, origin.id)):
        return before
    topic = Topic(pitched_by_id=by.id)
    _fill(session, topic, said)
    if origin is not None:
        topic.source_thing, topic.source_id = origin.thing, origin.id
        topic.predecessor_id, topic.round = origin.predecessor_id, origin.round
    session.add(topic)
    session.flush()
    _index(session, topic)
    audit.record(session, "pitch", "topic", topic.id, by=by, details={"name": topic.title})
    return topic


def change(session: Session, topic: Topic, said: Pitch, *, by: Person) -> None:
    """Say it better, as long as it is open or in the pool. Raises Invalid, WrongState."""
    if topic.state not in POOL:
        raise WrongState()
    _fill(session, topic, said)
    topic.updated_at = clock.now()
    _index(session, topic)
    audit.record(session, "change_topic", "topic", topic.id, by=by, details={"name": topic.title})


def decide(session: Session, topic: Topic, step: str, *, by: Person, reason: str = "") -> None:
    """Approve, shelve, reject, take up again or finish. The pitcher is told, with the reason.

    Raises Invalid when a reason is missing, WrongState.
    """
    if step not in (Step.APPROVE, Step.SHELVE, Step.REJECT, Step.TAKE_UP, Step.FINISH):
        raise Invalid(Problem("decision", "There is no such decision."))
    if step in (Step.SHELVE, Step.REJECT) and not reason.strip():
        raise Invalid(Problem("reason", "Say why: the pitcher reads it."))
    move(session, topic, Step(step), by=by, reason=reason.strip())
    topic.decided_by_id, topic.decided_at, topic.reason = by.id, clock.now(), reason.strip()
    if topic.pitched_by_id != by.id:
        tell(session, topic.pitched_by, SENTENCES[Step(step)], cause=f"topic:{topic.id}:{step}:{topic.decided_at:%Y%m%d%H%M%S}",
             thing="topic", thing_id=topic.id, title=topic.title, reason=topic.reason, name=by.name)


SENTENCES = {
    Step.APPROVE: "Your topic “{title}” is approved by {name}. {reason}",
    Step.SHELVE: "Your topic “{title}” is shelved for later by {name}: {reason}",
    Step.REJECT: "Your topic “{title}” will not be taken up: {reason} ({name})",
    Step.TAKE_UP: "Your topic “{title}” is taken up again by {name}. {reason}",
    Step.FINISH: "Your topic “{title}” is done: it has been published.",
}


def move(session: Session, topic: Topic, step: Step, *, by: Person | None, reason: str = "") -> None:
    """Take one step of the table, by compare-and-set. Raises WrongState."""
    origins, target = TABLE[step]
    now = clock.now()
    taken = update(Topic).where(Topic.id == topic.id, Topic.state.in_(origins)).values(state=target, updated_at=now)
    if not compare_and_set(session, taken):
        raise WrongState()
    session.refresh(topic)
    audit.record(session, f"{step.value}_topic", "topic", topic.id, by=by, details={"reason": reason} if reason else {})


def finish(session: Session, topic_id: int) -> None:
    """An article of the topic is out: the topic is done, unless it was decided otherwise meanwhile."""
    topic = session.get(Topic, topic_id)
    if topic is not None and topic.state in TABLE[Step.FINISH][0]:
        move(session, topic, Step.FINISH, by=None)
        tell(session, topic.pitched_by, SENTENCES[Step.FINISH], cause=f"topic:{topic.id}:done", thing="topic",
             thing_id=topic.id, title=topic.title)


def may_follow(topic: Topic, step: Step) -> bool:
    """Whether the table allows this step now."""
    return topic.state in TABLE[step][0]


def of_origin(session: Session, thing: str, thing_id: int) -> Topic | None:
    """The topic that was made of this thing."""
    return session.scalar(select(Topic).where(Topic.source_thing == thing, Topic.source_id == thing_id))


def get(session: Session, topic_id: int) -> Topic:
    """The topic with this id. Raises NotFound."""
    topic = session.get(Topic, topic_id)
    if topic is None:
        raise NotFound()
    return topic


def source_mix(session: Session, days: int) -> list[tuple[Source, int, int]]:
    """Of the pitches of the last `days` days: each source, how many it brought, and how many of these were taken up."""
    taken = func.sum(case((Topic.state.in_((S.APPROVED, S.ASSIGNED, S.IN_PROGRESS, S.DONE)), 1), else_=0))
    since = clock.now() - timedelta(days=days)
    rows = session.execute(
        select(Topic.source, func.count(), taken).where(Topic.created_at >= since).group_by(Topic.source)
    )
    found = {source: (count, int(used or 0)) for source, count, used in rows}
    return [(source, *found.get(source, (0, 0))) for source in Source]


def index_again(session: Session, topic: Topic) -> None:
    """Make a topic findable by its words, as after a restore."""
    _index(session, topic)


def _fill(session: Session, topic: Topic, said: Pitch) -> None:
    group = groups.by_slug(session, said.group) if said.group else None
    problems = list(_problems(said, group))
    if problems:
        raise Invalid(*problems)
    column = columns.chosen(session, said.column)
    topic.title, topic.words, topic.source_words = said.title.strip(), said.words.strip(), said.source_words.strip()
    topic.source = Source(said.source)
    topic.group_id, topic.column_id = group.id if group else None, column.id if column else None
    topic.goal = columns.goal_named(said.goal) or (column.goal if column else None)
    topic.wanted_on = said.wanted_on


def _index(session: Session, topic: Topic) -> None:
    WORDS.put(session, topic.id, f"{topic.title}\n{topic.words}\n{topic.source_words}")


def _problems(said: Pitch, group: Group | None) -> Any:
    if not said.title.strip():
        yield Problem("title", "A title is needed.")
    elif len(said.title.strip()) > TITLE_CHARACTERS:
        yield Problem("title", "At most {limit} characters, now {count}.", {"limit": TITLE_CHARACTERS, "count": len(said.title)})
    for name, words in (("words", said.words), ("source_words", said.source_words)):
        if len(words) > WORDS_CHARACTERS:
            yield Problem(name, "At most {limit} characters, now {count}.", {"limit": WORDS_CHARACTERS, "count": len(words)})
    if said.source not in set(Source):
        yield Problem("source", "There is no such source.")
    if said.group and group is None:
        yield Problem("group", "There is no group called {slug}.", {"slug": said.group})
