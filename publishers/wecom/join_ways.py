"""Join codes of customer groups (客户群「加入群聊」). https://developer.work.weixin.qq.com/document/path/92229

There is no list of them: one whose number was lost can only be looked for by a person in WeCom's console, if at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from publishers.connector import OutcomeUnknown, Refused
from publishers.wecom.api import Api
from publishers.wecom.errors import Gone

HERE = "/cgi-bin/externalcontact/groupchat"
BY_QR = 2
UNKNOWN_ID = frozenset({"41048", "40058"})
"""What WeCom answers for a code that it has not; its page names no number: uncertain."""


@dataclass(frozen=True)
class Way:
    """`state` (at most 30 characters) comes back with everybody who joined by it."""

    remark: str
    chats: tuple[str, ...]
    state: str
    opens_more: bool = True
    base_name: str = ""


class Code:
    """One code at WeCom. Every call raises one of the four words, those about a known code Gone as well."""

    def __init__(self, api: Api, way: Way) -> None:
        self._api, self._way = api, way

    def add(self) -> str:
        """Make it; its configuration's id."""
        config = self._api.call("POST", f"{HERE}/add_join_way", self._body()).get("config_id")
        if not config:
            raise OutcomeUnknown("WeCom answered in a shape that is not known.")
        return str(config)

    def change(self, remote_id: str) -> None:
        """Put these words in its place; all fields are written anew."""
        self._known("update_join_way", {"config_id": remote_id, **self._body()})

    def remove(self, remote_id: str) -> None:
        """Take it away; one that is not there counts as taken away."""
        try:
            self._known("del_join_way", {"config_id": remote_id})
        except Gone:
            return

    def stands(self, remote_id: str) -> bool:
        """Whether WeCom has it as it is wanted."""
        said, wanted = self._told(remote_id), self._body()
        return all(said.get(name) == wanted[name] for name in ("remark", "state", "chat_id_list", "auto_create_room"))

    def find(self) -> str | None:
        """None: there is no list, so only a person can look."""
        return None

    def picture_at(self, remote_id: str) -> str:
        """The address of its QR."""
        return str(self._told(remote_id).get("qr_code") or "")

    def _told(self, remote_id: str) -> dict[str, Any]:
        said = self._known("get_join_way", {"config_id": remote_id}).get("join_way")
        if not isinstance(said, dict):
            raise OutcomeUnknown("WeCom answered in a shape that is not known.")
        return said

    def _body(self) -> dict[str, Any]:
        said = self._way
        more = {"room_base_name": said.base_name, "room_base_id": 1} if said.opens_more and said.base_name else {}
        return {
            "scene": BY_QR, "remark": said.remark, "auto_create_room": int(said.opens_more), "chat_id_list": list(said.chats),
            "state": said.state, **more,
        }

    def _known(self, call: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._api.call("POST", f"{HERE}/{call}", body)
        except Refused as refused:
            if refused.code not in UNKNOWN_ID or call == "update_join_way" and refused.code == "40058":
                raise
            gone = Gone("WeCom does not know this join code any more. It can be made anew.", code=refused.code, rid=refused.rid)
            raise gone from None
