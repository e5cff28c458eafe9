"""What the house's rules find in an article, waivers of findings, facts with their sources, and the rules themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from app.api.articles import seen
from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.shapes import Body, PersonShown, Shape, Text
from app.auth import allow, guard, person_now
from app.checking import found_at, found_in
from app.extensions import db
from app.filters import sentence
from editorial.articles import articles
from editorial.people.permissions import Action
from editorial.review.checks import facts, rulebook, waivers
from editorial.review.checks.facts import CheckFact
from editorial.review.checks.found import Found
from editorial.review.checks.rule import Rule
from editorial.review.checks.waivers import CheckWaiver

noun = Noun("checks")


class FindingShown(Shape):
    """One finding. `begins` and `length` count characters of `field` as written; `item` is the convention's, if it has one."""

    place: str
    """What a waiver is asked for; it stays the same while its sentence stands."""
    rule: str
    version: str
    severity: Literal["blocker", "advice"]
    item: str | None
    message: str
    suggestion: str
    field: str
    begins: int
    length: int
    quote: str
    passage: str
    open: bool
    """Whether it stops the article: a blocker that nobody let pass."""
    asked: bool
    waiver: str | None


class Findings(Shape):
    """Everything found in the newest version, what stops it first."""

    revision: int
    items: list[FindingShown]


class WaiverWanted(Body):
    """Which finding may stand, and why."""

    place: str
    reason: str


class WaiverDecided(Body):
    """What the second person says."""

    decision: Literal["grant", "refuse"]
    answer: Text = ""


class WaiverShown(Shape):
    """A waiver. `granted` is null until somebody other than the one who asked has decided."""

    id: str
    article: str
    rule: str
    version: str
    place: str
    quote: str
    reason: str
    asked_by: PersonShown | None
    asked_at: datetime
    granted: bool | None
    decided_by: PersonShown | None
    decided_at: datetime | None
    answer: str


class Waivers(Shape):
    """The waivers of an article, the newest first."""

    items: list[WaiverShown]


class SourceGiven(Body):
    """Where a fact can be looked up."""

    source: str


class FactShown(Shape):
    """A marked piece of the text. While `source` is empty and the text holds `quote`, it stops the article."""

    id: str
    article: str
    kind: str
    quote: str
    source: str
    marked_by: PersonShown | None
    sourced_by: PersonShown | None
    sourced_at: datetime | None


class Facts(Shape):
    """The marked facts of an article, the oldest first."""

    items: list[FactShown]


class RuleShown(Shape):
    """A rule in its present version. `settings` are the lists and switches of its kind."""

    code: str
    version: str
    kind: str
    name: str
    severity: Literal["blocker", "advice"]
    item: str | None
    joins: str
    """The stage that joins the review when it finds something."""
    enabled: bool
    shipped: bool
    message: str
    suggestion: str
    source: str


class FullRule(RuleShown):
    """A rule with what it looks for and the examples it is held to."""

    settings: dict[str, Any]
    examples: list[dict[str, Any]]


class Rules(Shape):
    """Every rule, switched off ones included."""

    items: list[RuleShown]


@noun.get("/articles/<id:article_id>/findings", guard(Action.SEE_ARTICLE))
def findings(article_id: int) -> Findings:
    """What the rules find in an article."""
    article = seen(article_id)
    return Findings(revision=article.revision, items=[_finding(one) for one in found_in(db.session(), article)])


@noun.get("/articles/<id:article_id>/waivers", guard(Action.SEE_ARTICLE))
def asked(article_id: int) -> Waivers:
    """The waivers of an article."""
    return Waivers(items=[_waiver(one) for one in waivers.of(db.session(), seen(article_id).id)])


@noun.post("/articles/<id:article_id>/waivers", guard(Action.SEE_ARTICLE), status=201)
def ask(article_id: int, body: WaiverWanted) -> WaiverShown:
    """Ask that a finding may stand. A second person decides."""
    seen(article_id)
    with acting() as act:
        article = articles.get(act.session, article_id)
        found = found_at(act.session, article, body.place)
        return act.done(_waiver(waivers.ask(act.session, article, found, body.reason, by=person_now())))


@noun.post("/waivers/<id:waiver_id>/decision", guard(Action.DECIDE_WAIVER))
def decide(waiver_id: int, body: WaiverDecided) -> WaiverShown:
    """Let a finding stand, or not: neither who asked for it nor who wrote the text."""
    with acting() as act:
        waiver = waivers.get(act.session, waiver_id)
        allow(Action.SEE_ARTICLE, articles.get(act.session, waiver.article_id))
        waivers.decide(act.session, waiver, granted=body.decision == "grant", by=person_now(), answer=body.answer)
        return act.done(_waiver(waiver))


@noun.get("/articles/<id:article_id>/facts", guard(Action.SEE_ARTICLE))
def marked(article_id: int) -> Facts:
    """The facts of an article that need a source."""
    return Facts(items=[_fact(one) for one in facts.of(db.session(), seen(article_id).id)])


@noun.put("/facts/<id:fact_id>/source", guard(Action.SEE_ARTICLE))
def give_source(fact_id: int, body: SourceGiven) -> FactShown:
    """Say where a fact can be looked up."""
    seen(facts.get(db.session(), fact_id).article_id)
    with acting() as act:
        fact = facts.get(act.session, fact_id)
        facts.give_source(act.session, fact, body.source, by=person_now())
        return act.done(_fact(fact))


@noun.get("/rules", guard(Action.SEE_RULES))
def rules() -> Rules:
    """The rules in force."""
    return Rules(items=[RuleShown(**_rule(one)) for one in rulebook.in_force(db.session()).rules])


@noun.get("/rules/<code>", guard(Action.SEE_RULES))
def rule(code: str) -> FullRule:
    """One rule."""
    one = rulebook.get(db.session(), code)
    said = one.as_data()
    return FullRule(**_rule(one), settings=said["settings"], examples=said["examples"])


def _finding(one: Found) -> FindingShown:
    return FindingShown(
        place=one.place, rule=one.rule.code, version=one.rule.version, severity=one.rule.severity, item=_item(one.rule),
        message=sentence(one.rule.message, one.params), suggestion=sentence(one.rule.suggestion, one.params), field=one.field,
        begins=one.begins, length=one.length, quote=one.quote, passage=one.passage, open=one.is_open_blocker, asked=one.asked,
        waiver=str(one.waiver_id) if one.waiver_id else None,
    )


def _waiver(one: CheckWaiver) -> WaiverShown:
    return WaiverShown(
        id=str(one.id), article=str(one.article_id), rule=one.rule, version=one.version, place=one.place, quote=one.quote,
        reason=one.reason, asked_by=PersonShown.of(one.asked_by), asked_at=one.created_at, granted=one.granted,
        decided_by=PersonShown.of(one.decided_by), decided_at=one.decided_at, answer=one.answer,
    )


def _fact(one: CheckFact) -> FactShown:
    return FactShown(
        id=str(one.id), article=str(one.article_id), kind=one.kind, quote=one.quote, source=one.source,
        marked_by=PersonShown.of(one.marked_by), sourced_by=PersonShown.of(one.sourced_by), sourced_at=one.sourced_at,
    )


def _rule(one: Rule) -> dict[str, Any]:
    return {
        "code": one.code, "version": one.version, "kind": one.kind, "name": sentence(one.name), "severity": one.severity,
        "item": _item(one), "joins": one.joins, "enabled": one.enabled, "shipped": one.shipped,
        "message": one.message, "suggestion": one.suggestion, "source": one.source,
    }


def _item(one: Rule) -> str | None:
    """The convention's item by its code; only the class where a rule is about all of it."""
    return (f"{one.class_code}.{one.item}" if one.item else one.class_code) or None
