"""A receiver that people have named. https://github.com/standard-webhooks/standard-webhooks

Success is any 2xx. The id of a message never changes, nor does a byte of its body: a receiver knows a repeat by it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from publishers.connector import (
    Abilities,
    Absent,
    LinkParcel,
    NoteParcel,
    Parcel,
    Reading,
    Receipt,
    Refused,
    Remember,
    SwitchedOff,
    TryLater,
)
from publishers.doors import Door
from publishers.net import Answer, Base, Line
from publishers.robots.answers import wait_of
from publishers.robots.rates import rates_of
from publishers.robots.settings import SettingError, text
from publishers.webhook.signing import keys_of, signatures

BODY_BYTES = 20_000
LONGEST_URL = 500


@dataclass(frozen=True)
class Settings:
    """Where the receiver is (its address may hold a secret), and the secret that signs."""

    url: str = field(repr=False)
    keys: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> Settings:
        """From `{"url", "secret"}`; two secrets with a space between sign twice. Raises SettingError."""
        url = text(settings, "url")
        parts = _address(url)
        if parts is None or len(url) > LONGEST_URL:
            raise SettingError("url", "This must be an https address of a receiver.")
        try:
            keys = keys_of(text(settings, "secret"))
        except ValueError:
            raise SettingError("secret", "A secret begins with whsec_ and holds 24 to 64 bytes in base64.") from None
        return cls(url, tuple(keys))

    @property
    def base(self) -> Base:
        """The receiver's scheme and host."""
        parts = urlsplit(self.url)
        return Base(f"{parts.scheme}://{parts.netloc}")

    @property
    def path(self) -> str:
        """Path and query."""
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


class Endpoint:
    """One receiver."""

    kind = "webhook"
    abilities = Abilities(several_cards=True, reads_back=True, repeats_safely=True, per_minute=60)

    def __init__(self, settings: Settings, line: Line, now: Callable[[], datetime]) -> None:
        self._settings, self._line, self._now = settings, line, now
        self.rates = rates_of(self, settings.url)

    def send(self, parcel: Parcel, remember: Remember) -> Receipt:
        """Tell the receiver; `remote_id` is the message's id. Raises one of the four words."""
        body = parcel.memory.get("body", "")
        if not body:
            body = _body(parcel, self._now())
            remember("body", body)
        message_id, timestamp = f"msg_{parcel.marker}", int(self._now().timestamp())
        content = body.encode("utf-8")
        headers = {
            "webhook-id": message_id, "webhook-timestamp": str(timestamp),
            "webhook-signature": signatures(list(self._settings.keys), message_id, timestamp, content),
        }
        _judge(self._line.post_bytes(self._settings.path, headers, content))
        return Receipt(final=True, remote_id=message_id)

    def confirm(self, parcel: Parcel) -> Receipt:
        """A receiver's 2xx is final."""
        return Receipt(final=True, remote_id=f"msg_{parcel.marker}")

    def find_out(self, parcel: Parcel) -> Reading:
        """Telling it again is right: the same id and the same bytes are one message for the receiver."""
        return Absent()


def outside_only(resolve: Callable[[str, int], Iterable[str]], permits: Callable[[str], bool]) -> Door:
    """A door to the public internet: every address that a name has must be permitted."""
    def door(host: str, port: int) -> str:
        try:
            found = list(resolve(host, port))
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise TryLater("The receiver's name is not known to the network.")
        if not all(permits(address) for address in found):
            raise SwitchedOff("The receiver's address leads into an internal network. Only public addresses are told.")
        return found[0]

    return door


def _address(url: str) -> object | None:
    """The parts of an address that may be spoken to: https on its own port, http on this machine only."""
    try:
        parts = urlsplit(url)
        Base(f"{parts.scheme}://{parts.netloc}")
        usual = parts.scheme == "http" or parts.port in (None, 443)
    except ValueError:
        return None
    clean = url == "".join(url.split()) and url.isascii() and "@" not in parts.netloc and not parts.fragment
    return parts if clean and usual else None


def _body(parcel: Parcel, now: datetime) -> str:
    if isinstance(parcel, LinkParcel) and parcel.cards:
        articles = [
            {"title": card.title, "digest": card.digest, "url": card.url, "picture_url": card.picture_url} for card in parcel.cards
        ]
        said: dict[str, object] = {"type": "article.published", "data": {"words": parcel.words, "articles": articles}}
    elif isinstance(parcel, NoteParcel):
        said = {"type": "notice", "data": {"subject": parcel.subject, "text": parcel.text, "url": parcel.url}}
    else:
        raise Refused("A group takes links and notices only.")
    body = json.dumps({"timestamp": now.isoformat(timespec="seconds"), **said}, ensure_ascii=False)
    if len(body.encode("utf-8")) > BODY_BYTES:
        raise Refused("The message is too large for this platform.")
    return body


def _judge(answer: Answer) -> None:
    """Return for 2xx; what a status means to a sender whose message has an id, by the specification."""
    status = answer.status
    if 200 <= status < 300:
        return
    if status == 410:
        raise SwitchedOff("The receiver wants no more messages.", code=str(status), http_status=status)
    if status in (401, 403, 407):
        raise SwitchedOff("The receiver did not accept our signature.", code=str(status), http_status=status)
    if status == 429:
        reason = "The receiver found us too fast."
        raise TryLater(reason, after=wait_of(answer), whole_channel=True, code=str(status), http_status=status)
    if status == 408 or status >= 500 or 300 <= status < 400:
        raise TryLater("The receiver is not taking messages at the moment.", code=str(status), http_status=status)
    raise Refused("The receiver refused the message.", code=str(status), http_status=status)
