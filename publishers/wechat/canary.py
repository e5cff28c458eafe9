"""The canary: a draft of one fixed article, read back and taken away again, to notice when the platform's rules change.

Readers never see it. It is known by two marks together, its title and a mark in its source link, so no other draft is touched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from publishers.connector import Article, Failure, Memory, Refused, Remember
from publishers.wechat import traces
from publishers.wechat.client import Client
from publishers.wechat.draft import draft_fields
from publishers.wechat.errors import DRAFT_GONE
from publishers.wechat.pictures import Pictures

MARK = "https://mp.weixin.qq.com/?qunsheng-canary="
_CHANGING = frozenset({"url", "thumb_url", "thumb_media_id", "content_source_url"})
"""Fields that are new with every draft, or ours."""
_COVER_GONE = "40007"


@dataclass(frozen=True)
class Song:
    """What was sent, as a fingerprint, and how the platform kept it, as lines that can be compared."""

    fingerprint: str
    lines: tuple[str, ...]


def sing(client: Client, article: Article, mark: str, memory: Memory, remember: Remember) -> Song:
    """Lay the draft, read it, take it away, and what an earlier run that was killed has left behind. Raises Failure.

    `mark` is the account's own, kept before the first call. Remembers the uploads, so that they are made once.
    """
    marked, uploads = replace(article, source_url=MARK + mark), dict(memory)

    def keep(name: str, value: str) -> None:
        uploads[name] = value
        remember(name, value)

    clear(client, marked.title, mark)
    pictures = Pictures(client, uploads, keep)
    try:
        fields = draft_fields([marked], pictures)
        media_id = client.add_draft(fields)
    except Refused as refusal:
        if refusal.code == _COVER_GONE:
            keep(traces.cover_name(article.cover), "")
        raise
    try:
        kept = client.draft(media_id)
    finally:
        _deleted(client, media_id)
    return Song(_fingerprint(fields, uploads), _lines(kept, uploads))


def clear(client: Client, title: str, mark: str) -> int:
    """Take away the canary's drafts that still lie in the draft box; how many there were."""
    ours = [item for item in traces.all_items(client.drafts) if _is_ours(item, title, mark)]
    return sum(_deleted(client, str(item.get("media_id"))) for item in ours)


def difference(before: Sequence[str], after: Sequence[str], most: int = 40) -> list[str]:
    """What was kept then and not now (`- …`), and the other way round (`+ …`); at most `most` lines."""
    gone = [f"- {line}" for line in before if line not in set(after)]
    come = [f"+ {line}" for line in after if line not in set(before)]
    changed = gone + come
    if not changed and list(before) != list(after):
        changed = ["- " + " ".join(before), "+ " + " ".join(after)]
    return [line[:300] for line in changed[:most]]


def _is_ours(item: Mapping[str, Any], title: str, mark: str) -> bool:
    articles = traces.articles_in(item)
    return len(articles) == 1 and articles[0].get("title") == title and (
        str(articles[0].get("content_source_url", "")) == MARK + mark
    )


def _deleted(client: Client, media_id: str) -> bool:
    """Whether it was there and is gone now. What cannot be deleted is found by its mark next time."""
    try:
        client.delete_draft(media_id)
    except Refused as refusal:
        if refusal.code == DRAFT_GONE:
            return False
        raise
    except Failure:
        return False
    return True


def _fingerprint(fields: Sequence[Mapping[str, object]], memory: Memory) -> str:
    """Of what we sent: when it changes, it is we who have changed."""
    text = json.dumps([{name: one[name] for name in one if name not in _CHANGING} for one in fields], sort_keys=True)
    return sha256(_without_addresses(text, memory).encode()).hexdigest()


def _lines(kept: Sequence[Mapping[str, Any]], memory: Memory) -> tuple[str, ...]:
    """The names of the fields, each field's value, and the body tag by tag."""
    lines: list[str] = []
    for one in kept:
        lines.append("fields: " + ", ".join(sorted(one)))
        lines += [f"{name}: {one[name]}" for name in sorted(one) if name not in _CHANGING and name != "content"]
        lines += _without_addresses(str(one.get("content", "")), memory).replace("<", "\n<").strip().split("\n")
    return tuple(lines)


def _without_addresses(text: str, memory: Memory) -> str:
    """Uploaded pictures by one word, with or without the scheme that the platform gives them."""
    for name, value in memory.items():
        if name.startswith("uploadimg:") and value:
            address = value.partition("://")[2]
            text = text.replace(f"https://{address}", "PICTURE").replace(f"http://{address}", "PICTURE")
    return text
