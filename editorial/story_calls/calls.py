"""Opening a call for stories, closing it by hand or by the clock, and finding it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from editorial import audit, clock
from editorial.base import compare_and_set
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.groups import groups, ways_in
from editorial.groups.groups import Group, GroupState
from editorial.intake.submissions import Submission
from editorial.members.memberships import Membership
from editorial.notices import tell_all
from editorial.people.people import Person, Role, with_role
from editorial.share_back.links import ALPHABET
from editorial.story_calls import answers, messages
from editorial.story_calls.rows import CallState, CallTarget, Message, StoryCall

MOST_TITLE, MOST_PROMPT, MOST_SUMMARY = 60, 400, 450
"""Characters: with its deadline and its link a call fits into one message of every platform."""
CODE_LENGTH = 12
REMINDED_BEFORE = timedelta(days=1)


@dataclass(frozen=True)
class Wish:
    """What is asked for. `groups` are slugs; `reminds`: every group is reminded a day before the deadline."""

    title: str
    prompt: str
    due_at: datetime | None
    groups: Sequence[str]
    reminds: bool = False


def open_call(session: Session, wish: Wish, *, by: Person, nonce: str | None = None) -> StoryCall:
    """Open a call and promise it to its groups. The same `nonce` from the same person gives the first call again.

    Raises Invalid naming `title`, `prompt`, `due_at`, `groups` or `reminds`.
    """
    if nonce:
        before = session.scalar(select(StoryCall).where(StoryCall.owner_id == by.id, StoryCall.nonce == nonce))
        if before is not None:
            return before
    named = {slug: groups.by_slug(session, slug) for slug in dict.fromkeys(wish.groups)}
    problems = list(_problems(wish, named))
    if problems or wish.due_at is None:
        raise Invalid(*problems)
    call = StoryCall(
        title=wish.title.strip(), prompt=wish.prompt.strip(), due_at=wish.due_at, reminds=wish.reminds, owner=by, nonce=nonce,
    )
    call.targets = [
        CallTarget(group=group, connector_id=way or 0, code=_code())
        for group in named.values() if group is not None for way in ways_in.for_calls(group)
    ]
    session.add(call)
    session.flush()
    messages.promise_all(session, call, Message.OPENING, clock.now())
    if call.reminds:
        messages.promise_all(session, call, Message.REMINDER, call.due_at - REMINDED_BEFORE)
    audit.record(session, "open_story_call", "story_call", call.id, by=by, details={"groups": list(named)})
    return call


def give_more_time(session: Session, call: StoryCall, due_at: datetime | None, *, by: Person) -> None:
    """Move the deadline of an open call to a later one, once. Groups that know the old one are told; a reminder moves with it.

    Raises Invalid naming `due_at`; WrongState for a call that is not open.
    """
    was = call.due_at
    if due_at is None:
        raise Invalid(Problem("due_at", "Say until when."))
    if due_at <= was:
        raise Invalid(Problem("due_at", "Choose a time after the deadline that the groups know."))
    if has_more_time(session, call):
        raise Invalid(Problem("due_at", "The groups were told of a later deadline already. It moves once."))
    still = StoryCall.state == CallState.OPEN, StoryCall.due_at == was
    if not compare_and_set(session, update(StoryCall).where(StoryCall.id == call.id, *still).values(due_at=due_at)):
        raise WrongState()
    session.refresh(call)
    told = messages.postpone(session, call, due_at - was)
    messages.promise_all(session, call, Message.MORE_TIME, clock.now(), told)
    audit.record(
        session, "give_call_more_time", "story_call", call.id, by=by, details={"was": was.isoformat(), "until": due_at.isoformat()},
    )


def has_more_time(session: Session, call: StoryCall) -> bool:
    """Whether its groups were told of a later deadline."""
    return any(message.kind == Message.MORE_TIME for message in messages.of_call(session, call))


def close(session: Session, call: StoryCall, *, by: Person | None) -> None:
    """End a call before or at its deadline; `by` is none for the clock. Raises WrongState for one that is not open."""
    now = clock.now()
    ending = update(StoryCall).where(StoryCall.id == call.id, StoryCall.state == CallState.OPEN).values(
        state=CallState.CLOSED, closed_at=now, closed_by_id=by.id if by else None,
    )
    if not compare_and_set(session, ending):
        raise WrongState()
    session.refresh(call)
    messages.call_off(session, call)
    audit.record(session, "close_story_call", "story_call", call.id, by=by)
    owners = [call.owner] if call.owner.active else with_role(session, Role.DESK_EDITOR)
    tell_all(
        session, [person for person in owners if by is None or person.id != by.id],
        "The call “{title}” is over: {count} stories came in. Its summary waits for you.", cause=f"call_closed:{call.id}",
        thing="story_call", thing_id=call.id, title=call.title, count=answers.count(session, call),
    )


def close_due(session: Session) -> int:
    """Close what has passed its deadline. Returns how many."""
    query = select(StoryCall).where(StoryCall.state == CallState.OPEN, StoryCall.due_at <= clock.now())
    due = session.scalars(query.order_by(StoryCall.id)).unique().all()
    for call in due:
        close(session, call, by=None)
    return len(due)


def send_summary(session: Session, call: StoryCall, text: str, *, by: Person) -> None:
    """Tell every group of a closed call what came of it, once. Raises Invalid naming `summary`, WrongState."""
    said = text.strip()
    if not said:
        raise Invalid(Problem("summary", "Say what came of it: the groups wait for it."))
    if len(said) > MOST_SUMMARY:
        raise Invalid(Problem("summary", "At most {limit} characters, now {count}.", {"limit": MOST_SUMMARY, "count": len(said)}))
    ending = update(StoryCall).where(StoryCall.id == call.id, StoryCall.state == CallState.CLOSED).values(
        state=CallState.SUMMED_UP, summary=said, summary_sent_at=clock.now(),
    )
    if not compare_and_set(session, ending):
        raise WrongState()
    session.refresh(call)
    messages.promise_all(session, call, Message.SUMMARY, clock.now())
    audit.record(session, "send_call_summary", "story_call", call.id, by=by)


def get(session: Session, call_id: int) -> StoryCall:
    """The call with this id. Raises NotFound."""
    call = session.get(StoryCall, call_id)
    if call is None:
        raise NotFound()
    return call


def keep_way(session: Session, group: Group, before: int, after: int) -> None:
    """Another connector of the group is preferred now: what a call was sent on stays the way that its summary takes."""
    for was, becomes in ((0, before), (after, 0)):
        same = CallTarget.group_id == group.id, CallTarget.connector_id == was
        session.execute(update(CallTarget).where(*same).values(connector_id=becomes))


def through(session: Session, code: str) -> CallTarget | None:
    """The group and its call that this code leads to."""
    return session.scalar(select(CallTarget).where(CallTarget.code == code)) if code else None


def concerning(session: Session, person: Person) -> Sequence[CallTarget]:
    """Open calls to groups that the person looks after, belongs to or has handed in for, each once, the nearest deadline first."""
    theirs = or_(
        Group.steward_id == person.id, Group.deputy_id == person.id,
        Group.id.in_(select(Submission.group_id).where(Submission.contributor_id == person.id)),
        Group.id.in_(select(Membership.group_id).where(Membership.person_id == person.id, Membership.present.is_(True))),
    )
    query = (
        select(CallTarget).join(CallTarget.call).join(CallTarget.group)
        .where(StoryCall.state == CallState.OPEN, StoryCall.due_at > clock.now(), theirs).order_by(StoryCall.due_at, CallTarget.id)
    )
    found: dict[int, CallTarget] = {}
    for target in session.scalars(query).unique():
        found.setdefault(target.call_id, target)
    return list(found.values())


def _problems(wish: Wish, named: dict[str, Group | None]) -> Iterator[Problem]:
    for field, said, most in (("title", wish.title, MOST_TITLE), ("prompt", wish.prompt, MOST_PROMPT)):
        length = len(said.strip())
        if not length:
            yield Problem(field, "A title is needed." if field == "title" else "Say what kind of stories you are looking for.")
        elif length > most:
            yield Problem(field, "At most {limit} characters, now {count}.", {"limit": most, "count": length})
    now = clock.now()
    if wish.due_at is None:
        yield Problem("due_at", "Say until when.")
    elif wish.due_at <= now:
        yield Problem("due_at", "This time has passed. Choose a later one.")
    elif wish.reminds and wish.due_at - REMINDED_BEFORE <= now:
        yield Problem("reminds", "The deadline is less than a day away, so there is no time for a reminder.")
    if not named:
        yield Problem("groups", "Choose at least one group.")
    for slug, group in named.items():
        if group is None or group.state == GroupState.CLOSED:
            yield Problem("groups", "There is no open group called {slug}.", {"slug": slug})


def _code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
