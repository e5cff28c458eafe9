"""Customer groups of WeCom: read by the worker through the application, counted, their days kept once, gaps as gaps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import customer_looks
from app.connecting import set_connector
from app.jobs import Works
from editorial import clock
from editorial.groups import customer_groups
from editorial.groups.customer_groups import CustomerDay, CustomerGroup
from editorial.joining import directories
from editorial.joining.directories import DirectoryMember
from publishers.wecom import groups as wecom_groups
from tests import factories
from tests.app.browser import Browser
from tests.conftest import make_settings

DAY = timedelta(days=1)


@pytest.fixture
def settings(sqlite_url, tmp_path, sandbox):
    """An instance whose platforms are the simulated ones."""
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def today():
    """Noon in China of the day that it is."""
    return clock.now()


def chat(name: str, owner: str, days_ago: int, joins: list[float], now: datetime) -> dict:
    """A customer group with a member of staff and a customer for each instant (days ago)."""
    opened = (now - days_ago * DAY).timestamp()
    customers = [{"type": 2, "joined": (now - age * DAY).timestamp()} for age in joins]
    return {"id": f"wr{name}", "name": f"{name}客户群", "owner": owner, "opened": opened,
            "members": [{"type": 1, "joined": opened}, *customers]}


@pytest.fixture
def company(sandbox, today, session, people):
    """Three customer groups of two owners, and the application that may read them; its id."""
    sandbox.settings(customer_groups=[
        chat("华东", "linsy", 60, [40, 3, 2], today), chat("华南", "linsy", 20, [2], today), chat("售后", "shenzx", 100, [], today),
    ])
    application = factories.application(session, "wecom")
    session.commit()
    return application.id


def begin(app, people, application: int) -> Browser:
    operator = Browser(app, people["operator"])
    assert operator.send(f"/customer-groups/{application}/look").status_code == 303
    return operator


def work(settings, session: Session, *, expected: int = 1) -> None:
    """The worker finds the lane and looks."""
    works = Works(settings)
    lanes = [lane for lane in works.lanes_with_work() if lane.startswith(customer_looks.PREFIX)]
    assert sum(works.drain(lane) for lane in lanes) == expected
    works.engine.dispose()
    session.rollback()
    session.expire_all()


def test_the_directory_is_read_with_the_companys_own_application(app, settings, session, people, sandbox, company):
    operator = Browser(app, people["operator"])
    assert "还没有读取这些群" in operator.look("/customer-groups")
    begin(app, people, company)
    work(settings, session)
    rows = session.execute(select(CustomerGroup.name, CustomerGroup.owner, CustomerGroup.members, CustomerGroup.customers)
                           .order_by(CustomerGroup.members.desc())).all()
    assert [tuple(one) for one in rows] == [
        ("华东客户群", "linsy", 4, 3), ("华南客户群", "linsy", 2, 1), ("售后客户群", "shenzx", 1, 0),
    ]
    session.rollback()
    page = operator.look("/customer-groups?q=华东")
    assert "华东客户群" in page and "华南客户群" not in page
    work(settings, session, expected=0)


def test_owners_stand_by_name_where_the_directory_knows_them(app, settings, session, people, company):
    operator = begin(app, people, company)
    work(settings, session)
    listed = directories.add(session, kind="wecom", name="通讯录", application_id=company, by=people["admin"])
    session.add(DirectoryMember(directory_id=listed.id, subject="linsy", person_id=people["contributor"].id, present=True))
    session.commit()
    page = operator.look("/customer-groups")
    assert page.count(f'data-head="群主">{people["contributor"].name}</td>') == 2 and 'data-head="群主">shenzx</td>' in page


def test_a_look_that_a_stopping_worker_breaks_off_is_begun_again_by_the_next(app, settings, session, people, company):
    begin(app, people, company)
    works = Works(settings)
    works.stopping = True
    assert sum(works.drain(lane) for lane in works.lanes_with_work() if lane.startswith(customer_looks.PREFIX)) == 1
    works.engine.dispose()
    work(settings, session)
    assert session.scalar(select(func.count()).select_from(CustomerGroup)) == 3


def test_pages_and_owners_in_blocks_when_wecom_wants_them(app, settings, session, people, sandbox, company):
    sandbox.settings(company_page=1, customer_owners_needed=True)
    begin(app, people, company)
    work(settings, session)
    assert session.scalar(select(func.count()).select_from(CustomerGroup)) == 3


def test_what_is_gone_is_marked_and_comes_back(app, settings, session, people, sandbox, company, today):
    begin(app, people, company)
    work(settings, session)
    sandbox.settings(customer_groups=[chat("华东", "shenzx", 60, [40], today)])
    begin(app, people, company)
    work(settings, session)
    gone = session.scalars(select(CustomerGroup.name).where(CustomerGroup.gone_at.isnot(None)).order_by(CustomerGroup.name)).all()
    assert gone == ["华南客户群", "售后客户群"]
    assert session.scalars(select(CustomerGroup.owner).where(CustomerGroup.gone_at.is_(None))).all() == ["shenzx"]


def test_a_day_that_was_not_told_is_a_gap_and_is_asked_for_again(app, settings, session, people, sandbox, company, today):
    yesterday = wecom_groups.yesterday(today)
    missing = yesterday - 2 * DAY
    midnight = int(datetime(missing.year, missing.month, missing.day, tzinfo=wecom_groups.CHINA).timestamp())
    sandbox.settings(customer_gaps=[midnight])
    operator = begin(app, people, company)
    work(settings, session)
    month = customer_groups.month(session, company, yesterday)
    assert (month[0].day, month[0].missing, len(month)) == (yesterday, (), 30)
    assert month[2].figures is None and month[2].missing == ("linsy", "shenzx")
    assert month[1].figures["members"] == 7 and month[1].figures["new_members"] == 2
    session.rollback()
    assert operator.look("/customer-groups").count("企业微信没有给出这一天") == 1
    sandbox.settings(customer_gaps=[])
    begin(app, people, company)
    work(settings, session)
    assert all(one.figures is not None for one in customer_groups.month(session, company, yesterday))


def test_reading_again_counts_no_day_twice(app, settings, session, people, sandbox, company, today):
    begin(app, people, company)
    work(settings, session)
    before = session.execute(select(CustomerDay.owner, CustomerDay.day, CustomerDay.messages)).all()
    assert len(before) == 2 * 30
    days = {row.day: {name: getattr(row, name) for name in customer_groups.FIGURES}
            for row in session.scalars(select(CustomerDay).where(CustomerDay.owner == "linsy"))}
    customer_groups.keep_days(session, company, "linsy", days)
    session.commit()
    assert sorted(session.execute(select(CustomerDay.owner, CustomerDay.day, CustomerDay.messages)).all()) == sorted(before)


def test_a_refusal_is_said_in_words_and_asked_again_tomorrow(app, settings, session, people, sandbox, company):
    operator = begin(app, people, company)
    sandbox.fault("/cgi-bin/externalcontact/groupchat/list", "refuse", errcode=48002)
    work(settings, session)
    assert "上次没有读完" in operator.look("/customer-groups")
    work(settings, session, expected=0)
    with clock.at(datetime.now(UTC) + DAY + timedelta(minutes=1)):
        assert customer_looks.lanes_with_work(session) == [f"{customer_looks.PREFIX}{company}"]


def test_a_group_says_which_of_ours_it_belongs_to(app, settings, session, people, sandbox, company, today):
    sandbox.settings(customer_groups=[{**chat("华东", "linsy", 60, [1], today), "id": "wrEast1"}])
    group = factories.group(session, "east")
    said = {"application": str(company), "sender": "linsy", "chats": "wrEast1，wrWest2"}
    set_connector(session, group, "wecom_customer_group", said, by=None)
    name = group.name
    session.commit()
    operator = begin(app, people, company)
    work(settings, session)
    page = operator.look("/customer-groups")
    assert 'href="/groups/east"' in page and name in page


def test_nothing_is_read_any_more_when_it_is_ended(app, settings, session, people, company):
    operator = begin(app, people, company)
    assert operator.send(f"/customer-groups/{company}/look?act=end").status_code == 303
    work(settings, session, expected=0)
    assert operator.send(f"/customer-groups/{company}/look?act=end").status_code == 404
