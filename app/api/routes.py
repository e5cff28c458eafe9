"""Review routes and what an article's round says: the sheet, claiming a stage, stepping aside."""

from __future__ import annotations

from datetime import datetime

from app.api.articles import seen
from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.shapes import Body, Shape, Text
from app.auth import guard, person_now, signed_in
from app.extensions import db
from editorial.articles import articles
from editorial.audit import AuditEntry
from editorial.people.people import Person
from editorial.people.permissions import Action
from editorial.review import routes, sheets, stages
from editorial.review.plans import Stage
from editorial.review.routes import ReviewRoute
from editorial.review.rows import Decision, ReviewStage, StageState

noun = Noun("routes")


class StageOfRoute(Shape):
    """One stage of a route. Stages of one track and step are open together; `needed` of 0 asks all of them."""

    name: str
    kind: str
    track: str
    step: int
    title: str
    people: list[str]
    needed: int
    due_minutes: int
    on_finding: str | None


class RouteShown(Shape):
    """A route in its present version."""

    id: str
    name: str
    version: int
    of_house: bool
    active: bool
    group_kinds: list[str]
    proofs_after: bool
    stages: list[StageOfRoute]


class Routes(Shape):
    """Every route, the house's first."""

    items: list[RouteShown]


class StageShown(Shape):
    """One stage of one round. `decided_for` is the person whose substitute decided."""

    stage: str
    title: str
    kind: str
    track: str
    step: int
    state: StageState
    asked: list[str]
    claimed_by: str | None
    due_at: datetime | None
    decision: Decision | None
    text: str
    decided_by: str | None
    decided_for: str | None
    decided_at: datetime | None
    revision: int | None
    content_hash: str | None


class RoundShown(Shape):
    """One round: the route it took and why, its stages, and the hash that was signed off."""

    round: int
    route: str | None
    version: int | None
    emergency: bool
    stages: list[StageShown]
    signed_off: str | None


class RecusalShown(Shape):
    """Somebody stepped aside."""

    person: str
    stage: str
    reason: str
    at: datetime


class ChainEntry(Shape):
    """An entry of the audit chain that the sheet rests on."""

    id: str
    verb: str
    at: datetime
    by: str | None
    fingerprint: str


class SheetShown(Shape):
    """The review sheet. `chain` is the fingerprint at which the audit chain ends now."""

    article: str
    rounds: list[RoundShown]
    recusals: list[RecusalShown]
    entries: list[ChainEntry]
    chain: str


class StageNamed(Body):
    """Which open stage; left out, the foremost."""

    stage: Text = ""


class SteppingAside(Body):
    """Why one does not decide this article."""

    stage: Text
    reason: Text


@noun.get("/routes", guard(Action.SEE_DESK))
def show_all() -> Routes:
    """The review routes of the house."""
    session = db.session()
    return Routes(items=[_route(route, routes.newest(session, route)) for route in routes.everyone(session)])


@noun.get("/articles/<id:article_id>/sheet", guard(Action.SEE_ARTICLE))
def show_sheet(article_id: int) -> SheetShown:
    """The review sheet of an article."""
    sheet = sheets.of(db.session(), seen(article_id))
    return SheetShown(
        article=str(article_id), rounds=[_round(turn) for turn in sheet.turns], chain=sheet.chain,
        recusals=[
            RecusalShown(person=one.person.name, stage=one.stage, reason=one.reason, at=one.created_at) for one in sheet.recusals
        ],
        entries=[_entry(entry) for entry in sheet.entries],
    )


@noun.post("/articles/<id:article_id>/claim", signed_in)
def claim(article_id: int, body: StageNamed) -> StageShown:
    """Say that one is on it."""
    seen(article_id)
    with acting() as act:
        article = articles.get(act.session, article_id)
        row = stages.open_stage(act.session, article, body.stage)
        stages.claim(act.session, row, by=person_now())
        return act.done(_stage(row))


@noun.post("/articles/<id:article_id>/recusal", signed_in)
def recuse(article_id: int, body: SteppingAside) -> StageShown:
    """Step aside from an article; the others are asked."""
    seen(article_id)
    with acting() as act:
        article = articles.get(act.session, article_id)
        row = stages.recuse(act.session, article, stage=body.stage, by=person_now(), reason=body.reason)
        return act.done(_stage(row))


def _route(route: ReviewRoute, version: routes.RouteVersion) -> RouteShown:
    plan = version.plan
    return RouteShown(
        id=str(route.id), name=route.name, version=version.number, of_house=route.of_house, active=route.active,
        group_kinds=route.group_kinds, proofs_after=plan.proofs_after, stages=[_planned(stage) for stage in plan.stages],
    )


def _planned(stage: Stage) -> StageOfRoute:
    facts = {**stage.__dict__, "people": [str(person_id) for person_id in stage.people], "on_finding": stage.on_finding or None}
    return StageOfRoute(**facts)


def _round(turn: sheets.Turn) -> RoundShown:
    version = turn.round.version if turn.round else None
    return RoundShown(
        round=turn.number, route=version.route.name if version else None, version=version.number if version else None,
        emergency=bool(turn.round and turn.round.emergency), stages=[_stage(row) for row in turn.stages],
        signed_off=turn.signature.content_hash if turn.signature else None,
    )


def _stage(row: ReviewStage) -> StageShown:
    return StageShown(
        stage=row.name, title=row.title, kind=row.kind, track=row.track, step=row.step, state=row.state,
        asked=[person.name for person in row.asked], claimed_by=_name(row.claimed_by), due_at=row.due_at, decision=row.decision,
        text=row.text, decided_by=_name(row.decided_by), decided_for=_name(row.decided_for), decided_at=row.decided_at,
        revision=row.revision, content_hash=row.content_hash or None,
    )


def _entry(entry: AuditEntry) -> ChainEntry:
    return ChainEntry(
        id=str(entry.id), verb=entry.verb, at=entry.at, by=entry.person_name or None, fingerprint=entry.digest,
    )


def _name(person: Person | None) -> str | None:
    return person.name if person else None
