"""Objections: whoever holds a right that a published article touches says so here, without an account."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.auth import everybody
from app.extensions import db, deciding, limiter
from app.web.words import field_errors
from editorial.articles.articles import Article
from editorial.articles.workflow import State
from editorial.calendar.editions import Place
from editorial.conduct import cases
from editorial.conduct.cases import Subject
from editorial.errors import Invalid, Problem
from editorial.share_back import freezes

pages = Blueprint("objections", __name__)

OUT = (State.PUBLISHED, State.CORRECTED)


@pages.route("/objections", methods=["GET", "POST"])
@everybody
@limiter.limit("5 per hour", methods=["POST"], deduct_when=lambda answer: answer.status_code == 201)
@limiter.limit("60 per hour", methods=["POST"])
def objection() -> ResponseReturnValue:
    """The form; POST makes a case of it and, when asked, holds the article back from further groups at once."""
    if request.method == "GET":
        return _page({"article": request.args.get("article", "")}, {})
    typed = request.form.to_dict()
    try:
        with deciding() as scoped:
            session = scoped()
            article = _published(session, typed.get("article", "").strip())
            subject = Subject("article", article.id, article.title, "", None)
            made = cases.object_to(
                session, subject, text=typed.get("text", ""), name=typed.get("name", ""), contact=typed.get("contact", ""),
                wants_freeze="wants_freeze" in typed,
            )
            if made.wants_freeze:
                freezes.freeze(session, article, made.case)
            number, frozen = made.number, made.wants_freeze
    except Invalid as error:
        return _page(typed, field_errors(error)), 422
    return render_template("conduct/objected.html", number=number, frozen=frozen), 201


def _published(session: Session, named: str) -> Article:
    """The published article with this number or link; the same answer for one that is not out, so that nothing is told of it."""
    query = select(Article).outerjoin(Place, Place.article_id == Article.id).where(Article.state.in_(OUT))
    link = named.split("#")[0]
    found = session.scalars(query.where(or_(Article.number == named, Place.permalink == link)).limit(1)).unique().first()
    if not named or found is None:
        raise Invalid(Problem("article", "No published article has this link or number. Copy the link from WeChat."))
    return found


def _page(typed: dict[str, str], errors: dict[str, str]) -> str:
    db.session.rollback()
    return render_template("conduct/objection.html", typed=typed, errors=errors)
