"""Tiers (分层): rules by which observable facts move people up a step as authors. A preview and the move read the same.

A rule gives no right to edit: its step is one that anybody may ask for. Who was moved by a rule and lost the step by hand
is not moved by it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, exists, func, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from editorial import audit, clock, notices
from editorial.base import Base, Dated, Numbered
from editorial.circles.comments import PeerComment
from editorial.errors import Invalid, NotFound, Problem, WrongState
from editorial.intake.submissions import ADOPTED, Submission
from editorial.joining.author_requests import STEPS, AuthorRequest, RequestState
from editorial.people import people
from editorial.people.people import Person, PersonRole, Role
from editorial.people.permissions import NEWSROOM

MOST_LEAST, MOST_DAYS = 1_000, 3_650
LOOK_EVERY = timedelta(days=1)


class Fact(StrEnum):
    """What a rule may look at: facts of the work here, nothing about the person."""

    ADOPTED = "adopted"
    COMMENTS = "comments"
    TENURE = "tenure"


@dataclass(frozen=True)
class Condition:
    """At least `least` of a fact within `days`; of TENURE at least `least` days here, whatever `days`."""

    fact: Fact
    least: int
    days: int = 0


@dataclass(frozen=True)
class Candidate:
    """Somebody whom a rule would move, with the figure that decides for each condition."""

    person_id: int
    name: str
    figures: tuple[int, ...]


class TierRule(Numbered, Dated, Base):
    """All `conditions` move people to `role`. `steps_back`: and back, when they hold no more."""

    __tablename__ = "tier_rule"

    role: Mapped[Role] = mapped_column(String(20))
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    steps_back: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True, index=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    looked_at: Mapped[datetime | None]

    made_by: Mapped[Person | None] = relationship()

    @property
    def said(self) -> tuple[Condition, ...]:
        """The conditions as values."""
        return tuple(Condition(Fact(one["fact"]), one["least"], one["days"]) for one in self.conditions)


class TierMove(Numbered, Dated, Base):
    """One person moved by a rule, or `back`, with the figures of that moment."""

    __tablename__ = "tier_move"

    rule_id: Mapped[int] = mapped_column(ForeignKey("tier_rule.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    back: Mapped[bool] = mapped_column(default=False)
    figures: Mapped[list[int]] = mapped_column(JSON)

    person: Mapped[Person] = relationship()
    rule: Mapped[TierRule] = relationship()

    __table_args__ = (Index("ix_tier_move_person", "person_id", "rule_id", "id"),)


def checked(role: str, rows: Sequence[tuple[str, str, str]]) -> tuple[Role, tuple[Condition, ...]]:
    """The step and the conditions from rows of fact, least and days; rows without a fact are left out.

    Raises Invalid naming `role`, `conditions`, `conditions.N.fact`, `conditions.N.least` or `conditions.N.days`, N from 0.
    """
    problems = [] if role in STEPS else [Problem("role", "A rule can only give a step that anybody may ask for.")]
    said = [(number, *row) for number, row in enumerate(rows) if row[0]]
    if not said:
        problems.append(Problem("conditions", "Give at least one condition."))
    for number, fact, least, days in said:
        if fact not in set(Fact):
            problems.append(Problem(f"conditions.{number}.fact", "Choose one of: {choices}.", {"choices": ", ".join(Fact)}))
        problems += _number(f"conditions.{number}.least", least, MOST_LEAST)
        problems += _number(f"conditions.{number}.days", days, MOST_DAYS) if fact != Fact.TENURE else []
    if problems:
        raise Invalid(*problems)
    found = (Condition(Fact(fact), int(least), 0 if fact == Fact.TENURE else int(days)) for _, fact, least, days in said)
    return Role(role), tuple(found)


def would_move(session: Session, role: Role, conditions: Sequence[Condition], rule: TierRule | None = None) -> list[Candidate]:
    """Exactly whom these conditions move to `role` now, by name. With the rule itself those whom it moved before are left out."""
    found = session.execute(
        select(Person.id, Person.name, Person.created_at).where(*_may_step(role)).order_by(Person.name, Person.id)
    ).all()
    figures = [_figures(session, condition) for condition in conditions]
    now, moved = clock.now(), _moved_by(session, rule) if rule else set()
    candidates = []
    for person_id, name, since in found:
        of_them = tuple(
            (now - since).days if counts is None else counts.get(person_id, 0) for counts in figures
        )
        if person_id not in moved and all(have >= one.least for have, one in zip(of_them, conditions, strict=True)):
            candidates.append(Candidate(person_id, name, of_them))
    return candidates


def begin(session: Session, role: Role, conditions: Sequence[Condition], *, steps_back: bool, by: Person) -> TierRule:
    """Put a rule in force; whom it moves is moved at once."""
    rule = TierRule(role=role, conditions=[asdict(one) for one in conditions], steps_back=steps_back, made_by_id=by.id)
    session.add(rule)
    session.flush()
    audit.record(session, "begin_tier_rule", "tier_rule", rule.id, by=by, details={"role": role, "conditions": rule.conditions})
    _look(session, rule)
    return rule


def end(session: Session, rule: TierRule, *, by: Person) -> None:
    """Let a rule move nobody any more; whom it moved keeps the step. Raises WrongState when it is ended already."""
    if not rule.active:
        raise WrongState()
    rule.active = False
    audit.record(session, "end_tier_rule", "tier_rule", rule.id, by=by)


def get(session: Session, rule_id: int) -> TierRule:
    """The rule with this id. Raises NotFound."""
    found = session.get(TierRule, rule_id)
    if found is None:
        raise NotFound()
    return found


def in_force(session: Session) -> Sequence[TierRule]:
    """The rules that move people, the oldest first."""
    query = select(TierRule).where(TierRule.active).order_by(TierRule.id).options(joinedload(TierRule.made_by))
    return session.scalars(query).all()


def moves_of(session: Session, rule: TierRule) -> Sequence[TierMove]:
    """Whom this rule has moved."""
    return session.scalars(select(TierMove).where(TierMove.rule_id == rule.id).order_by(TierMove.id)).all()


def latest_moves(session: Session, limit: int) -> Sequence[TierMove]:
    """Whom rules have moved, the latest first."""
    query = select(TierMove).order_by(TierMove.id.desc()).limit(limit)
    return session.scalars(query.options(joinedload(TierMove.person), joinedload(TierMove.rule))).all()


def watch(session: Session) -> int:
    """Look at each rule once a day. Returns how many people were moved."""
    before = clock.now() - LOOK_EVERY
    return sum(_look(session, rule) for rule in in_force(session) if rule.looked_at is None or rule.looked_at <= before)


def _look(session: Session, rule: TierRule) -> int:
    moves = [TierMove(rule=rule, person_id=one.person_id, figures=list(one.figures))
             for one in would_move(session, rule.role, rule.said, rule)]
    moves += _steps_back(session, rule) if rule.steps_back else []
    session.add_all(moves)
    session.flush()
    for move in moves:
        _carry_out(session, rule, move)
    rule.looked_at = clock.now()
    return len(moves)


def _carry_out(session: Session, rule: TierRule, move: TierMove) -> None:
    person = people.get(session, move.person_id)
    roles = person.roles - {rule.role} if move.back else person.roles | {rule.role}
    people.set_roles(session, person, sorted(roles), by=None)
    details = {"rule": rule.id, "role": rule.role, "figures": move.figures, "back": move.back}
    audit.record(session, "move_by_tier_rule", "person", person.id, by=None, details=details)
    further, changed = "You are a step further as an author. See what that means.", "Your step as an author has changed."
    notices.tell(session, person, changed if move.back else further, cause=f"tier_move:{move.id}", thing="author_request")


def _steps_back(session: Session, rule: TierRule) -> list[TierMove]:
    """Those whom this rule moved last, who have the step still and for whom the conditions hold no more."""
    figures = [_figures(session, condition) for condition in rule.said]
    now, back = clock.now(), []
    has_it = Person.id.in_(_moved_by(session, rule)), Person.active, _has(rule.role)
    for person in session.scalars(select(Person).where(*has_it).order_by(Person.id)):
        of_them = [(now - person.created_at).days if counts is None else counts.get(person.id, 0) for counts in figures]
        if any(have < one.least for have, one in zip(of_them, rule.said, strict=True)) and not person.roles & NEWSROOM:
            back.append(TierMove(rule=rule, person_id=person.id, figures=of_them, back=True))
    return back


def _figures(session: Session, condition: Condition) -> dict[int, int] | None:
    """How much of the fact each person has; none for what is read off the person."""
    if condition.fact == Fact.TENURE:
        return None
    since = clock.now() - timedelta(days=condition.days)
    if condition.fact == Fact.COMMENTS:
        query = select(PeerComment.person_id, func.count()).where(PeerComment.created_at >= since).group_by(PeerComment.person_id)
    else:
        adopted = Submission.state.in_(ADOPTED), Submission.decided_at >= since
        query = select(Submission.contributor_id, func.count()).where(*adopted).group_by(Submission.contributor_id)
    return dict(session.execute(query).all())


def _may_step(role: Role) -> tuple[ColumnElement[bool], ...]:
    """Who could ask for this step: active, on the step below, asking for nothing at the moment."""
    above = NEWSROOM | {role, Role.CORRESPONDENT}
    asks = exists().where(AuthorRequest.person_id == Person.id, AuthorRequest.state == RequestState.WAITING)
    free = Person.suspended_until.is_(None) | (Person.suspended_until <= clock.now())
    below = (_has(Role.CONTRIBUTOR),) if role == Role.CORRESPONDENT else ()
    return (Person.active, free, ~_has(*above), ~asks, *below)


def _has(*roles: Role) -> ColumnElement[bool]:
    return exists().where(PersonRole.person_id == Person.id, PersonRole.role.in_(roles))


def _moved_by(session: Session, rule: TierRule) -> set[int]:
    """Those whose last move by this rule was a step up."""
    last = select(func.max(TierMove.id)).where(TierMove.rule_id == rule.id).group_by(TierMove.person_id)
    return set(session.scalars(select(TierMove.person_id).where(TierMove.id.in_(last), ~TierMove.back)))


def _number(field: str, said: str, most: int) -> list[Problem]:
    if said.isascii() and said.isdigit() and 1 <= int(said) <= most:
        return []
    return [Problem(field, "Write a whole number from {least} to {most}.", {"least": 1, "most": most})]
