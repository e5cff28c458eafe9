"""Standard Webhooks: the published vector, the same bytes at every repeat, and no way into the network inside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publishers.connector import Card, LinkParcel, NoteParcel, Refused, SwitchedOff, TryLater
from publishers.importing.fetching import is_public
from publishers.net import Base, Line
from publishers.robots.settings import SettingError
from publishers.sandbox.running import Running
from publishers.sandbox.server import start
from publishers.webhook.endpoint import Endpoint, Settings, outside_only
from publishers.webhook.signing import keys_of, signatures

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEW_SECRET = "whsec_" + "QUJD" * 10
PARCEL = LinkParcel("e7c1", (Card("夜班的灯", "https://news.example.cn/s/ab12", "试车台亮了三十九夜。"),), words="本周头条")


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Running]:
    with start(tmp_path, fsync=False) as running:
        yield running


def endpoint(base: str, secret: str = SECRET, at: datetime | None = None) -> Endpoint:
    settings = Settings.from_settings({"url": f"{base}/hooks/intranet?team=3", "secret": secret})
    return Endpoint(settings, Line(settings.base, call_seconds=5), lambda: at or datetime.now(UTC))


def test_the_published_vector() -> None:
    body = b'{"test": 2432232314}'
    signed = signatures(keys_of(SECRET), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_that_checks_takes_it_under_either_of_two_secrets(sandbox: Running) -> None:
    sandbox.chat("webhook", "intranet", secret=NEW_SECRET)
    endpoint(sandbox.url, f"{SECRET} {NEW_SECRET}").send(PARCEL, lambda name, value: None)
    [received] = sandbox.effects("webhook_received")
    body = json.loads(received["body"])
    assert body["type"] == "article.published" and body["data"]["words"] == "本周头条"
    assert body["data"]["articles"][0] == {
        "title": "夜班的灯", "digest": "试车台亮了三十九夜。", "url": "https://news.example.cn/s/ab12", "picture_url": "",
    }
    assert datetime.fromisoformat(body["timestamp"]).tzinfo is not None


def test_a_repeat_is_the_same_message_whatever_changed_meanwhile(sandbox: Running) -> None:
    memory: dict[str, str] = {}
    endpoint(sandbox.url).send(PARCEL, memory.__setitem__)
    later = LinkParcel("e7c1", (Card("别的标题", "https://news.example.cn/s/ab12"),), memory=memory)
    endpoint(sandbox.url, at=datetime.now(UTC) + timedelta(minutes=3)).send(later, memory.__setitem__)
    [first], [again] = sandbox.effects("webhook_received"), sandbox.effects("webhook_repeated")
    assert (first["id"], first["body"]) == (again["id"], again["body"])


def test_a_test_line_is_a_notice(sandbox: Running) -> None:
    endpoint(sandbox.url).send(NoteParcel("n1", "装配群", "这是一条测试消息。"), lambda name, value: None)
    [received] = sandbox.effects("webhook_received")
    assert json.loads(received["body"])["data"]["text"] == "这是一条测试消息。"


@pytest.mark.parametrize(("state", "secret", "code"), [("removed", "", "410"), ("active", NEW_SECRET, "401")])
def test_a_receiver_that_is_gone_or_knows_another_secret(sandbox: Running, state: str, secret: str, code: str) -> None:
    sandbox.chat("webhook", "intranet", state=state, secret=secret)
    with pytest.raises(SwitchedOff) as said:
        endpoint(sandbox.url).send(PARCEL, lambda name, value: None)
    assert said.value.code == code and sandbox.effects("webhook_received") == []


@pytest.mark.parametrize(("status", "whole"), [(429, True), (502, False), (302, False)])
def test_what_may_be_repeated_later(sandbox: Running, status: int, whole: bool) -> None:
    sandbox.fault("/hooks/", "status", code=status)
    with pytest.raises(TryLater) as said:
        endpoint(sandbox.url).send(PARCEL, lambda name, value: None)
    assert said.value.whole_channel is whole


def test_what_is_too_large_is_not_sent(sandbox: Running) -> None:
    many = tuple(Card("长" * 60, "https://news.example.cn/s/ab12", "字" * 1200) for _ in range(8))
    with pytest.raises(Refused):
        endpoint(sandbox.url).send(LinkParcel("m", many), lambda name, value: None)
    assert sandbox.calls() == []


@pytest.mark.parametrize("url", [
    "http://hooks.example.cn/x", "https://hooks.example.cn:8443/x", "ftp://hooks.example.cn/x", "https://user:pw@hooks.example.cn/x",
    "https://hooks.example.cn/x#y", "https:///x", "https://[::1", "", "https://例子.cn/x", "https://hooks.example.cn/" + "x" * 500,
])
def test_addresses_that_cannot_be_a_receiver(url: str) -> None:
    with pytest.raises(SettingError) as said:
        Settings.from_settings({"url": url, "secret": SECRET})
    assert said.value.field == "url"


@pytest.mark.parametrize("secret", ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_QUJD", "whsec_###", SECRET + "=x"])
def test_secrets_that_are_none(secret: str) -> None:
    with pytest.raises(SettingError) as said:
        Settings.from_settings({"url": "https://hooks.example.cn/x", "secret": secret})
    assert said.value.field == "secret"


@pytest.mark.parametrize("found", [
    ["10.1.2.3"], ["127.0.0.1"], ["169.254.169.254"], ["::ffff:192.168.1.1"], ["fd00::1"], ["fe80::1"], ["224.0.0.1"],
    ["203.0.113.7"], ["8.8.8.8", "10.0.0.1"],
])
def test_a_name_that_leads_inside_is_never_spoken_to(found: list[str]) -> None:
    settings = Settings.from_settings({"url": "https://hooks.example.cn/x", "secret": SECRET})
    door = outside_only(lambda host, port: found, is_public)
    with pytest.raises(SwitchedOff):
        Endpoint(settings, Line(settings.base, door=door), lambda: datetime.now(UTC)).send(PARCEL, lambda name, value: None)


def test_a_name_that_nobody_knows_may_be_known_later() -> None:
    settings = Settings.from_settings({"url": "https://hooks.example.cn/x", "secret": SECRET})
    door = outside_only(lambda host, port: [], is_public)
    with pytest.raises(TryLater):
        Endpoint(settings, Line(settings.base, door=door), lambda: datetime.now(UTC)).send(PARCEL, lambda name, value: None)


def test_the_line_goes_to_the_address_that_was_judged(sandbox: Running) -> None:
    """A second look at the name, which may say something else by then, is never taken."""
    asked: list[str] = []

    def door(host: str, port: int) -> str:
        asked.append(host)
        return "127.0.0.1"

    port = sandbox.url.rpartition(":")[2]
    line = Line(Base(f"http://127.0.0.9:{port}"), door=door)
    settings = Settings.from_settings({"url": f"http://127.0.0.9:{port}/hooks/x", "secret": SECRET})
    Endpoint(settings, line, lambda: datetime.now(UTC)).send(PARCEL, lambda name, value: None)
    assert asked == ["127.0.0.9"] and len(sandbox.effects("webhook_received")) == 1
