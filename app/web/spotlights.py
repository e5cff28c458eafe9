"""The spotlight of a group: chosen, looked at word for word, sent, taken back in time."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app import spotlight_notes
from app.addresses import is_id
from app.auth import allow, can, guard, person_now
from app.extensions import db, deciding
from app.web import meanings
from app.web.charters import chosen
from app.web.members import keepers
from app.web.slots import house_zone
from app.web.words import field_errors
from editorial.articles.articles import Article
from editorial.articles.workflow import State as ArticleState
from editorial.errors import AlreadyLeft, Invalid, NotFound, Problem
from editorial.groups.groups import Group
from editorial.outbox.deliveries import State
from editorial.people import people
from editorial.people.permissions import Action
from editorial.share_back import spotlights
from editorial.share_back.spotlights import Author, Spotlight

pages = Blueprint("spotlights", __name__)

ARTICLES_SHOWN, PAST_SHOWN = 20, 10


@pages.get("/groups/<slug>/spotlight")
@guard(Action.LOOK_AFTER_GROUP)
def index(slug: str) -> ResponseReturnValue:
    """Who can be put in the light, who not and why, and who was."""
    return _page(slug, {"choice": request.args.get("choice", "")}, {})


@pages.post("/groups/<slug>/spotlight")
@guard(Action.LOOK_AFTER_GROUP)
def put(slug: str) -> ResponseReturnValue:
    """Show the very words; with `act=send` promise them, if these very words were looked at before."""
    allow(Action.LOOK_AFTER_GROUP, keepers(_database(), chosen(_database(), slug)))
    typed, by_id = request.form.to_dict(), person_now().id
    try:
        author = _author(_database(), chosen(_database(), slug), typed.get("choice", ""))
        if typed.get("act") != "send" or typed.get("seen") != _seen(_database(), chosen(_database(), slug), author):
            return _page(slug, typed, {}, author)
        with deciding() as scoped:
            session, group = scoped(), chosen(scoped(), slug)
            author = _author(session, group, typed.get("choice", ""))
            words = spotlight_notes.words_of(session, group, author)
            spotlights.promise(session, group, author, *words, by=people.get(session, by_id), zone=house_zone())
    except Invalid as error:
        return _page(slug, typed, field_errors(error)), 422
    flash(_("Promised. The person has been told."))
    return redirect(url_for("spotlights.index", slug=slug), 303)


@pages.post("/groups/<slug>/spotlight/<id:spotlight_id>/cancellation")
@guard(Action.LOOK_AFTER_GROUP)
def cancel(slug: str, spotlight_id: int) -> ResponseReturnValue:
    """Take it back before it leaves."""
    allow(Action.LOOK_AFTER_GROUP, keepers(_database(), chosen(_database(), slug)))
    by_id = person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            found = spotlights.get(session, spotlight_id)
            if found.group.slug != slug:
                raise NotFound()
            spotlights.cancel(session, found, by=people.get(session, by_id))
    except AlreadyLeft:
        flash(_("It has left already, or was taken back."), "error")
    else:
        flash(_("Taken back. The group can have another one."))
    return redirect(url_for("spotlights.index", slug=slug), 303)


@pages.app_template_global("spotlight_group_of")
def _spotlight_group_of(article: Article) -> Group | None:
    """The group of an article that is out, where the present person may put it in the light."""
    is_out = article.state in (ArticleState.PUBLISHED, ArticleState.CORRECTED)
    return article.group if is_out and can(Action.LOOK_AFTER_GROUP, keepers(_database(), article.group)) else None


def _author(session: Session, group: Group, choice: str) -> Author:
    """Who was chosen as `ARTICLE-PERSON`. Raises Invalid naming `choice`."""
    article_id, _dash, person_id = choice.partition("-")
    found = spotlights.authors(session, group, 1, int(article_id)) if is_id(article_id) and is_id(person_id) else []
    author = next((one for one in found if str(one.person.id) == person_id), None)
    if author is None or author.why_not:
        raise Invalid(Problem("choice", author.why_not if author else "Choose an article and its author."))
    return author


def _seen(session: Session, group: Group, author: Author) -> str:
    """The fingerprint of the words: a browser sends other line ends than it was given."""
    return sha256("\n".join(spotlight_notes.words_of(session, group, author)).encode()).hexdigest()


def _page(slug: str, typed: dict[str, str], errors: dict[str, str], preview: Author | None = None) -> str:
    session, group = _database(), chosen(_database(), slug)
    allow(Action.LOOK_AFTER_GROUP, keepers(session, group))
    found = spotlights.authors(session, group, ARTICLES_SHOWN)
    asked = typed.get("choice", "").partition("-")[0]
    if is_id(asked) and all(one.article.id != int(asked) for one in found):
        found = [*spotlights.authors(session, group, 1, int(asked)), *found]
    past = spotlights.of_group(session, group, PAST_SHOWN)
    return render_template(
        "groups/spotlight.html", group=group, typed=typed, errors=errors, preview=preview,
        choices=[_choice(one) for one in found if not one.why_not],
        unnamed=[one for one in found if one.why_not], past=past, standing_of=meanings.standing, can_cancel=_can_cancel,
        free_from=spotlights.free_from(session, group), **(_preview(session, group, preview) if preview else {}),
    )


def _choice(author: Author) -> tuple[str, str]:
    return f"{author.article.id}-{author.person.id}", f"{author.name} · 《{author.article.title}》"


def _preview(session: Session, group: Group, author: Author) -> dict[str, Any]:
    subject, text = spotlight_notes.words_of(session, group, author)
    held = spotlights.goes_at(session, group, house_zone())
    return {"subject": subject, "words": text, "seen": _seen(session, group, author), "held": held}


def _can_cancel(spotlight: Spotlight) -> bool:
    delivery = spotlight.delivery
    by_hand = delivery is not None and delivery.state == State.ACCEPTED and delivery.awaiting == "person"
    return by_hand or (delivery is not None and delivery.state in (State.WAITING, State.REFUSED))


def _database() -> Session:
    session: Session = db.session()
    return session
