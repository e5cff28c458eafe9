"""Topics: pitches, what the desk decides, and who is asked to write; and one search over everything."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.paging import Listing, Page, rows_of
from app.api.shapes import Body, Id, Instant, PersonShown, Shape, Text
from app.auth import allow, can, guard, person_now
from app.extensions import db
from editorial.articles import finding
from editorial.articles.finding import Shelf, Wanted
from editorial.groups import groups
from editorial.people import people
from editorial.people.permissions import Action
from editorial.topics import assignments, topics
from editorial.topics.assignments import Assignment, AssignmentState
from editorial.topics.columns import ArticleType, Goal
from editorial.topics.topics import Pitch, Source, Topic, TopicState

noun = Noun("topics")


class NewTopic(Body):
    """A pitch. Everybody may make one."""

    title: str
    words: Text = ""
    source: Source = Source.PERSON
    source_words: Text = ""
    group: Text = ""
    """The slug of the group it concerns."""
    column: Id | None = None
    goal: Goal | None = None
    wanted_on: date | None = None
    """The day it should be out by."""


class Decided(Body):
    """What the desk decides. A reason is needed to shelve or reject; who pitched it reads it."""

    decision: Literal["approve", "shelve", "reject", "take_up", "finish"]
    reason: Text = ""


class NewAssignment(Body):
    """Whom to ask to write it, and until when."""

    person: Id
    due_at: Instant
    substitute: Id | None = None
    words: Text = ""


class TopicShown(Shape):
    """A topic of the pool."""

    id: str
    title: str
    words: str
    state: TopicState
    source: Source
    round: int
    group: str | None
    column: str | None
    goal: Goal | None
    wanted_on: date | None
    pitched_by: PersonShown | None
    reason: str


class AssignmentShown(Shape):
    """An assignment."""

    id: str
    topic: str
    person: PersonShown | None
    state: AssignmentState
    overdue: bool
    due_at: datetime


class TopicsAsked(Page):
    """Which topics."""

    state: TopicState | None = None
    source: Source | None = None


class FoundShown(Shape):
    """One thing that was found. `number` stands for articles and submissions, `state` for all but pictures."""

    kind: Shelf
    id: str
    title: str
    number: str | None
    state: str | None
    created_at: datetime


class SearchAsked(Body):
    """What to look for; two characters are enough."""

    q: Annotated[str, Field(max_length=100)] = ""
    kind: Shelf | None = None
    state: str = ""
    type: ArticleType | None = None
    column: Id | None = None
    group: str = ""
    person: Id | None = None
    since: Instant | None = None
    until: Instant | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 20


class FoundListing(Shape):
    """What was found, the newest of each kind first."""

    items: list[FoundShown]


@noun.post("/topics", guard(Action.PITCH), status=201)
def pitch(body: NewTopic) -> TopicShown:
    """Pitch a topic."""
    with acting() as act:
        said = Pitch(**{**body.model_dump(), "column": body.column or "", "goal": body.goal or ""})
        return act.done(_shown(topics.pitch(act.session, said, by=person_now())))


@noun.get("/topics", guard(Action.SEE_TOPICS))
def index(query: TopicsAsked) -> Listing[TopicShown]:
    """The pool, the newest first; who is not of the newsroom sees their own."""
    wanted = select(Topic).options(joinedload(Topic.group), joinedload(Topic.pitched_by))
    if not can(Action.SEE_TOPICS):
        wanted = wanted.where(Topic.pitched_by_id == person_now().id)
    if query.state is not None:
        wanted = wanted.where(Topic.state == query.state)
    if query.source is not None:
        wanted = wanted.where(Topic.source == query.source)
    rows, following = rows_of(db.session(), wanted, Topic.id, query, newest_first=True)
    return Listing[TopicShown](items=[_shown(topic) for topic in rows], next=following)


@noun.post("/topics/<id:topic_id>/decision", guard(Action.DECIDE_TOPICS))
def decide(topic_id: int, body: Decided) -> TopicShown:
    """Decide about a topic."""
    with acting() as act:
        topic = topics.get(act.session, topic_id)
        topics.decide(act.session, topic, body.decision, by=person_now(), reason=body.reason)
        return act.done(_shown(topic))


@noun.post("/topics/<id:topic_id>/assignments", guard(Action.DECIDE_TOPICS), status=201)
def assign(topic_id: int, body: NewAssignment) -> AssignmentShown:
    """Ask somebody to write it."""
    with acting() as act:
        session = act.session
        substitute = people.get(session, int(body.substitute)) if body.substitute else None
        made = assignments.offer(
            session, topics.get(session, topic_id), person=people.get(session, int(body.person)), due_at=body.due_at,
            by=person_now(), substitute=substitute, words=body.words,
        )
        session.refresh(made)
        return act.done(_assignment(made))


@noun.get("/search", guard(Action.SEE_DESK))
def search(query: SearchAsked) -> FoundListing:
    """Look for submissions, articles, topics and pictures."""
    allow(Action.SEE_DESK)
    session = db.session()
    group = groups.by_slug(session, query.group) if query.group else None
    wanted = Wanted(
        words=query.q, state=query.state, type=query.type or "", column_id=int(query.column) if query.column else None,
        group_id=group.id if group else None, person_id=int(query.person) if query.person else None, since=query.since,
        until=query.until,
    )
    found: list[FoundShown] = []
    for shelf in Shelf:
        if query.kind not in (None, shelf) or (shelf == Shelf.SUBMISSIONS and not can(Action.SEE_SUBMISSION)):
            continue
        found += [_found(shelf, thing) for thing in finding.look(session, shelf, wanted, limit=query.limit).things]
    return FoundListing(items=found)


def _shown(topic: Topic) -> TopicShown:
    return TopicShown(
        id=str(topic.id), title=topic.title, words=topic.words, state=topic.state, source=topic.source, round=topic.round,
        group=topic.group.slug if topic.group else None, column=str(topic.column_id) if topic.column_id else None,
        goal=topic.goal, wanted_on=topic.wanted_on, pitched_by=PersonShown.of(topic.pitched_by), reason=topic.reason,
    )


def _assignment(one: Assignment) -> AssignmentShown:
    return AssignmentShown(
        id=str(one.id), topic=str(one.topic_id), person=PersonShown.of(one.person), state=one.state, overdue=one.overdue,
        due_at=one.due_at,
    )


def _found(shelf: Shelf, thing: object) -> FoundShown:
    said = {name: getattr(thing, name, None) for name in ("title", "number", "state")}
    title = said["title"] or getattr(thing, "alt_text", "") or getattr(thing, "file_name", "")
    return FoundShown(
        kind=shelf, id=str(getattr(thing, "id", "")), title=title, number=said["number"], state=said["state"],
        created_at=getattr(thing, "created_at", None),
    )
