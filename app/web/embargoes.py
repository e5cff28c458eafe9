"""The embargo of an article on its page: put, prolonged, lifted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.auth import can, guard, person_now
from app.extensions import deciding
from app.filters import house_time
from app.web.slots import chosen_reading, house_zone, own_time
from editorial import clock
from editorial.articles import articles, embargo
from editorial.articles.articles import Article
from editorial.errors import Invalid, Problem
from editorial.people import people
from editorial.people.permissions import Action
from editorial.release import embargoes

pages = Blueprint("embargoes", __name__)


@dataclass(frozen=True)
class OnArticle:
    """What the page of an article shows of its embargo. `until`: on the house's wall, nothing when none is in force."""

    until: str
    own: str
    day: str
    time: str
    may_put: bool
    may_lift: bool


@pages.post("/articles/<id:article_id>/embargo")
@guard(Action.EMBARGO)
def put(article_id: int) -> ResponseReturnValue:
    """Put an article under embargo, or prolong it."""
    person_id = person_now().id
    try:
        wall = datetime.strptime(f"{request.form.get('day', '')} {request.form.get('time', '')[:5]}", "%Y-%m-%d %H:%M")
    except ValueError:
        raise Invalid(Problem("embargo_until", "Give a day and a time.")) from None
    # Of a time that comes twice the later one: an embargo that ends late harms nobody.
    ends = chosen_reading(wall, "second")
    with deciding() as session:
        article = articles.get(session(), article_id)
        embargoes.put(session(), article, ends, zone=house_zone(), by=people.get(session(), person_id))
    flash(_("Under embargo. Nothing of it leaves the house before, on no channel."))
    return redirect(url_for("articles.article", article_id=article_id, _anchor="embargo"), 303)


@pages.post("/articles/<id:article_id>/embargo/removal")
@guard(Action.LIFT_EMBARGO)
def lift(article_id: int) -> ResponseReturnValue:
    """End an embargo early, with a reason."""
    person_id = person_now().id
    with deciding() as session:
        article = articles.get(session(), article_id)
        embargoes.lift(session(), article, reason=request.form.get("reason", ""), by=people.get(session(), person_id))
    flash(_("The embargo is lifted. What it held back and is due goes out now."))
    return redirect(url_for("articles.article", article_id=article_id, _anchor="embargo"), 303)


def embargo_of(article: Article) -> OnArticle | None:
    """For the article's page; nothing when there is neither an embargo nor anybody who could put one."""
    held = embargo.embargoed(article, clock.now())
    may_put = can(Action.EMBARGO) and article.state not in embargo.OVER
    if not held and not may_put:
        return None
    ends = article.embargo_until if held else None
    return OnArticle(
        house_time(ends), own_time(ends, person_now()), house_time(ends, "%Y-%m-%d"), house_time(ends, "%H:%M") or "09:00",
        may_put, held and can(Action.LIFT_EMBARGO),
    )


pages.add_app_template_global(embargo_of, "embargo_of")
