"""Faults on order, and the log that tells what the world has seen."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import requests

from publishers.sandbox.faults import Faults
from publishers.sandbox.running import Running, spawn
from publishers.sandbox.server import start

PATH = "/cgi-bin/webhook/send"
TEXT = {"msgtype": "text", "text": {"content": "大家好，本周的稿件周五截稿。"}}
BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


def seen(sandbox: Running) -> int:
    return len(sandbox.effects("robot_message"))


@pytest.mark.parametrize(("act", "effects"), [("drop_before", 0), ("drop_after", 1), ("truncate", 1)])
@pytest.mark.parametrize("reset", [False, True])
def test_broken_connections(client, sandbox: Running, act: str, effects: int, reset: bool):
    sandbox.fault(PATH, act, reset=reset)
    with pytest.raises(BROKEN):
        client.raw(PATH, TEXT, key="k1")
    assert seen(sandbox) == effects
    assert client.said(PATH, TEXT, key="k1")["errcode"] == 0


@pytest.mark.parametrize(
    ("act", "order", "status", "effects"),
    [
        ("html", {}, 200, 1), ("html", {"effect": False}, 200, 0), ("status", {}, 502, 0),
        ("status", {"code": 504, "effect": True}, 504, 1),
    ],
)
def test_pages_of_a_proxy(client, sandbox: Running, act: str, order: dict[str, object], status: int, effects: int):
    sandbox.fault(PATH, act, **order)
    answer = client.raw(PATH, TEXT, key="k1")
    assert answer.status_code == status and answer.text.startswith("<!doctype html>")
    assert seen(sandbox) == effects


def test_refusals_in_the_words_of_each_platform(client, sandbox: Running):
    sandbox.fault("*", "refuse", errcode=93000)
    assert client.said(PATH, TEXT, key="k1")["errcode"] == 93000
    sandbox.fault("/open-apis/bot/v2/hook", "busy")
    assert client.said("/open-apis/bot/v2/hook/f1", {})["code"] == 11232
    sandbox.fault("/cgi-bin/draft/count", "busy")
    assert client.ask("draft/count")["errcode"] == -1
    assert client.ask("draft/count") == {"total_count": 0}
    assert seen(sandbox) == 0


def test_busy_may_have_had_its_effect(client, sandbox: Running):
    sandbox.fault(PATH, "busy", effect=True)
    assert client.said(PATH, TEXT, key="k1")["errcode"] == -1
    assert seen(sandbox) == 1


@pytest.mark.parametrize("act", ["delay", "timeout_after"])
def test_waiting(client, sandbox: Running, act: str):
    sandbox.fault(PATH, act, seconds=0.3)
    started = time.monotonic()
    assert client.said(PATH, TEXT, key="k1")["errcode"] == 0
    assert time.monotonic() - started >= 0.3


def test_the_effect_comes_before_a_held_answer(client, sandbox: Running):
    sandbox.fault(PATH, "timeout_after", seconds=5)
    with pytest.raises(requests.Timeout):
        client.session.post(f"{client.url}{PATH}?key=k1", data='{"msgtype":"text","text":{"content":"x"}}', timeout=0.3)
    assert seen(sandbox) == 1


def test_matching_skipping_and_counting():
    faults = Faults()
    faults.add({"path": PATH, "act": "refuse", "match": "春运", "times": 2, "skip": 1})
    assert faults.take(PATH, "别的") is None
    assert [faults.take(PATH, "春运") is None for _ in range(4)] == [True, False, False, True]
    assert faults.listed() == []
    faults.add({"path": PATH, "act": "busy", "times": -1})
    assert all(faults.take(PATH, "") for _ in range(5))


@pytest.mark.parametrize(
    "order",
    [{"path": PATH}, {"path": PATH, "act": "explode"}, {"act": "busy"}, {"path": PATH, "act": "busy", "why": 1}],
)
def test_orders_that_make_no_sense(sandbox: Running, order: dict[str, object]):
    with pytest.raises(ValueError, match=r"act|path|unknown"):
        sandbox.control("POST", "faults", order)


def test_calls_show_no_secret(client, sandbox: Running):
    client.said(PATH, TEXT, key="very-secret-key")
    client.said("/open-apis/bot/v2/hook/very-secret-key", {})
    calls = sandbox.calls()
    assert [call["path"] for call in calls][-2:] == [PATH, "/open-apis/bot/v2/hook/"]
    assert "very-secret-key" not in str(calls) and client.token not in str(calls)


def test_everything_survives_a_restart(tmp_path: Path, client, sandbox: Running):
    media_id = client.draft()
    client.said(PATH, TEXT, key="k1")
    before = sandbox.effects()
    sandbox.stop()
    with start(tmp_path / "state", publish_delay=0.05) as again:
        client.url = again.url
        assert again.effects() == before
        assert client.ask("freepublish/submit", {"media_id": media_id})["errcode"] == 0
        again.wait_for("published")


def test_a_killed_process_forgets_nothing_and_finishes_its_jobs(tmp_path: Path, client):
    first = spawn(tmp_path / "own", 0, "--publish-delay", "0.5")
    client.url = first.url
    client.token = client.stable()["access_token"]
    client.ask("freepublish/submit", {"media_id": client.draft()})
    assert first.process is not None
    first.process.kill()
    first.process.wait(timeout=10)
    # What a crash left half written was answered to nobody.
    with (tmp_path / "own" / "effects.jsonl").open("ab") as log:
        log.write(b'{"n": 99, "kind": "torn')
    second = spawn(tmp_path / "own", 0, "--publish-delay", "0.5")
    try:
        assert len(second.wait_for("published")) == 1
    finally:
        second.stop()


def test_reset(client, sandbox: Running):
    sandbox.chat("wecom", "k1", name="工会活动群")
    client.said(PATH, TEXT, key="k1")
    sandbox.reset(keep=True)
    assert sandbox.effects() == [] and sandbox.calls() == []
    client.said(PATH, TEXT, key="k1")
    assert sandbox.effects("robot_message")[0]["chat"] == "工会活动群"
    sandbox.reset()
    client.said(PATH, TEXT, key="k1")
    assert sandbox.effects("robot_message")[0]["chat"] != "工会活动群"
