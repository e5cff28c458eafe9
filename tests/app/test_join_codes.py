"""Join codes: made in WeCom once, with its picture and posters; who came by which is counted by code, nobody twice."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.connecting import set_connector
from editorial import clock
from editorial.groups.join_codes import JoinCode, JoinCount
from editorial.groups.kept_outside import Standing
from publishers.pictures.codes import codes_of
from tests import factories
from tests.app.browser import Browser
from tests.app.test_customer_groups import chat, work
from tests.conftest import make_settings

PAGE = "/groups/east/join-codes"
ADD = "/cgi-bin/externalcontact/groupchat/add_join_way"


@pytest.fixture
def settings(sqlite_url, tmp_path, sandbox):
    """An instance whose platforms are the simulated ones."""
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def operator(app, people, session, sandbox):
    """Looks after a group that is reached by two customer groups."""
    now = clock.now()
    sandbox.settings(customer_groups=[
        {**chat("east", "linsy", 60, [40, 3], now), "id": "wrEast1"}, {**chat("east", "linsy", 60, [], now), "id": "wrEast2"},
    ])
    application = factories.application(session, "wecom")
    group = factories.group(session, "east")
    group.purpose = "华东区的设备用户"
    said = {"application": str(application.id), "sender": "linsy", "chats": "wrEast1，wrEast2"}
    set_connector(session, group, "wecom_customer_group", said, by=None)
    session.commit()
    return Browser(app, people["operator"])


def make(operator: Browser, name: str) -> None:
    answer = operator.send(PAGE, name=name, opens_more="1", base_name="华东用户群")
    assert answer.status_code == 303, answer.text


def codes(session: Session) -> list[JoinCode]:
    session.rollback()
    session.expire_all()
    found = list(session.scalars(select(JoinCode).order_by(JoinCode.id)))
    session.expunge_all()
    session.rollback()
    return found


def scan(sandbox, row: JoinCode, times: int = 1, days_ago: float = 0) -> None:
    for _ in range(times):
        sandbox.scan(row.remote_id, at=(clock.now() - timedelta(days=days_ago)).timestamp())


def test_a_code_is_made_with_its_picture_and_its_posters(operator, session, sandbox):
    make(operator, "展会海报")
    [row] = codes(session)
    body = sandbox.effects("join_way")[0]["body"]
    assert (body["scene"], body["remark"], body["chat_id_list"]) == (2, "展会海报", ["wrEast1", "wrEast2"])
    assert (body["auto_create_room"], body["room_base_name"], body["state"]) == (1, "华东用户群", row.state)
    assert row.standing == Standing.KEPT and len(row.state) <= 30
    for address in (f"/join-codes/{row.id}/picture", f"/join-codes/{row.id}/picture?shape=upright"):
        with Image.open(io.BytesIO(operator.client.get(address).data)) as picture:
            assert list(codes_of(picture.convert("RGB"))) == [f"https://work.weixin.qq.com/gm/{row.remote_id}"]
    assert operator.status(f"/join-codes/{row.id}/picture?shape=round") == 404


def test_two_codes_of_one_group_count_each_its_own(operator, session, settings, sandbox):
    make(operator, "展会海报")
    make(operator, "送货单")
    fair, bill = codes(session)
    scan(sandbox, fair, 3, days_ago=2)
    scan(sandbox, fair, 1, days_ago=40)
    scan(sandbox, bill, 2)
    assert operator.send(f"/customer-groups/{fair.application_id}/look").status_code == 303
    work(settings, session)
    page = operator.look(PAGE)
    assert "4 人，最近 30 天 3 人" in page and "2 人，最近 30 天 2 人" in page
    operator.send(f"/customer-groups/{fair.application_id}/look")
    work(settings, session)
    assert "4 人，最近 30 天 3 人" in operator.look(PAGE)
    assert sum(session.scalars(select(JoinCount.joins))) == 6


def test_who_leaves_stays_counted_for_the_day_they_joined(operator, session, settings, sandbox):
    make(operator, "展会海报")
    [row] = codes(session)
    joined = {"type": 2, "joined": (clock.now() - timedelta(days=3)).timestamp(), "state": row.state}
    there = {**chat("east", "linsy", 60, [], clock.now()), "id": "wrEast1"}
    for members in ([joined, joined, joined], [joined], []):
        sandbox.settings(customer_groups=[{**there, "members": [*there["members"], *members]}])
        operator.send(f"/customer-groups/{row.application_id}/look")
        work(settings, session)
    assert session.scalars(select(JoinCount.joins)).all() == [3]


def test_a_lost_answer_makes_no_second_code(operator, session, sandbox):
    sandbox.fault(ADD, "drop_after")
    make(operator, "展会海报")
    [row] = codes(session)
    assert row.standing == Standing.UNKNOWN and "不知道企业微信是否已生成" in operator.look(PAGE)
    address = f"/join-codes/{row.id}"
    assert operator.send(address, act="again").status_code in (303, 404)
    assert len(sandbox.effects("join_way")) == 1
    assert operator.send(address, act="not_there").status_code == 303
    assert operator.send(address, act="again").status_code == 303
    assert codes(session)[0].standing == Standing.KEPT and len(sandbox.effects("join_way")) == 2


def test_a_refusal_is_said_and_can_be_tried_again(operator, session, sandbox):
    sandbox.fault(ADD, "refuse", errcode=48002)
    make(operator, "展会海报")
    assert "应用在企业微信后台缺少权限" in operator.look(PAGE)
    [row] = codes(session)
    assert row.standing == Standing.REFUSED and sandbox.effects("join_way") == []
    assert operator.send(f"/join-codes/{row.id}", act="again").status_code == 303
    assert codes(session)[0].picture is not None


def test_it_is_renamed_and_removed_in_wecom_too(operator, session, sandbox):
    make(operator, "展会海报")
    [row] = codes(session)
    address = f"/join-codes/{row.id}"
    assert operator.send(address, act="rename", name="秋季展会", opens_more="1", base_name="华东用户群").status_code == 303
    assert [one["body"]["remark"] for one in sandbox.effects("join_way")] == ["展会海报", "秋季展会"]
    wrong = operator.send(address, act="rename", name="长" * 31)
    assert wrong.status_code == 422 and "长" * 31 in wrong.text
    assert operator.send(address, act="remove").status_code == 303
    assert codes(session) == [] and sandbox.effects("join_way")[-1]["gone"]


def test_what_is_wrong_is_said_and_stays_typed(operator, session):
    wrong = operator.send(PAGE, name="", opens_more="1", base_name="长" * 41)
    assert wrong.status_code == 422 and "写明这个码贴在哪里" in wrong.text and "长" * 41 in wrong.text
    assert codes(session) == []


def test_a_group_without_customer_groups_has_no_codes(app, people, session):
    factories.group(session, "inner")
    session.commit()
    assert Browser(app, people["operator"]).status("/groups/inner/join-codes") == 404
