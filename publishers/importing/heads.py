"""What the head of a mail says: who wrote, what it answers, whether a person sent it. Read without looking at its body."""

from __future__ import annotations

import email.errors
import email.parser
import email.policy
import re
from dataclasses import dataclass
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from publishers.importing import limits
from publishers.importing.sniffing import decoded, known_charset

_PREFIX = re.compile(r"^(?:\s*(?:re|fw|fwd|回复|答复|转发|转寄)\s*[:：]\s*)+", re.IGNORECASE)
_SAYS_NOTHING = re.compile(r"(?:投稿|来稿|稿件|供稿|无主题|\(?no subject\)?|untitled|submission|story)?[\s!！.。]*", re.IGNORECASE)
_LONGEST_HEADER = 4_000
"""Of one header's words; taking them apart costs the square of their number."""
_ID = re.compile(r"<[^<>\s]{1,250}>")
_ADDRESS = re.compile(r"[^\s@<>\"',;:()]{1,64}@[^\s@<>\"',;:()]{1,190}")
_MOST_REFERENCES = 30
_ROBOTS = ("mailer-daemon", "postmaster", "no-reply", "noreply", "donotreply", "do-not-reply")
_FAILED = re.compile(r"\bdmarc=fail\b", re.IGNORECASE)


@dataclass(frozen=True)
class Head:
    """`references`: Message-IDs it answers, the nearest first. `recipients`: addresses it was sent to, as far as named.

    `is_automatic`: a program answered or reported (RFC 3834, RFC 3464). `is_bulk`: it came through a list.
    `is_forged`: the receiving server says that the sender's domain did not send it (RFC 8601).
    """

    message_id: str
    references: tuple[str, ...]
    address: str
    name: str
    subject: str
    recipients: tuple[str, ...]
    is_automatic: bool
    is_bulk: bool
    is_forged: bool


def read_head(content: bytes) -> Head:
    """The head of a mail given as bytes; what it does not say is empty."""
    message = email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(content[:limits.HEADER_CHARACTERS])
    name, address = _sender(message)
    return Head(
        message_id=next(iter(_ids(message, "Message-ID")), ""),
        references=tuple(dict.fromkeys([*_ids(message, "In-Reply-To"), *reversed(_ids(message, "References"))]))[:_MOST_REFERENCES],
        address=address, name=name, subject=decoded_header(raw_header(message, "Subject"))[:500],
        recipients=_recipients(message), is_automatic=_is_automatic(message, address), is_bulk=_is_bulk(message),
        is_forged=bool(_FAILED.search(raw_header(message, "Authentication-Results"))),
    )


def bare_subject(subject: str) -> str:
    """A subject without the "Re:" and "转发：" in front of it."""
    return _PREFIX.sub("", subject).strip()


def says_nothing(subject: str) -> bool:
    """Whether a bare subject says no more than that this is a story."""
    return bool(_SAYS_NOTHING.fullmatch(subject))


def raw_header(message: Message, name: str) -> str:
    """A header as it stood; bytes beyond ASCII are kept as half surrogates, as the parser does."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            return str(value)
    return ""


def decoded_header(header: str) -> str:
    """A header's words: each piece in the charset it names, and what names none as Chinese programs write it."""
    header = header[:_LONGEST_HEADER]
    if not header.isascii():
        header = decoded(header.encode("utf-8", "surrogateescape"))
    try:
        pieces = decode_header(header)
    except (email.errors.HeaderParseError, ValueError):
        return header
    words = "".join(
        piece if isinstance(piece, str) else piece.decode(known_charset(charset or "utf-8"), "replace") for piece, charset in pieces
    )
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", words).split())


def _sender(message: Message) -> tuple[str, str]:
    """Name and address, the latter in small letters; the name is decoded after the address was taken from it."""
    raw = raw_header(message, "From")[:_LONGEST_HEADER] or raw_header(message, "Sender")[:_LONGEST_HEADER]
    found = [pair for pair in getaddresses([raw]) if _ADDRESS.fullmatch(pair[1])]
    if found:
        return decoded_header(found[0][0]).strip("\"' ")[:80], found[0][1].lower()
    bare = _ADDRESS.search(raw)
    return "", bare[0].lower() if bare else ""


def _recipients(message: Message) -> tuple[str, ...]:
    named = [raw_header(message, name)[:_LONGEST_HEADER] for name in ("Delivered-To", "X-Original-To", "To", "Cc")]
    return tuple(dict.fromkeys(address.lower() for _, address in getaddresses(named) if _ADDRESS.fullmatch(address)))


def _ids(message: Message, name: str) -> list[str]:
    return _ID.findall(raw_header(message, name)[-_LONGEST_HEADER:])


def _is_automatic(message: Message, address: str) -> bool:
    submitted = raw_header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no") or message.get_content_type() in ("multipart/report", "message/delivery-status")
        or raw_header(message, "Return-Path").strip() == "<>" or address.partition("@")[0] in _ROBOTS
        or bool(raw_header(message, "X-Autoreply") or raw_header(message, "X-Autorespond"))
    )


def _is_bulk(message: Message) -> bool:
    precedence = raw_header(message, "Precedence").strip().lower()
    return precedence in ("bulk", "junk", "list", "auto_reply") or bool(raw_header(message, "List-Id"))
