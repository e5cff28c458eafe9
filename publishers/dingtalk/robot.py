"""The custom robot of a DingTalk group. https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from publishers.connector import Abilities, Card, LinkParcel, NoteParcel
from publishers.dingtalk.errors import SECURITY, VERDICTS, security_verdict
from publishers.net import Line
from publishers.robots.answers import check_status, code_in, settle
from publishers.robots.robot import GroupRobot, note_words, with_address
from publishers.robots.settings import Address, text
from publishers.robots.words import Body, cut_bytes, cut_characters, fitted, harmless, one_line, with_keyword

PATH = "/robot/send"
ADDRESS = Address({"oapi.dingtalk.com"}, PATH, "access_token")


@dataclass(frozen=True)
class Limits:
    """Title in characters, texts and body in bytes. DingTalk documents none of them; these are known to pass."""

    title: int = 64
    text: int = 500
    body: int = 20_000


@dataclass(frozen=True)
class Settings:
    """`secret` (begins with SEC) and `keyword` as the robot's security settings say; empty when not in use."""

    access_token: str = field(repr=False)
    secret: str = field(default="", repr=False)
    keyword: str = ""

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Settings:
        """From `{"access_token": token or webhook address, "secret"?, "keyword"?}`. Raises SettingError."""
        return cls(
            access_token=ADDRESS.token(settings.get("access_token") or "", "access_token"),
            secret=text(settings, "secret"), keyword=text(settings, "keyword"),
        )


class Robot(GroupRobot):
    """One DingTalk group. `now` gives the signature's time and is asked for every call."""

    kind = "dingtalk_robot"
    # 20 a minute; more blocks the robot for ten minutes.
    abilities = Abilities(several_cards=True, per_minute=18)

    def __init__(
        self, settings: Settings, line: Line, now: Callable[[], datetime], limits: Limits = Limits()
    ) -> None:
        self._settings, self._line, self._now, self._limits = settings, line, now, limits
        self.body_bytes = limits.body

    def _cards(self, parcel: LinkParcel) -> Body:
        if len(parcel.cards) == 1:
            return self._link(parcel.cards[0], harmless(parcel.words))
        lead, *others = parcel.cards
        opening = "｜".join(part for part in (one_line(lead.title), one_line(parcel.words)) if part)
        links = [_feed(self._headline(opening), lead)]
        links += [_feed(cut_characters(one_line(card.title), self._limits.title), card) for card in others]
        return {"msgtype": "feedCard", "feedCard": {"links": links}}

    def _link(self, card: Card, words: str) -> Body:
        described = "\n".join(part for part in (words, harmless(card.digest)) if part) or one_line(card.title)
        return {
            "msgtype": "link",
            "link": {
                "title": self._headline(one_line(card.title)),
                "text": cut_bytes(described, self._limits.text),
                "messageUrl": card.url,
                "picUrl": card.picture_url,
            },
        }

    def _note(self, parcel: NoteParcel) -> Body:
        keyword = self._settings.keyword

        def build(words: str) -> Body:
            content = with_address(with_keyword(words, keyword), parcel.url)
            return {"msgtype": "text", "text": {"content": content}, "at": {"isAtAll": False}}

        return fitted(build, harmless(note_words(parcel)), self._limits.body)

    def _headline(self, title: str) -> str:
        """The title with the keyword: which other fields of a card DingTalk searches for it is not documented."""
        keyword = self._settings.keyword
        room = self._limits.title - (len(keyword) + 1 if keyword else 0)
        return with_keyword(cut_characters(title, max(room, 1)), keyword)

    def _deliver(self, body: Body) -> None:
        answer = self._line.post(PATH, self._query(), body)
        check_status(answer)
        said = answer.json()
        code = code_in(said, "errcode")
        if code == SECURITY:
            verdict = security_verdict(str(said.get("errmsg", "")))
            raise verdict.failure(code=str(code), http_status=answer.status)
        settle(code, VERDICTS, http_status=answer.status)

    def _query(self) -> dict[str, str]:
        query = {"access_token": self._settings.access_token}
        if self._settings.secret:
            milliseconds = int(self._now().timestamp() * 1000)
            query |= {"timestamp": str(milliseconds), "sign": sign(self._settings.secret, milliseconds)}
        return query


def sign(secret: str, milliseconds: int) -> str:
    """DingTalk's 加签 as raw base64; `net` percent-encodes it once, on its way into the address."""
    said = f"{milliseconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), said, hashlib.sha256).digest()).decode("ascii")


def _feed(title: str, card: Card) -> dict[str, str]:
    return {"title": title, "messageURL": card.url, "picURL": card.picture_url}
