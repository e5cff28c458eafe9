"""Several ways into one group: links through the preferred one, calls through all that are marked, each with its own trouble."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import connecting
from app.jobs import open_engine
from app.outfit import outfit_for
from editorial import clock
from editorial.errors import Invalid
from editorial.groups import groups, ways_in
from editorial.groups.connectors import GroupConnector
from editorial.intake import submissions
from editorial.outbox import deliveries as outbox
from editorial.outbox import holds
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.release import releases
from editorial.share_back import endings, shares
from editorial.story_calls import answers, calls, messages
from editorial.story_calls.calls import Wish
from editorial.story_calls.rows import Message
from publishers.dispatch import drain
from tests import factories
from tests.app.browser import Browser
from tests.conftest import make_settings

WECOM, FEISHU = "693a91f6-7abc-4bc4-97a0-0ec2sifa5aaa", "2a1b3c4d-5e6f-4a8b-9c0d-1e2f3a4b5c6d"


@pytest.fixture
def settings(sqlite_url, tmp_path, sandbox):
    """An instance whose platforms are the simulated ones, which answer at once."""
    sandbox.chat("wecom", WECOM, name="家长群")
    sandbox.chat("feishu", FEISHU, name="家长群")
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def parents(session, people):
    """A group with a WeCom robot that is preferred, a Feishu robot and a share kit, all three for calls."""
    group = factories.group(session, "parents")
    group.steward = people["other"]
    connecting.set_connector(session, group, "wecom_robot", {"key": WECOM}, by=people["admin"])
    for kind, said in (("feishu_robot", {"hook": FEISHU}), ("share_kit", {})):
        made = connecting.add_connector(session, group, kind, said, by=people["admin"])
        ways_in.mark_for_calls(session, group, made, True, by=people["admin"])
    session.commit()
    return group


def work(settings, session: Session) -> None:
    """What a worker does with what is due."""
    session.commit()
    engine = open_engine(settings)
    with Session(engine.execution_options(sqlite_begin="IMMEDIATE")) as own:
        drain(own, shares.LANE, outfit_for(shares.LANE, settings, engine))
    engine.dispose()
    session.rollback()
    session.expire_all()


def call_for_stories(session, people, *slugs: str):
    wish = Wish("夜班食堂的一碗面", "写一个人。", clock.now() + timedelta(days=5), slugs or ("parents",))
    call = calls.open_call(session, wish, by=people["desk_editor"])
    _make_due(session)
    return call


def share(session, people) -> Delivery:
    """An edition was published and goes to the groups."""
    edition = factories.scheduled(session, people)
    for delivery in releases.deliveries_of(session, edition):
        outbox.shift(session, delivery, State.WAITING, State.IN_FLIGHT)
        outbox.shift(session, delivery, State.IN_FLIGHT, State.SENT)
    releases.record_published(session, edition, ("https://mp.weixin.qq.com/s/Q1w2E3r4T5y6U7i8O9p0aA",))
    shares.promise_all(session, edition)
    _make_due(session)
    return session.scalars(select(Delivery).where(Delivery.purpose == Purpose.SHARE)).one()


def _make_due(session) -> None:
    for delivery in session.scalars(select(Delivery).where(Delivery.state == State.WAITING)):
        delivery.due_at = clock.now()
    session.commit()


def of_kind(group, kind: str) -> GroupConnector:
    return next(one for one in group.connectors if one.kind == kind)


def platforms(sandbox) -> list[str]:
    """The platform of every message that stands in a group."""
    return sorted(one["platform"] for one in sandbox.effects("robot_message"))


def test_a_call_goes_through_every_marked_way_with_one_list_of_answers(settings, session, people, parents, sandbox):
    call = call_for_stories(session, people)
    assert [target.connector_id for target in call.targets] == [
        0, of_kind(parents, "feishu_robot").id, of_kind(parents, "share_kit").id,
    ]
    work(settings, session)
    work(settings, session)
    assert platforms(sandbox) == ["feishu", "wecom"]
    opened = [one.delivery for one in messages.of_call(session, call) if one.kind == Message.OPENING]
    assert [(one.state, one.awaiting) for one in opened] == [(State.SENT, ""), (State.SENT, ""), (State.ACCEPTED, "person")]
    assert len({target.code for target in call.targets}) == 3
    for number, target in enumerate((call.targets[0], call.targets[2], call.targets[2])):
        came = submissions.receive(
            session, title=f"二号窗口 {number}", body="焊工不吃葱。", origin_group="parents", by=people["contributor"],
        )
        assert answers.note(session, came, calls.through(session, target.code))
    told = answers.of_call(session, call)
    assert len(told) == 3 == answers.count(session, call)
    assert [sum(one.target.id == target.id for one in told) for target in call.targets] == [1, 0, 2]
    outbox.confirm_by_person(session, opened[2], by=people["operator"])
    calls.close(session, call, by=people["desk_editor"])
    calls.send_summary(session, call, "共收到三篇。", by=people["desk_editor"])
    _make_due(session)
    work(settings, session)
    work(settings, session)
    assert platforms(sandbox) == ["feishu", "feishu", "wecom", "wecom"]
    summed = [one.delivery for one in messages.of_call(session, call) if one.kind == Message.SUMMARY]
    assert [one.state for one in summed] == [State.SENT, State.SENT, State.ACCEPTED]


def test_links_go_through_the_preferred_one_once(settings, session, people, parents, sandbox):
    made = share(session, people)
    work(settings, session)
    assert made.state == State.SENT and platforms(sandbox) == ["wecom"]
    connecting.prefer(session, parents, of_kind(parents, "feishu_robot"), by=people["operator"])
    session.commit()
    work(settings, session)
    assert platforms(sandbox) == ["wecom"]


def test_what_waits_takes_the_newly_preferred_one_and_a_call_stays_on_its_ways(settings, session, people, parents, sandbox):
    call, made = call_for_stories(session, people), share(session, people)
    wecom, feishu = of_kind(parents, "wecom_robot"), of_kind(parents, "feishu_robot")
    connecting.prefer(session, parents, feishu, by=people["operator"])
    session.commit()
    assert (parents.connector, wecom.preferred, made.connector_id) == (feishu, False, None)
    assert [target.connector_id for target in call.targets] == [wecom.id, 0, of_kind(parents, "share_kit").id]
    work(settings, session)
    assert platforms(sandbox) == ["feishu", "feishu", "wecom"]
    assert made.state == State.SENT


def test_what_has_left_stays_with_the_way_it_took(session, people, parents):
    made = share(session, people)
    outbox.shift(session, made, State.WAITING, State.IN_FLIGHT)
    outbox.shift(session, made, State.IN_FLIGHT, State.OUTCOME_UNKNOWN)
    connecting.prefer(session, parents, of_kind(parents, "feishu_robot"), by=people["operator"])
    assert made.connector_id == of_kind(parents, "wecom_robot").id


def test_the_trouble_of_one_way_stops_no_other(settings, session, people, parents, sandbox):
    feishu = of_kind(parents, "feishu_robot")
    holds.hold(session, feishu.hold_target, "Its robot is gone.")
    call, made = call_for_stories(session, people), share(session, people)
    work(settings, session)
    opened = [one.delivery.state for one in messages.of_call(session, call)]
    assert opened == [State.SENT, State.REFUSED, State.ACCEPTED] and made.state == State.SENT
    assert platforms(sandbox) == ["wecom", "wecom"]
    connecting.prefer(session, parents, feishu, by=people["operator"])
    assert holds.holding(session, f"group:{parents.id}") is not None
    assert holds.holding(session, of_kind(parents, "wecom_robot").hold_target) is None


def test_a_way_that_is_gone_or_switched_off_refuses_what_was_to_take_it(settings, session, people, parents, sandbox):
    call = call_for_stories(session, people)
    ways_in.switch(session, parents, of_kind(parents, "feishu_robot"), False, by=people["operator"])
    connecting.remove_connector(session, parents, of_kind(parents, "share_kit"), by=people["operator"])
    session.commit()
    work(settings, session)
    opened = [one.delivery for one in messages.of_call(session, call)]
    assert [one.state for one in opened] == [State.SENT, State.REFUSED, State.REFUSED]
    assert opened[1].reason == "This way into the group is gone or switched off."
    assert ways_in.for_calls(parents) == [None]


def test_the_preferred_one_can_neither_go_nor_be_off_and_there_is_only_one(session, people, parents):
    by, wecom = people["operator"], of_kind(parents, "wecom_robot")
    with pytest.raises(Invalid):
        ways_in.switch(session, parents, wecom, False, by=by)
    with pytest.raises(Invalid):
        ways_in.remove(session, parents, wecom, by=by)
    feishu = of_kind(parents, "feishu_robot")
    ways_in.switch(session, parents, feishu, False, by=by)
    with pytest.raises(Invalid):
        connecting.prefer(session, parents, feishu, by=by)
    for number in range(3):
        connecting.add_connector(session, parents, "email", {"address": f"a{number}@chengjiang.example"}, by=by)
    with pytest.raises(Invalid):
        connecting.add_connector(session, parents, "share_kit", {}, by=by)
    assert [one.preferred for one in parents.connectors] == [True, *[False] * 5]


def test_who_wants_no_more_mails_ends_the_mails_alone(session, people, parents):
    mails = connecting.add_connector(session, parents, "email", {"address": "all@chengjiang.example"}, by=people["admin"])
    endings.end(session, parents)
    assert holds.holding(session, mails.hold_target) is not None
    assert holds.holding(session, f"group:{parents.id}") is None


def test_the_page_adds_prefers_marks_switches_and_removes(app, settings, session, people, parents):
    operator = Browser(app, people["operator"])
    added = operator.send("/groups/parents/connector", **{"as": "new", "kind": "email", "email.address": "all@chengjiang.example"})
    assert added.status_code == 303
    page = operator.look("/groups/parents")
    assert "all@chengjiang.example" in page and "首选：文章链接走这里" in page and page.count("connector_id") == 0
    mails, wecom = (of_kind(groups.by_slug(session, "parents"), kind).id for kind in ("email", "wecom_robot"))
    session.rollback()
    address = f"/groups/parents/connectors/{mails}"
    for act in ("for_calls", "off", "on", "prefer"):
        assert operator.send(address, act=act).status_code == 303, act
    assert _known(session, mails) == (True, True, True)
    refused = operator.send(address, act="remove")
    assert refused.status_code == 422 and "请先把另一个设为首选" in refused.text
    assert operator.send(f"/groups/parents/connectors/{wecom}", act="remove").status_code == 303
    assert operator.send(f"/groups/parents/connectors/{wecom}", act="prefer").status_code == 404
    session.rollback()
    kit = of_kind(groups.by_slug(session, "parents"), "share_kit").id
    session.rollback()
    assert "修改另一个连接器：人工转发（分享包）" in operator.look("/groups/parents")
    changed = operator.send("/groups/parents/connector", **{"as": f"{kit}", "kind": "email", "email.address": "two@chengjiang.cn"})
    assert changed.status_code == 303
    session.expire_all()
    assert session.get_one(GroupConnector, kit).settings == {"address": "two@chengjiang.cn"}
    assert session.get_one(GroupConnector, mails).settings == {"address": "all@chengjiang.example"}
    session.rollback()
    wrong = operator.send("/groups/parents/connector", **{"as": "new", "kind": "email", "email.address": "nobody"})
    assert wrong.status_code == 422


def test_a_steward_marks_for_calls_and_nothing_else(app, settings, session, people, parents):
    kit = of_kind(parents, "share_kit").id
    session.rollback()
    steward = Browser(app, people["other"])
    assert "征稿不走这里" in steward.look("/groups/parents")
    assert steward.send(f"/groups/parents/connectors/{kit}", act="not_for_calls").status_code == 303
    assert _known(session, kit) == (False, False, True)
    assert steward.send(f"/groups/parents/connectors/{kit}", act="prefer").status_code == 403
    assert Browser(app, people["contributor"]).send(f"/groups/parents/connectors/{kit}", act="for_calls").status_code == 404


def test_each_has_its_own_test_line(app, settings, session, people, parents, sandbox):
    feishu = of_kind(parents, "feishu_robot").id
    session.rollback()
    assert Browser(app, people["operator"]).send("/groups/parents/connector/test", connector=str(feishu)).status_code == 303
    assert platforms(sandbox) == ["feishu"]


def _known(session, connector_id: int) -> tuple[bool, bool, bool]:
    session.expire_all()
    one = session.get_one(GroupConnector, connector_id)
    known = one.preferred, one.for_calls, one.active
    session.rollback()
    return known
