"""What the platform tells us: the ends of publications and mass sends, followers' messages, followers coming and going.

Sources: developers.weixin.qq.com/doc/subscription/api/public/api_freepublish_submit.html,
developers.weixin.qq.com/doc/subscription/guide/product/message/Batch_Sends.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from publishers.connector import Refused
from publishers.wechat.envelope import CallbackKeys, NotGenuine, Opened, check_address, open_push, signature
from publishers.wechat.errors import mass_failure, publish_failure
from publishers.wechat.release import SUCCEEDED, failed_positions, permalinks

__all__ = [
    "TAKEN", "CallbackKeys", "MassSendFinished", "NotGenuine", "Originality", "OtherPush", "PublishFinished", "Push",
    "check_address", "read_push", "signature", "understood",
]

TAKEN = "success"
"""What to answer within five seconds; anything else is repeated or shown to a follower as a fault."""


@dataclass(frozen=True)
class PublishFinished:
    """`PUBLISHJOBFINISH`: a publishing task ended. A hint; the task's state can be asked for as well."""

    publish_id: str
    status: int
    article_id: str = ""
    permalinks: tuple[str, ...] = ()
    failed: tuple[int, ...] = ()

    @property
    def failure(self) -> Refused | None:
        """Why it was not published, or None."""
        return None if self.status == SUCCEEDED else publish_failure(self.status, self.failed)


@dataclass(frozen=True)
class Originality:
    """What the check for original content found about one article of a mass send; positions count from 1.

    The numbers are the platform's own: whether the sender declared it original, what the check says, the kind of the
    similar original. None is unknown.
    """

    position: int
    declared: int | None = None
    audit: int | None = None
    original_url: str = ""
    original_type: int | None = None
    can_reprint: bool | None = None
    replaced: bool | None = None
    shows_source: bool | None = None


@dataclass(frozen=True)
class MassSendFinished:
    """`MASSSENDJOBFINISH`: a mass send ended. The counts are the platform's own and approximate; None is unknown.

    `check_state`: 1 no reprint, 2 a reprint that may be sent, 3 a reprint that may not.
    """

    msg_id: str
    status: str
    total: int | None = None
    filtered: int | None = None
    sent: int | None = None
    failed: int | None = None
    permalinks: tuple[str, ...] = ()
    originality: tuple[Originality, ...] = ()
    check_state: int | None = None

    @property
    def failure(self) -> Refused | None:
        """Why it was not sent, or None."""
        return None if self.status.lower() == "send success" else mass_failure(self.status)


@dataclass(frozen=True)
class OtherPush:
    """Anything else: a follower's message or another event. `key` tells repeats of one push apart from new ones."""

    kind: str
    event: str
    sender: str
    key: str
    fields: Mapping[str, Any] = field(repr=False)

    def text(self, name: str) -> str:
        """A field as text that can be stored."""
        return _text(self.fields, name)


Push = PublishFinished | MassSendFinished | OtherPush


def read_push(keys: CallbackKeys, query: Mapping[str, str], body: bytes, now: float | None = None) -> Push:
    """Check, decrypt and read one push. `now` is seconds since the epoch. Raises NotGenuine."""
    return understood(open_push(keys, query, body, now))


def understood(opened: Opened) -> Push:
    """What an opened push means."""
    said = opened.said
    kind, event = _text(said, "MsgType").lower(), _text(said, "Event")
    if kind == "event" and event.upper() == "PUBLISHJOBFINISH":
        # In JSON the event's own fields were seen beside the others as well as under their XML name.
        return _publish_finished(_child(said, "PublishEventInfo") or said)
    if kind == "event" and event.upper() == "MASSSENDJOBFINISH":
        return _mass_send_finished(said)
    sender = _text(said, "FromUserName")
    key = _text(said, "MsgId") or "/".join((sender, _text(said, "CreateTime"), event))
    return OtherPush(kind, event.lower(), sender, key, said)


def _publish_finished(info: Mapping[str, Any]) -> PublishFinished:
    status, detail = _number(_value(info, "publish_status")), _value(info, "article_detail")
    return PublishFinished(
        publish_id=_text(info, "publish_id"),
        status=-1 if status is None else status,
        # Samples carry a line break inside the id.
        article_id="".join(_text(info, "article_id").split()),
        permalinks=permalinks({"item": detail} if isinstance(detail, list) else detail),
        failed=failed_positions(_value(info, "fail_idx")),
    )


def _mass_send_finished(said: Mapping[str, Any]) -> MassSendFinished:
    # The event's own spelling is MsgID; ordinary messages have MsgId.
    checked = _child(said, "CopyrightCheckResult")
    return MassSendFinished(
        msg_id=_text(said, "MsgID"),
        status=_text(said, "Status"),
        total=_number(_value(said, "TotalCount")),
        filtered=_number(_value(said, "FilterCount")),
        sent=_number(_value(said, "SentCount")),
        failed=_number(_value(said, "ErrorCount")),
        permalinks=tuple(url for item in _results(_child(said, "ArticleUrlResult")) if (url := _text(item, "ArticleUrl"))),
        originality=tuple(_originality(item) for item in _results(checked)),
        check_state=_number(_value(checked, "CheckState")),
    )


def _originality(item: Mapping[str, Any]) -> Originality:
    return Originality(
        position=_number(_value(item, "ArticleIdx")) or 0,
        declared=_number(_value(item, "UserDeclareState")),
        audit=_number(_value(item, "AuditState")),
        original_url=_text(item, "OriginalArticleUrl"),
        original_type=_number(_value(item, "OriginalArticleType")),
        can_reprint=_yes(_value(item, "CanReprint")),
        replaced=_yes(_value(item, "NeedReplaceContent")),
        shows_source=_yes(_value(item, "NeedShowReprintSource")),
    )


def _results(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The items of a `ResultList` in the articles' order: none, one or several, with or without `item` between."""
    listed = _value(result, "ResultList")
    items = _value(listed, "item") if isinstance(listed, dict) else listed
    found = [one for one in (items if isinstance(items, list) else [items]) if isinstance(one, dict)]
    return sorted(found, key=lambda item: _number(_value(item, "ArticleIdx")) or 0)


def _text(said: Mapping[str, Any], name: str) -> str:
    """A field as text that every database stores; samples carry line breaks round it."""
    value = _value(said, name)
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value).encode(errors="replace").decode().replace("\x00", "").strip()


def _child(said: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = _value(said, name)
    return value if isinstance(value, dict) else {}


def _value(said: Mapping[str, Any], name: str) -> Any:
    """A field by its name, whatever the case: JSON pushes spell some names in another way than XML."""
    if name in said:
        return said[name]
    return next((value for key, value in said.items() if key.lower() == name.lower()), None)


def _number(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None


def _yes(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    number = _number(value)
    return None if number is None else number != 0
