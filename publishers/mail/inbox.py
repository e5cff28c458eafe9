"""Reads a mailbox over IMAP (RFC 3501): what is new, whole mails, and the mark that they were taken.

Nothing is ever deleted. A mail is read without being marked; the mark follows when it is stored.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from publishers.connector import SwitchedOff, TryLater
from publishers.net import is_loopback

Security = Literal["tls", "none"]
PORTS = {"tls": 993, "none": 143}
_HOST = re.compile(r"[A-Za-z0-9:](?:[A-Za-z0-9:.-]{0,250}[A-Za-z0-9:])?")
_FOLDER = re.compile(r"[^\x00-\x1f\"\\*%]{1,100}")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_UNREACHABLE = "The mail server could not be reached, or hung up early."


@dataclass(frozen=True)
class Settings:
    """The mailbox's server and account. Unencrypted only when the server is on this machine. Raises ValueError `field: why`."""

    host: str
    username: str
    port: int = 0
    security: Security = "tls"
    password: str = field(default="", repr=False)
    folder: str = "INBOX"
    seconds: float = 30.0
    """For one step of the conversation."""

    def __post_init__(self) -> None:
        if not _HOST.fullmatch(self.host):
            raise ValueError("host: This is not the name of a mail server.")
        if self.security not in PORTS:
            raise ValueError("security: Choose one of the list.")
        if self.security == "none" and not (self.host == "localhost" or is_loopback(self.host)):
            raise ValueError("security: Only a mail server on this machine may be spoken to without encryption.")
        if not self.username:
            raise ValueError("username: The user name is needed.")
        if not _FOLDER.fullmatch(self.folder):
            raise ValueError("folder: This is not the name of a folder.")

    @property
    def real_port(self) -> int:
        return self.port or PORTS[self.security]


class Inbox:
    """An open folder. `validity`: when it changes, the numbers of mails mean other mails."""

    def __init__(self, connection: imaplib.IMAP4, validity: int) -> None:
        self._connection, self.validity = connection, validity

    def unread(self) -> list[int]:
        """The numbers of mails that nobody has marked as seen, the oldest first."""
        return self._found("UNSEEN")

    def after(self, uid: int) -> list[int]:
        """The numbers of mails that came after the one of this number."""
        # A range always names the last mail, even when it is older (RFC 3501, 6.4.8).
        return [one for one in self._found(f"UID {uid + 1}:*") if one > uid]

    def size(self, uid: int) -> int:
        """How many bytes a mail has; 0 when it is gone."""
        found = _SIZE.search(b" ".join(_flat(self._asked("FETCH", str(uid), "(RFC822.SIZE)"))))
        return int(found[1]) if found else 0

    def whole(self, uid: int) -> bytes:
        """A mail as it came; empty when it is gone."""
        return self._literal(uid, "(BODY.PEEK[])")

    def head(self, uid: int) -> bytes:
        """Only the head of a mail."""
        return self._literal(uid, "(BODY.PEEK[HEADER])")

    def mark_seen(self, uid: int) -> None:
        """Mark it as seen, for the people who look into the mailbox with a program of theirs."""
        self._asked("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")

    def _found(self, what: str) -> list[int]:
        numbers = b" ".join(_flat(self._asked("SEARCH", *what.split(" ")))).split()
        return sorted(int(number) for number in numbers if number.isdigit())

    def _literal(self, uid: int, what: str) -> bytes:
        answer = self._asked("FETCH", str(uid), what)
        return next((part[1] for part in answer if isinstance(part, tuple)), b"")

    def _asked(self, command: str, *arguments: str) -> list[Any]:
        try:
            status, answer = self._connection.uid(command, *arguments)
        except (imaplib.IMAP4.error, OSError) as error:
            raise TryLater(_UNREACHABLE) from error
        if status != "OK":
            raise TryLater("The mail server did not do what it was asked.", code=status)
        return list(answer)


@contextmanager
def opened(settings: Settings) -> Iterator[Inbox]:
    """The folder, open. Raises TryLater, and SwitchedOff for what a person must mend."""
    try:
        connection = _connected(settings)
    except ssl.SSLCertVerificationError:
        raise SwitchedOff("The mail server's certificate is not valid.") from None
    except (imaplib.IMAP4.error, OSError):
        raise TryLater(_UNREACHABLE) from None
    try:
        yield Inbox(connection, _selected(connection, settings))
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            connection.logout()


def _connected(settings: Settings) -> imaplib.IMAP4:
    if settings.security == "none":
        return imaplib.IMAP4(settings.host, settings.real_port, timeout=settings.seconds)
    context = ssl.create_default_context()
    return imaplib.IMAP4_SSL(settings.host, settings.real_port, ssl_context=context, timeout=settings.seconds)


def _selected(connection: imaplib.IMAP4, settings: Settings) -> int:
    try:
        connection.login(settings.username, settings.password)
    except imaplib.IMAP4.abort:
        raise TryLater(_UNREACHABLE) from None
    except imaplib.IMAP4.error:
        raise SwitchedOff("The mail server refused the sign-in.") from None
    except OSError:
        raise TryLater(_UNREACHABLE) from None
    try:
        _introduce(connection)
        status, _ = connection.select(f'"{settings.folder}"')
        if status != "OK":
            raise SwitchedOff("The mailbox has no such folder, or may not be read by programs.")
        validity = connection.response("UIDVALIDITY")[1]
    except (imaplib.IMAP4.error, OSError):
        raise TryLater(_UNREACHABLE) from None
    return int(validity[0]) if validity and isinstance(validity[0], bytes) and validity[0].isdigit() else 0


def _introduce(connection: imaplib.IMAP4) -> None:
    """Say who we are (RFC 2971): the servers of 163.com and 126.com open no folder to a program that does not."""
    if "ID" in connection.capabilities:
        connection.xatom("ID", '("name" "qunsheng" "version" "1")')


def _flat(answer: list[Any]) -> list[bytes]:
    return [bit for part in answer for bit in (part if isinstance(part, tuple) else (part,)) if isinstance(bit, bytes)]
