"""The simulated mailbox: what is dropped in is read over IMAP, marked, and goes wrong on order."""

from __future__ import annotations

import pytest

from publishers.connector import SwitchedOff, TryLater
from publishers.mail import inbox
from publishers.mail.inbox import Settings
from publishers.sandbox.running import Running

MAIL = "Subject: 试车台\r\nMessage-ID: <1@x>\r\n\r\n七十二小时。\r\n).\r\n".encode()


def settings(sandbox: Running, password: str = "right") -> Settings:
    return Settings(host="127.0.0.1", port=sandbox.imap_port(), security="none", username="tougao", password=password, seconds=5)


def test_a_mail_is_read_whole_and_marked_only_when_told(sandbox: Running) -> None:
    assert [sandbox.drop_in(MAIL), sandbox.drop_in(MAIL.replace(b"<1@x>", b"<2@x>"))] == [1, 2]
    with inbox.opened(settings(sandbox)) as opened:
        assert opened.unread() == [1, 2] and opened.after(1) == [2] and opened.after(2) == []
        assert (opened.size(1), opened.whole(1)) == (len(MAIL), MAIL)
        assert opened.head(2).endswith(b"Message-ID: <2@x>\r\n\r\n") and opened.whole(3) == b""
        opened.mark_seen(1)
    with inbox.opened(settings(sandbox)) as opened:
        assert opened.unread() == [2] and opened.validity == 1


def test_a_wrong_password_is_for_a_person_and_a_broken_line_for_later(sandbox: Running) -> None:
    with pytest.raises(SwitchedOff), inbox.opened(settings(sandbox, "wrong")):
        pass
    sandbox.drop_in(MAIL)
    sandbox.fault("/imap/fetch", "drop_before")
    with pytest.raises(TryLater), inbox.opened(settings(sandbox)) as opened:
        opened.whole(1)
    sandbox.fault("/imap/select", "refuse")
    with pytest.raises(SwitchedOff), inbox.opened(settings(sandbox)):
        pass


@pytest.mark.parametrize(("field", "value"), [
    ("host", "not a host"), ("security", "starttls"), ("username", ""), ("folder", 'IN"BOX'), ("host", "imap.example.com"),
])
def test_settings_that_cannot_work_or_are_not_safe_are_refused(field: str, value: str) -> None:
    said = {"host": "127.0.0.1", "security": "none", "username": "u", field: value}
    with pytest.raises(ValueError, match="^(security|host|username|folder): "):
        Settings(**said)
