"""Chats that the application made itself. https://developer.work.weixin.qq.com/document/path/90244

Nobody sees a chat before the first message, so it is made when that is sent; its id is ours, so it is made once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from publishers.applications.sender import Sender
from publishers.connector import Abilities, LinkParcel, NoteParcel, Parcel, Receipt, Refused, Remember, SwitchedOff
from publishers.robots.rates import rates_of
from publishers.robots.settings import SettingError, text
from publishers.robots.words import Body, one_line
from publishers.wecom import bodies
from publishers.wecom.api import Api
from publishers.wecom.bodies import BODY_BYTES, USUAL, Limits

PATH, CREATE_PATH = "/cgi-bin/appchat/send", "/cgi-bin/appchat/create"
UNKNOWN, TAKEN = ("86001", "86003"), "86215"
NAME_CHARACTERS = 50


@dataclass(frozen=True)
class Settings:
    """The chat's id (letters and digits); with `owner` and `members`, the chat is made when it is not there yet."""

    chat_id: str
    name: str = ""
    owner: str = ""
    members: tuple[str, ...] = ()

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Settings:
        """From `{"chat_id", "name"?, "owner"?, "members"?}`. Raises SettingError."""
        chat_id, owner = text(settings, "chat_id"), text(settings, "owner")
        if not re.fullmatch(r"[0-9A-Za-z]{1,32}", chat_id):
            raise SettingError("chat_id", "The id of the chat has 1 to 32 letters and digits.")
        members = tuple(dict.fromkeys(part for part in re.split(r"[|,，、\s]+", text(settings, "members")) if part))
        if members and len({owner, *members} - {""}) < 2:
            raise SettingError("members", "A chat has an owner and at least one more member.")
        return cls(chat_id, one_line(text(settings, "name"))[:NAME_CHARACTERS], owner or next(iter(members), ""), members)


class Chat(Sender):
    """One application chat: no id of a message, no repeat is known, nothing can be read."""

    kind = "wecom_chat"
    abilities = Abilities(several_cards=True, per_minute=180)
    body_bytes = BODY_BYTES

    def __init__(self, settings: Settings, api: Api, now: Callable[[], datetime], limits: Limits = USUAL) -> None:
        super().__init__(now)
        self._settings, self._api, self._limits = settings, api, limits
        self.rates = (*rates_of(self, f"{api.application.key} {settings.chat_id}"), *api.rates)

    def _cards(self, parcel: LinkParcel) -> Body:
        return self._addressed(bodies.news(parcel, self._limits))

    def _note(self, parcel: NoteParcel) -> Body:
        return self._addressed(bodies.note(parcel, self._limits))

    def _addressed(self, body: Body) -> Body:
        return {"chatid": self._settings.chat_id, **body, "safe": 0}

    def _post(self, body: Body, parcel: Parcel, remember: Remember) -> Receipt:
        try:
            self._api.call("POST", PATH, body)
        except SwitchedOff as failure:
            if failure.code not in UNKNOWN or not self._settings.members:
                raise
            self._make()
            self._api.call("POST", PATH, body)
        return Receipt(final=True)

    def _make(self) -> None:
        """Another worker may have made it in the same moment."""
        said = self._settings
        members = list(dict.fromkeys([said.owner, *said.members]))
        try:
            self._api.call("POST", CREATE_PATH, {
                "name": said.name or "群声", "owner": said.owner, "userlist": members, "chatid": said.chat_id,
            })
        except Refused as failure:
            if failure.code != TAKEN:
                raise
