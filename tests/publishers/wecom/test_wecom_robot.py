"""The bodies a WeCom group receives."""

from typing import Any, cast

from publishers.connector import Card, LinkParcel, NoteParcel
from publishers.net import Base, Line
from publishers.wecom.robot import Robot, Settings

ROBOT = Robot(Settings("k"), Line(Base("http://127.0.0.1:1")))
DIGEST = "除夕夜，跟着值班员走进调度大厅：四百多趟列车、三十七块大屏、一顿凉了又热的饺子。" * 8


def articles(parcel: LinkParcel) -> list[dict[str, str]]:
    body = cast("dict[str, Any]", ROBOT._body(parcel))
    assert body["msgtype"] == "news"
    return cast("list[dict[str, str]]", body["news"]["articles"])


def test_eight_articles_in_one_card() -> None:
    cards = tuple(Card(f"第 {n} 条 @all", f"https://news.example.cn/s/a{n}") for n in range(8))
    made = articles(LinkParcel("m", cards, words="本期共八篇"))
    assert [article["url"] for article in made] == [card.url for card in cards]
    assert made[0] == {"title": "第 0 条 ＠all", "description": "本期共八篇", "url": "https://news.example.cn/s/a0"}


def test_long_words_are_cut_by_bytes() -> None:
    card = Card("调度大厅的除夕夜" * 10, "https://news.example.cn/s/a", DIGEST, "https://news.example.cn/p/a.jpg")
    [article] = articles(LinkParcel("m", (card,)))
    assert len(article["title"].encode()) <= 128
    assert 500 < len(article["description"].encode()) <= 512
    assert article["title"].endswith("…") and article["description"].endswith("…")
    assert article["picurl"] == "https://news.example.cn/p/a.jpg"


def test_the_address_of_a_notice_survives_the_cut() -> None:
    note = NoteParcel("m", "有一篇稿子等你审", DIGEST * 4, "https://news.example.cn/articles/12")
    body = cast("dict[str, Any]", ROBOT._body(note))
    content = body["text"]["content"]
    assert 2000 < len(content.encode()) <= 2048
    assert content.startswith("有一篇稿子等你审\n") and content.endswith("…\nhttps://news.example.cn/articles/12")
    assert "mentioned_list" not in body["text"]


def test_a_short_notice() -> None:
    body = cast("dict[str, Any]", ROBOT._body(NoteParcel("m", "标题 <@all>", "正文\n第二行")))
    assert body == {"msgtype": "text", "text": {"content": "标题 ＜＠all>\n正文\n第二行"}}
