"""What else a reviewer can do: step aside, say that it cannot wait, name somebody for the time away."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.auth import guard, person_now
from app.extensions import db, deciding
from app.typesetting import typeset
from app.web.words import field_errors
from editorial import clock
from editorial.articles import articles
from editorial.errors import Invalid, NotFound, Problem
from editorial.people import people
from editorial.people.permissions import NEWSROOM, Action
from editorial.review import deciders, emergencies, stages
from editorial.review.rows import Substitution

pages = Blueprint("review_acts", __name__)


@pages.post("/articles/<id:article_id>/recusal")
@guard(Action.SEE_DESK)
def recuse(article_id: int) -> ResponseReturnValue:
    """Step aside from an article; the others are asked."""
    person_id, stage = person_now().id, request.form.get("stage", "")
    try:
        with deciding() as session:
            stages.recuse(
                session(), articles.get(session(), article_id), stage=stage, by=people.get(session(), person_id),
                reason=request.form.get("reason", ""),
            )
    except Invalid as error:
        flash(" ".join(field_errors(error).values()))
        return redirect(url_for("review.stage", article_id=article_id, stage=stage), 303)
    flash(_("You stepped aside. The others who may decide have been told."))
    return redirect(url_for("articles.article", article_id=article_id), 303)


@pages.post("/articles/<id:article_id>/emergency")
@guard(Action.EMERGENCY)
def hasten(article_id: int) -> ResponseReturnValue:
    """Say that an article goes out in haste, and why."""
    person_id, shown = person_now().id, articles.get(_database(), article_id)
    ready = typeset(_database(), articles.newest(_database(), shown).content)
    try:
        with deciding() as session:
            emergencies.declare(
                session(), articles.get(session(), article_id), reason=request.form.get("reason", ""),
                by=people.get(session(), person_id), typeset=ready,
            )
    except Invalid as error:
        flash(" ".join(field_errors(error).values()))
        return redirect(url_for("articles.article", article_id=article_id), 303)
    flash(_("Every editor has been told. The three reviews by three people are still needed."))
    return redirect(url_for("articles.article", article_id=article_id), 303)


@pages.post("/articles/<id:article_id>/emergency/removal")
@guard(Action.EMERGENCY)
def stand_down(article_id: int) -> ResponseReturnValue:
    """There is no haste any more."""
    person_id = person_now().id
    with deciding() as session:
        emergencies.stand_down(session(), articles.get(session(), article_id), by=people.get(session(), person_id))
    flash(_("From the next round on it takes its whole route again."))
    return redirect(url_for("articles.article", article_id=article_id), 303)


@pages.route("/substitutes", methods=["GET", "POST"])
@guard(Action.SEE_DESK)
def substitutes() -> ResponseReturnValue:
    """Who decides in my place, and for whom I may decide; POST names somebody."""
    if request.method == "GET":
        return _page({}, {})
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        begins, ends = _instant("begins_at"), _instant("ends_at")
        with deciding() as session:
            chosen = request.form.get("substitute", "")
            substitute = people.get(session(), int(chosen)) if chosen.isdecimal() else people.get(session(), person_id)
            deciders.name_substitute(
                session(), people.get(session(), person_id), substitute, begins_at=begins, ends_at=ends)
            name = substitute.name
    except Invalid as error:
        return _page(typed, field_errors(error)), 422
    flash(_("%(name)s may decide in your place then. The review sheet names you both.", name=name))
    return redirect(url_for("review_acts.substitutes"), 303)


@pages.post("/substitutes/<id:substitution_id>/ending")
@guard(Action.SEE_DESK)
def end_substitution(substitution_id: int) -> ResponseReturnValue:
    """It ends now."""
    person_id = person_now().id
    with deciding() as session:
        row = session().get(Substitution, substitution_id)
        if row is None or row.person_id != person_id:
            raise NotFound()
        deciders.end_substitution(session(), row, by=people.get(session(), person_id))
    flash(_("Nobody decides in your place any more."))
    return redirect(url_for("review_acts.substitutes"), 303)


def _page(typed: dict[str, str], errors: dict[str, str]) -> str:
    person, session = person_now(), _database()
    others = [one for one in people.with_role(session, *sorted(NEWSROOM)) if one.id != person.id]
    return render_template(
        "review/substitutes.html", typed=typed, errors=errors, person=person, rows=deciders.substitutions(session, person),
        others=[("", "")] + [(str(one.id), one.name) for one in others],
    )


def _instant(field: str) -> datetime:
    try:
        wall = datetime.fromisoformat(request.form.get(field, ""))
    except ValueError:
        raise Invalid(Problem(field, "This is no time.")) from None
    return clock.from_wall(wall.replace(tzinfo=None), current_app.extensions["settings"].zone)


def _database() -> Session:
    session: Session = db.session()
    return session
