"""Beside the text: annotations of passages with their threads, and the suggestions nobody decided yet."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.addresses import whole
from app.auth import allow, can, guard, person_now
from app.extensions import db, deciding
from app.web.autosaves import notes_stamp
from app.web.words import field_errors
from editorial.articles import annotations, articles, autosaves, names, suggestions
from editorial.articles.anchors import AROUND, Anchor
from editorial.articles.articles import Article
from editorial.articles.passages import Annotation
from editorial.articles.workflow import Move, State, after
from editorial.errors import Invalid, Muted
from editorial.people import people
from editorial.people.permissions import Action

pages = Blueprint("notes", __name__)

OPEN_TO_CHANGE = tuple(state for state in State if after(state, Move.SAVE) or after(state, Move.REOPEN))


@pages.get("/articles/<id:article_id>/notes")
@guard(Action.SEE_ARTICLE)
def listing(article_id: int) -> ResponseReturnValue:
    """The list beside the text, for a page that is open already."""
    return _answer(_seen(article_id))


@pages.post("/articles/<id:article_id>/annotations")
@guard(Action.SEE_ARTICLE)
def annotate(article_id: int) -> ResponseReturnValue:
    """Begin a thread about a passage."""
    shown, person_id, form = _seen(article_id), person_now().id, request.form
    begin, quote = form.get("begin", 0, type=whole), form.get("quote", "").replace("\r\n", "\n")
    anchor = Anchor(
        begin, begin + len(quote), quote, form.get("before", "").replace("\r\n", "\n")[-AROUND:],
        form.get("after", "").replace("\r\n", "\n")[:AROUND],
    )
    try:
        with deciding() as scoped:
            session = scoped()
            article = articles.get(session, article_id)
            made = annotations.annotate(session, article, anchor, form.get("text", ""), by=people.get(session, person_id)).id
    except (Invalid, Muted) as error:
        return _answer(shown, field_errors(error)), 422
    return _answer(articles.get(_database(), article_id), made=made)


@pages.post("/annotations/<id:annotation_id>/replies")
@guard(Action.SEE_ARTICLE)
def reply(annotation_id: int) -> ResponseReturnValue:
    """Say something in a thread."""
    shown, person_id = _of(annotation_id), person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            thread = annotations.get(session, annotation_id)
            article = articles.get(session, thread.article_id)
            annotations.reply(session, article, thread, request.form.get("text", ""), by=people.get(session, person_id))
    except (Invalid, Muted) as error:
        return _answer(shown, field_errors(error), made=annotation_id), 422
    return _answer(articles.get(_database(), shown.id), made=annotation_id)


@pages.post("/annotations/<id:annotation_id>/resolution")
@guard(Action.SEE_ARTICLE)
def resolve(annotation_id: int) -> ResponseReturnValue:
    """The thread is done."""
    shown, person_id = _of(annotation_id), person_now().id
    with deciding() as scoped:
        session = scoped()
        annotations.resolve(session, annotations.get(session, annotation_id), by=people.get(session, person_id))
    return _answer(articles.get(_database(), shown.id))


@pages.post("/annotations/<id:annotation_id>/reopening")
@guard(Action.SEE_ARTICLE)
def reopen(annotation_id: int) -> ResponseReturnValue:
    """The thread was not done."""
    shown, person_id = _of(annotation_id), person_now().id
    with deciding() as scoped:
        session = scoped()
        annotations.reopen(session, annotations.get(session, annotation_id), by=people.get(session, person_id))
    return _answer(articles.get(_database(), shown.id), made=annotation_id)


@pages.post("/articles/<id:article_id>/versions/<id:revision>/name")
@guard(Action.EDIT_ARTICLE)
def name(article_id: int, revision: int) -> ResponseReturnValue:
    """Name a version, so that it is found again."""
    allow(Action.EDIT_ARTICLE, articles.get(_database(), article_id))
    person_id, words = person_now().id, request.form.get("name", "")
    with deciding() as scoped:
        session = scoped()
        names.name(session, article_id, revision, words, by=people.get(session, person_id))
    flash(_("Version %(number)s is named.", number=revision) if words.strip() else _("The name is taken away."))
    return redirect(url_for("articles.article", article_id=article_id, _anchor="versions"), 303)


def beside(session: Session, shown: Article) -> dict[str, Any]:
    """What the list beside the text shows: threads, suggestions, whom one can mention, what one may do."""
    threads = annotations.threads(session, shown.id)
    return {
        "threads": [thread for thread in threads if thread.resolved_at is None],
        "resolved": [thread for thread in threads if thread.resolved_at is not None],
        "suggestions": suggestions.still_open(session, shown.id),
        "colleagues": [person.name for person in annotations.colleagues(session, shown)],
        "may_take": can(Action.EDIT_ARTICLE, shown) and shown.state in OPEN_TO_CHANGE,
        "stamp": notes_stamp(session, shown.id),
    }


def around(session: Session, shown: Article) -> dict[str, Any]:
    """What else the article's page knows of people writing: names of versions, what one has typed and not saved."""
    person = person_now()
    kept = autosaves.own(session, shown.id, person)
    live = next((row for row in kept if row.ended_at is None), None)
    return {"names": names.of(session, shown.id), "autosaves": kept, "unsaved": live, "notes": beside(session, shown)}


def _answer(shown: Article, errors: dict[str, str] | None = None, made: int | None = None) -> ResponseReturnValue:
    if request.method == "POST" and "HX-Request" not in request.headers:
        for sentence in (errors or {}).values():
            flash(sentence, "bad")
        return redirect(url_for("articles.article", article_id=shown.id, _anchor="notes"), 303)
    return render_template(
        "writing/notes.html", article=shown, notes=beside(_database(), shown), note_errors=errors or {}, made=made,
    )


def _of(annotation_id: int) -> Article:
    thread: Annotation = annotations.get(_database(), annotation_id)
    return _seen(thread.article_id)


def _seen(article_id: int) -> Article:
    found = articles.get(_database(), article_id)
    allow(Action.SEE_ARTICLE, found)
    return found


def _database() -> Session:
    session: Session = db.session()
    return session
