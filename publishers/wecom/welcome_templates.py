"""Welcome messages of customer groups (入群欢迎语素材). https://developer.work.weixin.qq.com/document/path/92366

A template is material: WeCom sends nothing before a member chooses it for their groups. There is no list of templates, and
only the application that made one may change it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from publishers.connector import Refused
from publishers.robots.words import harmless, one_line
from publishers.wecom.api import Api
from publishers.wecom.errors import Gone

HERE = "/cgi-bin/externalcontact/group_welcome_template"
UNKNOWN_ID = "40058"
"""What WeCom answers for a template that it has not, or not from this application; its page names no code: uncertain."""


@dataclass(frozen=True)
class Welcome:
    """What newcomers read: a text, and a card when there is a `url`. `notify`: WeCom tells the members of a new one."""

    text: str
    title: str = ""
    description: str = ""
    url: str = ""
    notify: bool = False


class Template:
    """One message at WeCom. Every call raises one of the four words, those about a known template Gone as well."""

    def __init__(self, api: Api, welcome: Welcome) -> None:
        self._api, self._welcome = api, welcome

    def add(self) -> str:
        """Make it; its id there."""
        body = {**self._body(), **self._agent(), "notify": int(self._welcome.notify)}
        return str(self._api.call("POST", f"{HERE}/add", body)["template_id"])

    def change(self, remote_id: str) -> None:
        """Put these words in its place."""
        self._known("edit", {"template_id": remote_id, **self._body(), **self._agent()})

    def remove(self, remote_id: str) -> None:
        """Take it away; one that is not there counts as taken away."""
        try:
            self._known("del", {"template_id": remote_id})
        except Gone:
            return

    def stands(self, remote_id: str) -> bool:
        """Whether WeCom has it in these very words."""
        said, wanted = self._known("get", {"template_id": remote_id}), self._body()
        link, ours = said.get("link") or {}, wanted.get("link") or {}
        return (said.get("text") or {}).get("content") == wanted["text"]["content"] and all(
            str(link.get(name) or "") == ours.get(name, "") for name in ("title", "desc", "url")
        )

    def find(self) -> str | None:
        """None: there is no list, so a person must look for one whose id was lost."""
        return None

    def _body(self) -> dict[str, Any]:
        """Text and card are sent as two messages."""
        said = self._welcome
        card = {"title": one_line(said.title), "desc": harmless(said.description), "url": said.url}
        return {"text": {"content": harmless(said.text)}, **({"link": card} if said.url else {})}

    def _agent(self) -> dict[str, int]:
        agent = self._api.application.agent_id
        return {"agentid": int(agent)} if agent else {}

    def _known(self, call: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._api.call("POST", f"{HERE}/{call}", body)
        except Refused as refused:
            if refused.code != UNKNOWN_ID:
                raise
            gone = Gone("WeCom does not know this message any more. It can be made anew.", code=refused.code, rid=refused.rid)
            raise gone from None
