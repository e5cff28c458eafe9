"""One HTTP call and its reply, as the simulated platforms see them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

# An escape counts only after an even number of backslashes: "\\u4e2d" in a code sample is plain text.
_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")

Json = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """One part of a multipart form."""

    file_name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Orders:
    """What a fault tells the handler: how often and how late the result event is sent, and how the task ends."""

    events: int = 1
    result: int = 0
    late: float = 0.0


@dataclass(frozen=True)
class Call:
    """A call received at `at` (epoch seconds) from `address`; `base` is the address under which we answer."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: float
    address: str
    base: str
    orders: Orders = field(default_factory=Orders)

    @property
    def has_escapes(self) -> bool:
        """Whether the body holds JSON `\\uXXXX` escapes, which WeChat and WeCom refuse."""
        return _ESCAPE.search(self.body) is not None

    def json(self) -> Json | None:
        """The body as an object, or None."""
        try:
            value = json.loads(self.body.decode("utf-8"))
        except ValueError:
            return None
        return value if isinstance(value, dict) else None

    def form(self) -> dict[str, Part]:
        """The parts of a multipart body by name; empty when it is none."""
        content_type = self.headers.get("content-type", "")
        if not content_type.lower().startswith("multipart/form-data"):
            return {}
        head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
        message = BytesParser(policy=HTTP).parsebytes(head + self.body)
        parts = {}
        for part in message.iter_parts():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            if isinstance(name, str) and isinstance(content, bytes):
                parts[name] = Part(part.get_filename() or "", part.get_content_type(), content)
        return parts


@dataclass(frozen=True)
class Reply:
    """What goes back. `code` is the platform's own code for the call list."""

    content: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    code: int | None = None
    rid: str = ""


class Refusal(Exception):
    """A platform says no with its own code; `more` are further fields of the answer."""

    def __init__(self, code: int, words: str, **more: str) -> None:
        super().__init__(words)
        self.code, self.words, self.more = code, words, more


def json_reply(
    value: object, *, status: int = 200, content_type: str = "application/json; charset=utf-8", rid: str = ""
) -> Reply:
    code = value.get("errcode", value.get("code")) if isinstance(value, dict) else None
    content = json.dumps(value, ensure_ascii=False).encode("utf-8")
    return Reply(content, content_type, status, code=code if isinstance(code, int) else None, rid=rid)


def problem(words: str, status: int = 400) -> Reply:
    """A refusal of the control interface itself."""
    return json_reply({"error": words}, status=status)
