"""Mass sends into customer groups (企业群发). https://developer.work.weixin.qq.com/document/path/92135

The interface makes a task and sends nothing: the group's owner presses send in WeCom, or does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from publishers.applications.sender import MISSED, Sender
from publishers.connector import (
    REMOTE_ID,
    Abilities,
    Absent,
    Found,
    LinkParcel,
    NoteParcel,
    Parcel,
    Reading,
    Receipt,
    Refused,
    Remember,
)
from publishers.robots.rates import rates_of
from publishers.robots.robot import note_words, with_address
from publishers.robots.settings import SettingError, text
from publishers.robots.words import Body, cut_bytes, harmless, one_line
from publishers.wecom.api import Api
from publishers.wecom.bodies import BODY_BYTES, USUAL, Limits

HERE = "/cgi-bin/externalcontact"
TEXT_BYTES = 4000
MOST_GROUPS, MOST_LINKS = 2000, 9
WAITS_AT_MOST = timedelta(days=30)
"""How long an unsent task lives is not documented; after a month nobody sends it any more."""
OWNER, BEGAN = "owner", "began_at"
WAITING, SENT, GONE, BEYOND_LIMIT = "waiting", "sent", "gone", "beyond_limit"
STATUSES = {0: WAITING, 1: SENT, 2: GONE, 3: BEYOND_LIMIT}
"""Results per group, as get_groupmsg_send_result has them."""


@dataclass(frozen=True)
class Settings:
    """The group owner's user id, and the ids of their customer groups that belong to this group of ours."""

    sender: str
    chats: tuple[str, ...]

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Settings:
        """From `{"sender", "chats"}`; ids with commas or spaces between. Raises SettingError."""
        sender = text(settings, "sender")
        if not re.fullmatch(r"[A-Za-z0-9@._-]{1,64}", sender):
            raise SettingError("sender", "The user id of the group's owner in WeCom is needed.")
        chats = tuple(dict.fromkeys(part for part in re.split(r"[|,，、\s]+", text(settings, "chats")) if part))
        if not 1 <= len(chats) <= MOST_GROUPS or any(not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", chat) for chat in chats):
            raise SettingError("chats", "Name one to 2000 customer groups by their ids.")
        return cls(sender, chats)


class CustomerGroup(Sender):
    """Customer groups of one owner. A task is accepted, never sent, until its owner has sent it."""

    kind = "wecom_customer_group"
    abilities = Abilities(several_cards=True, reads_back=True, needs_person=True, per_minute=60)
    body_bytes = BODY_BYTES

    def __init__(self, settings: Settings, api: Api, now: Callable[[], datetime], limits: Limits = USUAL) -> None:
        super().__init__(now)
        self._settings, self._api, self._limits = settings, api, limits
        self.rates = (*rates_of(self, f"{api.application.key} {settings}"), *api.rates)

    def confirm(self, parcel: Parcel) -> Receipt:
        """What became of the task, group by group. Raises Refused when no group received it and none will."""
        task = parcel.memory.get(REMOTE_ID, "")
        results = tuple(self.results(task))
        try:
            return replace(self._judged(task, parcel, [status for _chat, status in results]), results=results)
        except Refused as refused:
            refused.results = results
            raise

    def find_out(self, parcel: Parcel) -> Reading:
        """The tasks of late are read: ours carries our tracked link, or our very words."""
        task = self._task_of(parcel)
        return Found(Receipt(final=False, remote_id=task, awaiting=OWNER)) if task else Absent()

    def remind(self, task: str) -> None:
        """Remind the owner in WeCom, at most three times in 24 hours (41094). Raises one of the four words."""
        self._api.call("POST", f"{HERE}/remind_groupmsg_send", {"msgid": task})

    def cancel(self, task: str) -> None:
        """Nobody can send the task any more; who has sent it, has. Raises one of the four words."""
        self._api.call("POST", f"{HERE}/cancel_groupmsg_send", {"msgid": task})

    def results(self, task: str) -> list[tuple[str, str]]:
        """Each customer group's id and what became of it: `waiting`, `sent`, `gone` or `beyond_limit`."""
        return [(str(one.get("chat_id", "")), STATUSES.get(one.get("status", 0), WAITING)) for one in self._results(task)]

    def _cards(self, parcel: LinkParcel) -> Body:
        links = [
            {"msgtype": "link", "link": {name: value for name, value in {
                "title": cut_bytes(one_line(card.title), self._limits.title), "picurl": card.picture_url,
                "desc": cut_bytes(harmless(card.digest), self._limits.description), "url": card.url,
            }.items() if value}}
            for card in parcel.cards[:MOST_LINKS]
        ]
        words = cut_bytes(harmless(parcel.words), TEXT_BYTES)
        return self._addressed({**({"text": {"content": words}} if words else {}), "attachments": links})

    def _note(self, parcel: NoteParcel) -> Body:
        return self._addressed({"text": {"content": self._words(parcel)}})

    def _words(self, parcel: NoteParcel) -> str:
        room = TEXT_BYTES - len(with_address("\n", parcel.url).encode("utf-8")) - 1
        return with_address(cut_bytes(harmless(note_words(parcel)), room), parcel.url)

    def _addressed(self, body: Body) -> Body:
        return {"chat_type": "group", "sender": self._settings.sender, "chat_id_list": list(self._settings.chats), **body}

    def _post(self, body: Body, parcel: Parcel, remember: Remember) -> Receipt:
        if not parcel.memory.get(BEGAN):
            remember(BEGAN, str(self._now().timestamp()))
        said = self._api.call("POST", f"{HERE}/add_msg_template", body)
        task, failed = str(said.get("msgid") or ""), said.get("fail_list") or []
        if not task or set(self._settings.chats) <= set(map(str, failed)):
            raise Refused("There is nobody to send to: the group does not belong to this sender.", field="people")
        if failed:
            remember(MISSED, "|".join(map(str, failed)))
        return Receipt(final=False, remote_id=task, awaiting=OWNER)

    def _judged(self, task: str, parcel: Parcel, statuses: list[str]) -> Receipt:
        waiting = not statuses or WAITING in statuses
        if waiting:
            return self._still_waiting(task, parcel)
        if SENT in statuses:
            return Receipt(final=True, remote_id=task)
        if BEYOND_LIMIT in statuses:
            raise Refused("The groups have received as many mass sends as WeCom allows them for now.")
        raise Refused("WeCom could not send it: the customers are no longer there.")

    def _still_waiting(self, task: str, parcel: Parcel) -> Receipt:
        began = float(parcel.memory.get(BEGAN) or 0)
        if began and self._now().timestamp() - began > WAITS_AT_MOST.total_seconds():
            raise Refused("The group's owner has not sent it for a month.")
        return Receipt(final=False, remote_id=task, awaiting=OWNER)

    def _results(self, task: str) -> Iterator[dict[str, Any]]:
        asked = {"msgid": task, "userid": self._settings.sender, "limit": 500}
        yield from self._pages("get_groupmsg_send_result", asked, "send_list")

    def _task_of(self, parcel: Parcel) -> str:
        now = self._now()
        asked = {
            "chat_type": "group", "start_time": int((now - timedelta(days=2)).timestamp()),
            "end_time": int((now + timedelta(minutes=5)).timestamp()), "filter_type": 0, "limit": 100,
        }
        ours = [card.url for card in parcel.cards] if isinstance(parcel, LinkParcel) else []
        words = self._words(parcel) if isinstance(parcel, NoteParcel) else ""
        for one in self._pages("get_groupmsg_list_v2", asked, "group_msg_list"):
            links = [str((part.get("link") or {}).get("url", "")) for part in one.get("attachments") or []]
            said = str((one.get("text") or {}).get("content", ""))
            if (ours and ours[0] in links) or (words and words == said):
                return str(one.get("msgid", ""))
        return ""

    def _pages(self, call: str, asked: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
        cursor = ""
        while True:
            said = self._api.call("POST", f"{HERE}/{call}", {**asked, **({"cursor": cursor} if cursor else {})})
            yield from said.get(name) or []
            cursor = str(said.get("next_cursor") or "")
            if not cursor:
                return
