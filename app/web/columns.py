"""Columns: what each is about, its form, its way through review, its theme; and what an article is for."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.addresses import is_id
from app.auth import allow, can, guard, person_now
from app.extensions import db, deciding
from app.typesetting import theme_choices
from app.web.topic_words import GOALS, TYPES, words_of
from app.web.words import field_errors
from editorial import accounts
from editorial.articles import articles, planning
from editorial.articles.articles import Article
from editorial.articles.planning import Plan
from editorial.errors import Invalid
from editorial.groups import groups
from editorial.measuring import balance
from editorial.people import people
from editorial.people.permissions import Action
from editorial.topics import columns, pool
from editorial.topics.columns import Column

pages = Blueprint("columns", __name__)

TYPED = ("description", "type", "goal", "fields", "checklist", "route", "theme")


@pages.get("/columns")
@guard(Action.SEE_FIGURES)
def index() -> ResponseReturnValue:
    """All columns, with what came out in them lately."""
    session = _database()
    return render_template(
        "topics/columns.html", columns=columns.everyone(session, retired=True), out=balance.out_by_column(session),
        manages=can(Action.MANAGE_COLUMNS),
    )


@pages.route("/columns/new", methods=["GET", "POST"])
@guard(Action.MANAGE_COLUMNS)
def new() -> ResponseReturnValue:
    """Begin a column."""
    if request.method == "GET":
        return _column_page(None, {}, {})
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as scoped:
            session = scoped()
            columns.add(session, name=typed.get("name", ""), by=people.get(session, person_id), **_form(typed))
    except Invalid as error:
        return _column_page(None, typed, field_errors(error)), 422
    flash(_("The column is there. Topics and articles can be put into it."))
    return redirect(url_for("columns.index"), 303)


@pages.route("/columns/<id:column_id>", methods=["GET", "POST"])
@guard(Action.MANAGE_COLUMNS)
def column(column_id: int) -> ResponseReturnValue:
    """One column; POST saves it. Articles keep what they have."""
    shown = columns.get(_database(), column_id)
    if request.method == "GET":
        return _column_page(shown, {}, {})
    person_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as scoped:
            session = scoped()
            columns.change(
                session, columns.get(session, column_id), name=typed.get("name", ""), by=people.get(session, person_id),
                **_form(typed),
            )
    except Invalid as error:
        return _column_page(columns.get(_database(), column_id), typed, field_errors(error)), 422
    flash(_("The column is saved."))
    return redirect(url_for("columns.index"), 303)


@pages.post("/columns/<id:column_id>/retirement")
@guard(Action.MANAGE_COLUMNS)
def retire(column_id: int) -> ResponseReturnValue:
    """Take a column out of the choice, or put it back."""
    person_id, retired = person_now().id, request.form.get("retired") == "1"
    with deciding() as scoped:
        session = scoped()
        columns.retire(session, columns.get(session, column_id), by=people.get(session, person_id), retired=retired)
    flash(_("The column is out of the choice. Its articles stay in it.") if retired else _("The column can be chosen again."))
    return redirect(url_for("columns.index"), 303)


@pages.post("/articles/<id:article_id>/plan")
@guard(Action.EDIT_ARTICLE)
def plan(article_id: int) -> ResponseReturnValue:
    """Say what an article is for. Readers see nothing of it, so no sign-off is touched."""
    allow(Action.EDIT_ARTICLE, articles.get(_database(), article_id))
    person_id, typed = person_now().id, request.form.to_dict()
    names = [name.partition(".")[2] for name in typed if name.startswith("detail.")]
    said = Plan(
        column=typed.get("column", ""), type=typed.get("type", ""), goal=typed.get("goal", ""), topic=typed.get("topic", ""),
        details={name: typed[f"detail.{name}"] for name in names}, ticked=tuple(request.form.getlist("ticked")),
    )
    try:
        with deciding() as scoped:
            session = scoped()
            planning.plan(session, articles.get(session, article_id), said, by=people.get(session, person_id))
    except Invalid as error:
        for sentence in field_errors(error).values():
            flash(sentence, "error")
    else:
        flash(_("Saved. Column, type and goal are no part of the text, so nothing has to be reviewed again."))
    return redirect(url_for("articles.article", article_id=article_id, _anchor="article-plan"), 303)


@pages.post("/groups/<slug>/output")
@guard(Action.MANAGE_GROUPS)
def output(slug: str) -> ResponseReturnValue:
    """Say what a group means to bring out, and after how long without it is called silent."""
    person_id, typed = person_now().id, request.form.to_dict()
    days = typed.get("silent_days", "").strip()
    try:
        with deciding() as scoped:
            session = scoped()
            group = groups.by_slug(session, slug)
            if group is not None:
                columns.set_plan(
                    session, group.id, types=request.form.getlist("types"), by=people.get(session, person_id),
                    silent_days=(int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0) if days else None,
                )
    except Invalid as error:
        for sentence in field_errors(error).values():
            flash(sentence, "error")
    else:
        flash(_("The group is saved."))
    return redirect(url_for("groups.group", slug=slug, _anchor="output"), 303)


def on_article(shown: Article) -> dict[str, Any]:
    """What the article's page shows of its plan."""
    session, may_plan = _database(), can(Action.EDIT_ARTICLE, shown)
    topics = pool.in_work(session) if may_plan else []
    offered = columns.usual_first(columns.everyone(session), shown.group.kind) if may_plan else []
    if shown.topic is not None and shown.topic.id not in [one.id for one in topics]:
        topics.insert(0, shown.topic)
    return {
        "plan": {
            "may": may_plan, "columns": offered, "topics": topics,
            "types": words_of(TYPES), "goals": words_of(GOALS), "unticked": planning.unticked(shown),
        }
    }


def on_group(group_id: int) -> dict[str, Any]:
    """What the group's page shows of its output."""
    return {"output": balance.output_of(_database(), group_id), "types": words_of(TYPES)}


def _form(typed: dict[str, str]) -> dict[str, Any]:
    account = typed.get("account", "")
    return {**{name: typed.get(name, "") for name in TYPED}, "account_id": int(account) if is_id(account) else None}


def _column_page(shown: Column | None, typed: dict[str, str], errors: dict[str, str]) -> str:
    session = _database()
    return render_template(
        "topics/column.html", column=shown, typed=typed or _typed(shown), errors=errors, types=words_of(TYPES),
        goals=words_of(GOALS), themes=theme_choices(session, (shown.theme if shown else "") or "default"),
        accounts=accounts.everyone(session),
    )


def _typed(shown: Column | None) -> dict[str, str]:
    if shown is None:
        return {}
    return {
        "name": shown.name, "description": shown.description, "type": shown.type, "goal": shown.goal or "",
        "fields": "\n".join(shown.fields), "checklist": "\n".join(shown.checklist), "route": shown.route, "theme": shown.theme,
        "account": str(shown.account_id or ""),
    }


def _database() -> Session:
    session: Session = db.session()
    return session
