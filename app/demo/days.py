"""The demo's calendar beside its editions: days of the house, plans without an edition, and one embargo."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.agenda import Agenda
from app.demo.company import Cast
from app.demo.stories import HOUR, Stories
from editorial import clock, special_days
from editorial.accounts import OfficialAccount
from editorial.articles.articles import Article
from editorial.articles.workflow import State
from editorial.calendar import planned_items
from editorial.release import embargoes

WRITTEN_DAYS_AGO = 60
PLANS = (
    (3, "08:30", "安全生产月度简报", "安全", "生产部"), (6, "", "新员工入职第一课", "成长", "人力资源部"),
    (9, "20:00", "冬至包饺子活动预告", "活动", "工会"), (16, "", "年度人物候选人介绍", "人物", "党群工作部"),
)


def plan(agenda: Agenda, stories: Stories, cast: Cast, zone: str) -> None:
    """Put all of it on the agenda."""
    today = clock.to_wall(clock.real(), zone).date()
    agenda.add(stories.wall(-WRITTEN_DAYS_AGO, "10:00"), partial(_write, today=today, cast=cast))
    agenda.add(clock.now() - HOUR, partial(_hold_back, cast=cast, ends=stories.wall(4, "09:00"), zone=zone))


def _write(session: Session, *, today: date, cast: Cast) -> None:
    by = cast.first(session, "editor_in_chief")
    account = session.scalars(select(OfficialAccount).order_by(OfficialAccount.id)).first()
    for kind, name, begins, length, more in (
        ("company_day", "建厂纪念日", today + timedelta(days=5), 0, {"yearly": True, "note": "老照片专题提前一周备好。"}),
        ("blackout", "年终盘点", today + timedelta(days=20), 1, {"note": "系统停机，不安排发布。"}),
        ("blackout", "夜间不发布", today + timedelta(days=22), 0, {"from_time": "22:00", "to_time": "24:00"}),
        ("sensitive_date", "国家公祭日", date(today.year, 12, 13), 0, {"yearly": True, "note": "不发娱乐内容，封面用素色。"}),
        ("calendar_note", "摄影师外出", today + timedelta(days=8), 2, {}),
    ):
        special_days.write(session, kind=kind, name=name, begins_on=begins, ends_on=begins + timedelta(days=length), by=by, **more)
    for after, at, title, column, department in PLANS:
        planned_items.put(
            session, title=title, on=today + timedelta(days=after), at=at, column=column, department=department, account=account,
            by=by)


def _hold_back(session: Session, *, cast: Cast, ends: datetime, zone: str) -> None:
    article = session.scalars(select(Article).where(Article.state == State.IN_REVIEW).order_by(Article.id)).first()
    if article is not None:
        embargoes.put(session, article, ends, zone=zone, by=cast.first(session, "desk_editor"))
