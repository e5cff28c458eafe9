"""Publishing by hand (发表 in WeChat's console): a person does it and gives the links back; we check them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from publishers.connector import (
    Abilities,
    CannotTell,
    EditionParcel,
    Failure,
    Parcel,
    Reading,
    Receipt,
    Refused,
    Remember,
)
from publishers.net import Base, Line
from publishers.wechat import traces

ARTICLES_AT = Base("https://mp.weixin.qq.com")
_SHORT = re.compile(r"/s/[\w-]+")


class Manual:
    """Purpose `manual`, and what takes over when the platform wants a person. Calls nothing."""

    kind = "wechat_manual"
    abilities = Abilities(sends_cards=False, needs_person=True)

    def send(self, parcel: Parcel, remember: Remember) -> Receipt:
        return _awaited(parcel)

    def confirm(self, parcel: Parcel) -> Receipt:
        return _awaited(parcel)

    def find_out(self, parcel: Parcel) -> Reading:
        return CannotTell("Only the person who publishes by hand can say whether it is out.", final=True)


@dataclass(frozen=True)
class Permalink:
    """A link that a person gave back. `shows_title`: whether its page holds the title; None: it could not be read."""

    url: str
    shows_title: bool | None


def check_permalink(
    url: str, parcel: EditionParcel, base: Base, *, position: int = 1, look: bool = True
) -> Permalink:
    """Check a link against the article at `position` (from 1); `base` is the account's API address.

    Raises Refused when it is no permanent link of an article. A page that cannot be read is no reason to refuse:
    WeChat shows it to some machines only after a question to the reader.
    """
    clean = permalink(url, base)
    title = parcel.articles[position - 1].title
    return Permalink(clean, _shows(clean, title, base) if look else None)


def permalink(url: str, base: Base) -> str:
    """`url` as https, no fragment. Raises Refused unless it is `mp.weixin.qq.com/s…` or of a local `base`."""
    try:
        parts = urlsplit(url.strip())
        host = parts.netloc.lower()
    except ValueError:
        raise _not_a_permalink() from None
    is_article = _SHORT.fullmatch(parts.path) or (parts.path == "/s" and "__biz=" in parts.query)
    if is_article and parts.scheme in ("http", "https") and host == urlsplit(ARTICLES_AT.url).netloc:
        return urlunsplit(("https", host, parts.path, parts.query, ""))
    if is_article and base.is_local and (parts.scheme, host) == urlsplit(base.url)[:2]:
        return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
    raise _not_a_permalink()


def _not_a_permalink() -> Refused:
    reason = "This is not the permanent link of a WeChat article (https://mp.weixin.qq.com/s…)."
    return Refused(reason, field="permalink")


def _shows(url: str, title: str, base: Base) -> bool | None:
    parts = urlsplit(url)
    line = Line(base if base.is_local else ARTICLES_AT, call_seconds=5.0)
    try:
        answer = line.get(f"{parts.path}?{parts.query}" if parts.query else parts.path, {})
    except Failure:
        return None
    page = html.unescape(answer.content.decode("utf-8", "replace"))
    return _joined(title) in _joined(page) if answer.status == 200 else None


def _joined(text: str) -> str:
    return "".join(text.split())


def _awaited(parcel: Parcel) -> Receipt:
    return Receipt(final=False, remote_id=traces.edition(parcel).marker, awaiting="person")
