"""Once a day for every group: its stage and flags anew; after 80 days the review; every week who has no steward or deputy."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from editorial import clock, house
from editorial.groups.groups import Group, GroupState
from editorial.life_cycle import facts, stages, tasks
from editorial.life_cycle.stages import Facts, Judgement
from editorial.life_cycle.standings import GroupReview, GroupStanding
from editorial.notices import tell_all
from editorial.people.people import Person, Role, with_role
from editorial.topics.columns import OutputPlan

AT_ONCE = 100
REVIEW_DAYS, LATEST_DAYS = 80, 110
"""Between these ages a group is asked about; one that was older when we came is left in peace."""


def watch(session: Session, zone: str = clock.DEFAULT_ZONE) -> int:
    """Look at the groups that nobody looked at for a day, and at tasks due. Returns how many were told of something."""
    ids = _due(session)
    found = facts.of_groups(session, ids) if ids else {}
    limits = house.settings(session, "silent_days", "most_shares_in_week")
    plans = {plan.group_id: plan.silent_days for plan in session.scalars(select(OutputPlan).where(OutputPlan.group_id.in_(ids)))}
    told = 0
    for group_id, known in found.items():
        silent = plans.get(group_id) or limits["silent_days"]
        flags = stages.flags(known, silent_days=silent, most_in_week=limits["most_shares_in_week"])
        judgement = stages.judge(known)
        _keep(session, group_id, known, judgement, flags)
        if REVIEW_DAYS <= known.age_days < LATEST_DAYS:
            told += _ask(session, group_id, known, judgement)
    return told + tasks.remind(session, zone) + _tell_of_roles(session)


def _due(session: Session) -> list[int]:
    yesterday = clock.now() - timedelta(days=1)
    query = (
        select(Group.id).outerjoin(GroupStanding, GroupStanding.group_id == Group.id).where(Group.state != GroupState.CLOSED)
        .where(or_(GroupStanding.found_at.is_(None), GroupStanding.found_at <= yesterday)).order_by(Group.id).limit(AT_ONCE)
    )
    return list(session.scalars(query))


def _keep(session: Session, group_id: int, known: Facts, judgement: Judgement, flags: list[str]) -> None:
    standing = session.get(GroupStanding, group_id) or GroupStanding(group_id=group_id)
    standing.stage, standing.flags, standing.age_days = judgement.stage, flags, known.age_days
    standing.reasons, standing.found_at = [list(reason) for reason in judgement.reasons], clock.now()
    session.add(standing)
    session.flush()
    tasks.follow(session, standing)


def _ask(session: Session, group_id: int, known: Facts, judgement: Judgement) -> int:
    """The review, once in a group's life, to whoever looks after it."""
    if session.scalar(select(GroupReview.id).where(GroupReview.group_id == group_id)) is not None:
        return 0
    figures = {"age_days": known.age_days, "stories": sum(known.stories), "clicks": sum(known.clicks), "stage": judgement.stage}
    session.add(GroupReview(group_id=group_id, figures=figures))
    group = session.get_one(Group, group_id)
    persons = [one for one in (group.steward, group.deputy) if one is not None and one.active]
    tell_all(
        session, persons or with_role(session, Role.OPERATOR), "“{group}” is {days} days old: go on, change, or close it?",
        cause=f"group_review:{group_id}", thing="group", thing_id=group_id, group=group.name, days=known.age_days,
    )
    return 1


def _tell_of_roles(session: Session) -> int:
    """Operators hear once a week how many groups have lacked a steward or a deputy for longer than the house allows."""
    now = clock.now()
    until = now - timedelta(days=house.setting(session, "roles_within_days"))
    lacks = [~exists().where(Person.id == column, Person.active) for column in (Group.steward_id, Group.deputy_id)]
    query = select(func.count()).select_from(Group).where(Group.state != GroupState.CLOSED, Group.created_at <= until, or_(*lacks))
    count = session.scalar(query) or 0
    if count:
        year, week, _day = now.isocalendar()
        tell_all(
            session, with_role(session, Role.OPERATOR), "{count} groups have had no steward or no deputy for too long.",
            cause=f"group_roles:{year}-{week}", thing="groups", count=count,
        )
    return 0
