"""How each kind of thing passes to a successor: checked, changed, the successor told."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from editorial import audit, clock
from editorial.articles import articles
from editorial.departures.estate import DUTIES, Held, Part
from editorial.errors import Invalid, Problem
from editorial.groups import groups
from editorial.groups.groups import Group
from editorial.members import role_sheet
from editorial.notices import tell
from editorial.people.people import Person
from editorial.people.permissions import Action, may
from editorial.review import deciders
from editorial.review.rows import NAMED, AskedPerson, ReviewStage, StageState
from editorial.topics import assignments

SHORTEST_NOTICE = timedelta(days=1)
"""A successor has at least this long for an assignment that was nearly due."""


def move(session: Session, held: Held, leaver: Person, successor: Person, *, by: Person | None) -> None:
    """Give `held` to `successor` and tell them. Raises Invalid naming its key when they may not have it."""
    if held.part in (Part.STEWARD, Part.DEPUTY):
        _group(session, held, leaver, successor, by)
    elif held.part in DUTIES.values():
        _duty(session, held, leaver, successor, by)
    elif held.part == Part.OPERATOR:
        _assigned(session, held, leaver, successor)
    elif held.part == Part.EDITOR:
        _article(session, held, leaver, successor)
    elif held.part == Part.ASSIGNMENT:
        _assignment(session, held, successor, by or successor)
    elif held.part == Part.STAGE:
        _stage(session, held, leaver, successor)


def release(session: Session, held: Held) -> bool:
    """Let go of a stage that was taken, not asked by name: all others who may decide it see it again. Whether it was one."""
    row = session.get(ReviewStage, held.thing_id)
    if row is None or row.claimed_by_id is None:
        return False
    row.state, row.claimed_by_id = StageState.WAITING, None
    return row.asks != NAMED


def _group(session: Session, held: Held, leaver: Person, successor: Person, by: Person | None) -> None:
    group = groups.get(session, held.thing_id)
    if held.part == Part.DEPUTY:
        if group.steward_id == successor.id:
            raise Invalid(Problem(held.key, "The steward cannot be their own deputy."))
        group.deputy = successor
        sentence = "You are now deputy of “{group}”: {name} has left."
    else:
        group.steward = successor
        if group.deputy_id == successor.id:
            group.deputy = None
        sentence = "You look after “{group}” now: {name} has left."
    audit.record(session, "change_group", "group", group.id, by=by, details={held.part: successor.email})
    tell(
        session, successor, sentence, cause=f"handed_over:{held.key}:{leaver.id}", thing="group", thing_id=group.id, urgent=True,
        group=group.name, name=leaver.name,
    )


def _duty(session: Session, held: Held, leaver: Person, successor: Person, by: Person | None) -> None:
    group = groups.get(session, held.thing_id)
    line = next(line for line, part in DUTIES.items() if part == held.part)
    role_sheet.pass_on(session, group, line, successor, by=by)
    sentence = "You are now moderator of “{group}”: {name} has left." if held.part == Part.MODERATOR else (
        "You are now correspondent of “{group}”: {name} has left.")
    tell(
        session, successor, sentence, cause=f"handed_over:{held.key}:{leaver.id}", thing="group", thing_id=group.id, urgent=True,
        group=group.name, name=leaver.name,
    )


def _assigned(session: Session, held: Held, leaver: Person, successor: Person) -> None:
    if not may(successor, Action.MANAGE_GROUPS):
        raise Invalid(Problem(held.key, "Only an operator can take these groups over."))
    session.execute(update(Group).where(Group.operator_id == leaver.id).values(operator_id=successor.id))
    tell(
        session, successor, "{count} groups of {name}, who has left, are assigned to you now.",
        cause=f"handed_over:{held.key}:{leaver.id}", thing="groups", thing_id=successor.id, urgent=True, count=held.name,
        name=leaver.name,
    )


def _article(session: Session, held: Held, leaver: Person, successor: Person) -> None:
    if not may(successor, Action.EDIT_ARTICLE):
        raise Invalid(Problem(held.key, "Only a desk editor can take an article over."))
    article = articles.get(session, held.thing_id)
    article.editor_id, article.editor = successor.id, successor
    tell(
        session, successor, "You are now the desk editor of “{title}”: {name} has left.",
        cause=f"handed_over:{held.key}:{leaver.id}", thing="article", thing_id=article.id, urgent=True, title=article.title,
        name=leaver.name,
    )


def _assignment(session: Session, held: Held, successor: Person, by: Person) -> None:
    """The successor is offered it anew, and tells whether they can."""
    one = assignments.get(session, held.thing_id)
    due_at = max(one.due_at, clock.now() + SHORTEST_NOTICE)
    topic, words = one.topic, one.words
    assignments.cancel(session, one, by=by, reason="Handed over to a successor.")
    assignments.offer(session, topic, person=successor, due_at=due_at, words=words, by=by)


def _stage(session: Session, held: Held, leaver: Person, successor: Person) -> None:
    row = session.get_one(ReviewStage, held.thing_id)
    if successor.id in deciders.barred(session, row.article, row.name) or not may(successor, Action.SEE_ARTICLE):
        raise Invalid(Problem(held.key, "This person may not decide this stage: it is their own text, or they decided another."))
    session.execute(delete(AskedPerson).where(AskedPerson.stage_id == row.id, AskedPerson.person_id == leaver.id))
    session.merge(AskedPerson(stage_id=row.id, person_id=successor.id))
    session.expire(row, ["asked"])
    tell(
        session, successor, "“{title}” waits for your decision: {name} has left.", cause=f"stage:{row.id}:{successor.id}",
        thing="article", thing_id=row.article_id, urgent=True, title=row.article.title, name=leaver.name, stage=row.name,
    )
