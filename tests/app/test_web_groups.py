"""Groups: opened, changed, reached; keys are never shown again, and a test line is one line."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import unsubscribing
from editorial.audit import AuditEntry
from editorial.groups import groups
from editorial.groups.groups import Group, GroupState
from editorial.notices.notices import Notice
from editorial.outbox import holds
from tests import factories
from tests.app.browser import Browser
from tests.conftest import make_settings

KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"


NEW = {
    "name": "试车台群", "slug": "test-bench", "kind": "research", "parent": "assembly", "audience": "试车台的同事",
    "purpose": "试车记录。",
}


@pytest.fixture
def settings(sqlite_url, tmp_path, sandbox):
    """An instance whose platforms are the simulated ones."""
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def group(session, people):
    factories.group(session, "assembly")
    session.commit()
    return "assembly"


@pytest.fixture
def operator(app, people, group):
    return Browser(app, people["operator"])


def read(session, slug):
    session.rollback()
    return session.scalars(select(Group).where(Group.slug == slug).execution_options(populate_existing=True)).one()


def test_opening_a_group_under_another_with_its_steward(operator, session):
    answer = operator.send("/groups/new", **NEW, steward="contributor@chengjiang.example", deputy="", output="每月一篇手记")
    assert answer.status_code == 303
    made = read(session, "test-bench")
    assert (made.parent.slug, made.steward.name, made.state) == ("assembly", "周小满", GroupState.ACTIVE)
    page = operator.look("/groups")
    assert page.index("assembly 群") < page.index("试车台群") and "周小满" in page


def test_a_group_without_output_is_being_prepared_until_its_charter_is_complete(operator, session):
    assert operator.send("/groups/new", **NEW, steward="contributor@chengjiang.example").status_code == 303
    assert read(session, "test-bench").state == GroupState.PREPARING
    session.rollback()
    operator.send("/groups/test-bench/reopening")
    assert "请写明这个群产出什么" in operator.look("/groups/test-bench")
    assert operator.send("/groups/test-bench/charter", audience="试车工", purpose="记录", output="手记").status_code == 303
    operator.send("/groups/test-bench/reopening")
    assert read(session, "test-bench").state == GroupState.ACTIVE


def test_a_group_without_answers_to_the_two_questions_is_refused(operator, session):
    answer = operator.send("/groups/new", **{**NEW, "audience": "", "purpose": " "})
    assert answer.status_code == 422 and "请写明这个群为谁而建" in answer.text and 'value="试车台群"' in answer.text
    assert groups.by_slug(session, "test-bench") is None


def test_what_was_typed_stays_when_the_short_name_is_taken(operator):
    answer = operator.send("/groups/new", **{**NEW, "name": "又一个装配群", "slug": "assembly"})
    assert answer.status_code == 422 and 'value="又一个装配群"' in answer.text


def test_a_connector_is_checked_kept_and_never_shown(operator, session):
    wrong = operator.send("/groups/assembly/connector", kind="wecom_robot", **{"wecom_robot.key": "https://evil.example/x"})
    assert wrong.status_code == 422 and "evil.example" not in wrong.text
    holds.hold(session, f"group:{groups.by_slug(session, 'assembly').id}", "The robot is gone.")
    session.commit()
    assert operator.send("/groups/assembly/connector", kind="wecom_robot", **{"wecom_robot.key": KEY}).status_code == 303
    page = operator.look("/groups/assembly")
    assert KEY not in page and "…5aaa" in page and "暂停" not in page
    kept = read(session, "assembly").connector
    assert kept.settings == {"key": KEY}
    assert KEY not in str([entry.details for entry in session.scalars(select(AuditEntry))])


def test_empty_fields_keep_what_is_stored_for_the_same_kind_only(operator, session):
    send = {"kind": "dingtalk_robot", "dingtalk_robot.access_token": "t" * 40, "dingtalk_robot.secret": "SEC1"}
    operator.send("/groups/assembly/connector", **send)
    operator.send("/groups/assembly/connector", kind="dingtalk_robot", **{"dingtalk_robot.keyword": "群声"})
    assert read(session, "assembly").connector.settings == {"access_token": "t" * 40, "secret": "SEC1", "keyword": "群声"}
    session.rollback()
    operator.send("/groups/assembly/connector", kind="dingtalk_robot", forget_secret="1")
    assert read(session, "assembly").connector.settings == {"access_token": "t" * 40}
    session.rollback()
    assert operator.send("/groups/assembly/connector", kind="feishu_robot").status_code == 422


def test_a_test_line_is_one_line_in_the_group(operator, sandbox):
    operator.send("/groups/assembly/connector", kind="wecom_robot", **{"wecom_robot.key": KEY})
    answer = operator.send("/groups/assembly/connector/test")
    assert answer.status_code == 303
    assert "平台已收下测试消息" in operator.look("/groups/assembly")
    assert len(sandbox.calls("/cgi-bin/webhook/send")) == 1


def test_mails_to_a_group_end_from_the_mail_itself(app, operator, session):
    operator.send("/groups/assembly/connector", kind="email", **{"email.address": "all@chengjiang.example"})
    assert "all@chengjiang.example" in operator.look("/groups/assembly")
    group_id = read(session, "assembly").id
    ends = unsubscribing.group_address("", group_id)
    reader = Browser(app, None)
    assert "assembly 群" in reader.look(ends) and holds.holding(session, f"group:{group_id}") is None
    assert reader.status(f"/unsubscribe/group/{group_id}/{'0' * 32}") == 404
    session.rollback()
    for _ in range(2):
        assert app.test_client().post(ends).status_code == 200
    session.rollback()
    assert holds.holding(session, f"group:{group_id}").cause == "unsubscribed"
    told = session.scalars(select(Notice).where(Notice.cause.startswith("mails_ended:"))).all()
    assert len(told) == 1


def test_closing_and_taking_up_again(operator, session):
    operator.send("/groups/assembly/closing")
    assert read(session, "assembly").state == GroupState.CLOSED
    session.rollback()
    operator.send("/groups/assembly/reopening")
    assert read(session, "assembly").state == GroupState.ACTIVE


def test_a_group_cannot_stand_under_itself(operator, session):
    answer = operator.send("/groups/assembly", parent="assembly", steward="", deputy="")
    assert answer.status_code == 422


def test_contributors_see_groups_and_change_nothing(app, people, group):
    contributor = Browser(app, people["contributor"])
    assert "assembly 群" in contributor.look("/groups")
    page = contributor.look("/groups/assembly")
    assert "connector" not in page
    assert contributor.send("/groups/assembly/connector", kind="share_kit").status_code == 403
    assert contributor.status("/groups/new") == 403


def test_many_groups_are_shown_by_branches(operator, session):
    top = groups.by_slug(session, "assembly")
    session.add_all(Group(slug=f"g{number}", name=f"第{number}班", kind="training", parent_id=top.id) for number in range(160))
    session.commit()
    page = operator.look("/groups")
    assert "160 个分群" in page and "第7班" not in page
    below = operator.look("/groups?under=assembly")
    assert "第7班" in below and "cursor=" in below
    assert "第159班" in operator.look("/groups?q=159")
