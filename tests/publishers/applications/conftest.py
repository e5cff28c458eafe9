"""The connectors of applications, each against the simulated platforms, as the contract's trials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from publishers.applications.application import Application
from publishers.connector import Card, LinkParcel, NoteParcel
from publishers.dingtalk import app as dingtalk
from publishers.dingtalk.api import Api as DingTalkApi
from publishers.feishu import app as feishu
from publishers.feishu.api import Api as FeishuApi
from publishers.net import Base, Line
from publishers.sandbox.running import Running
from publishers.sandbox.server import start
from publishers.tokens import TokensInMemory
from publishers.wecom import chat, customers, message
from publishers.wecom.api import Api as WeComApi

SECRET = "app-secret-5d1e"
CARDS = (
    Card("调度大厅的除夕夜", "https://news.example.cn/s/ab12", "四百多趟列车、三十七块大屏。", "https://news.example.cn/c/1.jpg"),
    Card("新站房开建", "https://news.example.cn/s/cd34", "明年国庆前完工。"),
)
ONE = LinkParcel("share-1", CARDS[:1], words="本期头条来自调度所")
SEVERAL = LinkParcel("share-2", CARDS, words="本期共两篇")
NOTE = NoteParcel("note-1", "有一篇稿子等你审", "《调度大厅的除夕夜》已到二审。", "https://news.example.cn/articles/12")


@dataclass
class Clock:
    """A clock that can be moved."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True)
class Kind:
    """How a connector is made, which path people would see, the effect, and a refusal that is documented."""

    make: Callable[..., object]
    path: str
    refusal: int
    effect: str = "robot_message"


def _api(cls: type, sandbox: Running, secret: str, store: TokensInMemory, seconds: float) -> object:
    application = Application("trial", secret, corp_id="ww1", app_id="app1", agent_id="1000002", robot_code="")
    return cls(application, Line(Base(sandbox.url), call_seconds=seconds), store)


def _maker(module_class: Callable[..., object], settings: object, api: type) -> Callable[..., object]:
    def make(
        sandbox: Running, *, secret: str = SECRET, store: TokensInMemory | None = None, seconds: float = 10.0,
        now: Callable[[], datetime] | None = None,
    ) -> object:
        return module_class(settings, _api(api, sandbox, secret, store or TokensInMemory(), seconds), now or Clock())

    return make


KINDS = {
    "wecom_app": Kind(
        _maker(message.Message, message.Settings(users=("zhang", "li")), WeComApi), "/cgi-bin/message/send", 85002),
    "wecom_chat": Kind(
        _maker(chat.Chat, chat.Settings("qs7", "铸件群", "zhang", ("zhang", "li")), WeComApi), "/cgi-bin/appchat/send", 45002),
    "wecom_customer_group": Kind(
        _maker(customers.CustomerGroup, customers.Settings("zhang", ("wrOgQh1",)), WeComApi),
        "/cgi-bin/externalcontact/add_msg_template", 41048, "customer_task"),
    "dingtalk_app": Kind(
        _maker(dingtalk.Group, dingtalk.Settings("cidA1b2"), DingTalkApi), "/v1.0/robot/groupMessages/send", 40035),
    "feishu_app": Kind(_maker(feishu.Group, feishu.Settings("oc_1f2e"), FeishuApi), "/open-apis/im/v1/messages", 230022),
}


@pytest.fixture(scope="module")
def platforms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with start(tmp_path_factory.mktemp("sandbox"), fsync=False) as running:
        yield running


@pytest.fixture
def sandbox(platforms: Running) -> Running:
    platforms.reset()
    platforms.settings(rate_limits=False, fsync=False)
    return platforms


@pytest.fixture(params=KINDS)
def name(request: pytest.FixtureRequest) -> str:
    """The kind of connector."""
    return request.param


@pytest.fixture
def kind(name: str) -> Kind:
    return KINDS[name]
