"""The custom bot of a Feishu or Lark group. https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from publishers.connector import Abilities, LinkParcel, NoteParcel
from publishers.feishu.bodies import FORMS, PER_SECOND, USUAL, Bodies, Limits
from publishers.feishu.errors import VERDICTS
from publishers.net import Base, Line
from publishers.robots.answers import check_status, code_in, settle
from publishers.robots.rates import rates_of
from publishers.robots.robot import GroupRobot, note_words, with_address
from publishers.robots.settings import Address, choice, host_of, text
from publishers.robots.words import Body, encoded, fitted, harmless, with_keyword

PATH = "/open-apis/bot/v2/hook/"
LARK_HOST = "open.larksuite.com"
ADDRESS = Address({"open.feishu.cn", LARK_HOST}, PATH)
SIGNATURE_BYTES = len(encoded({"timestamp": "0" * 10, "sign": "0" * 44}))


@dataclass(frozen=True)
class Settings:
    """`secret` and `keyword` as the bot's security settings say, empty when not in use; `is_lark`: a tenant abroad."""

    hook: str = field(repr=False)
    secret: str = field(default="", repr=False)
    keyword: str = ""
    is_lark: bool = False
    form: str = FORMS[0]

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Settings:
        """From `{"hook": token or webhook address, "secret"?, "keyword"?, "form"?}`. Raises SettingError."""
        pasted = settings.get("hook") or ""
        return cls(
            hook=ADDRESS.token(pasted, "hook"), secret=text(settings, "secret"), keyword=text(settings, "keyword"),
            is_lark=host_of(pasted) == LARK_HOST, form=choice(settings, "form", FORMS),
        )

    def base(self, configured: Base) -> Base:
        """Where this bot lives: Lark's own host for a tenant abroad, unless `configured` is a machine of our own."""
        return Base(f"https://{LARK_HOST}") if self.is_lark and not configured.is_local else configured


class Robot(GroupRobot):
    """One Feishu group. `now` gives the signature's time and is asked for every call."""

    kind = "feishu_robot"
    # 100 a minute and 5 a second.
    abilities = Abilities(several_cards=True, per_minute=90)

    def __init__(
        self, settings: Settings, line: Line, now: Callable[[], datetime], limits: Limits = USUAL
    ) -> None:
        self._settings, self._line, self._now = settings, line, now
        self._bodies = Bodies(limits, settings.keyword, settings.form)
        self.body_bytes = limits.body - SIGNATURE_BYTES
        self.rates = rates_of(self, settings.hook, PER_SECOND)

    def _cards(self, parcel: LinkParcel) -> Body:
        if self._bodies.is_card(parcel):
            return {"msg_type": "interactive", "card": self._bodies.card(parcel)}
        return {"msg_type": "post", "content": {"post": self._bodies.post(parcel)}}

    def _note(self, parcel: NoteParcel) -> Body:
        keyword = self._settings.keyword

        def build(words: str) -> Body:
            return {"msg_type": "text", "content": {"text": with_address(with_keyword(words, keyword), parcel.url)}}

        return fitted(build, harmless(note_words(parcel)), self.body_bytes)

    def _deliver(self, body: Body) -> None:
        answer = self._line.post(PATH + self._settings.hook, {}, {**self._signature(), **body})
        check_status(answer)
        # Old gateways answer with StatusCode only.
        code = code_in(answer.json(), "code", "StatusCode")
        settle(code, VERDICTS, http_status=answer.status, rid=answer.headers.get("x-tt-logid", ""))

    def _signature(self) -> dict[str, str]:
        if not self._settings.secret:
            return {}
        seconds = int(self._now().timestamp())
        return {"timestamp": str(seconds), "sign": sign(self._settings.secret, seconds)}


def sign(secret: str, seconds: int) -> str:
    """Feishu's 签名校验: the string to sign is the key, and the message is empty (the opposite of DingTalk)."""
    key = f"{seconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode("ascii")
