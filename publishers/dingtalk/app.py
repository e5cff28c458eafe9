"""The robot of the company's own application in a DingTalk group: messages with a number, readers, recall.

https://open.dingtalk.com/document/orgapp/the-robot-sends-a-group-message
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from publishers.applications.sender import Sender
from publishers.connector import Abilities, LinkParcel, NoteParcel, OutcomeUnknown, Parcel, Receipt, Refused, Remember
from publishers.dingtalk.api import Api
from publishers.dingtalk.bodies import FORMS, USUAL, Bodies, Limits
from publishers.robots.rates import rates_of
from publishers.robots.robot import note_words, with_address
from publishers.robots.settings import SettingError, choice, text
from publishers.robots.words import Body, fitted, harmless

HERE = "/v1.0/robot/groupMessages"
PAGE = 200


@dataclass(frozen=True)
class Settings:
    """The group's openConversationId, which the robot learns in the group, and how one article is shown."""

    conversation: str
    form: str = FORMS[0]

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Settings:
        """From `{"conversation", "form"?}`. Raises SettingError."""
        conversation = text(settings, "conversation")
        if not conversation or conversation != "".join(conversation.split()):
            raise SettingError("conversation", "The group's openConversationId is needed.")
        return cls(conversation, choice(settings, "form", FORMS))


class Group(Sender):
    """One DingTalk group with the application's robot in it. DingTalk knows no repeat."""

    kind = "dingtalk_app"
    abilities = Abilities(several_cards=True, recalls=True, counts_reads=True, per_minute=18)

    def __init__(self, settings: Settings, api: Api, now: Callable[[], datetime], limits: Limits = USUAL) -> None:
        super().__init__(now)
        self._settings, self._api = settings, api
        self._bodies, self.body_bytes = Bodies(limits), limits.body
        self.rates = (*rates_of(self, f"{api.application.key} {settings.conversation}"), *api.rates)

    def readers(self, remote_id: str) -> list[str]:
        """The user ids of those who have read the message so far. Raises one of the four words."""
        found: list[str] = []
        following = ""
        while True:
            asked = {**self._where(), "processQueryKey": remote_id, "maxResults": PAGE}
            said = self._api.call("POST", f"{HERE}/query", {**asked, **({"nextToken": following} if following else {})})
            found += map(str, said.get("readUserIds") or [])
            following = str(said.get("nextToken") or "")
            if not said.get("hasMore") or not following:
                return found

    def recall(self, remote_id: str) -> None:
        """Take the message back. Raises one of the four words."""
        said = self._api.call("POST", f"{HERE}/recall", {**self._where(), "processQueryKeys": [remote_id]})
        if remote_id not in (said.get("successResult") or []):
            raise Refused("DingTalk did not take the message back.")

    def _cards(self, parcel: LinkParcel) -> Body:
        if self._settings.form == "link" and len(parcel.cards) == 1:
            return self._wrapped("sampleLink", self._bodies.link(parcel.cards[0], parcel.words))
        return self._wrapped("sampleActionCard", self._bodies.action_card(parcel))

    def _note(self, parcel: NoteParcel) -> Body:
        def build(words: str) -> Body:
            return self._wrapped("sampleText", {"content": with_address(words, parcel.url)})

        return fitted(build, harmless(note_words(parcel)), self.body_bytes)

    def _wrapped(self, key: str, fields: dict[str, str]) -> Body:
        """The fields travel as JSON within JSON."""
        return {**self._where(), "msgKey": key, "msgParam": json.dumps(fields, ensure_ascii=False)}

    def _where(self) -> dict[str, str]:
        application = self._api.application
        return {"openConversationId": self._settings.conversation, "robotCode": application.robot_code or application.app_id}

    def _post(self, body: Body, parcel: Parcel, remember: Remember) -> Receipt:
        said = self._api.call("POST", f"{HERE}/send", body)
        if not said.get("processQueryKey"):
            raise OutcomeUnknown("The platform's answer could not be read.")
        return Receipt(final=True, remote_id=str(said["processQueryKey"]))
