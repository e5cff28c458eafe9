"""Customer groups of somebody who left: an ineligible successor is refused with the platform's reason, and nothing is recorded."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import connecting
from editorial.departures import departures
from editorial.departures.departures import HandOver
from editorial.departures.estate import Part
from editorial.groups import groups
from editorial.people import people as persons
from tests import factories
from tests.app.browser import Browser
from tests.conftest import make_settings

MEMBERS = [
    {"id": "luo", "name": "罗杰", "department": 1}, {"id": "off", "name": "停用", "department": 1, "status": 2},
    {"id": "new", "name": "新人", "department": 1, "status": 4}, {"id": "left", "name": "走了", "department": 1, "status": 5},
    {"id": "plain", "name": "没开通", "department": 1, "contacts": False},
    {"id": "stranger", "name": "外人", "department": 1, "outside": True},
]


@pytest.fixture
def settings(sqlite_url, tmp_path, sandbox):
    """An instance whose WeCom is the simulated one."""
    sandbox.settings(company_people=MEMBERS)
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def item(session, people):
    """The hand-over of customer groups whose steward has left."""
    leaver = factories.person(session, "contributor", "白若兰", email="leaver@chengjiang.example")
    group = factories.group(session, "customers")
    group.steward, group.deputy = leaver, people["operator"]
    said = {"application": str(factories.application(session, "wecom").id), "sender": "bai", "chats": "wr1,staying2"}
    connecting.set_connector(session, group, "wecom_customer_group", said, by=people["admin"])
    persons.deactivate(session, leaver, by=people["admin"])
    departures.begin(session, leaver, by=people["admin"])
    session.commit()
    return session.scalars(select(HandOver).where(HandOver.part == Part.ROBOT)).one()


@pytest.fixture
def ask(app, people, session, item):
    """Ask for the transfer to a user id."""
    address = f"/settings/people/{item.departure.leaver_id}/departure/items/{item.id}/transfer"
    session.rollback()
    admin = Browser(app, people["admin"])
    return lambda user_id: admin.send(address, user_id=user_id)


def standing(session) -> tuple[str, str]:
    """How the hand-over stands, and who sends to the customer groups."""
    session.expire_all()
    item = session.scalars(select(HandOver).where(HandOver.part == Part.ROBOT)).one()
    known = item.standing, groups.by_slug(session, "customers").connector.settings["sender"]
    session.rollback()
    return known


@pytest.mark.parametrize(("user_id", "said"), [
    ("nobody", "只有同一企业的成员才能当群主"), ("stranger", "只有同一企业的成员才能当群主"), ("off", "已被禁用"),
    ("new", "还没有激活企业微信"), ("left", "已退出企业"), ("plain", "没有客户联系权限"), ("", "请填接任者的企业微信账号"),
    ("李 四", "请填接任者的企业微信账号"),
])
def test_who_may_own_no_customer_group_is_refused_before_anything_is_asked_for(ask, session, sandbox, user_id, said):
    answer = ask(user_id)
    assert answer.status_code == 422 and said in answer.text
    assert not [call for call in sandbox.calls() if "groupchat" in call["path"]]
    assert standing(session) == ("open", "bai")


def test_an_able_successor_gets_them_and_sends_from_now_on(ask, session, sandbox):
    assert ask("luo").status_code == 303
    moved = [(one["chat"], one["owner"]) for one in sandbox.effects("customer_group_transferred")]
    assert moved == [("wr1", "luo"), ("staying2", "luo")]
    assert standing(session) == ("done", "luo")
    assert ask("luo").status_code == 409


def test_what_the_platform_keeps_back_is_said_and_the_rest_can_be_asked_again(ask, session, sandbox, people):
    group = groups.by_slug(session, "customers")
    group.connector.settings = {**group.connector.settings, "chats": "wr1,inner2"}
    session.commit()
    for _ in range(2):
        answer = ask("luo")
        assert answer.status_code == 422 and "2 个客户群里已转交 1 个，其余没有转成。它不是客户群。" in answer.text
    assert len(sandbox.effects("customer_group_transferred")) == 1
    assert standing(session) == ("open", "bai")


def test_a_silent_platform_is_said_and_nothing_is_recorded(ask, session, sandbox):
    sandbox.fault("/cgi-bin/user/get", "drop_before")
    assert ask("luo").status_code == 422
    assert standing(session) == ("open", "bai")


def test_the_page_offers_it_where_there_are_customer_groups(app, people, session, item):
    address = f"/settings/people/{item.departure.leaver_id}/departure"
    session.rollback()
    assert "把客户群在企业微信里转交给" in Browser(app, people["admin"]).look(address)
