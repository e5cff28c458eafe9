"""The bot of the company's own application in a Feishu chat: a message's number, a repeat that is known, readers, recall.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from publishers.applications.api import Said
from publishers.applications.sender import Sender
from publishers.connector import Abilities, LinkParcel, NoteParcel, OutcomeUnknown, Parcel, Receipt, Refused, Remember
from publishers.feishu.api import Api
from publishers.feishu.bodies import FORMS, PER_SECOND, USUAL, Bodies, Limits
from publishers.feishu.errors import CARD
from publishers.robots.rates import rates_of
from publishers.robots.robot import note_words, with_address
from publishers.robots.settings import SettingError, choice, text
from publishers.robots.words import Body, fitted, harmless

PATH = "/open-apis/im/v1/messages"
ENVELOPE_BYTES = 1024
REPEAT_SECONDS = 3600
PAGE = "50"


@dataclass(frozen=True)
class Settings:
    """The chat's id (`oc_…`), and how one article is shown."""

    chat_id: str
    form: str = FORMS[0]

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Settings:
        """From `{"chat_id", "form"?}`. Raises SettingError."""
        chat_id = text(settings, "chat_id")
        if not chat_id.startswith("oc_") or chat_id != "".join(chat_id.split()):
            raise SettingError("chat_id", "The id of a Feishu chat begins with oc_.")
        return cls(chat_id, choice(settings, "form", FORMS))


class Group(Sender):
    """One Feishu chat with the application's bot in it. The same `uuid` is shown once within an hour."""

    kind = "feishu_app"
    # 5 a second in one chat, shared by all bots in it.
    abilities = Abilities(
        several_cards=True, reads_back=True, repeats_safely=True, recalls=True, counts_reads=True, per_minute=120,
    )
    repeat_seconds = REPEAT_SECONDS

    def __init__(self, settings: Settings, api: Api, now: Callable[[], datetime], limits: Limits = USUAL) -> None:
        super().__init__(now)
        self._settings, self._api = settings, api
        self._bodies, self.body_bytes = Bodies(limits, form=settings.form), limits.body
        self.rates = (*rates_of(self, f"{api.application.key} {settings.chat_id}", PER_SECOND), *api.rates)

    def readers(self, remote_id: str) -> list[str]:
        """The open ids of those who have read the message, asked within 7 days. Raises one of the four words."""
        found: list[str] = []
        following = ""
        while True:
            asked = {"user_id_type": "open_id", "page_size": PAGE, **({"page_token": following} if following else {})}
            said = self._api.call("GET", f"{PATH}/{remote_id}/read_users", params=asked).get("data") or {}
            found += [str(one.get("user_id", "")) for one in said.get("items") or []]
            following = str(said.get("page_token") or "")
            if not said.get("has_more") or not following:
                return found

    def recall(self, remote_id: str) -> None:
        """Take the message back. Raises one of the four words."""
        self._api.call("DELETE", f"{PATH}/{remote_id}")

    def _cards(self, parcel: LinkParcel) -> Body:
        if self._bodies.is_card(parcel):
            return self._wrapped(parcel, "interactive", self._bodies.card(parcel))
        return self._wrapped(parcel, "post", self._bodies.post(parcel))

    def _note(self, parcel: NoteParcel) -> Body:
        def build(words: str) -> Body:
            return self._wrapped(parcel, "text", {"text": with_address(words, parcel.url)})

        return fitted(build, harmless(note_words(parcel)), self.body_bytes - ENVELOPE_BYTES)

    def _wrapped(self, parcel: Parcel, kind: str, content: Mapping[str, object]) -> Body:
        """The content travels as JSON within JSON."""
        return {
            "receive_id": self._settings.chat_id, "msg_type": kind, "content": json.dumps(content, ensure_ascii=False),
            "uuid": hashlib.sha256(parcel.marker.encode()).hexdigest()[:32],
        }

    def _post(self, body: Body, parcel: Parcel, remember: Remember) -> Receipt:
        try:
            said = self._sent(body)
        except Refused as failure:
            if failure.code != str(CARD) or not isinstance(parcel, LinkParcel) or body["msg_type"] != "interactive":
                raise
            said = self._sent(self._wrapped(parcel, "post", self._bodies.post(parcel)))
        message_id = (said.get("data") or {}).get("message_id")
        if not message_id:
            raise OutcomeUnknown("The platform's answer could not be read.")
        return Receipt(final=True, remote_id=str(message_id))

    def _sent(self, body: Body) -> Said:
        return self._api.call("POST", PATH, body, {"receive_id_type": "chat_id"})
