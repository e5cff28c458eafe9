"""A mail taken apart: its subject, and what it holds in the order in which its reader sees it."""

from __future__ import annotations

import email.errors
import email.parser
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Literal

from publishers.importing import limits
from publishers.importing.heads import bare_subject, decoded_header, raw_header
from publishers.importing.results import Losses, Refused
from publishers.importing.sniffing import decoded, known_charset
from publishers.importing.sources import is_picture

_READ_INLINE = ("text/html", "text/plain")
_DOCUMENTS = (".docx", ".docm", ".md", ".markdown", ".txt", ".html", ".htm", ".zip")


@dataclass(frozen=True)
class Held:
    """One thing in a mail: words of a kind, a picture, or a document that came along."""

    kind: Literal["html", "plain", "picture", "document"]
    words: str = ""
    content: bytes = b""
    name: str = ""


class Mail:
    """One mail. `held` stands in the order of the mail; of the same words in two forms only the better one."""

    def __init__(self, content: bytes, losses: Losses) -> None:
        """Read it. Raises Refused when there is nothing in it."""
        message = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(content)
        self.subject = bare_subject(decoded_header(raw_header(message, "Subject")))[:200]
        self._inline: dict[str, bytes] = {}
        self._shown: set[bytes] = set()
        self.held = [held for part in _seen(message, _Count()) if (held := self._taken(part, losses)) is not None]
        if not self.held:
            raise Refused("This mail holds no text that can be read.")

    def find(self, address: str) -> bytes:
        """The bytes a picture's address means within this mail: a content id, or the address it was saved from."""
        key = address[4:].strip().strip("<>") if address[:4].lower() == "cid:" else address
        content = self._inline.get(key, b"")
        if content:
            self._shown.add(content)
        return content

    def stands_in_text(self, held: Held) -> bool:
        """Whether the words before it have shown this picture in its place."""
        return held.content in self._shown

    def _taken(self, part: Message, losses: Losses) -> Held | None:
        kind = part.get_content_type().lower()
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            return None
        attached = str(part.get("Content-Disposition", "")).lower().startswith("attachment")
        if kind in _READ_INLINE and not attached:
            words = decoded(content, _charset(part))
            return Held("html" if kind == "text/html" else "plain", words) if words.strip() else None
        name = decoded_header(part.get_filename() or "")
        if is_picture(content):
            self._name_inline(part, content)
            return Held("picture", content=content, name=name)
        if name.lower().endswith(_DOCUMENTS):
            return Held("document", content=content, name=name)
        if kind.startswith("image/"):
            losses.note("picture_unreadable", name)
        elif attached or name:
            losses.note("attachment", name)
        return None

    def _name_inline(self, part: Message, content: bytes) -> None:
        for key in (str(part.get("Content-ID", "")).strip().strip("<>"), str(part.get("Content-Location", "")).strip()):
            if key:
                self._inline.setdefault(key, content)


class _Count:
    """How many parts were looked at; a mail of more is refused."""

    def __init__(self) -> None:
        self.seen = 0

    def one_more(self, part: Message) -> None:
        self.seen += 1
        if self.seen > limits.MAIL_PARTS:
            raise Refused("This mail has more than {limit} parts.", {"limit": limits.MAIL_PARTS})
        if sum(len(str(value)) for value in part.values()) > limits.HEADER_CHARACTERS:
            raise Refused("This file is damaged and cannot be opened.")


def _seen(message: Message, count: _Count) -> Iterator[Message]:
    """The parts that a reader sees, in order; a mail within the mail is opened too."""
    # A part may lie hundreds deep: no recursion.
    waiting = [message]
    while waiting:
        part = waiting.pop(0)
        count.one_more(part)
        payload = part.get_payload()
        if not isinstance(payload, list):
            yield part
            continue
        inside = [one for one in payload if isinstance(one, Message)]
        if part.get_content_type() == "multipart/alternative":
            inside = _best(inside)
        waiting[:0] = inside


def _best(forms: list[Message]) -> list[Message]:
    """Of the same words in several forms the one with the most layout that is not empty."""
    for wanted in ("multipart/related", "multipart/mixed", "text/html", "text/plain"):
        for form in forms:
            if form.get_content_type().lower() == wanted and _says_something(form):
                return [form]
    return forms


def _says_something(form: Message) -> bool:
    content = form.get_payload(decode=True)
    return content is None or (isinstance(content, bytes) and bool(content.strip()))


def _charset(part: Message) -> str:
    try:
        told = part.get_param("charset") or ""
    except (ValueError, email.errors.MessageError):
        return ""
    return known_charset(str(told[2] if isinstance(told, tuple) else told)) if told else ""
