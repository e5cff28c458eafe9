"""An article's rights: the author's statement, reprints, minors in the story, its pictures, and where a machine had a part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from app.auth import allow, can, guard, person_now
from app.errors import say
from app.extensions import db, deciding
from app.uploads.marking import mark
from app.web.rights import LICENCES, day_of
from app.web.words import field_errors
from editorial.articles import ai_uses, articles, assets, picture_rights, story_rights
from editorial.articles.articles import Article
from editorial.articles.revisions import Content
from editorial.articles.workflow import Move, after
from editorial.errors import Invalid
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action
from editorial.review import revising

pages = Blueprint("declaring", __name__)

ORIGINALITY: dict[str, Any] = {
    "unknown": lazy_gettext("Not said"), "original": lazy_gettext("Original"), "reprint": lazy_gettext("Reprint"),
    "compiled": lazy_gettext("Compiled from other sources"),
}
REPRINT: dict[str, Any] = {
    "on_request": lazy_gettext("Only with our permission"), "with_source": lazy_gettext("Allowed when the source is named"),
    "forbidden": lazy_gettext("Not allowed"),
}
PARTS: dict[str, Any] = {
    "article": lazy_gettext("The whole article"), "passage": lazy_gettext("A passage"), "picture": lazy_gettext("A picture"),
}
DEGREES: dict[str, Any] = {"assisted": lazy_gettext("AI-assisted"), "generated": lazy_gettext("AI-generated")}


@pages.route("/articles/<id:article_id>/rights", methods=["GET", "POST"])
@guard(Action.SEE_ARTICLE)
def rights(article_id: int) -> ResponseReturnValue:
    """The rights block; POST keeps it."""
    shown = articles.get(db.session(), article_id)
    allow(Action.SEE_ARTICLE, shown)
    if request.method == "GET":
        return _page(shown, {}, {})
    allow(Action.EDIT_ARTICLE, shown)
    typed, person_id = request.form.to_dict(), person_now().id
    try:
        consent_on = day_of(typed, "consent_on")
        with deciding() as session:
            story_rights.note(
                session(), articles.get(session(), article_id), by=people.get(session(), person_id),
                author_statement=typed.get("author_statement", "")[:2000], originality=typed.get("originality", ""),
                reprint=typed.get("reprint", ""), reprint_source=typed.get("reprint_source", "")[:300],
                tells_of_minor="tells_of_minor" in typed, guardian=typed.get("guardian", "")[:80], consent_on=consent_on,
                evidence=typed.get("evidence", "")[:200],
            )
    except Invalid as error:
        return _page(articles.get(db.session(), article_id), typed, field_errors(error)), 422
    flash(_("The rights of the article are kept."))
    return redirect(url_for("declaring.rights", article_id=article_id), 303)


@pages.post("/articles/<id:article_id>/ai-uses")
@guard(Action.EDIT_ARTICLE)
def declare(article_id: int) -> ResponseReturnValue:
    """Declare where a machine had a part: the label comes into the text as a new version."""
    typed = request.form.to_dict()

    def declared(session: Session, article: Article, content: Content, by: Person) -> Content:
        return ai_uses.declare(
            session, article, content, part=typed.get("part", ""), degree=typed.get("degree", ""), place=_place(typed),
            tool=typed.get("tool", ""), note=typed.get("note", ""), by=by,
        )

    answer = _revised(article_id, declared, typed, _("Declared. Readers see the label; it stands in the new version."))
    picture = assets.by_hash(db.session(), _place(typed)) if typed.get("part") == ai_uses.Part.PICTURE else None
    if picture is not None:
        mark(picture.id)
    return answer


@pages.post("/articles/<id:article_id>/ai-uses/labels")
@guard(Action.EDIT_ARTICLE)
def put_back(article_id: int) -> ResponseReturnValue:
    """Put every missing label into the text as a new version."""
    return _revised(
        article_id, lambda session, article, content, by: ai_uses.with_labels(session, article, content), {},
        _("The labels stand in the text."),
    )


@pages.post("/articles/<id:article_id>/ai-uses/<id:use_id>/removal")
@guard(Action.EDIT_ARTICLE)
def take_back(article_id: int, use_id: int) -> ResponseReturnValue:
    """Take a declaration back with a reason."""
    allow(Action.EDIT_ARTICLE, articles.get(db.session(), article_id))
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as session:
            use = ai_uses.of_id(session(), article_id, use_id)
            ai_uses.take_back(session(), use, reason=typed.get("reason", ""), by=people.get(session(), person_id))
    except Invalid as error:
        return _page(articles.get(db.session(), article_id), {**typed, "use": str(use_id)}, field_errors(error)), 422
    flash(_("Taken back; your reason is kept. The label still stands in the text until somebody removes it."))
    return redirect(url_for("declaring.rights", article_id=article_id), 303)


def _place(typed: dict[str, str]) -> str:
    return typed.get("picture" if typed.get("part") == ai_uses.Part.PICTURE else "passage", "")


def _revised(
    article_id: int, change: Callable[[Session, Article, Content, Person], Content], typed: dict[str, str], said: str
) -> ResponseReturnValue:
    """Save the changed content as the next version; under review that starts the review again."""
    allow(Action.EDIT_ARTICLE, articles.get(db.session(), article_id))
    person_id = person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            article, by = articles.get(session, article_id), people.get(session, person_id)
            content = change(session, article, articles.newest(session, article).content, by)
            revising.revise(session, article, content, base=article.revision, by=by)
    except Invalid as error:
        return _page(articles.get(db.session(), article_id), typed, field_errors(error)), 422
    flash(said)
    return redirect(url_for("declaring.rights", article_id=article_id), 303)


def _page(shown: Article, typed: dict[str, str], errors: dict[str, str]) -> str:
    session = db.session()
    content = articles.newest(session, shown).content
    return render_template(
        "rights/article.html", article=shown, rights=story_rights.of(session, shown), typed=typed, errors=errors,
        uses=ai_uses.of_article(session, shown), pictures=picture_rights.pictures_in(session, content),
        problems=[say(problem) for problem in story_rights.gate(session, shown)], originality=ORIGINALITY, reprint=REPRINT,
        parts=PARTS, degrees=DEGREES, licences=LICENCES, may_edit=can(Action.EDIT_ARTICLE, shown),
        may_label=can(Action.EDIT_ARTICLE, shown) and bool(after(shown.state, Move.SAVE) or after(shown.state, Move.REOPEN)),
        reopens=after(shown.state, Move.REOPEN) is not None,
        choices_of=[(one.sha256, picture_rights.named(one)) for one in picture_rights.pictures_in(session, content)],
    )
