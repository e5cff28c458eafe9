"""What a person holds that nobody may lose when they leave, with who comes to mind to take it. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from editorial import clock
from editorial.articles.articles import Article
from editorial.articles.workflow import State
from editorial.groups.connectors import GroupConnector
from editorial.groups.groups import Group, GroupState
from editorial.members import role_sheet
from editorial.members.role_sheet import GroupRole
from editorial.people.people import Person, Role, with_role
from editorial.people.permissions import Action, may
from editorial.review.rows import NAMED, OPEN, AskedPerson, ReviewStage, Substitution
from editorial.topics.assignments import UNDER_WAY, Assignment

IN_WORK = (State.DRAFTING, State.IN_REVIEW, State.IN_PROOF, State.SIGNED_OFF, State.SCHEDULED, State.RETURNED)
"""States in which an article needs somebody who answers for it."""


class Part(StrEnum):
    """What a person is to a thing."""

    STEWARD = "steward"
    DEPUTY = "deputy"
    OPERATOR = "operator"
    """All groups assigned to them, as one thing: there may be hundreds. Its id is the person's, its name how many they are."""
    CORRESPONDENT = "corresponds"
    MODERATOR = "moderates"
    ROBOT = "robot"
    """The way into a group. It goes on speaking for us, and somebody must see who owns robot and chat on the platform."""
    EDITOR = "editor"
    ASSIGNMENT = "assignment"
    STAGE = "stage"
    ROLE = "role"
    """The only one who holds it."""


DUTIES = {role_sheet.Part.CORRESPONDENT: Part.CORRESPONDENT, role_sheet.Part.MODERATOR: Part.MODERATOR}
"""The lines of a group's role sheet that name somebody, as parts."""


@dataclass(frozen=True)
class Held:
    """One thing: its id, its name for people, and who would take it. A role has its code as name and no id."""

    part: Part
    thing_id: int
    name: str
    successor: Person | None = None

    @property
    def key(self) -> str:
        """How a form calls it."""
        return f"{self.part}.{self.thing_id or self.name}"


def of(session: Session, person: Person) -> list[Held]:
    """All that `person` holds, groups first."""
    return [
        *_groups(session, person), *_duties(session, person), *_assigned(session, person), *_articles(session, person),
        *_assignments(session, person), *_stages(session, person),
        *(Held(Part.ROLE, 0, role) for role in sorted(person.roles) if not _others(session, person, role)),
    ]


def in_work(person_id: int) -> ColumnElement[bool]:
    """Articles that wait for this person: those they edit, and their own that nobody edits yet."""
    own = and_(Article.contributor_id == person_id, Article.editor_id.is_(None))
    return and_(Article.state.in_(IN_WORK), or_(Article.editor_id == person_id, own))


def standing_in(session: Session, person: Person) -> Person | None:
    """Who decides reviews in the person's place now."""
    now = clock.now()
    query = select(Substitution).where(
        Substitution.person_id == person.id, Substitution.begins_at <= now, Substitution.ends_at > now,
    )
    return next((row.substitute for row in session.scalars(query) if can_take(row.substitute, person)), None)


def can_take(successor: Person | None, leaver: Person) -> bool:
    """Whether somebody is there to take anything over from `leaver`."""
    return successor is not None and successor.active and not successor.is_suspended and successor.id != leaver.id


def _groups(session: Session, person: Person) -> Iterator[Held]:
    query = select(Group).options(joinedload(Group.deputy)).where(Group.state != GroupState.CLOSED).order_by(Group.name)
    for group in session.scalars(query.where(Group.steward_id == person.id)):
        successor = group.deputy if can_take(group.deputy, person) else None
        yield Held(Part.STEWARD, group.id, group.name, successor)
        if session.scalar(select(GroupConnector.id).where(GroupConnector.group_id == group.id)) is not None:
            yield Held(Part.ROBOT, group.id, group.name, successor)
    for group in session.scalars(query.where(Group.deputy_id == person.id)):
        yield Held(Part.DEPUTY, group.id, group.name)


def _duties(session: Session, person: Person) -> Iterator[Held]:
    query = select(GroupRole, Group).join(Group, Group.id == GroupRole.group_id).where(
        GroupRole.person_id == person.id, GroupRole.part.in_(list(DUTIES)), Group.state != GroupState.CLOSED,
    )
    for row, group in session.execute(query.order_by(GroupRole.part, Group.name)):
        yield Held(DUTIES[row.part], group.id, group.name, row.substitute if can_take(row.substitute, person) else None)


def _assigned(session: Session, person: Person) -> Iterator[Held]:
    query = select(func.count()).select_from(Group).where(Group.operator_id == person.id, Group.state != GroupState.CLOSED)
    count = session.scalar(query)
    if count:
        yield Held(Part.OPERATOR, person.id, str(count))


def _articles(session: Session, person: Person) -> Iterator[Held]:
    successor = standing_in(session, person)
    for article in session.scalars(select(Article).where(in_work(person.id)).order_by(Article.id)):
        yield Held(Part.EDITOR, article.id, article.title, successor if successor and _edits(successor) else None)


def _assignments(session: Session, person: Person) -> Iterator[Held]:
    query = select(Assignment).options(joinedload(Assignment.substitute))
    for one in session.scalars(query.where(Assignment.person_id == person.id, Assignment.state.in_(UNDER_WAY))):
        yield Held(Part.ASSIGNMENT, one.id, one.topic.title, one.substitute if can_take(one.substitute, person) else None)


def _stages(session: Session, person: Person) -> Iterator[Held]:
    asked = select(AskedPerson.stage_id).where(AskedPerson.person_id == person.id)
    query = select(ReviewStage).join(Article, Article.id == ReviewStage.article_id).options(joinedload(ReviewStage.article)).where(
        ReviewStage.state.in_(OPEN), ReviewStage.round == Article.round,
        or_(ReviewStage.claimed_by_id == person.id, and_(ReviewStage.asks == NAMED, ReviewStage.id.in_(asked))),
    )
    for row in session.scalars(query.order_by(ReviewStage.id)):
        yield Held(Part.STAGE, row.id, row.article.title, standing_in(session, person))


def _edits(person: Person) -> bool:
    return may(person, Action.EDIT_ARTICLE)


def _others(session: Session, person: Person, role: str) -> bool:
    return any(one.id != person.id for one in with_role(session, Role(role)))
