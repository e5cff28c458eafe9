"""The robot of a WeCom group (消息推送). https://developer.work.weixin.qq.com/document/path/91770"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from publishers.connector import Abilities, Card, LinkParcel, NoteParcel
from publishers.net import Line
from publishers.robots.answers import check_status, code_in, settle
from publishers.robots.robot import GroupRobot, note_words, with_address
from publishers.robots.settings import Address
from publishers.robots.words import Body, cut_bytes, harmless, one_line
from publishers.wecom.errors import VERDICTS

PATH = "/cgi-bin/webhook/send"
ADDRESS = Address({"qyapi.weixin.qq.com"}, PATH, "key")
_HINT = re.compile(r"hint: \[(\d{1,40})")


@dataclass(frozen=True)
class Limits:
    """WeCom's limits in UTF-8 bytes; what is longer WeCom cuts silently (news) or refuses (text, 45002)."""

    title: int = 128
    description: int = 512
    text: int = 2048


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
    body_bytes = 64 * 1024

    def __init__(self, settings: Settings, line: Line, limits: Limits = Limits()) -> None:
        self._settings, self._line, self._limits = settings, line, limits

    def _cards(self, parcel: LinkParcel) -> Body:
        lead, *others = parcel.cards
        opening = "\n".join(part for part in (harmless(parcel.words), harmless(lead.digest)) if part)
        articles = [self._article(lead, opening), *(self._article(card, harmless(card.digest)) for card in others)]
        return {"msgtype": "news", "news": {"articles": articles}}

    def _article(self, card: Card, description: str) -> dict[str, str]:
        article = {
            "title": cut_bytes(one_line(card.title), self._limits.title),
            "description": cut_bytes(description, self._limits.description),
            "url": card.url,
            "picurl": card.picture_url,
        }
        return {name: value for name, value in article.items() if value}

    def _note(self, parcel: NoteParcel) -> Body:
        room = self._limits.text - len(with_address("\n", parcel.url).encode("utf-8")) - 1
        words = cut_bytes(harmless(note_words(parcel)), room)
        return {"msgtype": "text", "text": {"content": with_address(words, parcel.url)}}

    def _deliver(self, body: Body) -> None:
        answer = self._line.post(PATH, {"key": self._settings.key}, body)
        check_status(answer)
        said = answer.json()
        hint = _HINT.search(str(said.get("errmsg", "")))
        settle(code_in(said, "errcode"), VERDICTS, http_status=answer.status, rid=hint[1] if hint else "")
