"""How the groups fare: stages of life with their reasons, flags, what a person says instead, the review after 80 days."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session, joinedload

from app.addresses import is_id
from app.auth import can, guard, person_now
from app.extensions import db, deciding
from app.web import doings
from app.web.charters import chosen
from app.web.words import KINDS, field_errors
from editorial.errors import Invalid, NotAllowed, NotFound, WrongState
from editorial.groups.groups import Group, GroupState
from editorial.life_cycle import standings, tasks
from editorial.life_cycle.stages import Stage
from editorial.life_cycle.standings import GroupReview, GroupStanding
from editorial.people import people
from editorial.people.permissions import Action

pages = Blueprint("group_health", __name__)

PAGE = 50
SEASON_DAYS, YEAR_DAYS = 90, 365
STAGES: dict[str, Any] = {
    Stage.NEWCOMER: lazy_gettext("Newcomer"), Stage.GROWTH: lazy_gettext("Growth"), Stage.MATURE: lazy_gettext("Mature"),
    Stage.DECLINE: lazy_gettext("Declining"), Stage.CHURN: lazy_gettext("Churn"),
}
TONES = {Stage.NEWCOMER: "plain", Stage.GROWTH: "ready", Stage.MATURE: "good", Stage.DECLINE: "wait", Stage.CHURN: "wait"}
FLAGS: dict[str, Any] = {
    "silent": lazy_gettext("Silent"), "overload": lazy_gettext("Too much is sent"), "advertising": lazy_gettext("Advertising"),
}
OUTCOMES: dict[str, Any] = {outcome: doings.OUTCOMES[outcome] for outcome in ("go_on", "change", "close")}


@pages.get("/group-health")
@guard(Action.SEE_DESK)
def index() -> ResponseReturnValue:
    """All groups by stage, the reviews that wait, and how many groups reach a season and a year."""
    session = _database()
    stage, flag, cursor = (request.args.get(name, "") for name in ("stage", "flag", "cursor"))
    query = (
        select(GroupStanding).join(Group, Group.id == GroupStanding.group_id).options(joinedload(GroupStanding.group))
        .where(Group.state != GroupState.CLOSED).order_by(GroupStanding.group_id).limit(PAGE + 1)
    )
    if stage in set(Stage):
        query = query.where(func.coalesce(GroupStanding.said_stage, GroupStanding.stage) == stage)
    if flag in FLAGS:
        query = query.where(cast(GroupStanding.flags, String).contains(f'"{flag}"'))
    if is_id(cursor):
        query = query.where(GroupStanding.group_id > int(cursor))
    rows = session.scalars(query).all()
    following = url_for("group_health.index", stage=stage, flag=flag, cursor=rows[PAGE - 1].group_id) if len(rows) > PAGE else None
    open_reviews = select(GroupReview).options(joinedload(GroupReview.group)).where(GroupReview.answered_at.is_(None))
    return render_template(
        "groups/health.html", rows=rows[:PAGE], stage=stage, flag=flag, next_url=following, stages=STAGES, tones=TONES, flags=FLAGS,
        kinds=KINDS, counts=_counts(session), survival=_survival(session),
        reviews=session.scalars(open_reviews.order_by(GroupReview.id).limit(PAGE)).all(),
    )


@pages.post("/groups/<slug>/stage")
@guard(Action.MANAGE_GROUPS)
def say(slug: str) -> ResponseReturnValue:
    """Say another stage than the computed one, or go back to it."""
    by_id, typed = person_now().id, request.form.to_dict()
    try:
        with deciding() as scoped:
            session = scoped()
            by = people.get(session, by_id)
            said = standings.say(session, chosen(session, slug), typed.get("stage", ""), typed.get("reason", ""), by=by)
            tasks.follow(session, said)
    except Invalid as error:
        flash(" ".join(field_errors(error).values()), "error")
    return redirect(url_for("groups.group", slug=slug, _anchor="health"), 303)


@pages.post("/groups/<slug>/review")
@guard(Action.SEE_GROUPS)
def answer(slug: str) -> ResponseReturnValue:
    """Answer the review after 80 days: the steward, the deputy, or whoever manages groups."""
    by_id, typed = person_now().id, request.form.to_dict()
    if not _answers(chosen(_database(), slug)):
        raise NotAllowed()
    try:
        with deciding() as scoped:
            session = scoped()
            review = _review(session, chosen(session, slug))
            if review is None:
                raise NotFound()
            standings.answer(session, review, typed.get("outcome", ""), typed.get("words", ""), by=people.get(session, by_id))
    except (Invalid, WrongState) as error:
        flash(" ".join(field_errors(error).values()), "error")
    else:
        flash(_("Thank you. The answer stands on the group's page."))
    return redirect(url_for("groups.group", slug=slug, _anchor="health"), 303)


def on_group(group: Group) -> dict[str, Any]:
    """What a group's page shows of how it fares."""
    session = _database()
    return {
        "standing": session.get(GroupStanding, group.id), "review": _review(session, group), "stages": STAGES, "tones": TONES,
        "flag_words": FLAGS, "outcomes": OUTCOMES, "answers_review": _answers(group),
    }


def _answers(group: Group) -> bool:
    return can(Action.MANAGE_GROUPS) or group.belongs_to(person_now().id)


def _review(session: Session, group: Group) -> GroupReview | None:
    return session.scalar(select(GroupReview).where(GroupReview.group_id == group.id))


def _counts(session: Session) -> dict[str, int]:
    """How many open groups are in each stage."""
    in_force = func.coalesce(GroupStanding.said_stage, GroupStanding.stage)
    query = select(in_force, func.count()).join(Group, Group.id == GroupStanding.group_id)
    return dict(session.execute(query.where(Group.state != GroupState.CLOSED).group_by(in_force)).all())


def _survival(session: Session) -> list[tuple[int, int, int]]:
    """Of the groups we have looked at: days, how many got so old, how many of those are open."""
    query = select(GroupStanding.age_days, Group.state).join(Group, Group.id == GroupStanding.group_id)
    ages = [(age, state != GroupState.CLOSED) for age, state in session.execute(query)]
    reached = {days: [is_open for age, is_open in ages if age >= days] for days in (SEASON_DAYS, YEAR_DAYS)}
    return [(days, len(found), sum(found)) for days, found in reached.items()]


def _database() -> Session:
    session: Session = db.session()
    return session
