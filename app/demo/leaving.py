"""Somebody who left the demo company, and how its groups fare: stages, reviews, tags, a template."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.demo.agenda import Agenda
from app.demo.company import Cast
from editorial import clock
from editorial.departures import departures
from editorial.groups import groups, patterns, tags
from editorial.groups.groups import Group
from editorial.life_cycle import standings, watch
from editorial.life_cycle.standings import GroupReview, GroupStanding
from editorial.notices import Notice
from editorial.people import people

LEAVER = ("zhu.xiangdong", "祝向东", "工会与企业文化部")
LEFT_DAYS_AGO = 3
WAITING_REVIEWS = 2
ANSWER = "有稿、有人看，照旧办下去。"
TAGS = (
    ("对象", "一线", ("apprentice", "lean", "testing", "service")), ("对象", "公司外", ("customers", "partners", "alumni")),
    ("主题", "技术", ("research", "testing", "product")),
)
TEMPLATE = "部门学堂"


def plan(agenda: Agenda, cast: Cast) -> None:
    """They look after one group, are deputy of another, and leave some days ago."""
    agenda.add(clock.now() - timedelta(days=LEFT_DAYS_AGO), lambda session: _take_leave(session, cast))


def _take_leave(session: Session, cast: Cast) -> None:
    address, name, department = LEAVER
    admin = cast.first(session, "admin")
    leaver = people.add(session, email=cast.email(address), name=name, roles=["contributor"], department=department, by=admin)
    _group(session, "running").steward, _group(session, "reading").deputy = leaver, leaver
    session.flush()
    people.deactivate(session, leaver, by=admin)
    departures.begin(session, leaver, by=admin)


def look_after(session: Session, cast: Cast) -> None:
    """How the groups fare, with all that happened, and what their stewards answered after 80 days; two have not yet."""
    long_ago = clock.now() - timedelta(days=2)
    session.execute(update(GroupStanding).values(found_at=long_ago))
    watch.watch(session)
    reviews = session.scalars(select(GroupReview).where(GroupReview.answered_at.is_(None)).order_by(GroupReview.id)).all()
    for review in reviews[:-WAITING_REVIEWS]:
        standings.answer(session, review, "go_on", ANSWER, by=review.group.steward or cast.first(session, "operator"))
    settled = [f"group_review:{review.group_id}" for review in reviews[:-WAITING_REVIEWS]]
    session.execute(update(Notice).where(Notice.cause.in_(settled)).values(seen_at=clock.now()))
    operator = cast.first(session, "operator")
    for taxonomy, name, slugs in TAGS:
        tag = tags.add(session, taxonomy=taxonomy, name=name, by=operator)
        tags.give(session, [_group(session, slug).id for slug in slugs], tag)
    patterns.save(session, TEMPLATE, _group(session, "training"), by=operator)
    session.commit()


def _group(session: Session, slug: str) -> Group:
    found = groups.by_slug(session, slug)
    if found is None:
        raise LookupError(f"no group in company.json is called {slug}")
    return found
