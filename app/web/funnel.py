"""The stories' way as a funnel, and whether we were in time: counts by node, group and period, each with its table and CSV."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth import guard
from app.extensions import db
from app.filters import house_time
from app.web.tables import as_csv
from app.web.words import stage_words
from editorial.errors import NotFound
from editorial.events import Node
from editorial.groups import groups
from editorial.groups.groups import Group
from editorial.measuring import funnel, service_levels
from editorial.measuring.service_levels import Breach, Level
from editorial.people.permissions import Action

pages = Blueprint("funnel", __name__)
_ = lazy_gettext

PERIODS = (7, 30, 90, 365)
SHOWN = 30
"""Lines of a table on the page; its CSV holds all."""
NODES: dict[Node, Any] = {
    Node.CALL_SENT: _("Calls sent"), Node.SUBMITTED: _("Submissions received"), Node.FIRST_REPLY: _("First answers"),
    Node.REVIEW_PASSED: _("Reviews passed"), Node.PUBLISHED: _("Articles published"), Node.SHARED_BACK: _("Links back in groups"),
    Node.CLICKED: _("Clicks of people"), Node.REACTED: _("Reactions"), Node.TOPIC_REUSED: _("Topics taken up again"),
}
STORIES = (Node.SUBMITTED, Node.FIRST_REPLY, Node.REVIEW_PASSED, Node.PUBLISHED)
"""These nodes count stories, so one can be measured by another."""
LEVELS: dict[Level, Any] = {
    Level.FIRST_ANSWER: _("First answer"), Level.REVIEW: _("Review"), Level.SHARE_BACK: _("Share-back"),
}


@pages.get("/figures/funnel")
@guard(Action.SEE_FIGURES)
def index() -> ResponseReturnValue:
    """How often each node was passed, in all and by group."""
    session, (first, last), slug = db.session(), _period(), request.args.get("group", "")
    found = funnel.funnel(session, first, last, _group_id(session, slug))
    names = _names(session)
    rows = sorted(found.by_group.items(), key=lambda item: -sum(item[1].values()))
    return render_template(
        "figures/funnel.html", nodes=NODES, counts=found.counts, stories=STORIES, days=_days(), periods=PERIODS, group=slug,
        most=max(found.counts[node] for node in STORIES) or 1, groups=groups.names(session),
        rows=[(names.get(group_id), counts) for group_id, counts in rows[:SHOWN]], more=len(rows) > SHOWN, shown=SHOWN,
    )


@pages.get("/figures/funnel/csv")
@guard(Action.SEE_FIGURES)
def table() -> ResponseReturnValue:
    """The counts of each group as a table."""
    session, (first, last) = db.session(), _period()
    found = funnel.funnel(session, first, last, _group_id(session, request.args.get("group", "")))
    names = _names(session)
    rows = [[names.get(group_id, ""), *(counts.get(node, 0) for node in Node)] for group_id, counts in found.by_group.items()]
    return as_csv(["group", *(node.value for node in Node)], rows, f"funnel-{_days()}-days.csv")


@pages.get("/figures/funnel/events")
@guard(Action.SEE_FIGURES)
def events() -> ResponseReturnValue:
    """Every event of the period: time, node, class of actor, group."""
    session, (first, last) = db.session(), _period()
    names = _names(session)
    found = funnel.passings(session, first, last, _group_id(session, request.args.get("group", "")))
    rows = [[one.at.isoformat(), one.node, one.actor, names.get(one.group_id, ""), one.thing, one.thing_id] for one in found]
    return as_csv(["at", "node", "actor", "group", "thing", "id"], rows, f"events-{_days()}-days.csv")


@pages.get("/figures/service-levels")
@guard(Action.SEE_FIGURES)
def levels() -> ResponseReturnValue:
    """What was late, or is late now, of each promise of speed."""
    return render_template(
        "figures/service_levels.html", kept=[_kept(level, SHOWN) for level in Level], words=LEVELS, days=_days(), periods=PERIODS,
        stage_words=stage_words, shown=SHOWN,
    )


@pages.get("/figures/service-levels/csv")
@guard(Action.SEE_FIGURES)
def breaches() -> Response:
    """The same as a table."""
    rows = [_row(one) for level in Level for one in _kept(level).breaches]
    heads = ["level", "what", "where", "who", "began", "due", "done", "late_working_minutes"]
    return as_csv(heads, rows, f"service-levels-{_days()}-days.csv")


def _kept(level: Level, most: int | None = None) -> service_levels.Kept:
    return service_levels.kept(db.session(), level, *_period(), zone=current_app.extensions["settings"].zone, most=most)


def _row(one: Breach) -> list[object]:
    done = house_time(one.done_at) if one.done_at else ""
    return [one.level, one.title, one.detail, one.who, house_time(one.began_at), house_time(one.due_at), done, one.late]


def _days() -> int:
    said = request.args.get("days", "")
    return int(said) if said in map(str, PERIODS) else 30


def _period() -> tuple[datetime, datetime]:
    return service_levels.period(timedelta(days=_days()))


def _names(session: Session) -> dict[int | None, str]:
    return {row.id: row.name for row in session.execute(select(Group.id, Group.name))}


def _group_id(session: Session, slug: str) -> int | None:
    if not slug:
        return None
    group = groups.by_slug(session, slug)
    if group is None:
        raise NotFound()
    return group.id
