"""What a delivery leaves on the platform, by which its draft or its published articles are known again.

WeChat rewrites bodies and has no idempotency key for drafts and publishing, so the marks are: the words (titles and
digests), the cover's id (uploaded once per delivery) and the time. Two of the three must agree, the words always.
"""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from publishers.connector import Article, EditionParcel, Memory, Parcel, Picture, Remember

MEDIA_ID = "media_id"
REPLACES = "replaces"
"""The `media_id` of a draft that an earlier promise of the same edition has left in the draft box."""
PUBLISH_ID = "publish_id"
MSG_ID = "msg_id"
MSG_DATA_ID = "msg_data_id"
DRAFT_ASKED_AT = "draft_asked_at"
SUBMIT_ASKED_AT = "submit_asked_at"
MASS_ASKED_AT = "mass_asked_at"

NEAR_SECONDS = 600.0
"""How far the platform's clock may stand from ours, and the longest publishing usually takes."""

_PAGE = 20
_PAGES = 25

Item = Mapping[str, Any]
Page = Callable[[int, int], Mapping[str, Any]]


def edition(parcel: Parcel) -> EditionParcel:
    """The parcel as an edition; an official account is sent nothing else."""
    if not isinstance(parcel, EditionParcel):
        raise TypeError(f"an official account takes editions, not {type(parcel).__name__}")
    return parcel


def uploaded_name(picture: Picture) -> str:
    """Under which name the address of a picture in a body is remembered."""
    return f"uploadimg:{picture.sha256}"


def cover_name(picture: Picture) -> str:
    """Under which name the permanent id of a cover is remembered."""
    return f"cover:{(picture.still or picture).sha256}"


def stamp(remember: Remember, name: str) -> None:
    """Note, before a call that cannot be repeated blindly, when it was made (seconds since the epoch)."""
    remember(name, str(int(time.time())))


def stamped(memory: Memory, name: str) -> float | None:
    value = memory.get(name, "")
    return float(value) if value.isdigit() else None


def all_items(page: Page) -> Iterator[Item]:
    """Every entry of a list that comes in pages of twenty or fewer, 25 pages at the most; no order is promised."""
    seen = 0
    for _ in range(_PAGES):
        said = page(seen, _PAGE)
        items = said.get("item")
        items = items if isinstance(items, list) else []
        yield from (item for item in items if isinstance(item, dict))
        seen += len(items)
        total = str(said.get("total_count", ""))
        if not items or (seen >= int(total) if total.isdigit() else len(items) < _PAGE):
            return


def is_of(parcel: EditionParcel, item: Item, asked_at: float | None) -> bool:
    """Whether a listed draft or publication is this parcel's: same words, and the same covers or else the same time."""
    news = articles_in(item)
    if len(news) != len(parcel.articles) or not all(map(_same_words, parcel.articles, news)):
        return False
    covers = [(parcel.memory.get(cover_name(one.cover)), _cover_of(other))
              for one, other in zip(parcel.articles, news, strict=True)]
    known = [(ours, theirs) for ours, theirs in covers if ours and theirs]
    if known:
        return all(ours == theirs for ours, theirs in known)
    return asked_at is not None and abs(_updated_at(item) - asked_at) <= NEAR_SECONDS


def has_words_of(parcel: EditionParcel, item: Item) -> bool:
    """Whether only the words agree: enough to doubt, not enough to know."""
    news = articles_in(item)
    return len(news) == len(parcel.articles) and all(map(_same_words, parcel.articles, news))


def articles_in(item: Item) -> list[Item]:
    content = item.get("content")
    news = content.get("news_item") if isinstance(content, dict) else None
    return [one for one in news if isinstance(one, dict)] if isinstance(news, list) else []


def links_in(item: Item) -> tuple[str, ...]:
    """The permanent links of a published entry, in the order of its articles."""
    return tuple(str(one["url"]).strip() for one in articles_in(item) if one.get("url"))


def _same_words(ours: Article, theirs: Item) -> bool:
    title, digest = _plain(theirs.get("title")), _plain(theirs.get("digest"))
    return _plain(ours.title) == title and (not ours.digest or not digest or _plain(ours.digest) == digest)


def _cover_of(item: Item) -> str:
    """The permanent id of an article's cover; a picture post names its pictures instead, the first is the cover."""
    info = item.get("image_info")
    pictures = info.get("image_list") if isinstance(info, dict) else None
    first = pictures[0] if isinstance(pictures, list) and pictures and isinstance(pictures[0], dict) else {}
    return str(item.get("thumb_media_id") or first.get("image_media_id") or "")


def _plain(value: object) -> str:
    return " ".join(html.unescape(str(value or "")).split())


def _updated_at(item: Item) -> float:
    value = str(item.get("update_time", ""))
    return float(value) if value.isdigit() else 0.0
