"""What colleagues send to a Feishu application, fetched by message and key; and the answer to a message.

Sources: open.feishu.cn im-v1/message-resource/get, im-v1/message/reply.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from publishers.connector import Refused
from publishers.feishu.api import Api

_MESSAGES = "/open-apis/im/v1/messages"


def fetch(api: Api, message_id: str, kind: str, key: str) -> bytes:
    """The bytes of a picture (`image`) or anything else (`file`). Raises Failure."""
    try:
        return api.file(f"{_MESSAGES}/{quote(message_id, safe='')}/resources/{quote(key, safe='')}", {"type": kind})
    except Refused as refused:
        raise Refused("The platform does not give this out.", code=refused.code) from None


def answer(api: Api, message_id: str, words: str, key: str) -> None:
    """Answer a message; a repeat under the same key within an hour is shown once. Raises Failure."""
    body = {"content": json.dumps({"text": words}, ensure_ascii=False), "msg_type": "text", "uuid": key}
    api.call("POST", f"{_MESSAGES}/{quote(message_id, safe='')}/reply", body)
