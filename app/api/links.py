"""Tracked links and their clicks."""

from __future__ import annotations

from flask import current_app

from app import hits
from app.api.calls import Noun
from app.api.shapes import Shape
from app.auth import guard
from app.extensions import db
from editorial.errors import NotFound
from editorial.people.permissions import Action
from editorial.share_back import clicks, links

noun = Noun("links")


class ClicksShown(Shape):
    """Visits of people, of robots and previews, and those of people who had come before that day."""

    people: int
    robots: int
    repeats: int


class LinkShown(Shape):
    """A tracked link. `group` is a slug, `article` an id."""

    code: str
    target: str
    group: str
    article: str
    edition: str
    clicks: ClicksShown


@noun.get("/links/<string(maxlength=16):code>", guard(Action.SEE_LINKS))
def one(code: str) -> LinkShown:
    """A tracked link with its clicks up to now."""
    hits.take_in(db.engine, current_app.extensions["settings"].hits)
    # What was read before (who asks) belongs to a snapshot without the visits just counted.
    db.session.rollback()
    session = db.session()
    link = links.by_code(session, code)
    if link is None:
        raise NotFound()
    counts = clicks.of_link(session, link.id)
    return LinkShown(
        code=link.code, target=link.target, group=link.group.slug, article=str(link.article_id),
        edition=str(link.edition_id),
        clicks=ClicksShown(people=counts.people, robots=counts.robots, repeats=counts.repeats),
    )
