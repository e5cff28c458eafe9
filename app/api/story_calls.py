"""Calls for stories: opening, closing, what came in, and the summary for the groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app import call_notes
from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.paging import Listing, Page, rows_of
from app.api.shapes import Body, Instant, Nothing, PersonShown, Shape, Text
from app.auth import allow, guard, person_now, public_url
from app.extensions import db
from editorial.groups.connectors import GroupConnector
from editorial.people.permissions import Action
from editorial.story_calls import answers, calls, messages
from editorial.story_calls.answers import Fate, Told
from editorial.story_calls.calls import Wish
from editorial.story_calls.rows import CallState, CallTarget, Message, StoryCall

noun = Noun("story_calls")


class NewCall(Body):
    """What is asked of groups until a deadline. Each gets one message at once."""

    title: str
    prompt: str
    due_at: Instant
    groups: list[str]
    """The slugs of the groups, one at least."""
    reminds: bool = False
    """Whether every group is reminded a day before the deadline."""


class MoreTime(Body):
    """A later deadline of an open call."""

    due_at: Instant


class Summing(Body):
    """What the groups are told after the call; left out, the draft that a call shows."""

    text: Text = ""


class TargetOfCall(Shape):
    """A way into a group that the call took. The deliveries say whether it was told; `link` is where it hands in."""

    group: str
    connector: str | None
    """The kind of a connector of its own; none for the preferred one, or by hand."""
    link: str
    answers: int
    opening: str | None
    reminder: str | None
    more_time: str | None
    summary: str | None


class AnswerShown(Shape):
    """A story under the call, as everybody may know it. `title` is null while it is under embargo."""

    number: str
    group: str
    title: str | None
    name: str
    fate: Fate
    permalink: str | None


class CallShown(Shape):
    """A call for stories. `summary` is a draft until it was sent."""

    id: str
    title: str
    prompt: str
    due_at: datetime
    reminds: bool
    state: CallState
    owner: PersonShown | None
    closed_at: datetime | None
    summary: str | None
    summary_sent_at: datetime | None
    groups: list[TargetOfCall]
    answers: list[AnswerShown]


class CallsAsked(Page):
    """Which calls."""

    state: CallState | None = None


@noun.post("/story-calls", guard(Action.CALL_FOR_STORIES), status=201)
def open_call(body: NewCall) -> CallShown:
    """Open a call for stories."""
    with acting() as act:
        made = calls.open_call(act.session, Wish(**body.model_dump()), by=person_now())
        return act.done(_shown(made))


@noun.get("/story-calls", guard(Action.SEE_DESK))
def index(query: CallsAsked) -> Listing[CallShown]:
    """Calls for stories, the newest first."""
    wanted = select(StoryCall)
    if query.state is not None:
        wanted = wanted.where(StoryCall.state == query.state)
    rows, following = rows_of(db.session(), wanted, StoryCall.id, query, newest_first=True)
    return Listing[CallShown](items=[_shown(call) for call in rows], next=following)


@noun.get("/story-calls/<id:call_id>", guard(Action.SEE_DESK))
def one(call_id: int) -> CallShown:
    """One call with what came in."""
    allow(Action.SEE_DESK)
    return _shown(calls.get(db.session(), call_id))


@noun.post("/story-calls/<id:call_id>/closing", guard(Action.CALL_FOR_STORIES))
def close(call_id: int, body: Nothing) -> CallShown:
    """End a call before its deadline."""
    with acting() as act:
        call = calls.get(act.session, call_id)
        calls.close(act.session, call, by=person_now())
        return act.done(_shown(call))


@noun.post("/story-calls/<id:call_id>/deadline", guard(Action.CALL_FOR_STORIES))
def give_more_time(call_id: int, body: MoreTime) -> CallShown:
    """Move the deadline of an open call to a later one, once; groups that know the old one are told."""
    with acting() as act:
        call = calls.get(act.session, call_id)
        calls.give_more_time(act.session, call, body.due_at, by=person_now())
        return act.done(_shown(call))


@noun.post("/story-calls/<id:call_id>/summary", guard(Action.CALL_FOR_STORIES))
def sum_up(call_id: int, body: Summing) -> CallShown:
    """Tell the groups of a closed call what came of it, once."""
    with acting() as act:
        call = calls.get(act.session, call_id)
        calls.send_summary(act.session, call, body.text or call_notes.draft_summary(act.session, call), by=person_now())
        return act.done(_shown(call))


def _shown(call: StoryCall) -> CallShown:
    session = db.session()
    told = answers.of_call(session, call)
    sent = {(row.target_id, row.kind): str(row.delivery_id) for row in messages.of_call(session, call)}
    draft = call_notes.draft_summary(session, call) if call.state == CallState.CLOSED else None
    return CallShown(
        id=str(call.id), title=call.title, prompt=call.prompt, due_at=call.due_at, reminds=call.reminds, state=call.state,
        owner=PersonShown.of(call.owner), closed_at=call.closed_at, summary=call.summary or draft,
        summary_sent_at=call.summary_sent_at, groups=[_target(target, told, sent) for target in call.targets],
        answers=[_answer(one) for one in told],
    )


def _target(target: CallTarget, told: Sequence[Told], sent: dict[tuple[int, Message], str]) -> TargetOfCall:
    own = db.session.get(GroupConnector, target.connector_id) if target.connector_id else None
    return TargetOfCall(
        group=target.group.slug, connector=own.kind if own else None,
        link=f"{public_url()}{call_notes.hand_in_path(target)}",
        answers=sum(one.target.id == target.id for one in told),
        **{kind.value: sent.get((target.id, kind)) for kind in Message},
    )


def _answer(one: Told) -> AnswerShown:
    return AnswerShown(
        number=one.submission.number, group=one.submission.group.slug, title=one.title or None, name=one.submission.signature,
        fate=one.fate, permalink=one.permalink or None,
    )
