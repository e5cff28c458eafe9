"""Simulated group robots of three platforms. Which robot misbehaves how is chosen by a piece of its key."""

from __future__ import annotations

import json
import threading
from urllib.parse import parse_qs

from tests.strangers.account import Lost, Refusal
from tests.strangers.manners import Json, Plan

PATHS = {"/cgi-bin/webhook/send": "key", "/robot/send": "access_token"}
HOOK = "/open-apis/bot/v2/hook/"
OK: dict[str, Json] = {
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "dingtalk": {"errcode": 0, "errmsg": "ok", "trace": [1]},
    "feishu": {"StatusCode": 0, "StatusMessage": "success"},
}


class Robots:
    """All groups. `messages` is the journal: every key with the whole text, as often as it was posted."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.messages: list[tuple[str, str]] = []
        self._lock = threading.Lock()

    def knows(self, path: str) -> bool:
        return path in PATHS or path.startswith(HOOK)

    def answer(self, path: str, query: str, body: Json) -> Json:
        """What the platform says. Raises Refusal, Lost."""
        key = path.removeprefix(HOOK) if path.startswith(HOOK) else parse_qs(query)[PATHS[path]][0]
        platform = "feishu" if path.startswith(HOOK) else "wecom" if "webhook" in path else "dingtalk"
        text = json.dumps(body, ensure_ascii=False)
        with self._lock:
            fault = self.plan.take("robot", f"{platform} {key} {text}")
            if fault is not None and fault.code:
                raise Refusal(fault.code)
            if fault is None or fault.effect:
                self.messages.append((key, text))
        if fault is not None:
            raise Lost(fault, OK[platform])
        return OK[platform]
