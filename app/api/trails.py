"""The whole way of one article, as one document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from flask_babel import gettext
from pydantic import BeforeValidator, ConfigDict

from app.api.articles import seen
from app.api.calls import Noun
from app.api.shapes import Shape
from app.auth import guard, public_url
from app.extensions import db
from editorial.measuring.trail import trail_of
from editorial.people.permissions import Action

noun = Noun("trails")

IdOf = Annotated[str, BeforeValidator(str)]
Words = Annotated[str, BeforeValidator(lambda text: gettext(text) if text else "")]
LinkOf = Annotated[str | None, BeforeValidator(lambda code: f"{public_url()}/s/{code}" if code else None)]


class Station(Shape):
    """Something on the way."""

    model_config = ConfigDict(from_attributes=True)


class OriginShown(Station):
    """Where the story came from, and who brought it."""

    group_id: IdOf
    slug: str
    name: str
    kind: str
    contributor_id: IdOf
    contributor: str


class HandedInShown(Station):
    """A submission the article was made of."""

    id: IdOf
    number: str
    title: str
    state: str
    channel: str
    at: datetime
    contributor: str
    group: str
    decided_at: datetime | None
    decided_by: str
    reason: str


class OpinionShown(Station):
    """One stage of one round; `decision` is empty while it waits."""

    round: int
    stage: str
    state: str
    opened_at: datetime
    decision: str
    text: str
    revision: int | None
    by: str
    at: datetime | None


class SignOffShown(Station):
    """A sign-off: which revision, by whom, when."""

    round: int
    revision: int
    content_hash: str
    by: str
    at: datetime


class TryShown(Station):
    """One attempt."""

    at: datetime
    ended_at: datetime | None
    act: str
    verdict: str
    reason: Words


class SentShown(Station):
    """One delivery; `link` is the tracked link of a share."""

    id: IdOf
    purpose: str
    state: str
    target_kind: str
    target_id: IdOf
    target_name: str
    due_at: datetime
    settled_at: datetime | None
    awaiting: str
    reason: Words
    link: LinkOf
    attempts: list[TryShown]


class InEditionShown(Station):
    """The article's place in one edition."""

    id: IdOf
    account_id: IdOf
    account: str
    mode: str
    state: str
    position: int
    planned_at: datetime
    planned_by: str
    publish_at: datetime | None
    published_at: datetime | None
    permalink: str | None


class CountsShown(Station):
    """Visits of people, of robots and previews, and those of people who had come before that day."""

    people: int
    robots: int
    repeats: int


class GroupClicksShown(Station):
    """Visits through the tracked link of one group."""

    group_id: IdOf
    slug: str
    name: str
    code: str
    counts: CountsShown


class LaterShown(Station):
    """What happened beside its usual way. `kind`: emergency, emergency_ended, link, correction_proposed, correction_done,
    take_down, taken_down."""

    kind: str
    at: datetime
    by: str
    text: str


class TrailShown(Station):
    """The whole way. Clicks are ours; `figures` are the platform's and never added to them; null is unknown.

    `reactions` are the comments of readers that stand under the article for everybody.
    """

    article_id: IdOf
    number: str
    title: str
    state: str
    origin: OriginShown
    submissions: list[HandedInShown]
    opinions: list[OpinionShown]
    sign_offs: list[SignOffShown]
    edition: InEditionShown | None
    """The newest edition it stands in."""
    editions: list[InEditionShown]
    deliveries: list[SentShown]
    clicks: list[GroupClicksShown]
    all_clicks: CountsShown
    figures: dict[str, int] | None
    figures_as_of: date | None
    """The last day that `figures` count."""
    reactions: list[str]
    later: list[LaterShown]


@noun.get("/articles/<id:article_id>/trail", guard(Action.SEE_ARTICLE))
def one(article_id: int) -> TrailShown:
    """The whole way of an article: origin, review, edition, deliveries, clicks."""
    return TrailShown.model_validate(trail_of(db.session(), seen(article_id)))
