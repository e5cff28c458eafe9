"""The three robots: signatures, keywords, limits, and the odd answers of each."""

from __future__ import annotations

import base64
import hashlib
import time

import pytest

from publishers.sandbox.robots import dingtalk, feishu
from publishers.sandbox.robots.limits import Window
from publishers.sandbox.running import Running

WECOM = "/cgi-bin/webhook/send"
DINGTALK = "/robot/send"
HOOK = "/open-apis/bot/v2/hook/f1"
NEWS = {"title": "春运第一线", "description": "记者跟车三天", "url": "https://news.example.cn/s/ab12"}


def text(words: str) -> dict[str, object]:
    return {"msgtype": "text", "text": {"content": words}}


def feishu_text(words: str, **more: str) -> dict[str, object]:
    return {"msg_type": "text", "content": {"text": words}, **more}


@pytest.mark.parametrize(
    ("milliseconds", "expected"),
    [
        ("1700000000000", "sSFWELbV2YwjdDQhWZwTcWlX5BWUx5J6TPpsZmuPii0="),
        ("1767225600000", "Ihwj8FyPJfT4YIXi/adIQljYfR8hNknkj4tQ+v3VTqM="),
    ],
)
def test_dingtalk_signature_vectors(milliseconds: str, expected: str):
    assert dingtalk.sign("this is secret", milliseconds) == expected


@pytest.mark.parametrize(
    ("secret", "seconds", "expected"),
    [
        ("demo", "1599360473", "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="),
        ("this is secret", "1767225600", "q8xWyNXHvqn7YYAaw34SRO/YwNPlURLNM5zbE7HsH3s="),
    ],
)
def test_feishu_signature_vectors(secret: str, seconds: str, expected: str):
    assert feishu.sign(secret, seconds) == expected


def test_a_window_slides():
    window = Window(2, 60.0)
    for at in (0.0, 30.0):
        assert window.wait(at) == 0.0
        window.count(at)
    assert window.wait(40.0) == 20.0
    assert window.wait(60.0) == 0.0


def test_a_window_may_punish():
    window = Window(1, 60.0, penalty=600.0)
    window.count(0.0)
    assert window.wait(1.0) == 600.0
    assert window.wait(590.0) == 11.0
    assert window.wait(601.0) == 0.0


def test_wecom_takes_news_and_cuts_silently(client, sandbox: Running):
    article = {**NEWS, "title": "春" * 50}
    said = client.said(WECOM, {"msgtype": "news", "news": {"articles": [article]}}, key="k1")
    assert said == {"errcode": 0, "errmsg": "ok"}
    (effect,) = sandbox.effects("robot_message")
    assert (effect["platform"], effect["key"]) == ("wecom", "k1")
    assert effect["bubble"]["cards"][0]["title"] == "春" * 42
    assert effect["body"]["news"]["articles"][0]["title"] == "春" * 50


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"msgtype": "poem"}, 40008),
        ({"msgtype": "text"}, 40058),
        (text(""), 44004),
        (text("字" * 683), 45002),
        ({"msgtype": "markdown", "markdown": {"content": "字" * 1366}}, 45002),
        ({"msgtype": "news", "news": {"articles": []}}, 44004),
        ({"msgtype": "news", "news": {"articles": [NEWS] * 9}}, 45008),
        ({"msgtype": "news", "news": {"articles": ["odd"]}}, 47001),
        ({"msgtype": "image", "image": {"base64": "AAAA", "md5": "no"}}, 301019),
        ({"msgtype": "template_card", "template_card": {"card_type": "text_notice"}}, 40058),
    ],
)
def test_wecom_refusals(client, sandbox: Running, body: object, code: int):
    said = client.said(WECOM, body, key="k1")
    assert said["errcode"] == code
    assert "hint: [" in said["errmsg"]
    assert sandbox.effects("robot_message") == []


def test_wecom_takes_an_image_and_a_template_card(client):
    raw = b"\x89PNG"
    image = {"base64": base64.b64encode(raw).decode(), "md5": hashlib.md5(raw).hexdigest()}
    assert client.said(WECOM, {"msgtype": "image", "image": image}, key="k1")["errcode"] == 0
    card = {
        "card_type": "news_notice", "main_title": {"title": "春运第一线"},
        "card_image": {"url": "https://p.example.cn/1.jpg"},
        "card_action": {"type": 1, "url": "https://news.example.cn/s/ab12"},
    }
    assert client.said(WECOM, {"msgtype": "template_card", "template_card": card}, key="k1")["errcode"] == 0


@pytest.mark.parametrize(("state", "code"), [("stopped", 93004), ("removed", 93000), ("dissolved", 93008)])
def test_wecom_robots_can_be_gone(client, sandbox: Running, state: str, code: int):
    sandbox.chat("wecom", "k1", state=state)
    assert client.said(WECOM, text("你好"), key="k1")["errcode"] == code


def test_wecom_takes_twenty_a_minute(client):
    codes = [client.said(WECOM, text("你好"), key="k1")["errcode"] for _ in range(21)]
    assert codes == [0] * 20 + [45009]
    assert client.said(WECOM, text("你好"), key="k2")["errcode"] == 0


def test_dingtalk_bans_who_is_too_fast(client, sandbox: Running):
    codes = [client.said(DINGTALK, text("你好"), access_token="d1")["errcode"] for _ in range(22)]
    assert codes == [0] * 20 + [410100, 410100]
    sandbox.settings(rate_limits=False)
    assert client.said(DINGTALK, text("你好"), access_token="d1")["errcode"] == 0


def test_dingtalk_signature(client, sandbox: Running):
    sandbox.chat("dingtalk", "d1", secret="this is secret")
    now = str(int(time.time() * 1000))
    good = {"access_token": "d1", "timestamp": now, "sign": dingtalk.sign("this is secret", now)}
    assert client.said(DINGTALK, text("你好"), **good)["errcode"] == 0
    for change in ({"sign": "x"}, {"timestamp": str(int(time.time()))}, {"timestamp": ""}):
        assert client.said(DINGTALK, text("你好"), **{**good, **change})["errcode"] == 310000


def test_dingtalk_keyword_and_kinds(client, sandbox: Running):
    sandbox.chat("dingtalk", "d1", keyword="群声")
    assert client.said(DINGTALK, text("你好"), access_token="d1")["errmsg"] == "keywords not in content"
    link = {"title": "群声｜春运第一线", "text": "记者跟车三天", "messageUrl": "https://news.example.cn/s/1"}
    feed = {"links": [{"title": "群声｜春运", "messageURL": "https://news.example.cn/s/1", "picURL": ""}]}
    card = {"title": "群声", "text": "## 春运", "singleTitle": "阅读全文", "singleURL": "https://news.example.cn/s/1"}
    for kind, content in (("link", link), ("feedCard", feed), ("actionCard", card)):
        assert client.said(DINGTALK, {"msgtype": kind, kind: content}, access_token="d1")["errcode"] == 0
    assert client.said(DINGTALK, {"msgtype": "link", "link": {"title": "群声"}}, access_token="d1")["errcode"] == 40035
    assert client.said(DINGTALK, {"msgtype": "poem"}, access_token="d1")["errcode"] == 400105


@pytest.mark.parametrize(("state", "code"), [("stopped", 400102), ("removed", 400106), ("dissolved", 400013)])
def test_dingtalk_robots_can_be_gone(client, sandbox: Running, state: str, code: int):
    sandbox.chat("dingtalk", "d1", state=state)
    assert client.said(DINGTALK, text("你好"), access_token="d1")["errcode"] == code


def test_feishu_says_code_and_status_code(client):
    said = client.said(HOOK, feishu_text("你好"))
    assert (said["code"], said["StatusCode"], said["msg"]) == (0, 0, "success")


def test_feishu_signature_and_keyword(client, sandbox: Running):
    sandbox.chat("feishu", "f1", secret="demo", keyword="群声")
    now = str(int(time.time()))
    signed = {"timestamp": now, "sign": feishu.sign("demo", now)}
    assert client.said(HOOK, feishu_text("群声 你好", **signed))["code"] == 0
    assert client.said(HOOK, feishu_text("群声 你好"))["code"] == 19021
    assert client.said(HOOK, feishu_text("你好", **signed))["code"] == 19024
    assert "sign" not in sandbox.effects("robot_message")[0]["body"]


def test_feishu_cards(client, sandbox: Running):
    button = {"tag": "button", "text": {"tag": "plain_text", "content": "阅读全文"}, "url": "https://news.example.cn/s/1"}
    old = {
        "header": {"title": {"tag": "plain_text", "content": "春运第一线"}},
        "elements": [
            {"tag": "div", "text": {"tag": "lark_md", "content": "跟车三天"}}, {"tag": "action", "actions": [button]},
        ],
    }
    new = {"schema": "2.0", "header": old["header"], "body": {"elements": [{"tag": "markdown", "content": "跟车三天"}]}}
    post = {"post": {"zh_cn": {"title": "春运", "content": [[{"tag": "a", "text": "读", "href": "https://x.example.cn"}]]}}}
    assert client.said(HOOK, {"msg_type": "interactive", "card": old})["code"] == 0
    assert client.said(HOOK, {"msg_type": "interactive", "card": new})["code"] == 0
    assert client.said(HOOK, {"msg_type": "post", "content": post})["code"] == 0
    first = sandbox.effects("robot_message")[0]["bubble"]
    assert (first["title"], first["text"]) == ("春运第一线", "跟车三天")
    assert first["cards"][0]["url"] == "https://news.example.cn/s/1"


def test_feishu_refusals(client, sandbox: Running):
    assert client.said(HOOK, {"msg_type": "poem"})["code"] == 9499
    assert client.said(HOOK, feishu_text("字" * 7000))["code"] == 9499
    sandbox.chat("feishu", "f1", state="removed")
    assert client.said(HOOK, feishu_text("你好"))["code"] == 19001


def test_feishu_takes_five_a_second(client):
    codes = [client.said(HOOK, feishu_text("你好"))["code"] for _ in range(6)]
    assert codes[:5] == [0] * 5
    assert codes[5] == 11232
