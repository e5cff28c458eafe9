"""Suggesting changes without making them, and taking or refusing what others suggest."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.addresses import is_id, whole
from app.auth import allow, can, guard, person_now
from app.extensions import db, deciding
from app.web import stale
from app.web.covers import covered
from app.web.notes import OPEN_TO_CHANGE, beside
from app.web.previewing import typed
from app.web.went import went, window
from app.web.words import field_errors
from editorial.articles import articles, autosaves, revisions, suggestions
from editorial.articles.articles import Article
from editorial.articles.revisions import NEWSPIC
from editorial.errors import Invalid, NotAllowed, Stale, WrongState
from editorial.people import people
from editorial.people.permissions import Action
from editorial.review import revising

pages = Blueprint("suggestions", __name__)


@pages.get("/articles/<id:article_id>/suggesting")
@guard(Action.SEE_ARTICLE)
def begin(article_id: int) -> ResponseReturnValue:
    """The text as if one could change it; what is changed becomes suggestions. Annotating works here for everybody, too."""
    shown = _seen(article_id)
    newest = articles.newest(_database(), shown)
    return _page(shown, newest.title, newest.body, shown.revision, {})


@pages.post("/articles/<id:article_id>/suggestions")
@guard(Action.SEE_ARTICLE)
def suggest(article_id: int) -> ResponseReturnValue:
    """Propose what was changed."""
    shown, person_id = _seen(article_id), person_now().id
    title, body = request.form.get("title", shown.title), request.form.get("body", "").replace("\r\n", "\n")
    base = request.form.get("base", 0, type=whole)
    try:
        with deciding() as scoped:
            session = scoped()
            made = suggestions.suggest(
                session, articles.get(session, article_id), title, body, base=base, by=people.get(session, person_id)
            )
            count = len(made)
    except Invalid as error:
        return _page(articles.get(_database(), article_id), title, body, base, field_errors(error)), 422
    flash(_("%(count)s suggestions handed in. The text is as it was; its editor has been told.", count=count))
    return went(url_for("articles.article", article_id=article_id, _anchor="notes"))


@pages.post("/articles/<id:article_id>/suggestions/taking")
@guard(Action.EDIT_ARTICLE)
def take(article_id: int) -> ResponseReturnValue:
    """Take one suggestion or all, together with what is typed in the same form."""
    shown = articles.get(_database(), article_id)
    allow(Action.EDIT_ARTICLE, shown)
    base, person_id, wanted = request.form.get("base", 0, type=whole), person_now().id, _wanted(shown)
    content = covered(typed(articles.newest(_database(), shown).content))
    try:
        with deciding() as scoped:
            session = scoped()
            by = people.get(session, person_id)
            saved = revising.take_suggestions(session, articles.get(session, article_id), content, wanted, base=base, by=by)
            number = saved.revision.number
            autosaves.end(session, article_id, window=window(), by=by, saved_as=number)
    except Stale:
        return stale.page(_database(), articles.get(_database(), article_id), content, base), 409
    except Invalid as error:
        flash(" ".join(field_errors(error).values()), "bad")
        return went(url_for("articles.article", article_id=article_id, _anchor="notes"), taken=False)
    flash(_("Taken, and saved as version %(number)s. Whoever suggested it counts as a writer and cannot review it.", number=number))
    return went(url_for("articles.article", article_id=article_id, _anchor="notes"))


@pages.post("/articles/<id:article_id>/suggestions/refusal")
@guard(Action.SEE_ARTICLE)
def refuse(article_id: int) -> ResponseReturnValue:
    """Leave the text as it is; an editor refuses any suggestion, everybody takes back their own."""
    shown = _seen(article_id)
    wanted, person_id, any_of_them = _wanted(shown), person_now().id, can(Action.EDIT_ARTICLE, shown)
    with deciding() as scoped:
        session = scoped()
        rows = [row for row in suggestions.still_open(session, article_id) if row.id in wanted]
        if not rows:
            raise WrongState()
        if not any_of_them and any(row.made_by_id != person_id for row in rows):
            raise NotAllowed()
        suggestions.refuse(session, articles.get(session, article_id), rows, by=people.get(session, person_id))
        own = all(row.made_by_id == person_id for row in rows)
    flash(_("Taken back.") if own else _("Not taken; whoever suggested it has been told."))
    return went(url_for("articles.article", article_id=article_id, _anchor="notes"))


def _wanted(shown: Article) -> set[int]:
    asked = request.form.get("suggestion", "")
    if asked == "all":
        return {row.id for row in suggestions.still_open(_database(), shown.id)}
    return {int(asked)} if is_id(asked) else set()


def _page(shown: Article, title: str, body: str, base: int, errors: dict[str, str]) -> str:
    content = articles.newest(_database(), shown).content
    before = revisions.numbered(_database(), shown.id, base) if base != shown.revision else None
    return render_template(
        "writing/suggesting.html", article=shown, title=title, body=body, base=base, errors=errors,
        notes=beside(_database(), shown),
        original=before.body if before else content.body, content=content,
        may_suggest=shown.state in OPEN_TO_CHANGE and content.kind != NEWSPIC,
    )


def _seen(article_id: int) -> Article:
    found = articles.get(_database(), article_id)
    allow(Action.SEE_ARTICLE, found)
    return found


def _database() -> Session:
    session: Session = db.session()
    return session
