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
from app.phone_preview import show_on_phone
from app.typesetting import blockers
from editorial import accounts, clock
from editorial.articles import articles
from editorial.calendar import editions, quota
from editorial.calendar.editions import Edition, EditionState, Mode
from editorial.errors import Problem
from editorial.outbox.deliveries import Delivery
from editorial.people.permissions import Action
from editorial.release import mass_results, releases
from editorial.release.mass_results import MassResult

noun = Noun("editions")
N_ = str
Tag = Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)]
A_MOMENT_AGO = timedelta(seconds=60)
"""Clocks differ and requests take time: what should have begun this lately begins now."""


class NewEdition(Body):
    """Articles to put together, the first one leads."""

    account: Id
    mode: Mode
    articles: Annotated[list[Id], Field(max_length=50)]
    share_to: Annotated[list[str], Field(max_length=10_000)] | None = None
    """Slugs of the groups the link goes back to; every active group with a connector when left out."""
    tag: Tag | None = None
    """Of a mass send: the account's tag whose followers get it; everybody when left out."""
    despite_reprint: bool = False
    """Of a mass send: go on when WeChat judges an article a reprint that its original allows."""


class Slot(Body):
    """A place in time."""

    publish_at: Instant


class PlaceShown(Shape):
    """An article's place in an edition, 1 is the lead."""

    id: str
    position: int
    permalink: str | None


class OriginalityShown(Shape):
    """What WeChat's check for original content said of one article. Whatever it did not say is null."""

    position: int
    is_reprint: bool
    original_url: str | None
    can_reprint: bool | None
    replaced: bool | None
    """Whether readers see the original's text instead."""


class MassSendShown(Shape):
    """What WeChat said of a finished mass send. The counts are its own and approximate; null is unknown."""

    status: str
    total: int | None
    """Followers in the audience."""
    filtered: int | None
    """Those left after WeChat's filters."""
    sent: int | None
    failed: int | None
    check_state: int | None
    """1: no reprint; 2: a reprint that may be sent; 3: a reprint that may not."""
    originality: list[OriginalityShown]


class EditionShown(Shape):
    """An edition. `state` is planned, scheduled, publishing, published, needs_person, refused or cancelled."""

    id: str
    state: str
    mode: Mode
    account: str
    publish_at: datetime | None
    share_to: list[str] | None
    tag: int | None
    despite_reprint: bool
    articles: list[PlaceShown]
    deliveries: list[str]
    mass_send: MassSendShown | None
    """How a mass send ended, once WeChat has told."""


class QuotaAsked(Body):
    """Of which time."""

    at: Instant | None = None
    """Any instant of the day or month; now when left out."""
    tag: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = None


class QuotaShown(Shape):
    """The mass sends of a day (公众号) or natural month (服务号) of China, from `begins` until before `ends`."""

    period: str
    begins: datetime
    ends: datetime
    most: int
    left: int
    editions: list[str]
    """Our own that are sent or scheduled in it."""
    refused_at: datetime | None
    """When WeChat said that none is left."""


class Phone(Body):
    """Whom to show it to."""

    wechat_id: Annotated[str, Field(min_length=1, max_length=60)]
    """The WeChat id of a follower of the account."""


class Shown(Shape):
    """`draft_left` when the passing draft could not be taken out of the draft box again."""

    wechat_id: str
    draft_left: bool


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
            tag_id=body.tag, despite_reprint=body.despite_reprint, by=person_now(),
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


@noun.post("/editions/<id:edition_id>/preview", guard(Action.SCHEDULE))
def preview(edition_id: int, body: Phone) -> Shown:
    """Show an edition on one follower's phone, exactly as it will go out. Nobody else sees it."""
    left = show_on_phone(edition_id, body.wechat_id.strip())
    with acting() as act:
        editions.note_preview(act.session, editions.get(act.session, edition_id), by=person_now())
        return act.done(Shown(wechat_id=body.wechat_id.strip(), draft_left=left))


@noun.get("/accounts/<id:account_id>/quota", guard(Action.SEE_EDITIONS))
def mass_send_quota(account_id: int, query: QuotaAsked) -> QuotaShown:
    """How many mass sends an account has left in a day or month."""
    session = db.session()
    found = quota.quota(session, accounts.get(session, account_id), query.at or clock.now(), tag_id=query.tag)
    return QuotaShown(
        period=found.period, begins=found.begins, ends=found.ends, most=found.most, left=found.left,
        editions=[str(edition.id) for edition in found.taken], refused_at=found.refused_at,
    )


def shown(session: Session, rows: Sequence[Edition]) -> list[EditionShown]:
    """Editions as the API gives them; their states and deliveries are asked for once."""
    states = releases.shown_states(session, rows)
    promised: dict[int, list[str]] = {edition.id: [] for edition in rows}
    query = select(Delivery.edition_id, Delivery.id).where(Delivery.edition_id.in_(promised)).order_by(Delivery.id)
    for edition_id, delivery_id in session.execute(query):
        promised[edition_id].append(str(delivery_id))
    told = mass_results.of_editions(session, rows)
    return [
        EditionShown(
            id=str(edition.id), state=states[edition.id], mode=edition.mode, account=str(edition.account_id),
            publish_at=edition.publish_at, share_to=edition.share_to, deliveries=promised[edition.id],
            tag=edition.tag_id, despite_reprint=edition.despite_reprint, mass_send=_mass_send(told.get(edition.id)),
            articles=[
                PlaceShown(id=str(place.article_id), position=place.position, permalink=place.permalink)
                for place in edition.places
            ],
        ) for edition in rows
    ]


def _mass_send(told: MassResult | None) -> MassSendShown | None:
    if told is None:
        return None
    return MassSendShown(
        status=told.status, total=told.total, filtered=told.filtered, sent=told.sent, failed=told.failed,
        check_state=told.check_state,
        originality=[
            OriginalityShown(
                position=one.position, is_reprint=one.is_reprint, original_url=one.original_url or None,
                can_reprint=one.can_reprint, replaced=one.replaced,
            ) for one in told.originality
        ],
    )


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
