"""Editions: what goes out together, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from flask import current_app
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.paging import Listing, Page, rows_of
from app.api.shapes import Body, Id, Instant, Shape
from app.auth import guard, person_now
from app.extensions import db
from app.typesetting import blockers
from editorial import clock
from editorial.articles import articles
from editorial.calendar import editions
from editorial.calendar.editions import Edition, EditionState, Mode
from editorial.errors import Problem
from editorial.outbox.deliveries import Delivery
from editorial.people.permissions import Action
from editorial.release import releases

noun = Noun("editions")
N_ = str
A_MOMENT_AGO = timedelta(seconds=60)
"""Clocks differ and requests take time: what should have begun this lately begins now."""


class NewEdition(Body):
    """Articles to put together, the first one leads."""

    account: Id
    mode: Mode
    articles: Annotated[list[Id], Field(max_length=50)]
    share_to: Annotated[list[str], Field(max_length=10_000)] | None = None
    """Slugs of the groups the link goes back to; every active group with a connector when left out."""


class Slot(Body):
    """A place in time."""

    publish_at: Instant


class PlaceShown(Shape):
    """An article's place in an edition, 1 is the lead."""

    id: str
    position: int
    permalink: str | None


class EditionShown(Shape):
    """An edition. `state` is planned, scheduled, publishing, published, needs_person, refused or cancelled."""

    id: str
    state: str
    mode: Mode
    account: str
    publish_at: datetime | None
    share_to: list[str] | None
    articles: list[PlaceShown]
    deliveries: list[str]


class EditionsAsked(Page):
    """Which editions."""

    state: EditionState | None = None
    account: Id | None = None


@noun.post("/editions", guard(Action.PLAN), status=201)
def plan(body: NewEdition) -> EditionShown:
    """Plan an edition. Nothing is scheduled by this."""
    with acting() as act:
        edition = editions.plan(
            act.session, account=body.account, mode=body.mode, article_ids=body.articles, share_to=body.share_to,
            by=person_now(),
        )
        return act.done(shown(act.session, [edition])[0])


@noun.get("/editions", guard(Action.SEE_EDITIONS))
def index(query: EditionsAsked) -> Listing[EditionShown]:
    """Editions, the newest first."""
    session = db.session()
    wanted = select(Edition).options(selectinload(Edition.places))
    if query.state is not None:
        wanted = wanted.where(Edition.state == query.state)
    if query.account is not None:
        wanted = wanted.where(Edition.account_id == int(query.account))
    rows, following = rows_of(session, wanted, Edition.id, query, newest_first=True)
    return Listing[EditionShown](items=shown(session, rows), next=following)


@noun.get("/editions/<id:edition_id>", guard(Action.SEE_EDITIONS))
def one(edition_id: int) -> EditionShown:
    """One edition."""
    return shown(db.session(), [editions.get(db.session(), edition_id)])[0]


@noun.put("/editions/<id:edition_id>/slot", guard(Action.SCHEDULE))
def schedule(edition_id: int, body: Slot) -> EditionShown:
    """Schedule an edition, or move it in time while nothing has left."""
    problems = [*_too_late(body.publish_at), *_blockers(editions.get(db.session(), edition_id))]
    with acting() as act:
        edition = editions.get(act.session, edition_id)
        releases.schedule(
            act.session, edition, max(body.publish_at, clock.now()), by=person_now(),
            zone=current_app.extensions["settings"].zone, blockers=problems,
        )
        return act.done(shown(act.session, [edition])[0])


@noun.delete("/editions/<id:edition_id>/slot", guard(Action.SCHEDULE))
def unschedule(edition_id: int) -> EditionShown:
    """Take the time away while nothing has left."""
    with acting() as act:
        edition = editions.get(act.session, edition_id)
        releases.unschedule(act.session, edition, by=person_now())
        return act.done(shown(act.session, [edition])[0])


def shown(session: Session, rows: Sequence[Edition]) -> list[EditionShown]:
    """Editions as the API gives them; their states and deliveries are asked for once."""
    states = releases.shown_states(session, rows)
    promised: dict[int, list[str]] = {edition.id: [] for edition in rows}
    query = select(Delivery.edition_id, Delivery.id).where(Delivery.edition_id.in_(promised)).order_by(Delivery.id)
    for edition_id, delivery_id in session.execute(query):
        promised[edition_id].append(str(delivery_id))
    return [
        EditionShown(
            id=str(edition.id), state=states[edition.id], mode=edition.mode, account=str(edition.account_id),
            publish_at=edition.publish_at, share_to=edition.share_to, deliveries=promised[edition.id],
            articles=[
                PlaceShown(id=str(place.article_id), position=place.position, permalink=place.permalink)
                for place in edition.places
            ],
        ) for edition in rows
    ]


def _too_late(publish_at: datetime) -> list[Problem]:
    if publish_at >= clock.now() - A_MOMENT_AGO:
        return []
    return [Problem("publish_at", N_("This time has passed."))]


def _blockers(edition: Edition) -> list[Problem]:
    """What stops an article; a text changed after this has lost its sign-off, which the verb sees."""
    return [
        Problem(f"articles.{index}.{problem.field}", problem.message, problem.params)
        for index, place in enumerate(edition.places)
        for problem in blockers(db.session(), articles.newest(db.session(), place.article).content)
    ]
