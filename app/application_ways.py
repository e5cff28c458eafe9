"""The ways into groups that go through the company's own applications, and the calls those can make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.config import Platforms
from editorial import clock, platform_applications
from editorial.errors import NotFound
from editorial.platform_applications import Platform, PlatformApplication
from publishers.applications.application import Application
from publishers.connector import Connector, Refused
from publishers.dingtalk import app as dingtalk
from publishers.dingtalk.api import Api as DingTalkApi
from publishers.dingtalk.api import OldApi
from publishers.feishu import app as feishu
from publishers.feishu.api import Api as FeishuApi
from publishers.net import Base, Line
from publishers.robots.settings import SettingError
from publishers.tokens import TokenStore
from publishers.wecom import chat, customers, message
from publishers.wecom.api import Api as WeComApi
from publishers.wecom.api import CustomerContact

FIELDS: dict[str, tuple[str, ...]] = {
    "wecom_app": ("application", "users", "parties", "tags"),
    "wecom_chat": ("application", "chat_id", "name", "owner", "members"),
    "wecom_customer_group": ("application", "sender", "chats"),
    "dingtalk_app": ("application", "conversation", "form"),
    "feishu_app": ("application", "chat_id", "form"),
}
"""The settings of each kind; the first names the application."""
CHECKS: dict[str, Callable[[Mapping[str, str]], Any]] = {
    "wecom_app": message.Settings.from_settings, "wecom_chat": chat.Settings.from_settings,
    "wecom_customer_group": customers.Settings.from_settings, "dingtalk_app": dingtalk.Settings.from_settings,
    "feishu_app": feishu.Settings.from_settings,
}
PLATFORM: dict[str, Platform] = {
    "wecom_app": Platform.WECOM, "wecom_chat": Platform.WECOM, "wecom_customer_group": Platform.WECOM,
    "dingtalk_app": Platform.DINGTALK, "feishu_app": Platform.FEISHU,
}
ABILITIES = {
    "wecom_app": message.Message.abilities, "wecom_chat": chat.Chat.abilities,
    "wecom_customer_group": customers.CustomerGroup.abilities, "dingtalk_app": dingtalk.Group.abilities,
    "feishu_app": feishu.Group.abilities,
}
RESTS = "The application that this group is reached through rests."


class Ways:
    """Makes connectors and calls of applications. `store_of` keeps the token that all processes share."""

    def __init__(self, platforms: Platforms, line: Callable[[Base], Line], store_of: Callable[[Engine], TokenStore]) -> None:
        self._platforms, self._line, self._store_of = platforms, line, store_of

    def connector(self, engine: Engine, kind: str, settings: Mapping[str, str]) -> Connector:
        """A group's connector of this kind. Raises SettingError for unusable settings, Refused while the application rests."""
        said = CHECKS[kind](settings)
        with Session(engine) as session:
            application = chosen(session, kind, settings)
            if not application.active:
                raise Refused(RESTS)
            if application.platform == Platform.DINGTALK:
                return dingtalk.Group(said, self.dingtalk(engine, application), clock.now)
            if application.platform == Platform.FEISHU:
                return feishu.Group(said, self.feishu(engine, application), clock.now)
            api = self.wecom(engine, application)
            if kind == "wecom_app":
                return message.Message(said, api, clock.now)
            return chat.Chat(said, api, clock.now) if kind == "wecom_chat" else customers.CustomerGroup(said, api, clock.now)

    def wecom(self, engine: Engine, application: PlatformApplication, *, testing: bool = False) -> WeComApi:
        """The calls of a WeCom application."""
        line = self._line(self._platforms.wecom)
        return WeComApi(_known(application), line, self._store_of(engine), testing=testing)

    def customer_contact(self, engine: Engine, application: PlatformApplication) -> WeComApi:
        """The calls of a WeCom application about customer groups; lacking that permission stops nothing else of it."""
        return CustomerContact(_known(application), self._line(self._platforms.wecom), self._store_of(engine))

    def dingtalk(self, engine: Engine, application: PlatformApplication, *, testing: bool = False) -> DingTalkApi:
        """The calls of a DingTalk application, new interface."""
        line = self._line(self._platforms.dingtalk_new)
        return DingTalkApi(_known(application), line, self._store_of(engine), testing=testing)

    def old_dingtalk(self, engine: Engine, application: PlatformApplication) -> OldApi:
        """The calls of a DingTalk application, old interface, which has a token of its own."""
        return OldApi(_known(application, ":old"), self._line(self._platforms.dingtalk), self._store_of(engine))

    def feishu(self, engine: Engine, application: PlatformApplication, *, testing: bool = False) -> FeishuApi:
        """The calls of a Feishu application."""
        line = self._line(self._platforms.feishu)
        return FeishuApi(_known(application), line, self._store_of(engine), testing=testing)

    def test(self, engine: Engine, application: PlatformApplication) -> None:
        """Ask the platform for a token, whatever was found before. Raises one of the four words.

        A smart robot gives none; it calls us, or shows that it works by its connection.
        """
        makers = {Platform.WECOM: self.wecom, Platform.DINGTALK: self.dingtalk, Platform.FEISHU: self.feishu}
        makers[application.platform](engine, application, testing=True).token()


def chosen(session: Session, kind: str, settings: Mapping[str, str]) -> PlatformApplication:
    """The application that settings of this kind name. Raises SettingError when it cannot be used for it."""
    named = str(settings.get("application") or "")
    try:
        application = platform_applications.get(session, int(named) if named.isdecimal() and len(named) < 19 else 0)
    except NotFound:
        raise SettingError("application", "Choose the application that the group is reached through.") from None
    if application.platform != PLATFORM[kind]:
        raise SettingError("application", "This application belongs to another platform.")
    if kind == "wecom_app" and not application.agent_id:
        raise SettingError("application", "This application has no AgentId, so it cannot write to people.")
    return application


def application_id(key: str) -> int:
    """The application whose token is kept under this key."""
    return int(key.split(":")[1])


def _known(application: PlatformApplication, more: str = "") -> Application:
    return Application(
        f"application:{application.id}{more}", application.secrets["secret"], corp_id=application.corp_id,
        app_id=application.app_id, agent_id=application.agent_id, robot_code=application.robot_code,
    )
