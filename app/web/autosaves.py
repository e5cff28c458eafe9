"""Behind the editor: what is typed and not saved yet, and who else has the article open."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.auth import allow, guard, person_now
from app.errors import problem_document
from app.extensions import db, deciding
from app.filters import house_time
from app.web.went import window
from editorial.articles import annotations, articles, autosaves, presence, suggestions
from editorial.articles.articles import Article
from editorial.errors import Invalid
from editorial.people import people
from editorial.people.permissions import Action

pages = Blueprint("autosaves", __name__)


@pages.put("/articles/<id:article_id>/autosave")
@guard(Action.EDIT_ARTICLE)
def keep(article_id: int) -> ResponseReturnValue:
    """Keep what stands in a window, so that no crash and no other device loses it."""
    allow(Action.EDIT_ARTICLE, articles.get(_database(), article_id))
    said, person_id = _said(), person_now().id
    if said is None or not isinstance(said.get("fields"), dict) or not isinstance(said.get("base"), int):
        return problem_document(400)
    try:
        with deciding() as scoped:
            session = scoped()
            autosaves.keep(
                session, article_id, window=str(said.get("window", ""))[:24], base=said["base"], fields=said["fields"],
                by=people.get(session, person_id),
            )
    except Invalid as error:
        return problem_document(422, problems=error.problems)
    return "", 204


@pages.post("/articles/<id:article_id>/autosave/removal")
@guard(Action.EDIT_ARTICLE)
def drop(article_id: int) -> ResponseReturnValue:
    """Throw away what was typed in another window; it stays in one's own history for a month."""
    allow(Action.EDIT_ARTICLE, articles.get(_database(), article_id))
    person_id = person_now().id
    with deciding() as scoped:
        session = scoped()
        autosaves.end(session, article_id, window=window(), by=people.get(session, person_id), saved_as=None)
    flash(_("Put aside. It stays in the history of the article, for you alone, for a month."))
    return redirect(url_for("articles.article", article_id=article_id), 303)


@pages.post("/articles/<id:article_id>/presence")
@guard(Action.SEE_ARTICLE)
def be_there(article_id: int) -> ResponseReturnValue:
    """Say that a window is open, and hear who else is there and what was saved."""
    shown = _seen(article_id)
    said = _said()
    if said is None:
        return problem_document(400)
    named, writing, person_id = str(said.get("window", ""))[:24], said.get("writing") is True, person_now().id
    if not presence.is_known(_database(), article_id, window=named, by=person_now(), writing=writing):
        with deciding() as scoped:
            session = scoped()
            presence.tell(session, article_id, window=named, by=people.get(session, person_id), writing=writing)
        shown = articles.get(_database(), article_id)
    newest = articles.newest(_database(), shown)
    there = presence.others(_database(), article_id, window=named, by=person_now())
    return jsonify(
        others=[{"name": one.name, "own": one.own, "writing": one.writing} for one in there],
        revision=shown.revision, saved={"by": newest.saved_by.name, "at": house_time(newest.created_at)},
        notes=notes_stamp(_database(), article_id),
    )


@pages.post("/articles/<id:article_id>/presence/end")
@guard(Action.SEE_ARTICLE)
def leave(article_id: int) -> ResponseReturnValue:
    """The window is closed."""
    _seen(article_id)
    person_id = person_now().id
    with deciding() as scoped:
        session = scoped()
        presence.leave(session, article_id, window=window(), by=people.get(session, person_id))
    return "", 204


def notes_stamp(session: Session, article_id: int) -> str:
    """Another word whenever an annotation or a suggestion of the article changed."""
    return f"{annotations.stamp(session, article_id)}/{suggestions.stamp(session, article_id)}"


def _said() -> dict[str, Any] | None:
    said = request.get_json(silent=True)
    return said if isinstance(said, dict) else None


def _seen(article_id: int) -> Article:
    found = articles.get(_database(), article_id)
    allow(Action.SEE_ARTICLE, found)
    return found


def _database() -> Session:
    session: Session = db.session()
    return session
