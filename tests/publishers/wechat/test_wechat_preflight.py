"""Each documented limit, the value just inside and just outside: seen before the review, and no call is made for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from editorial.articles.revisions import Content
from publishers.connector import Article, Picture, Refused
from publishers.preflight import platform_problems, platform_remarks
from publishers.rendering import render
from publishers.sandbox.running import Running
from publishers.wechat import limits
from publishers.wechat.client import Client
from publishers.wechat.draft import DraftBox
from publishers.wechat.mass import MassSend
from tests.publishers.wechat.deliveries import LEAD, Delivery, picture

PLAIN = replace(LEAD, html="<p>更衣室旁的一排旧书架。</p>", pictures=())
BOOKS = picture(2, "/media/books.png")
SHOWN = replace(PLAIN, html='<p><img src="/media/books.png"></p>', pictures=(BOOKS,))
POST = replace(PLAIN, kind="newspic", html="<p>一排旧书架</p>", pictures=(picture(1),), author="", digest="", source_url="")
HOME = "https://example.com/"


def of_size(size: int, kind: str = "image/jpeg", src: str = BOOKS.src) -> Picture:
    return Picture("e" * 64, b"\xff" * size, kind, src)


def words(count: int) -> str:
    return f"<p>{'字' * count}</p>"


def bytes_of(count: int) -> str:
    frame = '<p style=""></p>字'
    return frame.replace('""', f'"{"x" * (count - len(frame.encode()))}"')


def posting(count: int) -> Article:
    return replace(POST, pictures=tuple(picture(number) for number in range(1, count + 1)))


# what is limited, the articles just inside, the articles just outside, the field that is named
LIMITS: list[tuple[str, tuple[Article, ...], tuple[Article, ...], str]] = [
    ("title 32", (replace(PLAIN, title="字" * 32),), (replace(PLAIN, title="字" * 33),), "title"),
    ("title at all", (replace(PLAIN, title="字"),), (replace(PLAIN, title=" "),), "title"),
    ("author 16", (replace(PLAIN, author="字" * 16),), (replace(PLAIN, author="字" * 17),), "author"),
    ("digest 120", (replace(PLAIN, digest="字" * 120),), (replace(PLAIN, digest="字" * 121),), "digest"),
    ("body under 20,000", (replace(PLAIN, html=words(19_999)),), (replace(PLAIN, html=words(20_000)),), "body"),
    ("body under 1 MB", (replace(PLAIN, html=bytes_of(1_048_575)),), (replace(PLAIN, html=bytes_of(1_048_576)),), "body"),
    ("body at all", (replace(PLAIN, html=words(1)),), (replace(PLAIN, html=" "),), "body"),
    ("source link 1 KB", (replace(PLAIN, source_url=HOME + "a" * 1004),), (replace(PLAIN, source_url=HOME + "a" * 1005),),
     "source_url"),
    ("one to eight articles", (PLAIN,) * 8, (PLAIN,) * 9, "articles"),
    ("an article at all", (PLAIN,), (), "articles"),
    ("body picture under 1 MB", (replace(SHOWN, pictures=(of_size(1_048_575),)),),
     (replace(SHOWN, pictures=(of_size(1_048_576),)),), "picture"),
    ("body picture JPG or PNG", (SHOWN,), (replace(SHOWN, pictures=(of_size(9, "image/webp"),)),), "picture"),
    ("cover 10 MB", (replace(PLAIN, cover=of_size(10_485_760)),), (replace(PLAIN, cover=of_size(10_485_761)),), "cover"),
    ("cover BMP, PNG, JPG, GIF", (replace(PLAIN, cover=of_size(9, "image/bmp")),),
     (replace(PLAIN, cover=of_size(9, "image/webp")),), "cover"),
    ("picture post 1", (posting(1),), (posting(0),), "body"),
    ("picture post 20", (posting(20),), (posting(21),), "body"),
    ("picture post's picture 10 MB", (replace(POST, pictures=(of_size(10_485_760),)),),
     (replace(POST, pictures=(of_size(10_485_761),)),), "cover"),
]


@pytest.mark.parametrize(("inside", "outside", "field"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])
def test_just_inside_passes_and_just_outside_makes_no_call(
    client: Client, sandbox: Running, inside: tuple[Article, ...], outside: tuple[Article, ...], field: str
) -> None:
    limits.refuse_excess(inside, allowed=(limits.SOURCE,))
    with pytest.raises(Refused) as refusal:
        Delivery(outside).send(DraftBox(client))
    assert refusal.value.field == field
    assert str(refusal.value.told) == "editor"
    assert sandbox.calls() == []


MADE_OF_NOTHING = ("body picture under 1 MB", "cover 10 MB", "cover BMP, PNG, JPG, GIF", "picture post's picture 10 MB")


@pytest.mark.parametrize("inside", [row[1] for row in LIMITS if row[0] not in MADE_OF_NOTHING])
def test_the_platform_takes_what_is_just_inside(client: Client, sandbox: Running, inside: tuple[Article, ...]) -> None:
    assert len(client.draft(Delivery(inside).send(DraftBox(client)).remote_id)) == len(inside)


def test_a_mark_of_32_bytes_goes_out_and_a_longer_one_does_not(client: Client, sandbox: Running) -> None:
    limits.refuse_long_marker("a" * 32)
    for marker in ("a" * 33, "号" * 11):
        with pytest.raises(Refused):
            Delivery(marker=marker, memory={"media_id": "a draft"}).send(MassSend(client))
    assert sandbox.calls() == []


def test_a_cover_is_kept_for_good(client: Client, sandbox: Running) -> None:
    """A temporary picture as cover would be answered with 40007."""
    Delivery((PLAIN,)).send(DraftBox(client))
    paths = {call["path"] for call in sandbox.calls()}
    assert "/cgi-bin/material/add_material" in paths and "/cgi-bin/media/upload" not in paths


@pytest.mark.parametrize(("limit", "html"), [
    (limits.TEXT, words(20_000)), (limits.BODY, bytes_of(1_048_576)), (limits.SOURCE, "<p>字</p>" * 3000),
])
def test_the_house_may_let_the_limits_of_a_body_pass(limit: limits.Limit, html: str) -> None:
    long = [replace(PLAIN, html=html)]
    others = {limits.TEXT, limits.BODY, limits.SOURCE} - {limit}
    with pytest.raises(Refused):
        limits.refuse_excess(long, allowed=others)
    limits.refuse_excess(long, allowed={*others, limit})


FINE: dict[str, Any] = {"title": "试车台手记", "body": "试车台的夜里只有水声。", "author": "工会", "source_url": ""}


@pytest.mark.parametrize(("change", "digest", "field", "rule", "place"), [
    ({"title": "字" * 33}, "摘要", "title", "title_characters", "字" * 33),
    ({"title": " "}, "摘要", "title", "title_missing", ""),
    ({"author": "字" * 17}, "摘要", "author", "author_characters", "字" * 17),
    ({}, "字" * 121, "digest", "digest_characters", "字" * 60),
    ({"source_url": HOME + "a" * 1005}, "摘要", "source_url", "source_url_bytes", HOME),
    ({"source_url": "http://10.0.0.7/news"}, "摘要", "source_url", "source_url_address", "http://10.0.0.7/news"),
    ({"source_url": "https://intranet/news"}, "摘要", "source_url", "source_url_address", "https://intranet/news"),
    ({"body": "![书架](https://pictures.example/a.png)"}, "摘要", "body", "picture_elsewhere", "https://pictures.example/a.png"),
])
def test_before_the_review_a_limit_names_its_field_its_place_and_a_remedy(
    change: dict[str, str], digest: str, field: str, rule: str, place: str
) -> None:
    rendered = render(change.get("body", FINE["body"]))
    assert list(platform_problems(Content(**FINE), render(FINE["body"]), "摘要")) == []
    content = Content(**{**FINE, **change})
    (problem,) = platform_problems(content, rendered, digest)
    assert problem.field == field
    (remark,) = platform_remarks(content, rendered, digest)
    finding = remark.finding
    assert (remark.field, finding.rule, finding.severity) == (field, rule, "blocker")
    assert finding.where.startswith(place[:40])
    said = (finding.message + " " + finding.suggestion).format_map(finding.params)
    assert said.count(".") >= 2 or ";" in said or ":" in said


def test_a_moving_picture_is_advice() -> None:
    body = f"![水声](/assets/{'a1' * 32}.gif)"
    (remark,) = platform_remarks(Content(title="试车台手记", body=body), render(body), "摘要")
    assert (remark.finding.rule, remark.finding.severity) == ("picture_moves", "advice")


# what WeChat strips or refuses, section 18: rule and severity of the finding, its place
STRIPPED: list[tuple[str, str, str, str]] = [
    ("<script>alert(1)</script>字", "html_removed", "advice", "<script>"),
    ("<style>p{color:red}</style>字", "html_removed", "advice", "<style>"),
    ('<link rel="stylesheet" href="x">字', "html_removed", "advice", "<link>"),
    ('<p onclick="x()">字</p>', "attributes_removed", "advice", "<p onclick>"),
    ('<p class="big">字</p>', "attributes_removed", "advice", "<p class>"),
    ('<p id="here">字</p>', "attributes_removed", "advice", "<p id>"),
    ('<p style="position:fixed">字</p>', "attributes_removed", "advice", "<p style>"),
    ('一行里的<span style="color:red">红</span>字', "attributes_removed", "advice", "<span style>"),
    ('<div style="display:flex">字</div>', "attributes_removed", "advice", "<div style>"),
    ("<form><input></form>字", "html_removed", "advice", "<form>"),
    ("<button>好</button>字", "html_removed", "advice", "<button>"),
    ('<iframe src="https://example.com"></iframe>字', "html_removed", "advice", "<iframe>"),
    ('<object data="x"></object>字', "html_removed", "advice", "<object>"),
    ('<embed src="x">字', "html_removed", "advice", "<embed>"),
    ('<video src="x"></video>字', "html_removed", "advice", "<video>"),
    ('<audio src="x"></audio>字', "html_removed", "advice", "<audio>"),
    ("<svg><filter></filter></svg>字", "html_removed", "advice", "<svg>"),
    ("看[这里](#top)。", "link_refused", "advice", "#top"),
    ("看[这里](javascript:alert(1))。", "link_refused", "advice", "javascript:"),
    ("看[他们](https://mp.weixin.qq.com/mp/profile_ext?action=home)。", "account_home", "blocker", "https://mp.weixin"),
    ("![图](data:image/png;base64,AAAA)", "picture_refused", "blocker", "图"),
    ("字<mp-common-miniprogram></mp-common-miniprogram>", "html_removed", "advice", "<mp-common"),
    ("<mp-common-miniprogram></mp-common-miniprogram>\n\n字", "card_incomplete", "blocker", "<mp-common"),
    ("::account[群声]", "card_incomplete", "blocker", "群声"),
]


@pytest.mark.parametrize(("body", "rule", "severity", "place"), STRIPPED)
def test_what_wechat_strips_is_told_with_place_and_remedy(body: str, rule: str, severity: str, place: str) -> None:
    found = {finding.rule: finding for finding in render(body).findings if finding.where.startswith(place)}
    assert rule in found
    assert found[rule].severity == severity
    assert found[rule].suggestion.endswith(".")


@pytest.mark.parametrize("body", ["看[这篇](https://mp.weixin.qq.com/s/abcdefgh)。", "看[官网](https://example.com)。", "**字**"])
def test_what_survives_is_nothing_to_tell(body: str) -> None:
    assert [one.rule for one in render(body + "\n\n字").findings] == []
