"""Which long connection an application has."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from app.wiring import Wiring
from editorial.platform_applications import Platform, PlatformApplication
from publishers.dingtalk.stream import DingTalkStream
from publishers.feishu.callback import Keys
from publishers.feishu.stream import FeishuStream
from publishers.streams.stream import Stream
from publishers.wecom.robot_stream import RobotStream


def stream_of(wiring: Wiring, application: PlatformApplication) -> Stream:
    """The stream of an application that can be listened to."""
    return MAKERS[application.platform](wiring, application)


def _dingtalk(wiring: Wiring, application: PlatformApplication) -> Stream:
    platforms = wiring.settings.platforms
    answers_at = urlsplit(platforms.dingtalk.url).netloc if platforms.dingtalk.is_local else ""
    return DingTalkStream(wiring.line(platforms.dingtalk_new), application.app_id, application.secrets["secret"], answers_at)


def _feishu(wiring: Wiring, application: PlatformApplication) -> Stream:
    secrets = application.secrets
    keys = Keys(application.app_id, secrets.get("verification_token", ""), secrets.get("encrypt_key", ""))
    return FeishuStream(wiring.line(wiring.settings.platforms.feishu), keys, secrets["secret"])


def _robot(wiring: Wiring, application: PlatformApplication) -> Stream:
    return RobotStream(wiring.settings.platforms.wecom_stream, application.app_id, application.secrets["secret"], application.name)


MAKERS: dict[Platform, Callable[[Wiring, PlatformApplication], Stream]] = {
    Platform.DINGTALK: _dingtalk, Platform.FEISHU: _feishu, Platform.AIBOT: _robot,
}
