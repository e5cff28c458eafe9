"""Reader comments (留言) of one published article: read them all, and the seven acts of the account.

Addressed by `msg_data_id` and `index`, which counts from 0 here. A reader's openid goes no further than this file.
Source: developers.weixin.qq.com/doc/subscription/api/leaving/api_listcomment.html and its siblings
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from publishers.connector import HandOver
from publishers.wechat.client import Client

PAGE = 49
"""50 or more are refused with 88010."""
MOST_PAGES = 40
REPLY_CHARACTERS = 600
"""The page names no number (88007 is "empty or too long"); the console takes this many."""
MISSING = frozenset({"48001", "88000"})

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Comment:
    """One comment. `reader` is a short pseudonym, the same within this article only; "" where WeChat names nobody."""

    id: str
    reader: str
    at: datetime
    text: str
    featured: bool
    reply: str = ""
    replied_at: datetime | None = None


@dataclass(frozen=True)
class Listing:
    """What the platform listed. Not `whole`: there are more than we read, so what is missing is not gone."""

    total: int
    comments: tuple[Comment, ...]
    whole: bool
    calls: int = 1
    """How many pages it took."""


class Comments:
    """The comments of the article at `position` (from 1) of a message. Every method raises the words of `connector`.

    An act whose answer is missing raises OutcomeUnknown: read the list to see what became of it.
    """

    def __init__(self, client: Client, msg_data_id: str, position: int) -> None:
        self._client = client
        self._address = {"msg_data_id": int(msg_data_id) if msg_data_id.isdigit() else msg_data_id, "index": position - 1}

    def read(self) -> Listing:
        """All comments, ordinary and featured, in the platform's order."""
        found: dict[str, Comment] = {}
        total = 0
        for number in range(MOST_PAGES):
            said = self._ask("list", begin=number * PAGE, count=PAGE, type=0)
            page = list(self._comments(said))
            total = _number(said.get("total"))
            found.update({one.id: one for one in page})
            if not page or (number + 1) * PAGE >= total:
                return Listing(total, tuple(found.values()), whole=len(found) >= total, calls=number + 1)
        return Listing(total, tuple(found.values()), whole=False, calls=MOST_PAGES)

    def open(self) -> None:
        """Let readers write."""
        self._ask("open")

    def close(self) -> None:
        """Let nobody write any more; what stands there stays."""
        self._ask("close")

    def elect(self, comment_id: str) -> None:
        """Show it under the article. Raises Refused 88003 when too many are featured."""
        self._ask("markelect", **_named(comment_id))

    def unelect(self, comment_id: str) -> None:
        """Take it from under the article."""
        self._ask("unmarkelect", **_named(comment_id))

    def delete(self, comment_id: str) -> None:
        """Delete it for good."""
        self._ask("delete", **_named(comment_id))

    def reply(self, comment_id: str, text: str) -> None:
        """Answer it, once. Raises Refused 88005 when it has an answer."""
        self._ask("reply/add", content=text, **_named(comment_id))

    def delete_reply(self, comment_id: str) -> None:
        """Take our answer away."""
        self._ask("reply/delete", **_named(comment_id))

    def _ask(self, act: str, **said: object) -> Json:
        try:
            return self._client.comment(act, {**self._address, **said})
        except HandOver as failure:
            if failure.code not in MISSING:
                raise
            reason = "This account has no right to reader comments in WeChat, so they can neither be read nor looked after here."
            raise HandOver(reason, code=failure.code, rid=failure.rid, http_status=failure.http_status) from None

    def _comments(self, said: Json) -> Iterator[Comment]:
        for one in _objects(said.get("comment")):
            comment_id, written = str(one.get("user_comment_id") or ""), _instant(one.get("create_time"))
            if comment_id and written is not None:
                reply = next(iter(_objects(one.get("reply"))), {})
                yield Comment(
                    comment_id, self._pseudonym(one.get("openid")), written, str(one.get("content") or ""),
                    featured=_number(one.get("comment_type")) == 1, reply=str(reply.get("content") or ""),
                    replied_at=_instant(reply.get("create_time")) if reply.get("content") else None,
                )

    def _pseudonym(self, openid: object) -> str:
        """Four letters or digits, too few to lead back to a person or from one article to another."""
        if not openid:
            return ""
        digest = hashlib.sha256(f"{self._address} {openid}".encode()).digest()
        return base64.b32encode(digest[:5]).decode()[:4]


def _named(comment_id: str) -> dict[str, object]:
    return {"user_comment_id": int(comment_id) if comment_id.isdigit() else comment_id}


def _objects(value: object) -> list[Json]:
    """A list of objects, or a single one: the reply is described as an object and seen as a list."""
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, dict)]


def _instant(value: object) -> datetime | None:
    seconds = _number(value)
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 1e11 else None


def _number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0
