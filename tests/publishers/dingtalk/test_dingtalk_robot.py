"""The bodies a DingTalk group receives, and the signature's published vectors."""

from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlencode

import pytest

from publishers.connector import Card, LinkParcel, NoteParcel
from publishers.dingtalk.robot import Robot, Settings, sign
from publishers.net import Base, Line
from publishers.robots.words import encoded

LINE = Line(Base("http://127.0.0.1:1"))
CARD = Card("春运第一线", "https://news.example.cn/s/ab12", "记者跟车三天的记录", "https://news.example.cn/p/ab12.jpg")
OTHER = Card("新站房开建", "https://news.example.cn/s/cd34")


def now() -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC)


def body(parcel: LinkParcel | NoteParcel, keyword: str = "") -> dict[str, Any]:
    return cast("dict[str, Any]", Robot(Settings("t", keyword=keyword), LINE, now)._body(parcel))


@pytest.mark.parametrize(
    ("secret", "milliseconds", "raw", "in_address"),
    [
        ("this is secret", 1700000000000, "sSFWELbV2YwjdDQhWZwTcWlX5BWUx5J6TPpsZmuPii0=",
         "sSFWELbV2YwjdDQhWZwTcWlX5BWUx5J6TPpsZmuPii0%3D"),
        ("this is secret", 1767225600000, "Ihwj8FyPJfT4YIXi/adIQljYfR8hNknkj4tQ+v3VTqM=",
         "Ihwj8FyPJfT4YIXi%2FadIQljYfR8hNknkj4tQ%2Bv3VTqM%3D"),
        ("SEC" + "0" * 64, 1767225600000, "T+V9nlHbUSitpwTtwGPRGW8kvPQ6y193e+HACSZHzqQ=",
         "T%2BV9nlHbUSitpwTtwGPRGW8kvPQ6y193e%2BHACSZHzqQ%3D"),
    ],
)
def test_signature(secret: str, milliseconds: int, raw: str, in_address: str) -> None:
    assert sign(secret, milliseconds) == raw
    assert urlencode({"sign": sign(secret, milliseconds)}) == f"sign={in_address}"


def test_the_signature_is_made_for_each_call_in_milliseconds() -> None:
    assert Robot(Settings("t", "this is secret"), LINE, now)._query() == {
        "access_token": "t", "timestamp": "1767225600000", "sign": "Ihwj8FyPJfT4YIXi/adIQljYfR8hNknkj4tQ+v3VTqM=",
    }
    assert Robot(Settings("t"), LINE, now)._query() == {"access_token": "t"}


def test_one_article() -> None:
    assert body(LinkParcel("m", (CARD,), words="感谢客运段供稿")) == {
        "msgtype": "link",
        "link": {
            "title": "春运第一线", "text": "感谢客运段供稿\n记者跟车三天的记录",
            "messageUrl": "https://news.example.cn/s/ab12", "picUrl": "https://news.example.cn/p/ab12.jpg",
        },
    }


def test_several_articles_with_the_keyword_in_the_lead() -> None:
    links = body(LinkParcel("m", (CARD, OTHER), words="本期两篇"), "群声")["feedCard"]["links"]
    assert links == [
        {"title": "春运第一线｜本期两篇 群声", "messageURL": CARD.url, "picURL": CARD.picture_url},
        {"title": "新站房开建", "messageURL": OTHER.url, "picURL": ""},
    ]


def test_the_keyword_survives_a_long_title() -> None:
    title = body(LinkParcel("m", (Card("调度大厅的除夕夜" * 20, CARD.url),)), "群声")["link"]["title"]
    assert len(title) == 64
    assert title.endswith("… 群声")


def test_a_link_always_has_a_text() -> None:
    assert body(LinkParcel("m", (OTHER,)))["link"]["text"] == "新站房开建"


def test_a_notice_calls_nobody_and_fits() -> None:
    made = body(NoteParcel("m", "@所有人 通知", '引号"和换行\n' * 3000, "https://news.example.cn/a/1"), "群声")
    assert made["at"] == {"isAtAll": False}
    assert made["text"]["content"].startswith("＠所有人 通知\n")
    assert made["text"]["content"].endswith("… 群声\nhttps://news.example.cn/a/1")
    assert 19_900 < len(encoded(made)) <= 20_000
