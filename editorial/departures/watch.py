"""Nobody's things are left lying: departures that nobody began are begun, groups without a steward get one within a day."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from editorial import clock
from editorial.articles.articles import Article
from editorial.departures import departures, estate
from editorial.departures.departures import Departure, HandOver, Standing
from editorial.departures.estate import Part
from editorial.groups.groups import Group, GroupState
from editorial.people.people import Person, Role, with_role

AT_ONCE = 50


def watch(session: Session) -> int:
    """Begin the departures of people who lost access without one, and give long unattended groups to somebody. How many."""
    gone = _unattended(session)
    for person in gone:
        departures.begin(session, person, by=None)
    for departure in departures.under_way(session, AT_ONCE):
        departures.look_again(session, departure)
    return len(gone) + _give_overdue(session)


def _unattended(session: Session) -> list[Person]:
    """People without access who still hold groups or articles, and whose departure is not under way."""
    begun = select(Departure.leaver_id).where(Departure.ended_at.is_(None))
    lost = select(Person).where(Person.active.is_(False), Person.id.not_in(begun))
    stewards = select(Group.steward_id).where(Group.state != GroupState.CLOSED, Group.steward_id.is_not(None))
    deputies = select(Group.deputy_id).where(Group.state != GroupState.CLOSED, Group.deputy_id.is_not(None))
    editors = select(Article.editor_id).where(Article.state.in_(estate.IN_WORK), Article.editor_id.is_not(None))
    operators = select(Group.operator_id).where(Group.state != GroupState.CLOSED, Group.operator_id.is_not(None))
    found = lost.where(or_(*(Person.id.in_(held) for held in (stewards, deputies, editors, operators))))
    return list(session.scalars(found.order_by(Person.id).limit(AT_ONCE)))


def _give_overdue(session: Session) -> int:
    """A group waits for a steward for some hours of people's time; then the house names one, who is told."""
    since = clock.now() - timedelta(hours=departures.hours(session))
    query = (
        select(HandOver).join(Departure).options(joinedload(HandOver.departure).joinedload(Departure.leaver))
        .where(HandOver.standing == Standing.OPEN, HandOver.part == Part.STEWARD, HandOver.created_at <= since).limit(AT_ONCE)
    )
    given = 0
    for item in session.scalars(query).all():
        successor = _nearest(session, item)
        if successor is not None:
            departures.hand(session, item, successor, by=None)
            departures.close_if_done(item.departure)
            given += 1
    return given


def _nearest(session: Session, item: HandOver) -> Person | None:
    """The steward of the nearest group above, else the operator with the fewest groups, else an administrator."""
    above = session.get_one(Group, item.thing_id).parent
    while above is not None:
        if estate.can_take(above.steward, item.departure.leaver):
            return above.steward
        above = above.parent
    load = dict(session.execute(select(Group.steward_id, func.count()).group_by(Group.steward_id)).all())
    operators = sorted(with_role(session, Role.OPERATOR), key=lambda one: load.get(one.id, 0))
    return next((one for one in [*operators, *with_role(session, Role.ADMIN)] if estate.can_take(one, item.departure.leaver)), None)
