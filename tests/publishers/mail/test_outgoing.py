"""Handing a notice to a mail server that speaks real SMTP on loopback and can be told to misbehave."""

import email
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.message import Message
from email.policy import default
from typing import BinaryIO, cast

import pytest

from publishers.connector import (
    Absent,
    Failure,
    LinkParcel,
    NoteParcel,
    OutcomeUnknown,
    Refused,
    SwitchedOff,
    TryLater,
)
from publishers.mail.outgoing import Mailer, Settings

TEXT = "《调度大厅的除夕夜》已到二审。\n.\n.点开头的行也要原样"
NOTE = NoteParcel("n42", "有一篇稿子等你审", TEXT, "https://news.example.cn/articles/12")


class Server:
    """One conversation after another; `replies` replaces what a verb is answered with, `hang_up` ends at a verb."""

    def __init__(self) -> None:
        self.replies: dict[str, str] = {}
        self.hang_up = ""
        self.silent = ""
        self.features = ["8BITMIME", "AUTH PLAIN LOGIN"]
        self.messages: list[bytes] = []
        self.verbs: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                try:
                    self._talk(cast(BinaryIO, stream))
                except OSError:
                    continue

    def _talk(self, stream: BinaryIO) -> None:
        def say(line: str) -> None:
            stream.write(line.encode() + b"\r\n")
            stream.flush()

        def answer(verb: str, usual: str) -> bool:
            self.verbs.append(verb)
            if self.hang_up == verb:
                return False
            if self.silent == verb:
                stream.read()
                return False
            say(self.replies.get(verb, usual))
            return True

        if not answer("CONNECT", "220 mail.example.cn ESMTP"):
            return
        while line := stream.readline():
            verb = line.decode().split()[0].upper()
            if verb == "EHLO":
                for feature in self.features:
                    say(f"250-{feature}")
            usual = {"EHLO": "250 OK", "DATA": "354 go on", "AUTH": "235 welcome"}.get(verb, "250 OK")
            if not answer(verb, usual):
                return
            if verb == "DATA" and "DATA" not in self.replies:
                self.messages.append(self._read_data(stream))
                if not answer("DOT", "250 queued as 4711"):
                    return

    def _read_data(self, stream: BinaryIO) -> bytes:
        lines = []
        while (line := stream.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    @property
    def last(self) -> Message:
        return email.message_from_bytes(self.messages[-1], policy=default)


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def now() -> datetime:
    return datetime(2026, 2, 3, 9, 30, tzinfo=timezone(timedelta(hours=8)))


def mailer(server: Server, **more: object) -> Mailer:
    chosen = {"security": "none", "username": "bot", "password": "hunter2", "seconds": 5.0, **more}
    settings = Settings("127.0.0.1", "qunsheng@news.example.cn", "群声编辑部", server.port, **chosen)  # type: ignore[arg-type]
    return Mailer(settings, "zhang.san@news.example.cn", now)


def failure(server: Server, **more: object) -> Failure:
    with pytest.raises(Failure) as caught:
        mailer(server, **more).send(NOTE, lambda name, value: None)
    assert "hunter2" not in str(caught.value) and "zhang" not in str(caught.value)
    return caught.value


def test_a_notice_arrives_as_it_was_written(server: Server) -> None:
    memory: dict[str, str] = {}
    receipt = mailer(server).send(NOTE, memory.__setitem__)
    assert (receipt.final, receipt.remote_id) == (True, "<n42@news.example.cn>")
    message = server.last
    assert message["Subject"] == "有一篇稿子等你审"
    assert message["From"] == "群声编辑部 <qunsheng@news.example.cn>"
    assert message["To"] == "zhang.san@news.example.cn"
    assert message["Message-ID"] == "<n42@news.example.cn>"
    assert message["Date"] == "Tue, 03 Feb 2026 09:30:00 +0800"
    text = message.get_content().replace("\r\n", "\n")  # type: ignore[attr-defined]
    assert text == f"{NOTE.text}\n\n{NOTE.url}\n"
    assert memory == {"date": "2026-02-03T09:30:00+08:00"}


def test_a_second_attempt_sends_the_same_bytes(server: Server) -> None:
    memory: dict[str, str] = {}
    mailer(server).send(NOTE, memory.__setitem__)
    again = Mailer(mailer(server)._settings, "zhang.san@news.example.cn", lambda: datetime.now(UTC))
    again.send(NoteParcel(NOTE.marker, NOTE.subject, NOTE.text, NOTE.url, memory), memory.__setitem__)
    assert server.messages[0] == server.messages[1]


def test_an_unknown_outcome_is_sent_again(server: Server) -> None:
    assert mailer(server).find_out(NOTE) == Absent()


def test_nothing_can_be_smuggled_into_the_head(server: Server) -> None:
    mailer(server).send(NoteParcel("n\r\nX: y", "标题\r\nBcc: all@example.cn", "正文"), lambda name, value: None)
    message = server.last
    assert message["Subject"] == "标题 Bcc: all@example.cn"
    assert message["Bcc"] is None and message["X"] is None


@pytest.mark.parametrize(
    ("verb", "reply", "word"),
    [
        ("CONNECT", "421 come back later", TryLater),
        ("CONNECT", "554 no service for you", SwitchedOff),
        ("AUTH", "535 5.7.8 authentication failed", SwitchedOff),
        ("AUTH", "454 4.7.0 temporary authentication failure", TryLater),
        ("MAIL", "550 5.7.1 sender rejected", SwitchedOff),
        ("MAIL", "451 4.3.0 try again", TryLater),
        ("RCPT", "550 5.1.1 user unknown", Refused),
        ("RCPT", "450 4.2.1 greylisted", TryLater),
        ("DATA", "554 5.6.0 no", Refused),
        ("DATA", "451 4.3.0 disk", TryLater),
        ("DOT", "554 5.7.1 spam", Refused),
        ("DOT", "452 4.2.2 mailbox full", TryLater),
    ],
)
def test_replies(server: Server, verb: str, reply: str, word: type[Failure]) -> None:
    server.replies[verb] = reply
    found = failure(server)
    assert type(found) is word
    assert found.code == reply[:3]


@pytest.mark.parametrize("verb", ["CONNECT", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"])
def test_a_server_that_hangs_up_before_the_final_dot_has_nothing(server: Server, verb: str) -> None:
    server.hang_up = verb
    assert type(failure(server)) is TryLater


def test_a_server_that_hangs_up_after_the_final_dot_may_have_it(server: Server) -> None:
    server.hang_up = "DOT"
    assert type(failure(server)) is OutcomeUnknown


@pytest.mark.parametrize(("verb", "word"), [("RCPT", TryLater), ("DOT", OutcomeUnknown)])
def test_a_silent_server_meets_the_deadline(server: Server, verb: str, word: type[Failure]) -> None:
    server.silent = verb
    assert type(failure(server, seconds=0.3)) is word


def test_nobody_there(server: Server) -> None:
    free = socket.create_server(("127.0.0.1", 0))
    server.port = free.getsockname()[1]
    free.close()
    assert type(failure(server)) is TryLater


def test_the_password_never_goes_over_an_open_line(server: Server) -> None:
    assert type(failure(server, security="starttls")) is SwitchedOff
    assert "AUTH" not in server.verbs
    with pytest.raises(ValueError, match="^security: "):
        Settings("mail.example.cn", "a@example.cn", security="none")


@pytest.mark.parametrize("address", ["", "zhang", "a@b@c", "a b@c.cn", "a@c.cn\nBcc: x@y.cn", "<a@c.cn>", "张三@c.cn"])
def test_odd_addresses(server: Server, address: str) -> None:
    with pytest.raises(ValueError, match="^recipient: "):
        Mailer(mailer(server)._settings, address, now)


def test_only_notices(server: Server) -> None:
    with pytest.raises(Refused):
        mailer(server).send(LinkParcel("m", ()), lambda name, value: None)


def test_the_password_is_not_shown(server: Server) -> None:
    assert "hunter2" not in repr(mailer(server)._settings)
