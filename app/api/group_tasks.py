"""What the playbook proposes in a group, and the dated tasks that were taken on."""

from __future__ import annotations

from datetime import date, datetime

from flask import current_app
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.api.calls import Noun
from app.api.idempotency import acting
from app.api.shapes import Body, PersonShown, Shape
from app.auth import allow, guard, person_now
from app.extensions import db
from editorial.groups import groups
from editorial.groups.groups import Group
from editorial.life_cycle import tasks
from editorial.life_cycle.playbook import Doer
from editorial.life_cycle.stages import Stage
from editorial.life_cycle.tasks import GroupTask, TaskState
from editorial.members import role_sheet
from editorial.people.permissions import Action

noun = Noun("group_tasks")


class TaskShown(Shape):
    """One action of the playbook. `person` has the role of `doer` now; `due_on` and what follows stand once it is taken on."""

    id: str
    stage: Stage
    words: str
    state: TaskState
    doer: Doer
    person: PersonShown | None
    within_days: int
    due_on: date | None
    done_by: PersonShown | None
    done_at: datetime | None


class TasksShown(Shape):
    """What is proposed, taken on and done in a group."""

    items: list[TaskShown]


class Answer(Body):
    """The ids of what is taken on; all else that is proposed is declined."""

    take_on: list[str] = []


@noun.get("/groups/<id:group_id>/tasks", guard(Action.LOOK_AFTER_GROUP))
def everything(group_id: int) -> TasksShown:
    """The tasks of a group."""
    group = groups.get(db.session(), group_id)
    allow(Action.LOOK_AFTER_GROUP, _keepers(db.session(), group))
    return _shown(db.session(), group)


@noun.post("/groups/<id:group_id>/playbook", guard(Action.LOOK_AFTER_GROUP))
def answer(group_id: int, body: Answer) -> TasksShown:
    """Answer what the playbook proposes. 409 when it was answered, or the stage has changed."""
    with acting() as act:
        group = groups.get(act.session, group_id)
        allow(Action.LOOK_AFTER_GROUP, _keepers(act.session, group))
        chosen = [int(one) if one.isdecimal() else 0 for one in body.take_on]
        tasks.take_on(act.session, group, chosen, by=person_now(), zone=_zone())
        return act.done(_shown(act.session, group))


@noun.post("/group-tasks/<id:group_task_id>/completion", guard(Action.LOOK_AFTER_GROUP))
def finish(group_task_id: int) -> TaskShown:
    """Tick a task off. 409 for one that is not open."""
    with acting() as act:
        task = tasks.get(act.session, group_task_id)
        allow(Action.LOOK_AFTER_GROUP, _keepers(act.session, task.group))
        tasks.finish(act.session, task, by=person_now())
        return act.done(_task(task))


def _shown(session: Session, group: Group) -> TasksShown:
    states = (TaskState.PROPOSED, TaskState.OPEN, TaskState.DONE)
    return TasksShown(items=[_task(one) for one in tasks.of_group(session, group, *states)])


def _task(one: GroupTask) -> TaskShown:
    return TaskShown(
        id=str(one.id), stage=one.stage, words=gettext(one.words), state=one.state, doer=one.doer,
        person=PersonShown.of(one.person), within_days=one.days, due_on=one.due_on, done_by=PersonShown.of(one.done_by),
        done_at=one.done_at,
    )


def _keepers(session: Session, group: Group) -> role_sheet.Keepers:
    return role_sheet.keepers(session, group, _zone())


def _zone() -> str:
    zone: str = current_app.extensions["settings"].zone
    return zone
