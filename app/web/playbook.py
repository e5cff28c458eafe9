"""The playbook: what is proposed when a group's stage changes, the tasks taken on, and what a house does in each stage."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from sqlalchemy.orm import Session

from app.addresses import is_id
from app.auth import allow, guard, person_now
from app.extensions import db, deciding
from app.web.charters import chosen
from app.web.group_health import STAGES
from app.web.members import keepers, keeps
from app.web.slots import house_zone
from app.web.words import field_errors
from editorial import clock
from editorial.errors import Invalid, WrongState
from editorial.groups.groups import Group
from editorial.life_cycle import playbook, tasks
from editorial.life_cycle.playbook import MOST_ACTIONS, MOST_DAYS, WORDS_CHARACTERS, Doer
from editorial.life_cycle.stages import Stage
from editorial.life_cycle.tasks import GroupTask, TaskState
from editorial.people import people
from editorial.people.people import Person
from editorial.people.permissions import Action

pages = Blueprint("playbook", __name__)

SHOWN = 20
DOERS: dict[str, Any] = {
    Doer.STEWARD: lazy_gettext("Steward"), Doer.DEPUTY: lazy_gettext("Deputy"), Doer.OPERATOR: lazy_gettext("Operator"),
}


@pages.get("/group-health/playbook")
@guard(Action.MANAGE_GROUPS)
def index() -> ResponseReturnValue:
    """What the house does in each stage."""
    return _page("", [], {})


@pages.post("/group-health/playbook")
@guard(Action.MANAGE_GROUPS)
def change() -> ResponseReturnValue:
    """Set the actions of one stage."""
    stage, person_id = request.form.get("stage", ""), person_now().id
    rows = list(zip(*(request.form.getlist(name) for name in ("words", "days", "doer")), strict=False))
    try:
        with deciding() as session:
            playbook.change(session(), stage, rows, by=people.get(session(), person_id))
    except Invalid as error:
        return _page(stage, rows, field_errors(error)), 422
    flash(_("Saved. It is proposed the next time a group comes into this stage."))
    return redirect(url_for("playbook.index", _anchor=stage), 303)


@pages.post("/groups/<slug>/playbook")
@guard(Action.LOOK_AFTER_GROUP)
def answer(slug: str) -> ResponseReturnValue:
    """Take on what was ticked of what is proposed; the rest is declined."""
    allow(Action.LOOK_AFTER_GROUP, keepers(_database(), chosen(_database(), slug)))
    person_id, ticked = person_now().id, [int(said) for said in request.form.getlist("task") if is_id(said)]
    try:
        with deciding() as scoped:
            session = scoped()
            by, taken = people.get(session, person_id), [] if request.form.get("act") == "decline" else ticked
            count = tasks.take_on(session, chosen(session, slug), taken, by=by, zone=house_zone())
    except WrongState:
        flash(_("This has been answered already, or the stage has changed since."), "error")
    else:
        flash(ngettext("%(num)s task stands with its day.", "%(num)s tasks stand with their days.", count) if count
              else _("Declined. Nothing is proposed until the stage changes again."))
    return redirect(url_for("groups.group", slug=slug, _anchor="playbook"), 303)


@pages.post("/group-tasks/<id:group_task_id>/completion")
@guard(Action.LOOK_AFTER_GROUP)
def finish(group_task_id: int) -> ResponseReturnValue:
    """Tick a task off."""
    allow(Action.LOOK_AFTER_GROUP, keepers(_database(), tasks.get(_database(), group_task_id).group))
    person_id = person_now().id
    try:
        with deciding() as scoped:
            session = scoped()
            tasks.finish(session, tasks.get(session, group_task_id), by=people.get(session, person_id))
    except WrongState:
        flash(_("This task was done or withdrawn already."), "error")
    else:
        flash(_("Done, with your name."))
    slug = tasks.get(_database(), group_task_id).group.slug
    return redirect(url_for("groups.group", slug=slug, _anchor="playbook"), 303)


def on_group(group: Group) -> dict[str, Any]:
    """What a group's page shows of its playbook, to whoever looks after it."""
    if not keeps(_database(), group):
        return {"proposed": [], "open_tasks": []}
    found = tasks.of_group(_database(), group, TaskState.PROPOSED, TaskState.OPEN)
    return {
        "proposed": [one for one in found if one.state == TaskState.PROPOSED],
        "open_tasks": [one for one in found if one.state == TaskState.OPEN], **_words(),
    }


def of_person(person: Person) -> dict[str, Any]:
    """What the person has taken on in groups."""
    return {"group_tasks": tasks.of_person(_database(), person, SHOWN), **_words()}


def task_words(task: GroupTask) -> str:
    """What is to be done; the usual actions are sentences of the catalogue."""
    return _(task.words)


def _words() -> dict[str, Any]:
    return {"task_words": task_words, "doers": DOERS, "house_day": clock.to_wall(clock.now(), house_zone()).date()}


def _page(stage: str, rows: list[tuple[str, ...]], errors: dict[str, str]) -> str:
    known = {one: [(_(act.words), str(act.days), act.doer) for act in playbook.of_stage(_database(), one)] for one in Stage}
    shown = {one: rows if one == stage else found for one, found in known.items()}
    limits = {"actions": MOST_ACTIONS, "days": MOST_DAYS, "words": WORDS_CHARACTERS}
    return render_template(
        "groups/playbook.html", stages=STAGES, rows=shown, wrong_stage=stage, errors=errors, doers=DOERS, limits=limits,
    )


def _database() -> Session:
    session: Session = db.session()
    return session
