"""The cover of an article: which picture, which part of it on which card, or one drawn from title and theme."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.addresses import is_id, whole
from app.auth import allow, guard, person_now
from app.extensions import db, deciding
from app.outfit import drawn
from app.uploads.pictures import keep_drawn
from app.web.words import field_errors
from editorial.articles import articles, assets, crops
from editorial.articles.articles import Article
from editorial.articles.assets import Asset
from editorial.articles.revisions import Content
from editorial.errors import Invalid, Problem
from editorial.people import people
from editorial.people.permissions import Action
from editorial.review import revising

pages = Blueprint("covers", __name__)
RATIOS = {"cover_wide": crops.WIDE, "cover_square": crops.SQUARE}


@pages.get("/articles/<id:article_id>/cover")
@guard(Action.EDIT_ARTICLE)
def cover(article_id: int) -> ResponseReturnValue:
    """Choose the picture, then what the large and the small card show of it."""
    shown = _article(article_id)
    return _page(shown, articles.newest(_database(), shown).content, {})


@pages.post("/articles/<id:article_id>/cover", endpoint="choose")
@guard(Action.EDIT_ARTICLE)
def choose(article_id: int) -> ResponseReturnValue:
    """Take an uploaded picture, one of the text, or a drawn one, and its crops: a new version like any other change."""
    shown = _article(article_id)
    base, person_id = request.form.get("base", shown.revision, type=whole), person_now().id
    before = articles.newest(_database(), shown).content
    try:
        content = _chosen(before)
    except Invalid as error:
        return _page(shown, before, field_errors(error)), 422
    with deciding() as scoped:
        session = scoped()
        revising.revise(session, articles.get(session, article_id), content, base=base, by=people.get(session, person_id))
    flash(_("The cover is changed.") if content != before else _("The cover was not changed."))
    if content.cover and content.cover != before.cover:
        return redirect(url_for("covers.cover", article_id=article_id), 303)
    return redirect(url_for("articles.article", article_id=article_id), 303)


@pages.get("/articles/<id:article_id>/cover/drawn")
@guard(Action.EDIT_ARTICLE)
def drawing(article_id: int) -> ResponseReturnValue:
    """What the house draws for this article."""
    content = articles.newest(_database(), _article(article_id)).content
    return Response(_drawn(content), content_type="image/png")


def covered(content: Content) -> Content:
    """`content` under the cover its form names: the last uploaded picture, else the one named by its hash. Raises Invalid.

    Crops belong to one picture and go with it.
    """
    uploaded = [one for one in request.form.getlist("cover_asset") if is_id(one)]
    chosen = request.form.get("cover", content.cover)
    if not uploaded and not chosen:
        return content.changed(cover="", cover_wide="", cover_square="")
    picture = _database().get(Asset, int(uploaded[-1])) if uploaded else assets.by_hash(_database(), chosen)
    if picture is None or (uploaded and not assets.may_use(person_now(), picture)):
        raise Invalid(Problem("cover", "There is no such picture."))
    if picture.sha256 == content.cover:
        return content
    return content.changed(cover=picture.sha256, **suggestions(picture))


def suggestions(picture: Asset) -> dict[str, str]:
    """The parts around its focus, as the form writes them."""
    focus = (picture.focus[0], picture.focus[1])
    return {
        name: crops.written(crops.suggested(picture.width, picture.height, ratio, focus)) for name, ratio in RATIOS.items()
    }


def _chosen(before: Content) -> Content:
    if request.form.get("act") == "draw":
        picture = keep_drawn(_drawn(before), by=person_now())
        return before.changed(cover=picture.sha256, **suggestions(picture))
    content = covered(before)
    asked = {name: request.form[name].strip() for name in RATIOS if name in request.form}
    if content.cover != before.cover or not content.cover or not asked:
        return content
    cropped = content.changed(**asked)
    problems = assets.crop_problems(_database(), cropped.cover, cropped.cover_wide, cropped.cover_square)
    if problems:
        raise Invalid(*problems)
    return cropped


def _drawn(content: Content) -> bytes:
    return drawn(content.title, content.title.strip(), content.theme)


def _page(shown: Article, content: Content, errors: dict[str, str]) -> str:
    picture = assets.by_hash(_database(), content.cover) if content.cover else None
    parts = {name: getattr(content, name) for name in RATIOS}
    if picture is not None:
        parts = {name: parts[name] or suggested for name, suggested in suggestions(picture).items()}
    return render_template(
        "articles/cover.html", article=shown, content=content, picture=picture, parts=parts, errors=errors, ratios=RATIOS,
        pictures=_pictures(content), uploading=current_app.extensions["settings"].upload_bytes // (1024 * 1024),
    )


def _pictures(content: Content) -> list[Asset]:
    """The pictures of the text, and the present cover, in order."""
    wanted = list(dict.fromkeys([*assets.shown_in(content.body), *([content.cover] if content.cover else [])]))
    found = {asset.sha256: asset for asset in _database().scalars(select(Asset).where(Asset.sha256.in_(wanted)))}
    return [found[sha256] for sha256 in wanted if sha256 in found]


def _article(article_id: int) -> Article:
    found = articles.get(_database(), article_id)
    allow(Action.EDIT_ARTICLE, found)
    return found


def _database() -> Session:
    session: Session = db.session()
    return session
