"""The robot of a WeCom group (消息推送). https://developer.work.weixin.qq.com/document/path/91770"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from publishers.connector import Abilities, LinkParcel, NoteParcel
from publishers.net import Line
from publishers.robots.answers import check_status, code_in, settle
from publishers.robots.rates import rates_of
from publishers.robots.robot import GroupRobot
from publishers.robots.settings import Address
from publishers.robots.words import Body
from publishers.wecom import bodies
from publishers.wecom.bodies import BODY_BYTES, USUAL, Limits
from publishers.wecom.errors import VERDICTS, hint_of

PATH = "/cgi-bin/webhook/send"
ADDRESS = Address({"qyapi.weixin.qq.com"}, PATH, "key")


@dataclass(frozen=True)
class Settings:
    """The key is the credential: whoever has it can post."""

    key: str = field(repr=False)

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Settings:
        """From `{"key": token or webhook address}`. Raises SettingError, a ValueError with the field's name."""
        return cls(key=ADDRESS.token(settings.get("key") or "", "key"))


class Robot(GroupRobot):
    """One WeCom group."""

    kind = "wecom_robot"
    # 20 a minute are allowed; whether the minute slides is not said, so we take it that it does.
    abilities = Abilities(several_cards=True, per_minute=18)
    body_bytes = BODY_BYTES

    def __init__(self, settings: Settings, line: Line, limits: Limits = USUAL) -> None:
        self._settings, self._line, self._limits = settings, line, limits
        self.rates = rates_of(self, settings.key)

    def _cards(self, parcel: LinkParcel) -> Body:
        return bodies.news(parcel, self._limits)

    def _note(self, parcel: NoteParcel) -> Body:
        return bodies.note(parcel, self._limits)

    def _deliver(self, body: Body) -> None:
        answer = self._line.post(PATH, {"key": self._settings.key}, body)
        check_status(answer)
        said = answer.json()
        settle(code_in(said, "errcode"), VERDICTS, http_status=answer.status, rid=hint_of(said))
