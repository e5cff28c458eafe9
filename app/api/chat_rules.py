"""Rules against spam in WeCom customer groups, kept in WeCom by one of the company's applications."""

from __future__ import annotations

from typing import Literal

from app import outside
from app.api.calls import Noun
from app.api.idempotency import acting, amend
from app.api.shapes import Body, Shape
from app.auth import guard, person_now
from app.extensions import db
from app.filters import answered
from editorial import platform_applications
from editorial.errors import NotFound
from editorial.groups import anti_harassment
from editorial.groups.anti_harassment import AntiHarassmentRule, Sort, Suggestion, Wanted
from editorial.groups.groups import Kind
from editorial.groups.kept_outside import Standing
from editorial.people.permissions import Action
from editorial.platform_applications import Platform

noun = Noun("chat_rules")


class RuleBody(Body):
    """A rule: at most 300 words and links together, each at most 32 characters; a link counts as its domain."""

    name: str
    """At most 20 characters."""
    kind: Kind | None = None
    """The kind of group it is made for; none for all."""
    words: list[str] = []
    links: list[str] = []
    sorts: list[Sort] = []
    """What WeCom knows by itself."""
    stops: bool = True
    """Whether WeCom stops the message; else it only warns its sender."""
    suggestion: Suggestion = Suggestion.WARN
    """What a moderator is advised to do about outsiders, by hand."""
    users: list[str] = []
    """User ids in WeCom of the members whose messages it looks at."""
    departments: list[str] = []


class RuleResolution(Body):
    """About an unknown outcome: `ask` WeCom, or say what somebody saw there."""

    outcome: Literal["ask", "there", "not_there"]


class RuleShown(Shape):
    """One rule. `kept`: WeCom has it so; `refused`: not, `reason` says why; `unknown`: nobody knows, and nothing is repeated."""

    id: str
    application: str
    name: str
    kind: Kind | None
    words: list[str]
    links: list[str]
    sorts: list[Sort]
    stops: bool
    suggestion: Suggestion
    users: list[str]
    departments: list[str]
    standing: Standing
    reason: str


class Rules(Shape):
    """The rules of an application."""

    items: list[RuleShown]


@noun.get("/applications/<id:application_id>/chat-rules", guard(Action.MANAGE_GROUPS))
def everyone(application_id: int) -> Rules:
    """The rules that an application keeps."""
    if platform_applications.get(db.session(), application_id).platform != Platform.WECOM:
        raise NotFound()
    return _left(application_id)


@noun.post("/applications/<id:application_id>/chat-rules", guard(Action.MANAGE_GROUPS), status=201)
def add(application_id: int, body: RuleBody) -> RuleShown:
    """Write a rule and give it to WeCom. 409 while rules are not switched on for the application."""
    return _written(application_id, body)


@noun.put("/chat-rules/<id:rule_id>", guard(Action.MANAGE_GROUPS))
def put(rule_id: int, body: RuleBody) -> RuleShown:
    """Another version of a rule. 409 while it is unknown what became of the last one."""
    return _written(anti_harassment.get(db.session(), rule_id).application_id, body, rule_id)


@noun.delete("/chat-rules/<id:rule_id>", guard(Action.MANAGE_GROUPS))
def remove(rule_id: int) -> Rules:
    """Take it away, in WeCom too. What is left of the application's rules; one that WeCom kept back stands there."""
    application_id = anti_harassment.get(db.session(), rule_id).application_id
    with acting() as act:
        row = anti_harassment.remove(act.session, rule_id, by=person_now())
        act.session.flush()
        act.done(_left(application_id))
    if row is not None:
        outside.ask(row)
    answer = _left(application_id)
    amend(answer)
    return answer


@noun.post("/chat-rules/<id:rule_id>/resolution", guard(Action.MANAGE_GROUPS))
def resolve(rule_id: int, body: RuleResolution) -> Rules:
    """Settle an unknown outcome. A rule whose removal turns out to be done is no longer in the list."""
    row = anti_harassment.get(db.session(), rule_id)
    application_id = row.application_id
    if body.outcome == "ask":
        outside.look(row)
        return _left(application_id)
    with acting() as act:
        anti_harassment.decide(act.session, rule_id, there=body.outcome == "there", by=person_now())
        act.session.flush()
        return act.done(_left(application_id))


def _written(application_id: int, body: RuleBody, rule_id: int | None = None) -> RuleShown:
    lists = {name: tuple(getattr(body, name)) for name in ("words", "links", "sorts", "users", "departments")}
    wanted = Wanted(body.name, body.kind or "", stops=body.stops, suggestion=body.suggestion, **lists)
    with acting() as act:
        row = anti_harassment.write(act.session, application_id, wanted, rule_id=rule_id, by=person_now())
        act.done(_shown(row))
        kept_id = row.id
    outside.ask(row)
    answer = _shown(anti_harassment.get(db.session(), kept_id))
    amend(answer)
    return answer


def _left(application_id: int) -> Rules:
    return Rules(items=[_shown(one) for one in anti_harassment.of(db.session(), application_id)])


def _shown(row: AntiHarassmentRule) -> RuleShown:
    return RuleShown(
        id=str(row.id), application=str(row.application_id), name=row.name, kind=row.kind or None, words=row.words,
        links=row.links, sorts=row.sorts, stops=row.stops, suggestion=row.suggestion, users=row.users,
        departments=row.departments, standing=row.standing, reason=answered(row.reason, row.code, ""),
    )
