"""Publishing by hand (发表 in WeChat's console): a person does it and gives the links back. See articlepage.py for the check."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from publishers.connector import (
    Abilities,
    CannotTell,
    Parcel,
    Rate,
    Reading,
    Receipt,
    Refused,
    Remember,
)
from publishers.net import Base

ARTICLES_AT = Base("https://mp.weixin.qq.com")
_SHORT = re.compile(r"/s/[\w-]+")


class Manual:
    """Purpose `manual`, and what takes over when the platform wants a person. Calls nothing."""

    kind = "wechat_manual"
    abilities = Abilities(sends_cards=False, needs_person=True)
    rates: tuple[Rate, ...] = ()

    def send(self, parcel: Parcel, remember: Remember) -> Receipt:
        return _awaited(parcel)

    def confirm(self, parcel: Parcel) -> Receipt:
        return _awaited(parcel)

    def find_out(self, parcel: Parcel) -> Reading:
        return CannotTell("Only the person who publishes by hand can say whether it is out.", final=True)


def permalink(url: str, base: Base) -> str:
    """`url` as https, no fragment. Raises Refused unless it is `mp.weixin.qq.com/s…` or of a local `base`."""
    try:
        parts = urlsplit(url.strip())
        host = parts.netloc.lower()
    except ValueError:
        raise _not_a_permalink() from None
    if "tempkey=" in parts.query:
        raise Refused("This link is a preview that dies after some hours. Publish first, then copy the link.", field="permalink")
    is_article = _SHORT.fullmatch(parts.path) or (parts.path == "/s" and "__biz=" in parts.query)
    if is_article and parts.scheme in ("http", "https") and host == urlsplit(ARTICLES_AT.url).netloc:
        return urlunsplit(("https", host, parts.path, parts.query, ""))
    if is_article and base.is_local and (parts.scheme, host) == urlsplit(base.url)[:2]:
        return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
    raise _not_a_permalink()


def _not_a_permalink() -> Refused:
    reason = "This is not the permanent link of a WeChat article (https://mp.weixin.qq.com/s…)."
    return Refused(reason, field="permalink")


def _awaited(parcel: Parcel) -> Receipt:
    return Receipt(final=False, remote_id=parcel.marker, awaiting="person")
