"""The custom robot of a DingTalk group. https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from publishers.connector import Abilities, LinkParcel, NoteParcel
from publishers.dingtalk.bodies import FORMS, USUAL, Bodies, Limits
from publishers.dingtalk.errors import SECURITY, VERDICTS, security_verdict
from publishers.net import Line
from publishers.robots.answers import check_status, code_in, settle
from publishers.robots.rates import rates_of
from publishers.robots.robot import GroupRobot, note_words, with_address
from publishers.robots.settings import Address, choice, text
from publishers.robots.words import Body, fitted, harmless, with_keyword

PATH = "/robot/send"
ADDRESS = Address({"oapi.dingtalk.com"}, PATH, "access_token")


@dataclass(frozen=True)
class Settings:
    """`secret` (begins with SEC) and `keyword` as the robot's security settings say; empty when not in use."""

    access_token: str = field(repr=False)
    secret: str = field(default="", repr=False)
    keyword: str = ""
    form: str = FORMS[0]

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Settings:
        """From `{"access_token": token or webhook address, "secret"?, "keyword"?, "form"?}`. Raises SettingError."""
        return cls(
            access_token=ADDRESS.token(settings.get("access_token") or "", "access_token"),
            secret=text(settings, "secret"), keyword=text(settings, "keyword"),
            form=choice(settings, "form", FORMS),
        )


class Robot(GroupRobot):
    """One DingTalk group. `now` gives the signature's time and is asked for every call."""

    kind = "dingtalk_robot"
    # 20 a minute; more blocks the robot for ten minutes.
    abilities = Abilities(several_cards=True, per_minute=18)

    def __init__(
        self, settings: Settings, line: Line, now: Callable[[], datetime], limits: Limits = USUAL
    ) -> None:
        self._settings, self._line, self._now = settings, line, now
        self._bodies, self.body_bytes = Bodies(limits, settings.keyword), limits.body
        self.rates = rates_of(self, settings.access_token)

    def _cards(self, parcel: LinkParcel) -> Body:
        if self._settings.form == "action_card":
            return {"msgtype": "actionCard", "actionCard": self._bodies.action_card(parcel)}
        if len(parcel.cards) == 1:
            return {"msgtype": "link", "link": self._bodies.link(parcel.cards[0], parcel.words)}
        return {"msgtype": "feedCard", "feedCard": {"links": self._bodies.feed(parcel)}}

    def _note(self, parcel: NoteParcel) -> Body:
        keyword = self._settings.keyword

        def build(words: str) -> Body:
            content = with_address(with_keyword(words, keyword), parcel.url)
            return {"msgtype": "text", "text": {"content": content}, "at": {"isAtAll": False}}

        return fitted(build, harmless(note_words(parcel)), self.body_bytes)

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
