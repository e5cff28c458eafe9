"""What two connectors share: one robot's minute, one chat's second, one application's second."""

from __future__ import annotations

import pytest

from editorial import clock
from publishers.applications.application import Application
from publishers.connector import Connector, Rate
from publishers.feishu import app as feishu_app
from publishers.feishu import robot as feishu
from publishers.feishu.api import Api as FeishuApi
from publishers.net import Base, Line
from publishers.tokens import TokensInMemory
from publishers.wecom import chat
from publishers.wecom import robot as wecom
from publishers.wecom.api import Api as WeComApi

KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
LINE = Line(Base("http://127.0.0.1:9"))


def wecom_robot(key: str = KEY) -> Connector:
    return wecom.Robot(wecom.Settings(key), LINE)


def feishu_chat(chat_id: str, application: str = "application:3") -> Connector:
    api = FeishuApi(Application(application, "secret", app_id="cli_a1"), LINE, TokensInMemory())
    return feishu_app.Group(feishu_app.Settings(chat_id), api, clock.now)


def test_two_groups_with_one_robot_share_its_minute_and_its_key_cannot_be_read() -> None:
    assert wecom_robot().rates == wecom_robot().rates != wecom_robot("another").rates
    (rate,) = wecom_robot().rates
    assert (rate.most, rate.seconds) == (18, 60.0)
    assert KEY not in rate.key and len(rate.key) <= 60


def test_a_feishu_bot_keeps_below_five_a_second() -> None:
    robot = feishu.Robot(feishu.Settings("hook-1"), LINE, clock.now)
    assert [(rate.most, rate.seconds) for rate in robot.rates] == [(90, 60.0), (2, 1.0)]


def test_chats_behind_one_application_share_what_it_may_send() -> None:
    ours, also_ours, others = feishu_chat("oc_1"), feishu_chat("oc_2"), feishu_chat("oc_1", "application:4")
    assert set(ours.rates) & set(also_ours.rates) == {Rate("application:3", 15, 1.0)}
    assert not set(ours.rates) & set(others.rates)


@pytest.mark.parametrize("make", [wecom_robot, lambda: feishu_chat("oc_1")])
def test_what_is_counted_says_what_the_connector_allows_itself(make: object) -> None:
    connector = make()  # type: ignore[operator]
    assert max(rate.most for rate in connector.rates if rate.seconds == 60.0) == connector.abilities.per_minute


def test_application_chats_of_wecom_share_the_call_of_their_company() -> None:
    api = WeComApi(Application("application:3", "secret", corp_id="ww1", agent_id="1000002"), LINE, TokensInMemory())
    sent = chat.Chat(chat.Settings("dispatch"), api, clock.now)
    assert sent.rates[-1] == Rate("application:3", 100, 1.0)
