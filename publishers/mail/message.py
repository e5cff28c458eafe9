"""One notice as an RFC 5322 message. The same parcel and date always give the same bytes."""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from publishers.connector import NoteParcel

LONGEST_SUBJECT = 200
_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9._-]")


def message_id(marker: str, sender_address: str) -> str:
    """The Message-ID of a marker: the same for every attempt, so that a repeated mail is recognised as one."""
    return f"<{_NOT_IN_AN_ID.sub('-', marker)}@{sender_address.rpartition('@')[2]}>"


def written(parcel: NoteParcel, *, sender: str, sender_name: str, recipient: str, date: datetime) -> bytes:
    """The message with CRLF line ends, ready for DATA but for the doubling of dots."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_line(sender_name), addr_spec=sender)
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = _line(parcel.subject)[:LONGEST_SUBJECT]
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id(parcel.marker, sender)
    # RFC 3834: absence notices and other robots stay silent.
    message["Auto-Submitted"] = "auto-replied" if parcel.answers else "auto-generated"
    if parcel.answers:
        message["In-Reply-To"] = message["References"] = _line(parcel.answers)
    if parcel.unsubscribe_url:
        # RFC 8058: the reader's program may do it with one POST, and asks nobody to sign in.
        message["List-Unsubscribe"] = f"<{_line(parcel.unsubscribe_url)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content("\n\n".join(part for part in (parcel.text.strip(), parcel.url) if part) + "\n", cte="base64")
    if parcel.html:
        message.add_alternative(parcel.html, subtype="html", cte="base64")
        _fix_boundary(message, parcel.marker)
    return bytes(message)


def _fix_boundary(message: EmailMessage, marker: str) -> None:
    """The library would draw another boundary each time; two attempts must be the same bytes."""
    message.set_boundary(f"=_{_NOT_IN_AN_ID.sub('-', marker)}")


def _line(words: str) -> str:
    return " ".join("".join(sign for sign in words if sign.isprintable() or sign.isspace()).split())
