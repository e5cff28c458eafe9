"""Hands one notice to the company's mail server. Acceptance there is all that SMTP can tell (RFC 5321)."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from publishers.connector import (
    Abilities,
    Absent,
    Failure,
    NoteParcel,
    OutcomeUnknown,
    Parcel,
    Rate,
    Reading,
    Receipt,
    Refused,
    Remember,
    SwitchedOff,
    TryLater,
)
from publishers.mail.message import message_id, written
from publishers.net import is_loopback

Security = Literal["starttls", "tls", "none"]
PORTS: Mapping[str, int] = {"starttls": 587, "tls": 465, "none": 25}
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_HOST = re.compile(r"[A-Za-z0-9:](?:[A-Za-z0-9:.-]{0,250}[A-Za-z0-9:])?")


@dataclass(frozen=True)
class Settings:
    """The company's mail server and the sender's address. Unencrypted only when the server is on this machine."""

    host: str
    sender: str
    sender_name: str = ""
    port: int = 0
    security: Security = "starttls"
    username: str = ""
    password: str = field(default="", repr=False)
    seconds: float = 30.0
    """Deadline of the whole conversation."""

    def __post_init__(self) -> None:
        if not _HOST.fullmatch(self.host):
            raise ValueError("host: This is not the name of a mail server.")
        if not is_address(self.sender):
            raise ValueError("sender: This is not a mail address.")
        if self.security not in PORTS:
            raise ValueError("security: This must be starttls, tls or none.")
        if self.security == "none" and not (self.host == "localhost" or is_loopback(self.host)):
            raise ValueError("security: Only a mail server on this machine may be spoken to without encryption.")

    @property
    def real_port(self) -> int:
        return self.port or PORTS[self.security]


class Mailer:
    """One person's mail address. `now` dates the message on its first attempt; later attempts repeat that date."""

    kind = "mail"
    abilities = Abilities(sends_cards=False)
    rates: tuple[Rate, ...] = ()

    def __init__(self, settings: Settings, recipient: str, now: Callable[[], datetime]) -> None:
        if not is_address(recipient):
            raise ValueError("recipient: This is not a mail address.")
        self._settings, self.recipient, self._now = settings, recipient, now

    def send(self, parcel: Parcel, remember: Remember) -> Receipt:
        """Hand the notice over; `remote_id` is the Message-ID. Raises one of the four words."""
        if not isinstance(parcel, NoteParcel):
            raise Refused("Mail takes notices only.")
        if "date" not in parcel.memory:
            date = self._now()
            remember("date", date.isoformat())
        else:
            date = datetime.fromisoformat(parcel.memory["date"])
        settings = self._settings
        content = written(
            parcel, sender=settings.sender, sender_name=settings.sender_name, recipient=self.recipient, date=date,
        )
        _Conversation(settings).hand_over(self.recipient, content)
        return Receipt(final=True, remote_id=message_id(parcel.marker, settings.sender))

    def confirm(self, parcel: Parcel) -> Receipt:
        """The server's acceptance is final for us; a bounce comes as a mail of its own."""
        return Receipt(final=True, remote_id=message_id(parcel.marker, self._settings.sender))

    def find_out(self, parcel: Parcel) -> Reading:
        """Sending again is right: the same Message-ID and the same bytes make it one mail for the reader's program."""
        return Absent()


def is_address(text: str) -> bool:
    """Whether `text` is a plain ASCII mail address."""
    return bool(_ADDRESS.fullmatch(text)) and ".." not in text


class _Conversation:
    """One SMTP session up to the answer after the final dot; knows whether that dot has left."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._dot_left = False

    def hand_over(self, recipient: str, content: bytes) -> None:
        try:
            with _server(self._settings) as server, _deadline(server, self._settings.seconds):
                self._greet(server)
                self._sign_in(server)
                self._envelope(server, recipient)
                self._data(server, content)
        except smtplib.SMTPConnectError as error:
            raise _judged(error.smtp_code, _SERVER) from None
        except ssl.SSLCertVerificationError:
            raise SwitchedOff("The mail server's certificate is not valid.") from None
        except (OSError, smtplib.SMTPException):
            if self._dot_left:
                raise OutcomeUnknown("The connection broke before the mail server confirmed the message.") from None
            raise TryLater("The mail server could not be reached, or hung up early.") from None

    def _greet(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if self._settings.security == "starttls":
            if not server.has_extn("starttls"):
                raise SwitchedOff("The mail server offers no encryption.")
            _judge(server.starttls(context=ssl.create_default_context()), _SERVER)
            server.ehlo()

    def _sign_in(self, server: smtplib.SMTP) -> None:
        if not self._settings.username:
            return
        try:
            server.login(self._settings.username, self._settings.password)
        except smtplib.SMTPAuthenticationError as error:
            raise _judged(error.smtp_code, _SIGN_IN) from None
        except smtplib.SMTPNotSupportedError:
            raise SwitchedOff("The mail server offers no sign-in.") from None

    def _envelope(self, server: smtplib.SMTP, recipient: str) -> None:
        _judge(server.mail(self._settings.sender), _SENDER)
        _judge(server.rcpt(recipient), _RECIPIENT)

    def _data(self, server: smtplib.SMTP, content: bytes) -> None:
        server.putcmd("data")
        code, _ = server.getreply()
        if code != 354:
            raise _judged(code, _CONTENT)
        server.send(re.sub(rb"(?m)^\.", b"..", content))
        self._dot_left = True
        server.send(b".\r\n")
        _judge(server.getreply(), _CONTENT)


@dataclass(frozen=True)
class _Step:
    """What a 4xx and a 5xx mean at one step of the conversation."""

    later: str
    never: Callable[[str], Failure]


_SERVER = _Step(
    "The mail server is not taking messages at the moment.",
    lambda code: SwitchedOff("The mail server does not talk to this machine.", code=code),
)
_SIGN_IN = _Step(
    "The mail server cannot check sign-ins at the moment.",
    lambda code: SwitchedOff("The mail server refused the sign-in.", code=code),
)
_SENDER = _Step(
    "The mail server is not taking messages from the sender at the moment.",
    lambda code: SwitchedOff("The mail server refused the sender's address.", code=code),
)
_RECIPIENT = _Step(
    "The mail server is not taking messages for this address at the moment.",
    lambda code: Refused("The mail server does not take messages for this address.", field="recipient", code=code),
)
_CONTENT = _Step(
    "The mail server did not take the message at the moment.",
    lambda code: Refused("The mail server refused the message.", field="text", code=code),
)


def _judge(reply: tuple[int, bytes], step: _Step) -> None:
    """Return for 2xx, raise otherwise. The server's own words stay out: they may name people or machines."""
    if not 200 <= reply[0] < 300:
        raise _judged(reply[0], step)


def _judged(code: int, step: _Step) -> Exception:
    if code == -1:
        return smtplib.SMTPServerDisconnected("no answer")
    return TryLater(step.later, code=str(code)) if 400 <= code < 500 else step.never(str(code))


@contextmanager
def _server(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A client that closes without asking: after our answer nothing that QUIT says matters."""
    # Named after the sender's domain: asking the system for this machine's full name can take many seconds.
    name = settings.sender.rpartition("@")[2]
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, settings.real_port, name, timeout=settings.seconds, context=ssl.create_default_context(),
        )
    else:
        server = smtplib.SMTP(settings.host, settings.real_port, name, timeout=settings.seconds)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def _deadline(server: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Hang up after `seconds`: smtplib's own time-out starts anew with every byte."""
    def hang_up() -> None:
        sock = server.sock
        if sock is not None:
            with _quiet():
                sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _quiet() -> Iterator[None]:
    try:
        yield
    except OSError:
        return
