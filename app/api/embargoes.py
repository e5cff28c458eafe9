"""The embargo of an article: put or prolonged by the desk, ended early by an editor-in-chief with a reason."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from app.api.articles import seen
from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.shapes import Body, Instant, Shape, Text
from app.auth import guard, person_now
from editorial.articles import articles
from editorial.articles.articles import Article
from editorial.people.permissions import Action
from editorial.release import embargoes

noun = Noun("embargoes")


class EmbargoAsked(Body):
    """Nothing of the article may leave the house before `embargo_until`, on whatever channel."""

    embargo_until: Instant


class EndAsked(Body):
    """Why the embargo ends early; everybody who works on the article reads it."""

    reason: Text


class EmbargoShown(Shape):
    """`embargo_until` is null when the article is under no embargo."""

    article: str
    embargo_until: datetime | None


@noun.put("/articles/<id:article_id>/embargo", guard(Action.EMBARGO))
def put(article_id: int, body: EmbargoAsked) -> EmbargoShown:
    """Put an article under embargo, or prolong the one that stands. What is scheduled earlier is held until its end."""
    seen(article_id)
    zone = current_app.extensions["settings"].zone
    with acting() as act:
        article = articles.get(act.session, article_id)
        embargoes.put(act.session, article, body.embargo_until, zone=zone, by=person_now())
        return act.done(_shown(article))


@noun.post("/articles/<id:article_id>/embargo/removal", guard(Action.LIFT_EMBARGO))
def lift(article_id: int, body: EndAsked) -> EmbargoShown:
    """End an embargo before its time."""
    seen(article_id)
    with acting() as act:
        article = articles.get(act.session, article_id)
        embargoes.lift(act.session, article, reason=body.reason, by=person_now())
        return act.done(_shown(article))


def _shown(article: Article) -> EmbargoShown:
    return EmbargoShown(article=str(article.id), embargo_until=article.embargo_until)
