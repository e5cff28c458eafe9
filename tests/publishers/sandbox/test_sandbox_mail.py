"""The simulated mail server: what was taken is kept and shown; what was not, is not."""

import smtplib
import urllib.request
from email.message import EmailMessage

import pytest

from publishers.sandbox.running import Running


def letter(subject: str = "有一篇稿子等你审") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "群声 <desk@cj.example>", "lin@cj.example", subject
    message["List-Unsubscribe"] = "<http://127.0.0.1:8000/unsubscribe/1/review/x>"
    message.set_content("打开看看：http://127.0.0.1:8000/notices/7\n.\n.点开头的行")
    message.add_alternative("<p>打开看看</p>", subtype="html")
    return message


def hand_over(sandbox: Running, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox.mail_port(), timeout=5) as server:
        server.login("desk", "any")
        server.send_message(message)


def test_a_letter_is_kept_whole_and_shown_on_the_phone(sandbox: Running) -> None:
    hand_over(sandbox, letter())
    kept = sandbox.effects("letter")[0]["letter"]
    assert (kept["recipient"], kept["subject"]) == ("lin@cj.example", "有一篇稿子等你审")
    assert kept["text"].splitlines()[1:] == [".", ".点开头的行"] and kept["html"].strip() == "<p>打开看看</p>"
    assert kept["unsubscribe"] == "http://127.0.0.1:8000/unsubscribe/1/review/x"
    with urllib.request.urlopen(sandbox.url, timeout=5) as page:
        shown = page.read().decode()
    assert "有一篇稿子等你审" in shown and 'href="http://127.0.0.1:8000/notices/7"' in shown


@pytest.mark.parametrize(("act", "code"), [("refuse", 550), ("busy", 451)])
def test_a_refused_letter_is_not_kept(sandbox: Running, act: str, code: int) -> None:
    sandbox.fault("/smtp/data", act)
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        hand_over(sandbox, letter())
    assert refusal.value.smtp_code == code and sandbox.effects("letter") == []


@pytest.mark.parametrize(("act", "kept"), [("drop_before", 0), ("drop_after", 1)])
def test_a_lost_answer_is_lost_before_or_after_the_letter_was_kept(sandbox: Running, act: str, kept: int) -> None:
    sandbox.fault("/smtp/data", act)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        hand_over(sandbox, letter())
    assert len(sandbox.effects("letter")) == kept


def test_a_recipient_can_be_refused(sandbox: Running) -> None:
    sandbox.fault("/smtp/rcpt", "refuse", match="lin@")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        hand_over(sandbox, letter())
