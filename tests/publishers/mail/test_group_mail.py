"""Mails to the address of a group: one message, known again by its number, that every reader can end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publishers.connector import Absent, Card, LinkParcel, NoteParcel, OutcomeUnknown, Refused
from publishers.mail.group import Address, GroupMail
from publishers.mail.outgoing import Mailer, Settings
from publishers.robots.settings import SettingError
from publishers.sandbox.running import Running
from publishers.sandbox.server import start

ENDS = "https://news.example.cn/unsubscribe/group/7/abc"
CARDS = (
    Card('夜班 <b>"的灯"</b>', "https://news.example.cn/s/ab12?x=1&y=2", "试车台亮了三十九夜。", "https://news.example.cn/s/ab12/cover"),
    Card("食堂里的桂花", "https://news.example.cn/s/cd34"),
)
PARCEL = LinkParcel("e7c1", CARDS, words="各位工友：")


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Running]:
    with start(tmp_path, fsync=False) as running:
        yield running


def mails(sandbox: Running) -> GroupMail:
    server = Settings(host="127.0.0.1", port=sandbox.mail_port(), security="none", sender="news@chengjiang.example", seconds=5)
    return GroupMail(Mailer(server, "all@chengjiang.example", lambda: datetime.now(UTC)), "装配群", ENDS)


def test_a_mail_holds_every_article_in_text_and_with_a_layout(sandbox: Running) -> None:
    receipt = mails(sandbox).send(PARCEL, lambda name, value: None)
    [letter] = [effect["letter"] for effect in sandbox.effects("letter")]
    assert receipt.final and receipt.remote_id == letter["message_id"]
    assert letter["recipient"] == "all@chengjiang.example" and letter["subject"] == '夜班 <b>"的灯"</b>（共 2 篇）'
    for part in (letter["text"], letter["html"].replace("&amp;", "&")):
        assert all(card.url in part for card in CARDS) and "各位工友：" in part and "试车台亮了三十九夜。" in part and ENDS in part
    assert "<b>" not in letter["html"] and CARDS[0].picture_url in letter["html"]
    assert letter["unsubscribe"] == ENDS


def test_a_lost_answer_is_followed_by_the_same_message(sandbox: Running) -> None:
    memory: dict[str, str] = {}
    sandbox.fault("/smtp/data", "drop_after")
    with pytest.raises(OutcomeUnknown):
        mails(sandbox).send(PARCEL, memory.__setitem__)
    again = LinkParcel("e7c1", CARDS, words="各位工友：", memory=memory)
    assert mails(sandbox).find_out(again) == Absent()
    mails(sandbox).send(again, memory.__setitem__)
    first, second = (effect["letter"] for effect in sandbox.effects("letter"))
    assert first == second


def test_a_test_line_is_a_plain_mail(sandbox: Running) -> None:
    mails(sandbox).send(NoteParcel("n1", "装配群", "这是一条测试消息。"), lambda name, value: None)
    [letter] = [effect["letter"] for effect in sandbox.effects("letter")]
    assert letter["subject"] == "装配群" and letter["text"].strip() == "这是一条测试消息。"


def test_nothing_is_no_mail(sandbox: Running) -> None:
    with pytest.raises(Refused):
        mails(sandbox).send(LinkParcel("m", ()), lambda name, value: None)
    assert sandbox.effects("letter") == []


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c", "全体@澄江.cn", "a@b.cn\nBcc: c@d.cn"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(SettingError) as said:
        Address.from_settings({"address": address})
    assert said.value.field == "address"
