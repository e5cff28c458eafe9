"""The bodies a Feishu group receives, and the signature's published vectors."""

import json
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from publishers.connector import Card, LinkParcel, NoteParcel
from publishers.feishu.robot import Robot, Settings, sign
from publishers.net import Base, Line
from publishers.robots.words import encoded

LINE = Line(Base("http://127.0.0.1:1"))
CARD = Card("春运第一线", "https://news.example.cn/s/ab12", "记者跟车三天的记录")
OTHER = Card("新站房开建", "https://news.example.cn/s/cd34")


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def body(parcel: LinkParcel | NoteParcel, keyword: str = "") -> dict[str, Any]:
    return cast("dict[str, Any]", Robot(Settings("h", "demo", keyword), LINE, now)._body(parcel))


@pytest.mark.parametrize(
    ("secret", "seconds", "signed"),
    [
        ("demo", 1599360473, "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="),
        ("demo", 1767225600, "OeJmDC3C7FsudJ7/9z2vZtAnXCvb3MhsqwPgUZXABqw="),
        ("this is secret", 1700000000, "OfGzRzoUICBOoc8wVra1e4A1hPfbZ9zqXozA8CWVUuY="),
        ("this is secret", 1767225600, "q8xWyNXHvqn7YYAaw34SRO/YwNPlURLNM5zbE7HsH3s="),
    ],
)
def test_signature(secret: str, seconds: int, signed: str) -> None:
    assert sign(secret, seconds) == signed


def test_the_signature_goes_into_the_body_in_seconds() -> None:
    assert Robot(Settings("h", "demo"), LINE, now)._signature() == {
        "timestamp": "1767225600", "sign": "OeJmDC3C7FsudJ7/9z2vZtAnXCvb3MhsqwPgUZXABqw=",
    }
    assert Robot(Settings("h"), LINE, now)._signature() == {}


def test_one_article() -> None:
    card = body(LinkParcel("m", (CARD,), words="感谢客运段供稿"))["card"]
    assert card["header"]["title"] == {"tag": "plain_text", "content": "春运第一线"}
    words, digest, action = card["elements"]
    assert (words["text"]["content"], digest["text"]["content"]) == ("感谢客运段供稿", "记者跟车三天的记录")
    assert action["actions"][0]["url"] == CARD.url


def test_several_articles_each_with_its_own_link() -> None:
    made = body(LinkParcel("m", (CARD, OTHER), words="本期两篇"))
    assert made == {"msg_type": "post", "content": {"post": {"zh_cn": {"title": "春运第一线", "content": [
        [{"tag": "text", "text": "本期两篇"}],
        [{"tag": "text", "text": "记者跟车三天的记录"}],
        [{"tag": "a", "text": "阅读全文", "href": CARD.url}],
        [{"tag": "text", "text": "同期还有："}],
        [{"tag": "a", "text": "新站房开建", "href": OTHER.url}],
    ]}}}}


def test_mark_up_in_words_stays_words() -> None:
    evil = '<at id=all></at> **粗** [点我](https://evil.example) <at user_id="all">所有人</at>'
    made = body(LinkParcel("m", (Card(evil, CARD.url, evil), Card(evil, OTHER.url)), words=evil))
    said = json.dumps(made, ensure_ascii=False)
    assert "lark_md" not in said and "<at" not in said


@pytest.mark.parametrize(("words", "expected"), [("", "群声"), ("群声速递", "群声速递"), ("今日一篇", "今日一篇 群声")])
def test_keyword(words: str, expected: str) -> None:
    assert body(LinkParcel("m", (CARD,), words=words), "群声")["card"]["elements"][0]["text"]["content"] == expected


def test_a_keyword_in_the_headline_is_enough() -> None:
    made = body(LinkParcel("m", (CARD,)), "春运")
    assert "春运" not in json.dumps(made["card"]["elements"], ensure_ascii=False)


def test_eight_long_articles_fit() -> None:
    long = Card("调度大厅的除夕夜" * 30, "https://news.example.cn/s/" + "a" * 1500, "很长的摘要" * 500)
    made = body(LinkParcel("m", (long,) * 8, words="很长的话" * 500))
    assert len(encoded({**made, "timestamp": "1" * 10, "sign": "s" * 44})) <= 20 * 1024


def test_a_notice_fits_with_its_signature() -> None:
    made = body(NoteParcel("m", "通知", '引号"和换行\n' * 3000, "https://news.example.cn/a/1"), "群声")
    assert made["content"]["text"].endswith("… 群声\nhttps://news.example.cn/a/1")
    assert len(encoded({**made, "timestamp": "1" * 10, "sign": "s" * 44})) <= 20 * 1024
