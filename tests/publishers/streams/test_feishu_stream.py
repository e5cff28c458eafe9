"""Feishu's long connection: frame by frame, and against the simulated platform, whose frames are written by hand."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from publishers.connector import SwitchedOff, TryLater
from publishers.feishu import frames
from publishers.feishu.callback import Keys
from publishers.feishu.parts import MOST_AT_ONCE, MOST_PARTS, Parts
from publishers.feishu.stream import ENDPOINT_PATH, GIVEN_UP_SECONDS, TOO_MANY_WORDS, FeishuStream
from publishers.inbound import Message
from publishers.net import Base, Line
from publishers.sandbox.running import Running
from publishers.sandbox.streams import feishu as hand_written
from publishers.streams.stream import NotStored, Unreadable
from publishers.streams.wire import TurnedAway
from tests.instances import wait_until
from tests.publishers.streams.listeners import hurry, listening

APP = "cli_abc"
WORDS = "钟楼上的钟停了九年。"
QUICK = {"ReconnectCount": -1, "ReconnectInterval": 0.1, "ReconnectNonce": 0.05, "PingInterval": 1}


class Palms:
    """The hands of a stream that is tried frame by frame."""

    def __init__(self, *, stores: bool = True) -> None:
        self.stores, self.sent, self.taken = stores, [], []

    def send(self, frame: str | bytes) -> None:
        read = frames.read(frame)
        self.sent.append((frames.headers(read), json.loads(read.payload), read))

    def take(self, message: Message | None, patience: float) -> str:
        assert patience < 3
        if not self.stores:
            raise NotStored()
        self.taken.append(message)
        return ""

    def ready(self) -> None:
        pass

    def renew(self) -> None:
        raise AssertionError("Feishu announces nothing")


def stream(url: str = "https://open.feishu.cn", secret: str = "right") -> FeishuStream:
    return FeishuStream(Line(Base(url), call_seconds=5), Keys(APP, encrypt_key="k"), secret)


def event(app_id: str = APP) -> dict[str, Any]:
    said = {"text": {"content": WORDS}, "for": app_id}
    return hand_written.message(said, "linsy", "林书瑶", "om_1", APP, "")["body"]


def data(payload: bytes, **more: str) -> bytes:
    headers = {"type": "event", "message_id": "m1", "sum": "1", "seq": "0", **more}
    return hand_written._frame(hand_written.DATA, headers, payload)


def test_an_event_is_answered_with_its_own_frame_and_a_code() -> None:
    palms = Palms()
    stream().heard(data(json.dumps(event()).encode()), palms)
    [message] = palms.taken
    assert (message.text, message.key, message.sender) == (WORDS, "om_1", "ou_linsy")
    [(headers, payload, read)] = palms.sent
    assert payload == {"code": 200} and headers["message_id"] == "m1" and headers["biz_rt"].isdigit()
    assert (read.SeqID, read.LogID, read.service, read.method) == (1, 2, hand_written.SERVICE, 1)


def test_what_is_not_stored_comes_again() -> None:
    palms = Palms(stores=False)
    stream().heard(data(json.dumps(event()).encode()), palms)
    assert palms.sent[0][1] == {"code": 500}


def test_parts_are_put_together_in_their_order_whatever_order_they_come_in() -> None:
    palms, heard, payload = Palms(), stream(), json.dumps(event(), ensure_ascii=False).encode()
    cut = len(payload) // 2 + 1
    for place, part in ((1, payload[cut:]), (0, payload[:cut])):
        assert palms.sent == []
        heard.heard(data(part, sum="2", seq=str(place)), palms)
    assert palms.taken[0].text == WORDS and len(palms.sent) == 1


@pytest.mark.parametrize("frame", [
    b"", b"\xff" * 40, b"\x08", "text", data(b"{"), data(b"[]"), data(b"[" * 90_000), data(json.dumps(event("cli_other")).encode()),
    data(b"{}", sum="0"), data(b"{}", sum="99999"), data(b"{}", sum="2", seq="2"), data(b"{}", sum="-1"), data(b"{}", sum="x"),
    hand_written._frame(7, {"type": "event"}, b"{}"), hand_written._frame(0, {"type": "pong"}, b"{"),
    b"\x08\x01\x10\x02\x18\x03\x20\x01\x2a\x08\x0a\x02\xff\xfe\x12\x02\xff\xfe",
])
def test_hostile_frames_are_unreadable_and_no_more(frame: str | bytes) -> None:
    palms = Palms()
    with pytest.raises(Unreadable):
        stream().heard(frame, palms)
    assert palms.taken == [] and palms.sent == []


def test_endless_parts_are_forgotten() -> None:
    parts = Parts()
    with pytest.raises(Unreadable):
        for number in range(MOST_AT_ONCE + 1):
            parts.whole({"sum": "2", "seq": "0", "message_id": str(number)}, b"x", now=1.0)
    with pytest.raises(Unreadable):
        for place in range(MOST_PARTS - 1):
            parts.whole({"sum": str(MOST_PARTS), "seq": str(place), "message_id": "large"}, b"x" * 100_000, now=20.0)
    assert parts.whole({"sum": "2", "seq": "0", "message_id": "late"}, b"x", now=40.0) is None
    assert parts.whole({"sum": "2", "seq": "1", "message_id": "late"}, b"x", now=60.0) is None


def test_other_events_and_cards_are_acknowledged() -> None:
    palms, heard = Palms(), stream()
    heard.heard(data(json.dumps(hand_written.event({"event": "contact.user.updated_v3"}, "e1", APP)["body"]).encode()), palms)
    heard.heard(data(b"{}", type="card"), palms)
    heard.heard(data(b'{"uuid": "old", "type": "event_callback", "event": {"type": "message"}}'), palms)
    assert palms.taken == [None, None] and [payload for _, payload, _ in palms.sent] == [{"code": 200}] * 3


def test_the_platforms_figures_are_kept_to_within_reason() -> None:
    heard = stream()
    assert heard.ping_seconds == 120 and 0.5 <= heard.pause(1) <= 1
    figures = {"PingInterval": 90, "ReconnectInterval": 20, "ReconnectNonce": 8, "ReconnectCount": 3}
    heard.heard(hand_written._frame(0, {"type": "pong"}, json.dumps(figures).encode()), Palms())
    assert heard.ping_seconds == 90 and 0 <= heard.pause(1) <= 8
    assert (heard.pause(2), heard.pause(3), heard.pause(4)) == (20, 20, GIVEN_UP_SECONDS)
    heard.heard(hand_written._frame(0, {"type": "pong"}, b'{"PingInterval": 0.001, "ReconnectInterval": 1e9}'), Palms())
    assert heard.ping_seconds >= 1 and heard.pause(2) == 20


def test_a_refused_handshake_is_judged_by_its_headers() -> None:
    judged = stream().judge(TurnedAway(401, {"handshake-status": "514", "handshake-autherrcode": "1000040350"}))
    assert isinstance(judged, SwitchedOff) and judged.reason == TOO_MANY_WORDS
    assert isinstance(stream().judge(TurnedAway(401, {"handshake-status": "403"})), SwitchedOff)
    assert isinstance(stream().judge(TurnedAway(401, {"handshake-status": "514", "handshake-autherrcode": "1"})), TryLater)


def test_a_wrong_secret_is_a_refusal_and_what_passes_is_tried_later(sandbox: Running) -> None:
    with pytest.raises(SwitchedOff):
        stream(sandbox.url, "wrong").address()
    for act in ("html", "truncate", "drop_before", "status"):
        sandbox.fault(ENDPOINT_PATH, act)
        with pytest.raises(TryLater):
            stream(sandbox.url).address()


def test_an_event_in_three_parts_arrives_and_is_answered(sandbox: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    with listening(stream(sandbox.url)) as listener:
        assert said(sandbox, parts=3)["taken"] and listener.texts == [WORDS]


def test_what_was_not_answered_comes_again(sandbox: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    sandbox.settings(feishu_figures=QUICK, again_seconds=0.5, event_seconds=1.0)
    with listening(stream(sandbox.url)) as listener:
        listener.failures = 1
        assert said(sandbox)["tries"] == 2 and listener.texts == [WORDS]
        sandbox.fault("/stream/feishu", "drop_before")
        assert said(sandbox)["tries"] == 2 and len(listener.texts) == 2
        sandbox.fault("/stream/feishu", "drop_after")
        assert said(sandbox)["taken"] and len({message.key for message in listener.taken if message}) == 1


def test_a_platform_that_falls_silent_is_left_after_two_pings(sandbox: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    sandbox.settings(feishu_figures=QUICK)
    with listening(stream(sandbox.url)) as listener:
        time.sleep(2.5)
        assert listener.states == ["connected"]
        sandbox.control("POST", "lines", {"platform": "feishu", "app_id": APP, "act": "silence"})
        wait_until(lambda: len(listener.states) > 1, 10)
        assert listener.states[1] == "lost: The platform has fallen silent."
        listener.wait_connected(2)


def said(sandbox: Running, **more: Any) -> dict[str, Any]:
    return sandbox.control("POST", "said", {"platform": "feishu", "app_id": APP, "id": "om_1", "text": {"content": WORDS}, **more})
