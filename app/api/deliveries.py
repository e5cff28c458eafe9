"""Deliveries: what the world did, and what a person decides where it does not say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app import kits, one_by_one
from app.api.calls import File, Noun
from app.api.idempotency import Act, acting
from app.api.paging import Listing, Page, rows_of
from app.api.shapes import Body, Id, Nothing, Shape, Text
from app.auth import allow, guard, person_now, public_url
from app.confirming import confirm, look_at, resolve
from app.extensions import db
from app.filters import answered
from editorial.articles import embargo
from editorial.calendar import haste
from editorial.calendar.editions import Place
from editorial.errors import NotFound
from editorial.groups.groups import Group
from editorial.outbox import deliveries
from editorial.outbox.deliveries import TO_GROUPS, Attempt, Delivery, Purpose, State
from editorial.people.permissions import Action
from editorial.review.rows import Emergency
from editorial.share_back.links import TrackedLink
from editorial.share_back.shares import Share
from editorial.share_back.spotlights import Spotlight
from publishers.pictures import posters

noun = Noun("deliveries")

SHOWN_AS = {Purpose.SPOTLIGHT: Purpose.SHARE, Purpose.CLOSING: Purpose.NOTICE}
"""Purposes of ours that the contract has no word for."""


class TargetShown(Shape):
    """Whom a delivery shall reach."""

    kind: Literal["account", "group", "person"]
    id: str
    name: str


class AttemptShown(Shape):
    """One try, or one reading of what became of it."""

    at: datetime
    act: str
    verdict: str
    reason: str
    """A sentence for people, followed by the platform's code and rid where it gave them."""
    code: str
    rid: str


class ResultShown(Shape):
    """What became of one customer group, as last read."""

    chat: str
    """Its id on the platform."""
    status: Literal["sent", "waiting", "gone", "beyond_limit"]


class DeliveryShown(Shape):
    """A delivery. `link` is the tracked link of a share, the permalink of a publication once it is known."""

    id: str
    purpose: Purpose
    target: TargetShown
    state: State
    edition: str | None
    due_at: datetime
    awaiting: str | None
    """Who is awaited while it is accepted: the platform, an administrator or a person."""
    reason: str
    """A sentence for people, followed by the platform's code and rid where it gave them."""
    code: str
    rid: str
    attempts: list[AttemptShown]
    link: str | None
    emergency: str | None = None
    """Why it goes out in haste, when its edition does: blackouts and quiet hours do not hold it."""
    results: list[ResultShown] = []
    """Of a mass send into customer groups: each of them."""


class DeliveriesAsked(Page):
    """Which deliveries."""

    edition: Id | None = None
    group: Text = ""
    """The slug of the group they go to."""
    state: State | None = None


class PosterAsked(Body):
    """Which poster."""

    shape: Literal["upright", "square"] = "upright"
    """1080 × 1920 or 1080 × 1080 pixels."""


class Resolution(Body):
    """What a person found out. `sent`: it went out; `not_sent`: it did not, send it; `drop`: leave it."""

    outcome: Literal["sent", "not_sent", "drop"]
    reason: str
    permalink: Text = ""
    """The link of the published article, if it went out and the link is known."""
    permalinks: list[str] = []
    """The links of several articles, in their order."""


class Confirmation(Body):
    """A person says "I have posted it"."""

    permalink: Text = ""
    """The link of the published article; not needed for a share."""
    permalinks: list[str] = []
    """The links of several articles, in their order."""
    reason: Text = ""
    """How you know that it is the article, where its page could not say. Kept with your name."""


@noun.get("/deliveries", guard(Action.SEE_DELIVERIES))
def index(query: DeliveriesAsked) -> Listing[DeliveryShown]:
    """Deliveries, the oldest first."""
    session = db.session()
    wanted = select(Delivery).options(selectinload(Delivery.attempts))
    if query.edition is not None:
        wanted = wanted.where(Delivery.edition_id == int(query.edition))
    if query.group:
        of_group = select(Group.id).where(Group.slug == query.group).scalar_subquery()
        wanted = wanted.where(Delivery.target_kind == "group", Delivery.target_id == of_group)
    if query.state is not None:
        wanted = wanted.where(Delivery.state == query.state)
    rows, following = rows_of(session, wanted, Delivery.id, query)
    return Listing[DeliveryShown](items=shown(session, rows), next=following)


@noun.get("/deliveries/<id:delivery_id>", guard(Action.SEE_DELIVERIES))
def one(delivery_id: int) -> DeliveryShown:
    """One delivery."""
    return shown(db.session(), [_get(db.session(), delivery_id)])[0]


@noun.get("/deliveries/<id:delivery_id>/poster", guard(Action.SEE_DELIVERIES))
def poster(delivery_id: int, query: PosterAsked) -> File:
    """The poster of a share's kit, with the group's own code."""
    delivery = _get(db.session(), delivery_id)
    share = db.session.get(Share, delivery.owner_id) if _is_share(delivery) else None
    if share is None:
        raise NotFound()
    embargo.check(place.article for place in share.edition.places)
    drawn = kits.poster_of(db.session(), delivery, share, posters.Shape(query.shape))
    return File(content=drawn, content_type="image/jpeg")


@noun.post("/deliveries/<id:delivery_id>/retry", guard(Action.RESOLVE_DELIVERY))
def retry(delivery_id: int, body: Nothing) -> DeliveryShown:
    """Try a refused delivery once more."""
    with acting() as act:
        delivery = _get(act.session, delivery_id)
        deliveries.retry(act.session, delivery, by=person_now())
        return _done(act, delivery)


@noun.post("/deliveries/<id:delivery_id>/resolution", guard(Action.RESOLVE_DELIVERY))
def decide(delivery_id: int, body: Resolution) -> DeliveryShown:
    """Decide what reading could not find out."""
    links = _links(body.permalink, body.permalinks) if body.outcome == "sent" else []
    seen = look_at(db.session(), _get(db.session(), delivery_id), links, required=False)
    with acting() as act:
        delivery = _get(act.session, delivery_id)
        resolve(act.session, delivery, body.outcome, by=person_now(), reason=body.reason, seen=seen)
        return _done(act, delivery)


@noun.post("/deliveries/<id:delivery_id>/confirmation", guard(Action.CONFIRM_SHARE))
def say_posted(delivery_id: int, body: Confirmation) -> DeliveryShown:
    """Say that a person has posted it. The page behind each link is read: another article's or account's is refused."""
    asked = _get(db.session(), delivery_id)
    # What goes to a group is also its steward's own.
    if asked.purpose == Purpose.TAKE_DOWN:
        allow(Action.TAKE_DOWN)
    allow(Action.CONFIRM_SHARE, db.session.get(Group, asked.target_id) if asked.purpose in TO_GROUPS else None)
    seen = look_at(db.session(), asked, _links(body.permalink, body.permalinks))
    with acting() as act:
        delivery = _get(act.session, delivery_id)
        confirm(act.session, delivery, by=person_now(), seen=seen, reason=body.reason)
        return _done(act, delivery)


def shown(session: Session, rows: Sequence[Delivery]) -> list[DeliveryShown]:
    """Deliveries as the API gives them, their links fetched together."""
    shared = dict(session.execute(
        select(Share.id, TrackedLink.code).join(TrackedLink, TrackedLink.id == Share.link_id)
        .where(Share.id.in_([row.owner_id for row in rows if row.purpose == Purpose.SHARE]))
    ).all())
    lit = dict(session.execute(
        select(Spotlight.id, TrackedLink.code).join(TrackedLink, TrackedLink.id == Spotlight.link_id)
        .where(Spotlight.id.in_([row.owner_id for row in rows if row.purpose == Purpose.SPOTLIGHT]))
    ).all())
    published = dict(session.execute(
        select(Place.edition_id, Place.permalink)
        .where(Place.position == 1, Place.edition_id.in_({row.edition_id for row in rows} - {None}))
    ).all())
    hasty = haste.of_editions(session, [row.edition_id for row in rows if row.edition_id])
    tracked = {Purpose.SHARE: shared, Purpose.SPOTLIGHT: lit}
    known = {
        row.id: _tracked(tracked[row.purpose][row.owner_id]) if row.purpose in tracked else published.get(row.edition_id)
        for row in rows
    }
    return [_one(row, known[row.id], hasty.get(row.edition_id or 0)) for row in rows]


def _one(delivery: Delivery, link: str | None, emergency: Emergency | None) -> DeliveryShown:
    return DeliveryShown(
        id=str(delivery.id), state=delivery.state,
        purpose=SHOWN_AS.get(delivery.purpose, delivery.purpose),
        target=TargetShown(kind=delivery.target_kind, id=str(delivery.target_id), name=delivery.target_name),
        edition=str(delivery.edition_id) if delivery.edition_id else None, due_at=delivery.due_at,
        awaiting=delivery.awaiting or None, reason=answered(delivery.reason, delivery.code, delivery.rid),
        code=delivery.code, rid=delivery.rid,
        attempts=[_attempt(attempt) for attempt in delivery.attempts], link=link,
        emergency=emergency.reason if emergency else None,
        results=[ResultShown(chat=chat, status=status) for chat, status in one_by_one.of(delivery).results],
    )


def _attempt(attempt: Attempt) -> AttemptShown:
    return AttemptShown(
        at=attempt.at, act=attempt.act, verdict=attempt.verdict, reason=answered(attempt.reason, attempt.code, attempt.rid),
        code=attempt.code, rid=attempt.rid,
    )


def _tracked(code: str) -> str:
    return f"{public_url()}/s/{code}"


def _is_share(delivery: Delivery) -> bool:
    return delivery.purpose == Purpose.SHARE


def _get(session: Session, delivery_id: int) -> Delivery:
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NotFound()
    return delivery


def _done(act: Act, delivery: Delivery) -> DeliveryShown:
    act.session.flush()
    act.session.refresh(delivery)
    return act.done(shown(act.session, [delivery])[0])


def _links(one_link: str, several: list[str]) -> list[str]:
    return several or ([one_link] if one_link else [])
