"""Dated tasks of a group: proposed when its stage of life changes, taken on by a person, done by whoever has the role then.

A change proposes once. What nobody answered is withdrawn when the stage changes again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Select, String, Text, UniqueConstraint, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from editorial import audit, clock
from editorial.base import Base, Dated, Numbered
from editorial.errors import NotFound, WrongState
from editorial.groups.groups import Group, GroupState
from editorial.life_cycle import playbook
from editorial.life_cycle.playbook import Doer
from editorial.life_cycle.stages import Stage
from editorial.life_cycle.standings import GroupStanding
from editorial.notices import tell_all
from editorial.people.people import Person


class TaskState(StrEnum):
    """What became of a proposed action."""

    PROPOSED = "proposed"
    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class GroupTask(Numbered, Dated, Base):
    """One action of the playbook in one group. `change` counts the group's changes of stage; one taken on has `due_on`."""

    __tablename__ = "group_task"

    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    change: Mapped[int]
    position: Mapped[int]
    stage: Mapped[Stage] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(Text)
    days: Mapped[int]
    doer: Mapped[Doer] = mapped_column(String(8))
    state: Mapped[TaskState] = mapped_column(String(9), default=TaskState.PROPOSED)
    due_on: Mapped[date | None]
    """By the house's wall."""
    reminded_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime | None]

    group: Mapped[Group] = relationship()
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    done_by: Mapped[Person | None] = relationship(foreign_keys=[done_by_id])

    __table_args__ = (
        UniqueConstraint("group_id", "change", "position"),
        Index("ix_group_task_group", "group_id", "state"),
        Index("ix_group_task_due", "state", "due_on"),
    )

    @property
    def person(self) -> Person | None:
        """Who does it: whoever has the role now, else the steward."""
        holders = {Doer.STEWARD: self.group.steward, Doer.DEPUTY: self.group.deputy, Doer.OPERATOR: self.group.operator}
        return holders[Doer(self.doer)] or self.group.steward


def follow(session: Session, standing: GroupStanding) -> bool:
    """Propose the actions of the stage in force, if they are not those proposed last. Returns whether it did."""
    if standing.in_force == standing.proposed_stage:
        return False
    standing.proposed_stage, standing.changes = standing.in_force, (standing.changes or 0) + 1
    unanswered = GroupTask.group_id == standing.group_id, GroupTask.state == TaskState.PROPOSED
    session.execute(update(GroupTask).where(*unanswered).values(state=TaskState.WITHDRAWN))
    actions = playbook.of_stage(session, standing.in_force)
    session.add_all(
        GroupTask(
            group_id=standing.group_id, change=standing.changes, position=position, stage=standing.in_force, words=one.words,
            days=one.days, doer=one.doer,
        ) for position, one in enumerate(actions)
    )
    session.flush()
    if actions:
        _tell(session, session.get_one(Group, standing.group_id), standing)
    return bool(actions)


def of_group(session: Session, group: Group, *states: TaskState) -> Sequence[GroupTask]:
    """The group's tasks in these states, those due first in front."""
    query = select(GroupTask).where(GroupTask.group_id == group.id, GroupTask.state.in_(states))
    return session.scalars(query.order_by(GroupTask.due_on, GroupTask.id)).all()


def of_person(session: Session, person: Person, limit: int) -> Sequence[GroupTask]:
    """What the person has taken on in groups and not done, those due first in front."""
    theirs = or_(
        (GroupTask.doer == Doer.STEWARD) & (Group.steward_id == person.id),
        (GroupTask.doer == Doer.DEPUTY) & (func.coalesce(Group.deputy_id, Group.steward_id) == person.id),
        (GroupTask.doer == Doer.OPERATOR) & (func.coalesce(Group.operator_id, Group.steward_id) == person.id),
    )
    query = _open_ones().where(theirs).order_by(GroupTask.due_on, GroupTask.id).limit(limit)
    return session.scalars(query.options(joinedload(GroupTask.group))).all()


def get(session: Session, task_id: int) -> GroupTask:
    """The task with this id. Raises NotFound."""
    found = session.get(GroupTask, task_id)
    if found is None:
        raise NotFound()
    return found


def take_on(session: Session, group: Group, chosen: Collection[int], *, by: Person, zone: str = clock.DEFAULT_ZONE) -> int:
    """Answer what is proposed: the chosen ids become tasks with a day, the others are declined. Returns how many tasks.

    Raises WrongState when nothing is proposed any more, or something else than was chosen from.
    """
    proposed = of_group(session, group, TaskState.PROPOSED)
    if not proposed or not set(chosen) <= {one.id for one in proposed}:
        raise WrongState()
    today = clock.to_wall(clock.now(), zone).date()
    for one in proposed:
        taken = one.id in chosen
        one.state, one.decided_by_id = TaskState.OPEN if taken else TaskState.DECLINED, by.id
        one.due_on = today + timedelta(days=one.days) if taken else None
    details = {"stage": proposed[0].stage, "tasks": [one.words for one in proposed if one.id in chosen]}
    audit.record(session, "answer_playbook", "group", group.id, by=by, details=details)
    return len(details["tasks"])


def finish(session: Session, task: GroupTask, *, by: Person) -> None:
    """Tick a task off. Raises WrongState for one that is not open."""
    if task.state != TaskState.OPEN:
        raise WrongState()
    task.state, task.done_by_id, task.done_at = TaskState.DONE, by.id, clock.now()
    audit.record(session, "finish_group_task", "group", task.group_id, by=by, details={"task": task.words})


def remind(session: Session, zone: str = clock.DEFAULT_ZONE, limit: int = 100) -> int:
    """Tell who does it on the day that a task is due, once. Returns how many were told."""
    now = clock.now()
    due = GroupTask.due_on <= clock.to_wall(now, zone).date(), GroupTask.reminded_at.is_(None)
    found = session.scalars(_open_ones().where(*due).order_by(GroupTask.id).limit(limit)).all()
    for task in found:
        task.reminded_at = now
        if task.person is not None and task.person.active:
            tell_all(
                session, [task.person], "Due today in “{group}”: a task of the playbook.", cause=f"group_task:{task.id}",
                thing="group", thing_id=task.group_id, group=task.group.name,
            )
    return len(found)


def _open_ones() -> Select[GroupTask]:
    return select(GroupTask).join(GroupTask.group).where(GroupTask.state == TaskState.OPEN, Group.state != GroupState.CLOSED)


def _tell(session: Session, group: Group, standing: GroupStanding) -> None:
    keepers = [one for one in (group.steward, group.deputy) if one is not None and one.active]
    tell_all(
        session, keepers or [one for one in (group.operator,) if one is not None and one.active],
        "“{group}” is in another stage of its life. See what is proposed for it.",
        cause=f"playbook:{group.id}:{standing.changes}", thing="group", thing_id=group.id, group=group.name,
    )
