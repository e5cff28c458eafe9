"""Rules that move people a step as authors."""

from __future__ import annotations

from typing import Literal

from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.shapes import Body, Shape
from app.auth import guard, person_now
from app.extensions import db
from editorial.incentives import tiers
from editorial.incentives.tiers import Candidate, Fact, TierRule
from editorial.people.permissions import Action

noun = Noun("tier_rules")


class ConditionShape(Body):
    """At least `least` of `fact` within `days`; of `tenure` at least `least` days here, without `days`."""

    fact: Fact
    least: int
    days: int = 0


class NewRule(Body):
    """All conditions move people to `role`. With `dry_run` nothing happens and the answer says whom it would move."""

    role: Literal["contributor", "correspondent"]
    conditions: list[ConditionShape]
    steps_back: bool = False
    dry_run: bool = False


class Mover(Shape):
    """Somebody who was moved or would be, with the figure for each condition."""

    id: str
    name: str
    figures: list[int]


class RuleShown(Shape):
    """One rule in force. `id` is null for a dry run; `moves`: whom it moves at once, empty in a list."""

    id: str | None
    role: str
    conditions: list[ConditionShape]
    steps_back: bool
    moves: list[Mover]


class RulesShown(Shape):
    """The rules in force."""

    items: list[RuleShown]


@noun.get("/tier-rules", guard(Action.MANAGE_PEOPLE))
def everyone() -> RulesShown:
    """The rules in force."""
    return RulesShown(items=[_shown(rule) for rule in tiers.in_force(db.session())])


@noun.post("/tier-rules", guard(Action.MANAGE_PEOPLE), status=201)
def begin(body: NewRule) -> RuleShown:
    """Put a rule in force; a dry run only says whom it would move."""
    rows = [(one.fact.value, str(one.least), str(one.days)) for one in body.conditions]
    role, conditions = tiers.checked(body.role, rows)
    with acting() as act:
        moved = tiers.would_move(act.session, role, conditions)
        if body.dry_run:
            rule = TierRule(role=role, conditions=[one.model_dump() for one in body.conditions], steps_back=body.steps_back)
        else:
            rule = tiers.begin(act.session, role, conditions, steps_back=body.steps_back, by=person_now())
        return act.done(_shown(rule, moved))


@noun.delete("/tier-rules/<id:tier_rule_id>", guard(Action.MANAGE_PEOPLE))
def end(tier_rule_id: int) -> RulesShown:
    """End a rule; whom it moved keeps the step."""
    with acting() as act:
        tiers.end(act.session, tiers.get(act.session, tier_rule_id), by=person_now())
        return act.done(RulesShown(items=[_shown(rule) for rule in tiers.in_force(act.session)]))


def _shown(rule: TierRule, moved: list[Candidate] | None = None) -> RuleShown:
    return RuleShown(
        id=str(rule.id) if rule.id else None, role=rule.role, steps_back=rule.steps_back,
        conditions=[ConditionShape(fact=one.fact, least=one.least, days=one.days) for one in rule.said],
        moves=[Mover(id=str(one.person_id), name=one.name, figures=list(one.figures)) for one in moved or []],
    )
