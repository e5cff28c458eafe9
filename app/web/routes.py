"""Review routes in the settings: what there is, each with its stages on two tracks, and which way an article would take."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.auth import guard, person_now
from app.extensions import db, deciding
from app.web import route_forms
from app.web.words import KINDS, field_errors, stage_words
from editorial.articles.articles import Article
from editorial.articles.workflow import State
from editorial.errors import Invalid
from editorial.people import people
from editorial.people.permissions import Action
from editorial.review import plans, rounds, routes
from editorial.review.routes import ReviewRoute, RouteVersion
from editorial.review.rows import ReviewRound

pages = Blueprint("routes", __name__)

MOST_TOUCHED = 20
BLANK = plans.serial(plans.REVIEWS)


@pages.get("/settings/routes")
@guard(Action.MANAGE_ROUTES)
def index() -> ResponseReturnValue:
    """All routes, and the way that one article would take, with the reason."""
    session, number = _database(), request.args.get("article", "").strip()
    tried = session.scalar(select(Article).where(Article.number == number)) if number else None
    choice = routes.choose(session, tried) if tried else None
    plan = rounds.joined(choice.version.plan, rounds.joining(session, tried)) if tried and choice else None
    found = [(route, routes.newest(session, route)) for route in routes.everyone(session)]
    return render_template(
        "review/routes.html", routes=[(route, version, plans.steps(version.plan.stages)) for route, version in found],
        kinds=KINDS, number=number, tried=tried, choice=choice, way=plans.steps(plan.stages) if plan else {},
    )


@pages.route("/settings/routes/new", methods=["GET", "POST"])
@guard(Action.MANAGE_ROUTES)
def new() -> ResponseReturnValue:
    """A further route; it begins with the three reviews."""
    if request.method == "GET":
        return _form(None, route_forms.rows_of(BLANK), proofs_after=False)
    rows, after = route_forms.typed()
    if request.form.get("act") != "save":
        return _form(None, rows, proofs_after=after)
    person_id = person_now().id
    try:
        with deciding() as session:
            routes.add(
                session(), request.form.get("name", ""), route_forms.plan_of(rows, proofs_after=after),
                by=people.get(session(), person_id), group_kinds=request.form.getlist("group_kinds"),
            )
    except Invalid as error:
        return _form(None, rows, proofs_after=after, errors=field_errors(error)), 422
    flash(_("The route is kept. It is taken from the next article that is sent for review."))
    return redirect(url_for("routes.index"), 303)


@pages.route("/settings/routes/<id:route_id>", methods=["GET", "POST"])
@guard(Action.MANAGE_ROUTES)
def route(route_id: int) -> ResponseReturnValue:
    """One route; POST moves, adds or takes away a row, or keeps the next version."""
    shown = routes.get(_database(), route_id)
    if request.method == "GET":
        plan = routes.newest(_database(), shown).plan
        return _form(shown, route_forms.rows_of(plan), proofs_after=plan.proofs_after)
    rows, after = route_forms.typed()
    if request.form.get("act") != "save":
        return _form(shown, rows, proofs_after=after)
    person_id = person_now().id
    try:
        with deciding() as session:
            kept, by = routes.get(session(), route_id), people.get(session(), person_id)
            routes.describe(
                session(), kept, name=request.form.get("name", ""), group_kinds=request.form.getlist("group_kinds"),
                active=bool(request.form.get("active")), by=by,
            )
            routes.change(session(), kept, route_forms.plan_of(rows, proofs_after=after), by=by)
    except Invalid as error:
        return _form(routes.get(_database(), route_id), rows, proofs_after=after, errors=field_errors(error)), 422
    flash(_("The route is kept. Articles under review go on as they began."))
    return redirect(url_for("routes.index"), 303)


def _form(
    shown: ReviewRoute | None, rows: list[route_forms.Row], *, proofs_after: bool, errors: dict[str, str] | None = None
) -> str:
    session = _database()
    typed = request.form if request.method == "POST" else None
    touched, count = _touched(session, shown) if shown else ([], 0)
    persons = people.with_role(session, *route_forms.wanted_roles())
    known = {row.stage.name for row in rows}
    return render_template(
        "review/route.html", route=shown, rows=route_forms.choices(rows, persons), proofs_after=proofs_after,
        errors=errors or {}, kinds=KINDS, more=[(name, stage_words(name)) for name in route_forms.MORE if name not in known],
        name=typed.get("name", "") if typed else shown.name if shown else "",
        group_kinds=typed.getlist("group_kinds") if typed else shown.group_kinds if shown else [],
        active=bool(typed.get("active")) if typed else shown.active if shown else True,
        touched=touched, count=count, versions=_versions(session, shown) if shown else [],
    )


def _touched(session: Session, shown: ReviewRoute) -> tuple[list[Any], int]:
    """Articles under review on this route, which a change leaves on the version they began with."""
    running = (
        select(Article, RouteVersion.number).join(ReviewRound, (ReviewRound.article_id == Article.id)
                                                  & (ReviewRound.number == Article.round))
        .join(RouteVersion, RouteVersion.id == ReviewRound.version_id)
        .where(RouteVersion.route_id == shown.id, Article.state.in_([State.IN_REVIEW, State.IN_PROOF]))
    )
    count = session.scalar(select(func.count()).select_from(running.with_only_columns(Article.id).subquery())) or 0
    return list(session.execute(running.order_by(Article.waiting_since).limit(MOST_TOUCHED)).all()), count


def _versions(session: Session, shown: ReviewRoute) -> list[RouteVersion]:
    query = select(RouteVersion).where(RouteVersion.route_id == shown.id)
    return list(session.scalars(query.order_by(RouteVersion.number.desc()).limit(10)))


def _database() -> Session:
    session: Session = db.session()
    return session
