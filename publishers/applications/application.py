"""What an application proves itself with, and how its platform knows it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Application:
    """`key` names it in the store of tokens. `corp_id`, `agent_id`: WeCom's; `app_id`, `robot_code`: DingTalk's and Feishu's."""

    key: str
    secret: str = field(repr=False)
    corp_id: str = ""
    app_id: str = ""
    agent_id: str = ""
    robot_code: str = ""
