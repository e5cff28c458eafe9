"""The spotlight of a group: one person and one article of theirs, at most once in seven days."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy.orm import Session

from app import spotlight_notes
from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.shapes import Body, Id, PersonShown, Shape
from app.auth import allow, guard, person_now, public_url
from app.extensions import db
from editorial.errors import Invalid, Problem
from editorial.groups import groups
from editorial.groups.groups import Group
from editorial.members import role_sheet
from editorial.outbox.deliveries import State
from editorial.people.permissions import Action
from editorial.share_back import spotlights
from editorial.share_back.spotlights import Author, Spotlight

noun = Noun("spotlights")

SHOWN = 100


class NewSpotlight(Body):
    """Who is put in the light. With `dry_run` nothing is promised and the answer says the very words."""

    article: Id
    person: Id | None = None
    """One of its authors; left out, the only one."""
    dry_run: bool = False


class SpotlightShown(Shape):
    """A spotlight. `id`, `delivery`, `state` and `link` are null for a dry run; `held_until`: why a dry run would wait."""

    id: str | None
    delivery: str | None
    state: State | None
    article: str
    person: PersonShown | None
    subject: str
    text: str
    link: str | None
    held_until: datetime | None


class SpotlightsShown(Shape):
    """The spotlights of a group, the newest first. `free_from`: from when the next can go, null for now."""

    items: list[SpotlightShown]
    free_from: datetime | None


@noun.get("/groups/<id:group_id>/spotlights", guard(Action.LOOK_AFTER_GROUP))
def index(group_id: int) -> SpotlightsShown:
    """The spotlights of a group."""
    session, group = db.session(), _kept(db.session(), group_id)
    items = [_shown(one) for one in spotlights.of_group(session, group, SHOWN)]
    return SpotlightsShown(items=items, free_from=spotlights.free_from(session, group))


@noun.post("/groups/<id:group_id>/spotlights", guard(Action.LOOK_AFTER_GROUP), status=201)
def put(group_id: int, body: NewSpotlight) -> SpotlightShown:
    """Put one person and one article of theirs in the light, or see the words."""
    with acting() as act:
        session, group = act.session, _kept(act.session, group_id)
        author = _author(session, group, body)
        subject, text = spotlight_notes.words_of(session, group, author)
        if body.dry_run:
            held = spotlights.goes_at(session, group, _zone())
            return act.done(SpotlightShown(
                id=None, delivery=None, state=None, article=str(author.article.id), person=PersonShown.of(author.person),
                subject=subject, text=text, link=None, held_until=held.until if held else None,
            ))
        return act.done(_shown(spotlights.promise(session, group, author, subject, text, by=person_now(), zone=_zone())))


@noun.delete("/spotlights/<id:spotlight_id>", guard(Action.LOOK_AFTER_GROUP))
def cancel(spotlight_id: int) -> SpotlightShown:
    """Take one back before it leaves. 409 when it has left."""
    with acting() as act:
        found = spotlights.get(act.session, spotlight_id)
        _kept(act.session, found.group_id)
        spotlights.cancel(act.session, found, by=person_now())
        return act.done(_shown(found))


def _kept(session: Session, group_id: int) -> Group:
    group = groups.get(session, group_id)
    allow(Action.LOOK_AFTER_GROUP, role_sheet.keepers(session, group, _zone()))
    return group


def _author(session: Session, group: Group, body: NewSpotlight) -> Author:
    found = spotlights.authors(session, group, 1, int(body.article))
    if not found:
        raise Invalid(Problem("article", "Only an article that is out can be put in the light."))
    chosen = [one for one in found if body.person is None or str(one.person.id) == body.person]
    if len(chosen) != 1:
        raise Invalid(Problem("person", "Choose one of its authors."))
    if chosen[0].why_not:
        raise Invalid(Problem("person", chosen[0].why_not))
    return chosen[0]


def _shown(one: Spotlight) -> SpotlightShown:
    return SpotlightShown(
        id=str(one.id), delivery=str(one.delivery_id), state=one.delivery.state if one.delivery else None,
        article=str(one.article_id), person=PersonShown.of(one.person), subject=one.subject, text=one.text,
        link=f"{public_url()}/s/{one.link.code}", held_until=None,
    )


def _zone() -> str:
    zone: str = current_app.extensions["settings"].zone
    return zone
