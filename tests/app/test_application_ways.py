"""Groups reached through applications, from the form to the chat: sent once, read, taken back, waiting for an owner."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import connecting
from app.jobs import open_engine
from app.outfit import outfit_for
from editorial import clock, platform_applications
from editorial.groups import groups
from editorial.groups.customer_groups import CustomerGroup
from editorial.notices import latest
from editorial.outbox import deliveries as outbox
from editorial.outbox import holds
from editorial.outbox.deliveries import Delivery, State
from editorial.people import credentials
from editorial.platform_applications import Platform
from editorial.release import releases
from editorial.share_back import shares
from publishers.dispatch import drain
from tests import factories
from tests.app.browser import Browser
from tests.conftest import make_settings
from tests.instances import wait_until

WAYS = {
    "wecom_app": {"users": "zhang，li"},
    "wecom_chat": {"chat_id": "qs7", "name": "铸件群", "owner": "zhang", "members": "zhang, li"},
    "wecom_customer_group": {"sender": "zhang", "chats": "wr1"}, "dingtalk_app": {"conversation": "cidA1b2", "form": "action_card"},
    "feishu_app": {"chat_id": "oc_1f2e", "form": "post"},
}


@pytest.fixture
def settings(sqlite_url, tmp_path, sandbox):
    """An instance whose platforms are the simulated ones, which answer at once."""
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def operator(app, people):
    return Browser(app, people["operator"])


def reach(session: Session, operator: Browser, kind: str, **said: str) -> None:
    """Set a group's way on its page, through an application of its platform."""
    factories.group(session, "casting")
    chosen = {"application": str(factories.application(session, kind.partition("_")[0]).id)}
    session.commit()
    fields = {f"{kind}.{name}": words for name, words in {**chosen, **WAYS[kind], **said}.items()}
    answer = operator.send("/groups/casting/connector", kind=kind, **fields)
    assert answer.status_code == 303, answer.text


def share(session: Session, people) -> int:
    """An edition was published and goes to the group; the delivery's id."""
    edition = factories.scheduled(session, people)
    for delivery in releases.deliveries_of(session, edition):
        outbox.shift(session, delivery, State.WAITING, State.IN_FLIGHT)
        outbox.shift(session, delivery, State.IN_FLIGHT, State.SENT)
    releases.record_published(session, edition, ("https://mp.weixin.qq.com/s/Q1w2E3r4T5y6U7i8O9p0aA",))
    shares.promise_all(session, edition)
    casting = groups.by_slug(session, "casting")
    made = session.scalars(select(Delivery.id).where(Delivery.target_kind == "group", Delivery.target_id == casting.id)).one()
    session.commit()
    return made


def work(settings, session: Session) -> None:
    """What a worker does with what is due."""
    engine = open_engine(settings)
    with Session(engine.execution_options(sqlite_begin="IMMEDIATE")) as own:
        drain(own, shares.LANE, outfit_for(shares.LANE, settings, engine))
    engine.dispose()
    session.rollback()
    session.expire_all()


def _work_until_sent(settings, session: Session, count: int) -> None:
    def sent() -> bool:
        work(settings, session)
        found = session.scalar(select(func.count()).where(Delivery.target_kind == "group", Delivery.state == State.SENT))
        session.rollback()
        return found == count

    wait_until(sent, seconds=20, every=0.2)


def state(session: Session, delivery_id: int) -> tuple[str, str]:
    found = session.get_one(Delivery, delivery_id)
    known = found.state, found.awaiting
    session.rollback()
    return known


@pytest.mark.parametrize("kind", ["wecom_app", "wecom_chat", "dingtalk_app", "feishu_app"])
def test_an_article_reaches_the_group_once(settings, session, people, operator, sandbox, kind):
    reach(session, operator, kind)
    made = share(session, people)
    work(settings, session)
    work(settings, session)
    assert state(session, made) == ("sent", "")
    assert len(sandbox.effects("robot_message")) == 1


@pytest.mark.parametrize("kind", ["wecom_app", "feishu_app"])
def test_a_lost_answer_is_repeated_and_shown_once(settings, session, people, operator, sandbox, kind):
    reach(session, operator, kind)
    made = share(session, people)
    path = {"wecom_app": "/cgi-bin/message/send", "feishu_app": "/open-apis/im/v1/messages"}[kind]
    sandbox.fault(path, "drop_after")
    work(settings, session)
    assert state(session, made)[0] == "outcome_unknown"
    for _ in range(2):
        _make_due(session, made)
        work(settings, session)
    assert state(session, made)[0] == "sent"
    assert (len(sandbox.effects("robot_message")), len(sandbox.effects("repeat_ignored"))) == (1, 1)


def test_many_chats_behind_one_application_keep_what_it_may_send(settings, session, people, operator, sandbox):
    reach(session, operator, "feishu_app")
    application = groups.by_slug(session, "casting").connector.settings["application"]
    for number in range(2, 36):
        group = factories.group(session, f"casting-{number}")
        connecting.set_connector(session, group, "feishu_app", {"application": application, "chat_id": f"oc_{number}"}, by=None)
    share(session, people)
    _work_until_sent(settings, session, 35)
    times = sorted(effect["at"] for effect in sandbox.effects("robot_message"))
    assert len(times) == 35
    # 15 are claimed in a second; a call that took longer stands later, never more than another second's.
    assert max(sum(at <= other < at + 1 for other in times) for at in times) <= 30
    assert times[-1] - times[0] >= 1.5


def test_customer_groups_wait_for_their_owner(settings, session, people, operator, sandbox):
    reach(session, operator, "wecom_customer_group")
    made = share(session, people)
    work(settings, session)
    assert state(session, made) == ("accepted", "owner")
    assert "群主" in operator.look(f"/deliveries/{made}")
    assert operator.send(f"/deliveries/{made}/reminder").status_code == 303
    assert len(sandbox.effects("owner_reminded")) == 1
    [task] = sandbox.effects("customer_task")
    sandbox.control("POST", "owner", {"msgid": task["msgid"]})
    _make_due(session, made)
    work(settings, session)
    assert state(session, made) == ("sent", "")


def test_each_customer_group_is_shown_as_the_worker_last_read_it(settings, session, people, operator, sandbox, app):
    reach(session, operator, "wecom_customer_group", chats="wr1, full2, gone3")
    made = share(session, people)
    work(settings, session)
    assert "尚未发送" not in operator.look(f"/deliveries/{made}")
    _make_due(session, made)
    work(settings, session)
    asked = len(sandbox.calls())
    wecom = platform_applications.everyone(session, Platform.WECOM)[0]
    session.add(CustomerGroup(application_id=wecom.id, chat_id="wr1", name="华东用户群", read_at=clock.now()))
    session.commit()
    page = operator.look(f"/deliveries/{made}")
    assert "华东用户群</td>" in page and "<code>full2</code>" in page
    assert page.count("尚未发送</td>") == 3 and "尚未发送 3" in page
    [task] = sandbox.effects("customer_task")
    sandbox.control("POST", "owner", {"msgid": task["msgid"]})
    assert page.count("尚未发送</td>") == operator.look(f"/deliveries/{made}").count("尚未发送</td>")
    assert len([call for call in sandbox.calls()[asked:] if "externalcontact" in call["path"]]) == 0
    _make_due(session, made)
    work(settings, session)
    page = operator.look(f"/deliveries/{made}")
    assert state(session, made) == ("sent", "") and "已发送 1" in page and "超出群发次数 1" in page and "群已不在 1" in page
    token = credentials.create_token(session, people["operator"], "test")
    session.commit()
    said = app.test_client().get(f"/api/v1/deliveries/{made}", headers={"Authorization": f"Bearer {token}"}).json
    assert said["results"] == [
        {"chat": "wr1", "status": "sent"}, {"chat": "full2", "status": "beyond_limit"}, {"chat": "gone3", "status": "gone"}]


def test_groups_that_no_mass_send_reaches_any_more_are_shown_with_the_refusal(settings, session, people, operator, sandbox):
    reach(session, operator, "wecom_customer_group", chats="full1, gone2")
    made = share(session, people)
    work(settings, session)
    [task] = sandbox.effects("customer_task")
    sandbox.control("POST", "owner", {"msgid": task["msgid"]})
    _make_due(session, made)
    work(settings, session)
    assert state(session, made)[0] == "refused"
    page = operator.look(f"/deliveries/{made}")
    assert "超出群发次数 1" in page and "群已不在 1" in page


def test_a_fourth_reminder_of_a_day_is_refused_in_words(settings, session, people, operator, sandbox):
    reach(session, operator, "wecom_customer_group")
    made = share(session, people)
    work(settings, session)
    for _ in range(4):
        operator.send(f"/deliveries/{made}/reminder")
    assert len(sandbox.effects("owner_reminded")) == 3
    assert "一天内已提醒群主三次，企业微信不允许再提醒。" in operator.look(f"/deliveries/{made}")


def test_a_cancelled_mass_send_is_over(settings, session, people, operator, sandbox):
    reach(session, operator, "wecom_customer_group")
    made = share(session, people)
    work(settings, session)
    operator.send(f"/deliveries/{made}/cancellation")
    assert state(session, made)[0] == "refused"
    assert len(sandbox.effects("customer_task_cancelled")) == 1


@pytest.mark.parametrize("kind", ["dingtalk_app", "feishu_app"])
def test_readers_are_asked_for_and_a_message_is_taken_back(settings, session, people, operator, sandbox, kind):
    reach(session, operator, kind)
    made = share(session, people)
    work(settings, session)
    operator.send(f"/deliveries/{made}/readers")
    assert "3" in operator.look(f"/deliveries/{made}")
    operator.send(f"/deliveries/{made}/recall")
    assert len(sandbox.effects("message_recalled")) == 1
    assert operator.send(f"/deliveries/{made}/recall").status_code == 409


def test_a_refused_secret_stops_the_application_and_a_test_lets_it_go_on(settings, session, people, operator, sandbox, app):
    reach(session, operator, "feishu_app")
    application = platform_applications.everyone(session)[0]
    platform_applications.change(session, application, {"secret": "wrong"})
    application_id = application.id
    session.commit()
    made = share(session, people)
    work(settings, session)
    assert state(session, made)[0] == "refused"
    assert platform_applications.get(session, application_id).trouble
    assert any("feishu 应用" in str(one.params) for one in latest(session, people["admin"]))
    platform_applications.change(session, platform_applications.get(session, application_id), {"secret": "right"})
    session.commit()
    admin = Browser(app, people["admin"])
    admin.send(f"/settings/applications/{application_id}/test")
    target = f"group:{groups.by_slug(session, 'casting').id}"
    assert holds.holding(session, target) is None
    session.rollback()


@pytest.mark.parametrize(("kind", "field", "words"), [
    ("wecom_app", "users", "张三"), ("wecom_chat", "chat_id", "a-b"), ("wecom_customer_group", "chats", ""),
    ("feishu_app", "chat_id", "wr1"), ("dingtalk_app", "form", "video"), ("feishu_app", "application", "99"),
])
def test_what_cannot_be_used_is_said_beside_its_field(session, operator, kind, field, words):
    factories.group(session, "casting")
    chosen = {"application": str(factories.application(session, kind.partition("_")[0]).id)}
    session.commit()
    said = {**chosen, **WAYS[kind], field: words}
    answer = operator.send("/groups/casting/connector", kind=kind, **{f"{kind}.{name}": text for name, text in said.items()})
    assert answer.status_code == 422
    assert "field-wrong" in answer.text


def _make_due(session: Session, delivery_id: int) -> None:
    found = session.get_one(Delivery, delivery_id)
    if found.read_at is not None:
        found.read_at = clock.now()
    if found.state == State.WAITING:
        found.due_at = clock.now()
    session.commit()
