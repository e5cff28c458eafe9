"""A mail as a text: its best body, the pictures it brings, and its subject."""

from __future__ import annotations

import email.errors
import email.parser
import email.policy
import re
from email.header import decode_header
from email.message import Message

from publishers.importing import limits
from publishers.importing.results import Losses, Refused
from publishers.importing.sniffing import decoded, known_charset
from publishers.importing.sources import is_picture

_PREFIX = re.compile(r"^(?:\s*(?:re|fw|fwd|回复|答复|转发|转寄)\s*[:：]\s*)+", re.IGNORECASE)

_LONGEST_HEADER = 4_000
"""Of one header's words; taking them apart costs the square of their number."""


class Mail:
    """One mail, taken apart. `html` is empty for a plain one."""

    def __init__(self, content: bytes, losses: Losses) -> None:
        """Read it. Raises Refused when there is no body in it."""
        message = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(content)
        parts = _leaves(message)
        self.subject = _PREFIX.sub("", _words(message.get("Subject"))).strip()[:200]
        self.html = self.plain = ""
        self._inline: dict[str, bytes] = {}
        self.pictures: list[tuple[str, bytes]] = []
        for part in parts:
            self._take(part, losses)
        if not (self.html.strip() or self.plain.strip() or self.pictures):
            raise Refused("This mail holds no text that can be read.")
        self._shown: set[str] = set()

    def find(self, address: str) -> bytes:
        """The bytes a picture's address means within this mail: a content id, or the address it was saved from."""
        key = address[4:].strip().strip("<>") if address[:4].lower() == "cid:" else address
        content = self._inline.get(key, b"")
        if content:
            self._shown.add(key)
        return content

    def rest(self) -> list[tuple[str, bytes]]:
        """Pictures that came along and do not stand in the text, by name, in order."""
        shown = {self._inline[key] for key in self._shown}
        return [(name, content) for name, content in self.pictures if content not in shown]

    def _take(self, part: Message, losses: Losses) -> None:
        kind = part.get_content_type().lower()
        attached = str(part.get("Content-Disposition", "")).lower().startswith("attachment")
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            return
        if kind in ("text/html", "text/plain") and not attached:
            self._take_words(kind, decoded(content, _charset(part)))
            return
        name = _words(part.get_filename())
        if is_picture(content):
            for key in (str(part.get("Content-ID", "")).strip().strip("<>"), str(part.get("Content-Location", "")).strip()):
                if key:
                    self._inline.setdefault(key, content)
            self.pictures.append((name, content))
        elif kind.startswith("image/"):
            losses.note("picture_unreadable", name)
        elif attached or name:
            losses.note("attachment", name)

    def _take_words(self, kind: str, words: str) -> None:
        if kind == "text/html":
            self.html = self.html + words if not self.html else self.html
        else:
            self.plain += ("\n\n" if self.plain else "") + words


def _leaves(message: Message) -> list[Message]:
    """The parts that hold something, in order; a mail within the mail is opened too."""
    found: list[Message] = []
    waiting, seen = [message], 0
    while waiting:
        part = waiting.pop(0)
        seen += 1
        if seen > limits.MAIL_PARTS:
            raise Refused("This mail has more than {limit} parts.", {"limit": limits.MAIL_PARTS})
        if sum(len(str(value)) for value in part.values()) > limits.HEADER_CHARACTERS:
            raise Refused("This file is damaged and cannot be opened.")
        payload = part.get_payload()
        if isinstance(payload, list):
            waiting[:0] = [one for one in payload if isinstance(one, Message)]
        else:
            found.append(part)
    return found


def _charset(part: Message) -> str:
    try:
        told = part.get_param("charset") or ""
    except (ValueError, email.errors.MessageError):
        return ""
    return known_charset(str(told[2] if isinstance(told, tuple) else told)) if told else ""


def _words(header: object) -> str:
    """A header's words; each piece in the charset it names."""
    if not header:
        return ""
    try:
        pieces = decode_header(str(header)[:_LONGEST_HEADER])
    except (email.errors.HeaderParseError, ValueError):
        return str(header)
    words = "".join(
        piece if isinstance(piece, str) else piece.decode(known_charset(charset or "utf-8"), "replace") for piece, charset in pieces
    )
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", words).split())
