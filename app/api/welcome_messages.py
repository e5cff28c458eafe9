"""Welcome messages of customer groups, kept in WeCom by one of the company's applications."""

from __future__ import annotations

from typing import Literal

from app import outside
from app.api.calls import Noun
from app.api.idempotency import acting, amend
from app.api.shapes import Body, Id, Shape, Text
from app.auth import guard, person_now
from app.extensions import db
from app.filters import answered
from editorial import platform_applications
from editorial.errors import NotFound
from editorial.groups import welcome_messages
from editorial.groups.groups import Kind
from editorial.groups.kept_outside import Standing
from editorial.groups.welcome_messages import Page, WelcomeMessage, Words
from editorial.people.permissions import Action
from editorial.platform_applications import Platform

noun = Noun("welcome_messages")


class WelcomeBody(Body):
    """What newcomers of one kind of group read. `page` is where the card below leads; with one, `title` is needed."""

    text: str
    """At most 3000 bytes in UTF-8; `%NICKNAME%` becomes the newcomer's name."""
    page: Page = Page.NONE
    title: Text = ""
    """At most 128 bytes."""
    description: Text = ""
    """At most 512 bytes."""
    group: Id | None = None
    """The id of the group that the page is about; needed by `joining`."""
    notify: bool = False
    """Whether WeCom tells the members of a new message."""


class WelcomeResolution(Body):
    """About an unknown outcome: `ask` WeCom, or say what somebody saw there."""

    outcome: Literal["ask", "there", "not_there"]


class WelcomeShown(Shape):
    """One message. `kept`: WeCom has it so; `refused`: not, `reason` says why; `unknown`: nobody knows, and nothing is repeated."""

    kind: Kind
    text: str
    page: Page
    title: str
    description: str
    group: str | None
    standing: Standing
    reason: str


class Welcomes(Shape):
    """The messages of an application."""

    items: list[WelcomeShown]


@noun.get("/applications/<id:application_id>/welcome-messages", guard(Action.MANAGE_GROUPS))
def everyone(application_id: int) -> Welcomes:
    """The welcome messages that an application keeps, by kind of group."""
    if platform_applications.get(db.session(), application_id).platform != Platform.WECOM:
        raise NotFound()
    return _left(application_id)


@noun.put("/applications/<id:application_id>/welcome-messages/<kind>", guard(Action.MANAGE_GROUPS))
def put(application_id: int, kind: str, body: WelcomeBody) -> WelcomeShown:
    """Write the message and give it to WeCom. 409 while it is unknown what became of it."""
    if kind not in set(Kind):
        raise NotFound()
    words = Words(body.text, body.page, body.title, body.description, int(body.group or 0), body.notify)
    with acting() as act:
        row = welcome_messages.write(act.session, application_id, Kind(kind), words, by=person_now())
        act.done(_shown(row))
    outside.ask(row)
    answer = _shown(welcome_messages.one(db.session(), application_id, kind))
    amend(answer)
    return answer


@noun.delete("/applications/<id:application_id>/welcome-messages/<kind>", guard(Action.MANAGE_GROUPS))
def remove(application_id: int, kind: str) -> Welcomes:
    """Take it away, in WeCom too. What is left of the application's messages; one that WeCom kept back stands there."""
    with acting() as act:
        row = welcome_messages.remove(act.session, application_id, kind, by=person_now())
        act.session.flush()
        act.done(_left(application_id))
    if row is not None:
        outside.ask(row)
    answer = _left(application_id)
    amend(answer)
    return answer


@noun.post("/applications/<id:application_id>/welcome-messages/<kind>/resolution", guard(Action.MANAGE_GROUPS))
def resolve(application_id: int, kind: str, body: WelcomeResolution) -> Welcomes:
    """Settle an unknown outcome. A message whose removal turns out to be done is no longer in the list."""
    if body.outcome == "ask":
        outside.look(welcome_messages.one(db.session(), application_id, kind))
        return _left(application_id)
    with acting() as act:
        welcome_messages.decide(act.session, application_id, kind, there=body.outcome == "there", by=person_now())
        act.session.flush()
        return act.done(_left(application_id))


def _left(application_id: int) -> Welcomes:
    found = welcome_messages.of(db.session(), application_id)
    return Welcomes(items=[_shown(found[kind]) for kind in Kind if kind in found])


def _shown(row: WelcomeMessage) -> WelcomeShown:
    return WelcomeShown(
        kind=row.kind, text=row.text, page=row.page, title=row.title, description=row.description,
        group=str(row.group_id) if row.group_id else None, standing=row.standing, reason=answered(row.reason, row.code, ""),
    )
