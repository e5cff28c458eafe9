"""Application messages to people, departments and tags. https://developer.work.weixin.qq.com/document/path/90236"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from publishers.applications.sender import MISSED, Sender
from publishers.connector import Abilities, LinkParcel, NoteParcel, Parcel, Receipt, Remember
from publishers.robots.rates import rates_of
from publishers.robots.settings import SettingError, text
from publishers.robots.words import Body
from publishers.wecom import bodies
from publishers.wecom.api import Api
from publishers.wecom.bodies import BODY_BYTES, USUAL, Limits

PATH, RECALL_PATH = "/cgi-bin/message/send", "/cgi-bin/message/recall"
REPEAT_SECONDS = 4 * 3600
MOST_USERS, MOST_OTHERS = 1000, 100
EVERYBODY = "@all"
LEFT_OUT = ("invaliduser", "invalidparty", "invalidtag", "unlicenseduser")


@dataclass(frozen=True)
class Settings:
    """For whom: user ids, department ids and tag ids. `@all` as the only user is everybody in the application's scope."""

    users: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Settings:
        """From `{"users"?, "parties"?, "tags"?}`, each with bars, commas or spaces between. Raises SettingError."""
        users, parties, tags = (_ids(settings, field) for field in ("users", "parties", "tags"))
        if not users and not parties and not tags:
            raise SettingError("users", "Say for whom: user ids, department ids or tag ids of WeCom.")
        for field, ids, most in (("users", users, MOST_USERS), ("parties", parties, MOST_OTHERS), ("tags", tags, MOST_OTHERS)):
            if len(ids) > most:
                raise SettingError(field, "WeCom takes at most 1000 people, 100 departments and 100 tags in one message.")
        return cls(users, parties, tags)


class Message(Sender):
    """People reached through an application. WeCom drops what is beyond 30 a minute and person without a word."""

    kind = "wecom_app"
    abilities = Abilities(several_cards=True, reads_back=True, repeats_safely=True, recalls=True, per_minute=27)
    body_bytes = BODY_BYTES
    repeat_seconds = REPEAT_SECONDS

    def __init__(self, settings: Settings, api: Api, now: Callable[[], datetime], limits: Limits = USUAL) -> None:
        super().__init__(now)
        self._settings, self._api, self._limits = settings, api, limits
        self.rates = (*rates_of(self, f"{api.application.key} {settings}"), *api.rates)

    def recall(self, remote_id: str) -> None:
        """Take the message back, within 24 hours. Raises one of the four words."""
        self._api.call("POST", RECALL_PATH, {"msgid": remote_id})

    def _cards(self, parcel: LinkParcel) -> Body:
        return self._addressed(bodies.news(parcel, self._limits))

    def _note(self, parcel: NoteParcel) -> Body:
        return self._addressed(bodies.note(parcel, self._limits))

    def _addressed(self, body: Body) -> Body:
        said = self._settings
        recipients = {"touser": said.users, "toparty": said.parties, "totag": said.tags}
        return {
            **{name: "|".join(ids) for name, ids in recipients.items() if ids}, "agentid": int(self._api.application.agent_id or 0),
            **body, "safe": 0, "enable_duplicate_check": 1, "duplicate_check_interval": REPEAT_SECONDS,
        }

    def _post(self, body: Body, parcel: Parcel, remember: Remember) -> Receipt:
        """0 with people left out is a success for the others; a suppressed repeat may come without an id."""
        said = self._api.call("POST", PATH, body)
        missed = "|".join(str(said[name]) for name in LEFT_OUT if said.get(name))
        if missed:
            remember(MISSED, missed)
        return Receipt(final=True, remote_id=str(said.get("msgid") or ""))


def _ids(settings: Mapping[str, str], field: str) -> tuple[str, ...]:
    ids = tuple(part for part in re.split(r"[|,，、\s]+", text(settings, field)) if part)
    if any(not re.fullmatch(r"[A-Za-z0-9@._-]{1,64}", part) for part in ids):
        raise SettingError(field, "These are not ids of WeCom.")
    return ids
