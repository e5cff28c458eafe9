"""Services through apprise: only what an administrator has allowed, one call, and never more said than is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from publishers.connector import CannotTell, Card, LinkParcel, NoteParcel, OutcomeUnknown, Refused
from publishers.others import UNCONFIRMED, Other, Settings, check_allowed
from publishers.robots.settings import SettingError
from publishers.sandbox.running import Running
from publishers.sandbox.server import start

pytest.importorskip("apprise")
CARDS = (Card("夜班的灯 @all", "https://news.example.cn/s/ab12", "试车台。"), Card("桂花", "https://news.example.cn/s/cd34"))
PARCEL = LinkParcel("e7c1", CARDS)
TELEGRAM = "tgram://123456789:abcdefghijklmnopqrstuvwxyz012345678/12315544"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Running]:
    with start(tmp_path, fsync=False) as running:
        yield running


def other(sandbox: Running, *allowed: str) -> Other:
    host = sandbox.url.removeprefix("http://")
    return Other(Settings.from_settings({"url": f"json://{host}/others/abroad"}), allowed or ("json://127.0.0.1",))


def test_words_and_links_are_handed_over_and_said_to_be_unconfirmed(sandbox: Running) -> None:
    memory: dict[str, str] = {}
    assert other(sandbox).send(PARCEL, memory.__setitem__).final
    [taken] = sandbox.effects("other_message")
    assert taken["title"] == "夜班的灯 ＠all" and memory == {UNCONFIRMED: "1"}
    assert all(card.url in taken["text"] for card in PARCEL.cards)
    assert not Other.abilities.confirms


@pytest.mark.parametrize(("act", "more", "effects"), [
    ("status", {"code": 500}, 0), ("drop_after", {}, 1), ("drop_before", {}, 0), ("status", {"code": 302}, 0),
])
def test_a_no_may_follow_a_message_that_arrived(sandbox: Running, act: str, more: dict[str, object], effects: int) -> None:
    sandbox.fault("/others/", act, **more)
    with pytest.raises(OutcomeUnknown):
        other(sandbox).send(PARCEL, lambda name, value: None)
    assert len(sandbox.effects("other_message")) == effects
    reading = other(sandbox).find_out(PARCEL)
    assert isinstance(reading, CannotTell) and reading.final


@pytest.mark.parametrize("allowed", [("json",), ("json://10.0.0.1",), ("tgram",)])
def test_what_nobody_has_allowed_is_not_spoken_to(sandbox: Running, allowed: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        other(sandbox, *allowed).send(PARCEL, lambda name, value: None)
    assert sandbox.calls() == []


def test_nothing_but_links_and_notices(sandbox: Running) -> None:
    other(sandbox).send(NoteParcel("n", "试", "这是一条测试消息。"), lambda name, value: None)
    with pytest.raises(Refused):
        other(sandbox).send(LinkParcel("m", ()), lambda name, value: None)
    assert len(sandbox.effects("other_message")) == 1


@pytest.mark.parametrize("url", [
    "", "wecombot://abcdefg", "dingtalk://12345678", "feishu://abc", "mailtos://a:b@c.d", "pigeon://x", "no address",
])
def test_addresses_that_are_not_taken(url: str) -> None:
    with pytest.raises(SettingError) as said:
        Settings.from_settings({"url": url})
    assert said.value.field == "url" and "abcdefg" not in str(said.value)


def test_a_service_with_a_fixed_host_is_allowed_by_name() -> None:
    check_allowed(TELEGRAM, ["tgram"])
    with pytest.raises(Refused):
        check_allowed(TELEGRAM, [])
    with pytest.raises(Refused):
        check_allowed("ntfys://ntfy.example.com/topic", ["ntfys"])
    check_allowed("ntfys://ntfy.example.com/topic", ["ntfys://ntfy.example.com"])
