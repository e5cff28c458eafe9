"""What followers do by themselves: send something, begin to follow, cease to.

Source: developers.weixin.qq.com/doc/service/en/guide/product/message/Receiving_standard_messages.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from publishers.wechat.inbound import OtherPush

KINDS = frozenset({"text", "image", "link", "voice", "video", "shortvideo", "location"})
TEXT_CHARACTERS = 20_000
LINE_CHARACTERS = 500
URL_CHARACTERS = 2000
ID_CHARACTERS = 128


@dataclass(frozen=True)
class Message:
    """One message of a follower. `media_id` of a picture lives three days; `key` is the same in every repetition."""

    kind: str
    sender: str = field(repr=False)
    key: str
    text: str = field(default="", repr=False)
    media_id: str = ""
    title: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    url: str = field(default="", repr=False)


@dataclass(frozen=True)
class Following:
    """Somebody began (`began`) or ceased to follow. `key` is the same in every repetition, and names the follower."""

    sender: str = field(repr=False)
    began: bool
    key: str = field(repr=False)


def message(push: OtherPush) -> Message | None:
    """The follower's message in a push, cut to what we store; None for anything else, and for one without a sender."""
    if push.kind not in KINDS or not 0 < len(push.sender) <= ID_CHARACTERS or len(push.key) > 2 * ID_CHARACTERS:
        return None
    media_id, url = push.text("MediaId"), push.text("Url")
    return Message(
        push.kind, push.sender, push.key,
        text=push.text("Content")[:TEXT_CHARACTERS],
        media_id=media_id if len(media_id) <= ID_CHARACTERS else "",
        title=push.text("Title")[:LINE_CHARACTERS],
        description=push.text("Description")[:LINE_CHARACTERS],
        url=url if len(url) <= URL_CHARACTERS and _is_web(url) else "",
    )


def following(push: OtherPush) -> Following | None:
    """Whether the push tells of a follower who came or went."""
    if push.kind != "event" or push.event not in ("subscribe", "unsubscribe") or not push.sender:
        return None
    return Following(push.sender, push.event == "subscribe", push.key)


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not any(sign.isspace() for sign in url)
