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


class Gone(Refused):
    """WeCom has this template no more."""


def add(api: Api, welcome: Welcome) -> str:
    """Make a template; its id there. Raises one of the four words."""
    agent = {"agentid": int(api.application.agent_id)} if api.application.agent_id else {}
    said = api.call("POST", f"{HERE}/add", {**body_of(welcome), **agent, "notify": int(welcome.notify)})
    return str(said["template_id"])


def change(api: Api, template_id: str, welcome: Welcome) -> None:
    """Put these words in its place. Raises Gone or one of the four words."""
    agent = {"agentid": int(api.application.agent_id)} if api.application.agent_id else {}
    _known(api, "edit", {"template_id": template_id, **body_of(welcome), **agent})


def remove(api: Api, template_id: str) -> None:
    """Take it away; one that is not there counts as taken away. Raises one of the four words."""
    try:
        _known(api, "del", {"template_id": template_id})
    except Gone:
        return


def stands(api: Api, template_id: str, welcome: Welcome) -> bool:
    """Whether WeCom has it in these very words. Raises Gone or one of the four words."""
    said = _known(api, "get", {"template_id": template_id})
    wanted = body_of(welcome)
    link, ours = said.get("link") or {}, wanted.get("link") or {}
    return (said.get("text") or {}).get("content") == wanted["text"]["content"] and all(
        str(link.get(name) or "") == ours.get(name, "") for name in ("title", "desc", "url")
    )


def body_of(welcome: Welcome) -> dict[str, Any]:
    """The words as WeCom takes them; text and card are sent as two messages."""
    card = {"title": one_line(welcome.title), "desc": harmless(welcome.description), "url": welcome.url}
    return {"text": {"content": harmless(welcome.text)}, **({"link": card} if welcome.url else {})}


def _known(api: Api, call: str, body: dict[str, Any]) -> dict[str, Any]:
    try:
        return api.call("POST", f"{HERE}/{call}", body)
    except Refused as refused:
        if refused.code != UNKNOWN_ID:
            raise
        raise Gone("WeCom does not know this message any more. It can be made anew.", code=refused.code, rid=refused.rid) from None
