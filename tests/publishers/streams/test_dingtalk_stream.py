"""DingTalk's long connection: frame by frame, and against the simulated platform."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from publishers.connector import SwitchedOff, TryLater
from publishers.dingtalk.stream import ROBOT, DingTalkStream
from publishers.inbound import Message
from publishers.net import Base, Line
from publishers.sandbox.running import Running
from publishers.streams.stream import NotStored, Unreadable
from tests.instances import wait_until
from tests.publishers.streams.listeners import hurry, listening

KEY = "dingabc"
TEXT = {"msgtype": "text", "text": {"content": " 钟楼上的钟停了九年。"}}


class Palms:
    """The hands of a stream that is tried frame by frame."""

    def __init__(self, *, stores: bool = True) -> None:
        self.stores, self.sent, self.taken, self.renewed = stores, [], [], False

    def send(self, frame: str | bytes) -> None:
        self.sent.append(json.loads(frame))

    def take(self, message: Message | None, patience: float) -> str:
        if not self.stores:
            raise NotStored()
        self.taken.append(message)
        return ""

    def ready(self) -> None:
        pass

    def renew(self) -> None:
        self.renewed = True


def stream(url: str = "https://api.dingtalk.com", secret: str = "right") -> DingTalkStream:
    return DingTalkStream(Line(Base(url), call_seconds=5), KEY, secret, "127.0.0.1")


def frame(kind: str, topic: str, data: Any) -> str:
    return json.dumps({
        "specVersion": "1.0", "type": kind, "data": json.dumps(data), "headers": {"topic": topic, "messageId": "m1"},
    })


def test_a_ping_goes_back_as_it_came() -> None:
    palms = Palms()
    stream().heard(frame("SYSTEM", "ping", {"opaque": "o-1"}), palms)
    assert palms.sent == [{
        "code": 200, "message": "OK", "data": '{"opaque": "o-1"}',
        "headers": {"messageId": "m1", "contentType": "application/json"},
    }]


def test_before_it_leaves_it_wants_another_connection() -> None:
    palms = Palms()
    stream().heard(frame("SYSTEM", "disconnect", {"reason": "rebalance"}), palms)
    assert palms.renewed


def test_a_message_is_acknowledged_with_a_response_of_null_as_a_string() -> None:
    palms = Palms()
    stream().heard(frame("CALLBACK", ROBOT, {"msgId": "k1", "senderStaffId": "linsy", **TEXT}), palms)
    assert palms.taken[0].text == "钟楼上的钟停了九年。" and palms.taken[0].key == "k1"
    assert (palms.sent[0]["code"], palms.sent[0]["data"]) == (200, '{"response": null}')


def test_what_is_not_stored_is_not_acknowledged() -> None:
    palms = Palms(stores=False)
    stream().heard(frame("CALLBACK", ROBOT, {"msgId": "k1", "senderStaffId": "linsy", **TEXT}), palms)
    stream().heard(frame("EVENT", "*", {}), palms)
    assert palms.sent[0]["code"] == 500
    assert json.loads(palms.sent[1]["data"])["status"] == "LATER"


def test_an_event_is_acknowledged_and_a_callback_we_did_not_ask_for_is_not_ours() -> None:
    palms = Palms()
    stream().heard(frame("EVENT", "*", {"x": 1}), palms)
    stream().heard(frame("CALLBACK", "/v1.0/card/instances/callback", {}), palms)
    assert json.loads(palms.sent[0]["data"])["status"] == "SUCCESS"
    assert palms.sent[1]["code"] == 404


@pytest.mark.parametrize("said", ["", "[]", "{", "null", '"x"', b"\xff\xfe", '{"type": "OTHER"}', "[" * 100_000, '{"type": 7}',
                                  '{"type": "CALLBACK", "headers": {"topic": "/v1.0/im/bot/messages/get"}, "data": "[1]"}'])
def test_hostile_frames_are_unreadable_and_no_more(said: str | bytes) -> None:
    with pytest.raises(Unreadable):
        stream().heard(said, Palms())


def test_a_message_that_names_nobody_is_nothing_to_us() -> None:
    palms = Palms()
    stream().heard(frame("CALLBACK", ROBOT, {"msgtype": "text"}), palms)
    assert palms.taken == [None] and palms.sent[0]["code"] == 200


def test_a_wrong_secret_is_a_refusal(sandbox: Running) -> None:
    with pytest.raises(SwitchedOff) as refused:
        stream(sandbox.url, "wrong").address()
    assert "wrong" not in refused.value.reason


@pytest.mark.parametrize("act", ["busy", "html", "truncate", "drop_before", "status"])
def test_whatever_passes_by_itself_is_tried_later(sandbox: Running, act: str) -> None:
    sandbox.fault("/v1.0/gateway/connections/open", act)
    with pytest.raises(TryLater):
        stream(sandbox.url).address()


def test_a_message_arrives_and_is_acknowledged(sandbox: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    with listening(stream(sandbox.url)) as listener:
        said = sandbox.control("POST", "said", {"platform": "dingtalk", "app_id": KEY, "id": "k9", **TEXT})
        assert said["taken"] and listener.texts == ["钟楼上的钟停了九年。"]
        assert listener.taken[0] is not None and listener.taken[0].answer_at == ""
    wait_until(lambda: sandbox.effects("stream_closed"), 5)


def test_a_broken_connection_is_opened_anew_with_another_ticket(sandbox: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    with listening(stream(sandbox.url)) as listener:
        sandbox.control("POST", "lines", {"platform": "dingtalk", "app_id": KEY, "act": "drop"})
        listener.wait_connected(2)
        assert listener.states[1].startswith("lost: ")
        assert sandbox.control("POST", "said", {"platform": "dingtalk", "app_id": KEY, **TEXT})["taken"]
        assert sandbox.control("POST", "said", {"platform": "dingtalk", "app_id": KEY, "text": "钟楼"})["taken"], "plain words, too"


def test_a_ticket_that_ran_out_is_followed_by_another(sandbox: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    sandbox.settings(ticket_seconds=-1)
    with listening(stream(sandbox.url), wait=False) as listener:
        wait_until(lambda: len(listener.states) > 2, 10)
        assert all(state.startswith("lost: ") for state in listener.states)
        sandbox.settings(ticket_seconds=90)
        listener.wait_connected()


def test_the_next_connection_stands_before_the_platform_ends_this_one(sandbox: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    sandbox.settings(leave_seconds=1.0)
    with listening(stream(sandbox.url)) as listener:
        sandbox.control("POST", "lines", {"platform": "dingtalk", "app_id": KEY, "act": "disconnect"})
        for number in range(12):
            said = sandbox.control("POST", "said", {"platform": "dingtalk", "app_id": KEY, "id": f"k{number}", **TEXT})
            assert said["taken"]
            time.sleep(0.1)
        opened, closed = sandbox.effects("stream_opened"), sandbox.wait_for("stream_closed")
        assert len(opened) == 2 and opened[1]["at"] < closed[0]["at"]
        assert len(listener.taken) == 12 and not [state for state in listener.states if state.startswith("lost")]


def test_a_refusal_is_asked_about_seldom(sandbox: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    with listening(stream(sandbox.url, "wrong"), wait=False) as listener:
        wait_until(lambda: listener.states, 10)
        time.sleep(0.5)
        assert len(listener.states) == 1 and listener.states[0].startswith("refused: ")
        assert len(sandbox.calls("/v1.0/gateway/connections/open")) == 1
