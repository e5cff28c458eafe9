"""The phone page: what people see, strictly escaped."""

from __future__ import annotations

import re

import requests

from publishers.sandbox.running import Running
from publishers.sandbox.views.words import link, markdown, plain

WECOM = "/cgi-bin/webhook/send"
EVIL = "<script>alert(1)</script>"


def opened(client, number: int = 0, **query: str) -> str:
    at = re.findall(r"/\?at=(\w+)", client.raw("/").text)[number]
    return str(client.raw("/", at=at, **query).text)


def test_an_empty_phone_says_what_will_come(client):
    page = client.raw("/")
    assert "还没有消息" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "No messages yet" in client.raw("/", lang="en").text


def test_a_published_article_is_seen_by_followers(client, sandbox: Running):
    sandbox.account("wx00000000000000a1", name="江岸制造")
    client.ask("freepublish/submit", {"media_id": client.draft()})
    sandbox.wait_for("published")
    page = opened(client)
    assert "江岸制造" in page and "春运第一线" in page and "记者跟车三天的记录" in page
    slug = re.findall(r'href="(/s/\w+)"', page)[0]
    article = client.raw(slug)
    assert "检修班的灯" in article.text
    assert "sandbox" in article.headers["Content-Security-Policy"]
    assert "script-src" not in article.headers["Content-Security-Policy"]


def test_a_group_shows_its_cards_with_their_links_and_no_key(client, sandbox: Running):
    sandbox.chat("wecom", "secret-key-1", name="工会活动群")
    articles = [{"title": "周六上午骑行", "url": "http://127.0.0.1:8000/s/ab12", "description": "集合点与路线"}]
    client.said(WECOM, {"msgtype": "news", "news": {"articles": articles}}, key="secret-key-1")
    page = opened(client)
    assert 'href="http://127.0.0.1:8000/s/ab12"' in page and "集合点与路线" in page
    assert "secret-key-1" not in page


def test_everything_is_escaped(client, sandbox: Running):
    sandbox.chat("wecom", "k1", name=EVIL)
    article = {"title": EVIL, "url": 'javascript:alert("x")', "description": EVIL, "picurl": '"><script>'}
    client.said(WECOM, {"msgtype": "news", "news": {"articles": [article]}}, key="k1")
    client.said(WECOM, {"msgtype": "text", "text": {"content": EVIL}}, key="k1")
    page = opened(client)
    assert "<script>" not in page and "javascript:" not in page
    article = client.article(title=EVIL, author="<script>", digest=EVIL, content=f"<p>字{EVIL}</p>")
    client.ask("freepublish/submit", {"media_id": client.draft(article)})
    sandbox.wait_for("published")
    slug = re.findall(r'href="(/s/\w+)"', opened(client))[0]
    assert "<script>" not in client.raw(slug).text


def test_words():
    assert plain("见 https://a.example.cn/x。\n<b>") == (
        '见 <a class="" href="https://a.example.cn/x" target="_blank" rel="noopener noreferrer">https://a.example.cn/x</a>'
        "。<br>&lt;b&gt;"
    )
    assert markdown("# 标题\n**粗** <i>") == "<strong>标题</strong><br><strong>粗</strong> &lt;i&gt;"
    assert link("javascript:x", "字") == '<div class="">字</div>'


def test_a_draft_has_a_preview_and_a_missing_article_says_so(client):
    url = client.ask("draft/get", {"media_id": client.draft()})["news_item"][0]["url"]
    assert "草稿预览" in client.session.get(url, timeout=10).text
    assert client.raw("/s/none").status_code == 404


def test_the_page_can_tell_that_something_is_new(client):
    before = client.raw("/phone/version").text
    client.said(WECOM, {"msgtype": "text", "text": {"content": "你好"}}, key="k1")
    assert client.raw("/phone/version").text != before
    assert client.raw("/phone.css").headers["Content-Type"].startswith("text/css")
    assert client.raw("/phone.js").status_code == 200


def test_a_member_calls_the_smart_robot_in_a_group(client, sandbox: Running):
    sandbox.chat("wecom", "secret-key-1", name="工会活动群")
    assert "/phone/robot" not in opened(client)
    sandbox.control("POST", "smart_robots", {"bot_id": "AIB", "name": EVIL, "url": "http://127.0.0.1:9/none", "token": "t",
                                             "encoding_aes_key": "a" * 43})
    page = opened(client)
    at = re.findall(r'name="at" value="(\w+)"', page)[0]
    assert 'action="/phone/robot"' in page and "<script>" not in page
    form = {name: (None, value) for name, value in {"at": at, "lang": "zh", "from": "linsy", "words": EVIL}.items()}
    answer = requests.post(f"{sandbox.url}/phone/robot", files=form, allow_redirects=False, timeout=5)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/?at={at}")
    page = opened(client)
    assert "林书瑶" in page and "&lt;script&gt;" in page and "<script>" not in page and "secret-key-1" not in page
    assert [effect["key"] for effect in sandbox.effects("member_message")] == ["secret-key-1"]
    lost = requests.post(f"{sandbox.url}/phone/robot", files={**form, "at": (None, "x")}, timeout=5)
    assert lost.status_code == 404
