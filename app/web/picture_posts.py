"""Picture posts: one to twenty pictures in order above a plain text, made and changed without markup."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addresses import is_id
from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web.covers import suggestions
from app.web.previewing import typed
from app.web.words import field_errors
from editorial.articles import articles, assets
from editorial.articles.assets import Asset
from editorial.articles.revisions import NEWSPIC, Content
from editorial.errors import Invalid, Problem
from editorial.groups import groups
from editorial.people import people
from editorial.people.permissions import Action
from publishers.rendering.posts import put_together, taken_apart

pages = Blueprint("picture_posts", __name__)


@pages.route("/picture-posts/new", methods=["GET", "POST"])
@guard(Action.HAND_IN)
def new() -> ResponseReturnValue:
    """Begin a picture post."""
    if request.method == "GET":
        return _new_page({}, {}, [])
    person_id = person_now().id
    try:
        content = posted(Content(title="", body="", kind=NEWSPIC))
        with deciding() as scoped:
            session = scoped()
            saved = articles.write(
                session, content, origin_group=request.form.get("origin_group", ""), by=people.get(session, person_id),
                channel="page", nonce=request.form.get("nonce", "")[:64] or None,
            )
            article_id = saved.article.id
    except Invalid as error:
        return _new_page(request.form.to_dict(), field_errors(error), _named()), 422
    flash(_("Begun. It has its number and is saved as version 1."))
    return redirect(url_for("articles.article", article_id=article_id), 303)


def posted(before: Content) -> Content:
    """The form's picture post over what the form does not name; its cover is its first picture. Raises Invalid."""
    content = typed(before)
    if "words" not in request.form:
        return content
    mine, known = person_now(), assets.shown_in(before.body)
    chosen = _named()
    if any(one.sha256 not in known and not assets.may_use(mine, one) for one in chosen):
        raise Invalid(Problem("pictures", "There is no such picture."))
    words = request.form["words"].replace("\r\n", "\n")
    content = content.changed(body=put_together(words, [(one.url, one.alt_text) for one in chosen]))
    if not chosen:
        return content.changed(cover="", cover_wide="", cover_square="")
    if chosen[0].sha256 == before.cover:
        return content
    return content.changed(cover=chosen[0].sha256, **suggestions(chosen[0]))


def parts_of(session: Session, content: Content) -> dict[str, Any]:
    """The words and pictures of a picture post, as its form shows them."""
    wanted = assets.shown_in(content.body)
    found = {asset.sha256: asset for asset in session.scalars(select(Asset).where(Asset.sha256.in_(wanted)))}
    return {"words": taken_apart(content.body).words, "pictures": [found[sha256] for sha256 in wanted if sha256 in found]}


def _named() -> list[Asset]:
    """The pictures that the form names, in its order, each once."""
    ids = dict.fromkeys(int(one) for one in request.form.getlist("pictures") if is_id(one))
    found = {asset.id: asset for asset in db.session.scalars(select(Asset).where(Asset.id.in_(ids)))}
    return [found[number] for number in ids if number in found]


def _new_page(values: dict[str, Any], errors: dict[str, str], pictures: list[Asset]) -> str:
    return render_template(
        "articles/new_post.html", values=values, errors=errors, groups=groups.names(db.session()),
        post={"words": values.get("words", ""), "pictures": pictures},
    )
