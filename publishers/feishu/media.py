"""What colleagues send to a Feishu application, fetched by message and key; and the answer to a message.

Sources: open.feishu.cn tenant_access_token_internal, im-v1/message-resource/get, im-v1/message/reply.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from publishers.connector import Refused, SwitchedOff, TryLater
from publishers.net import Line

_SPENT = (99991663, 99991661, 99991668)
_LATER = (99991400, 230020)


def access_token(line: Line, app_id: str, app_secret: str) -> tuple[str, float]:
    """A token and how many seconds it lives. Raises Failure."""
    said = line.post("/open-apis/auth/v3/tenant_access_token/internal", {}, {"app_id": app_id, "app_secret": app_secret}).json()
    if said.get("code") != 0 or not said.get("tenant_access_token"):
        raise SwitchedOff("The platform does not take the application's credentials.", code=str(said.get("code", "")))
    return str(said["tenant_access_token"]), float(said.get("expire") or 7200)


def fetch(line: Line, token: str, message_id: str, kind: str, key: str) -> bytes:
    """The bytes of a picture (`image`) or anything else (`file`). Raises Failure."""
    path = f"/open-apis/im/v1/messages/{quote(message_id, safe='')}/resources/{quote(key, safe='')}"
    answer = line.get(path, {"type": kind}, {"Authorization": f"Bearer {token}"})
    if answer.status == 200 and not answer.content_type.startswith("application/json"):
        return answer.content
    code = answer.json().get("code")
    if answer.status == 429 or answer.status >= 500 or code in _LATER or code in _SPENT:
        raise TryLater("The platform does not give out what was sent at the moment.", code=str(code))
    raise Refused("The platform does not give this out.", code=str(code))


def answer(line: Line, token: str, message_id: str, words: str, key: str) -> None:
    """Answer a message; a repeat under the same key within an hour is shown once. Raises Failure."""
    body = {"content": json.dumps({"text": words}, ensure_ascii=False), "msg_type": "text", "uuid": key}
    said = line.post_bytes(
        f"/open-apis/im/v1/messages/{quote(message_id, safe='')}/reply",
        {"Authorization": f"Bearer {token}"}, json.dumps(body, ensure_ascii=False).encode(),
    ).json()
    if said.get("code") != 0:
        raise Refused("The platform takes no answer there any more.", code=str(said.get("code", "")))
