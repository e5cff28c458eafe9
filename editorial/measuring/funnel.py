"""The way of stories as a funnel: how often each of the nine nodes was passed, by group and period.

Where a row of its own is an event already it is read there; nothing is written twice. What is passed is never taken back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, literal, select
from sqlalchemy.orm import Session

from editorial.articles.articles import Article
from editorial.calendar.editions import Edition, Place
from editorial.events import Actor, Event, Node
from editorial.intake import letters
from editorial.intake.submissions import Submission
from editorial.measuring.comments import ReaderComment
from editorial.measuring.messages import ArticleMessage
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.review.sign_offs import SignOff
from editorial.share_back.clicks import PEOPLE, Click
from editorial.share_back.links import TrackedLink
from editorial.story_calls.rows import CallMessage, CallTarget, Message

Row = Select[Any]


@dataclass(frozen=True)
class Passing:
    """One event: which node, when, by which class of actor, for which group, and the thing it was about."""

    node: Node
    at: datetime
    actor: Actor
    group_id: int | None
    thing: str
    thing_id: int | None


@dataclass(frozen=True)
class Funnel:
    """Counts by node, in all and by group. `by_group` holds the group's id, or None for what concerns the house."""

    counts: dict[Node, int] = field(default_factory=dict)
    by_group: dict[int | None, dict[Node, int]] = field(default_factory=dict)


def funnel(session: Session, first: datetime, last: datetime, group_id: int | None = None) -> Funnel:
    """What passed each node in [first, last), of one group when it is given."""
    counts: Counter[Node] = Counter()
    by_group: dict[int | None, dict[Node, int]] = {}
    for query in _sources(first, last, group_id):
        events = query.subquery()
        summed = select(events.c.node, events.c.group_id, func.count()).group_by(events.c.node, events.c.group_id)
        for node, of_group, number in session.execute(summed):
            counts[Node(node)] += number
            row = by_group.setdefault(of_group, {})
            row[Node(node)] = row.get(Node(node), 0) + number
    return Funnel({node: counts[node] for node in Node}, by_group)


def passings(session: Session, first: datetime, last: datetime, group_id: int | None = None) -> Iterator[Passing]:
    """Every event in [first, last), node by node."""
    for query in _sources(first, last, group_id):
        for row in session.execute(query.execution_options(yield_per=1000)):
            yield Passing(Node(row.node), row.at, Actor(row.actor), row.group_id, row.thing, row.thing_id)


def _sources(first: datetime, last: datetime, group_id: int | None) -> Iterator[Row]:
    """One query for each place where events stand: node, at, actor, group, thing and its id."""
    yield _of(Event.node, Event.at, Event.actor, Event.group_id, Event.thing, Event.thing_id, first, last, group_id)
    yield _of(
        literal(Node.CALL_SENT.value), Delivery.settled_at, literal(Actor.EDITOR.value), Delivery.target_id, literal("story_call"),
        CallTarget.call_id, first, last, group_id,
    ).select_from(Delivery).join(CallMessage, CallMessage.delivery_id == Delivery.id).join(
        CallTarget, CallTarget.id == CallMessage.target_id
    ).where(CallMessage.kind == Message.OPENING, Delivery.state == State.SENT)
    yield _of(
        literal(Node.SUBMITTED.value), Submission.created_at, _sender(), Submission.group_id, literal("submission"),
        Submission.id, first, last, group_id,
    )
    yield _of(
        literal(Node.FIRST_REPLY.value), Submission.answered_at, literal(Actor.EDITOR.value), Submission.group_id,
        literal("submission"), Submission.id, first, last, group_id,
    )
    yield _of(
        literal(Node.REVIEW_PASSED.value), SignOff.created_at, literal(Actor.REVIEWER.value), Article.group_id,
        literal("article"), Article.id, first, last, group_id,
    ).select_from(SignOff).join(Article, Article.id == SignOff.article_id)
    yield _of(
        literal(Node.PUBLISHED.value), Edition.published_at, literal(Actor.PUBLISHER.value), Article.group_id,
        literal("article"), Article.id, first, last, group_id,
    ).select_from(Edition).join(Place, Place.edition_id == Edition.id).join(Article, Article.id == Place.article_id)
    yield _of(
        literal(Node.SHARED_BACK.value), Delivery.settled_at, literal(Actor.OPERATOR.value), Delivery.target_id,
        literal("edition"), Delivery.edition_id, first, last, group_id,
    ).where(Delivery.purpose == Purpose.SHARE, Delivery.state == State.SENT)
    yield _of(
        literal(Node.CLICKED.value), Click.at, literal(Actor.READER.value), TrackedLink.group_id, literal("article"),
        TrackedLink.article_id, first, last, group_id,
    ).select_from(Click).join(TrackedLink, TrackedLink.id == Click.link_id).where(Click.kind == PEOPLE)
    yield _of(
        literal(Node.REACTED.value), ReaderComment.written_at, literal(Actor.READER.value), Article.group_id,
        literal("article"), Article.id, first, last, group_id,
    ).select_from(ReaderComment).join(ArticleMessage, ArticleMessage.id == ReaderComment.message_id).join(
        Place, Place.id == ArticleMessage.place_id
    ).join(Article, Article.id == Place.article_id)


def _sender() -> Any:
    """A follower's letter is a reader's; everything else came from a contributor."""
    return case((Submission.channel == letters.CHANNEL, Actor.READER.value), else_=Actor.CONTRIBUTOR.value)


def _of(
    node: Any, at: Any, actor: Any, of_group: Any, thing: Any, thing_id: Any, first: datetime, last: datetime, group_id: int | None
) -> Row:
    query: Row = select(
        node.label("node"), at.label("at"), actor.label("actor"), of_group.label("group_id"), thing.label("thing"),
        thing_id.label("thing_id"),
    ).where(at >= first, at < last)
    return query if group_id is None else query.where(of_group == group_id)
