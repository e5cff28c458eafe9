"""Every field that the API and the pages offer reaches WeChat's request, and no other stands in it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.api.articles import Crops, NewArticle, Patch
from app.api.editions import NewEdition
from app.config import Settings
from app.factory import create_app
from app.jobs import Works
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.people import credentials
from editorial.people.people import Person
from publishers.sandbox.running import Running
from tests import factories
from tests.app.api.conftest import Program
from tests.app.browser import Browser
from tests.conftest import make_settings
from tests.pictures import photo
from tests.recorder import Recorder, recording

ADD, SEND = "/cgi-bin/draft/add", "/cgi-bin/message/mass/sendall"
SOURCE = "https://www.chengjiang.example.com/news/72"
APP_ID = "wx0123456789abcdef"
TAG = 101

OF_AN_ARTICLE = {
    "title": "title", "body": "content", "digest": "digest", "author": "author", "cover": "thumb_media_id",
    "cover_crops.wide": "pic_crop_235_1", "cover_crops.square": "pic_crop_1_1", "source_url": "content_source_url",
    "theme": "content", "kind": "article_type", "comments_open": "need_open_comment",
    "comments_fans_only": "only_fans_can_comment",
}
"""Each field of ours and the field of `draft/add` that it reaches."""
OF_A_POST = {
    "title": "title", "body": "content", "pictures": "image_info", "cover_crops": "cover_info", "kind": "article_type",
    "comments_open": "need_open_comment", "comments_fans_only": "only_fans_can_comment",
}
OF_A_MASS_SEND = {"articles": "mpnews", "tag": "filter", "despite_reprint": "send_ignore_reprint", "mode": "msgtype"}
OURS_ALONE = {"clientmsgid"}
"""The mark by which a mass send happens once."""
NOT_FOR_WECHAT = {"fields", "origin_group", "revision", "account", "share_to"}
"""Where a story comes from, which version is changed, which account's token is used, and the groups afterwards."""
FORM_ALONE = {"csrf_token", "base", "act", "switches", "origin_group", "nonce"}


@pytest.fixture
def platform(sandbox: Running) -> Iterator[Recorder]:
    sandbox.account(APP_ID, name="澄江机电", secret="right", tags=[{"id": TAG, "name": "班组长", "count": 12}])
    with recording(sandbox.url) as recorder:
        yield recorder


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Any, platform: Recorder) -> Settings:
    return make_settings(tmp_path, database_url=sqlite_url, platform=platform.url)


@pytest.fixture
def app(settings: Settings) -> Flask:
    return create_app(settings)


@pytest.fixture
def programs(app: Flask, session: Session, people: dict[str, Person]) -> dict[str, Program]:
    session.expire_on_commit = False
    factories.group(session, "assembly")
    factories.account(session, APP_ID)
    tokens = {role: credentials.create_token(session, person) for role, person in people.items()}
    session.commit()
    return {role: Program(app, token) for role, token in tokens.items()}


def done(answer: Any) -> dict[str, Any]:
    assert answer.status_code < 300, answer.text
    said: dict[str, Any] = answer.get_json()
    return said


def brought(programs: dict[str, Program], width: int) -> dict[str, Any]:
    content = {"file": (io.BytesIO(photo(width, 600)), "a.jpg")}
    return done(programs["desk_editor"]("POST", "/assets", data=content, content_type="multipart/form-data"))


def signed(programs: dict[str, Program], article_id: str) -> None:
    """Send for review and have three people approve."""
    done(programs["contributor"].post(f"/articles/{article_id}/submission"))
    for stage, role in (("review_1", "desk_editor"), ("review_2", "department_head"), ("review_3", "editor_in_chief")):
        revision = done(programs[role].get(f"/articles/{article_id}"))["revision"]
        done(programs[role].post(f"/articles/{article_id}/opinions", {"stage": stage, "decision": "approve", "revision": revision}))


def sent(programs: dict[str, Program], settings: Settings, *articles: str, **fields: Any) -> None:
    """Mass-send now, up to the platform's taking it."""
    edition = done(programs["publisher"].post("/editions", {
        "account": "1", "mode": "mass_send", "articles": list(articles), "share_to": [], **fields,
    }))
    done(programs["publisher"]("PUT", f"/editions/{edition['id']}/slot", {"publish_at": datetime.now(UTC).isoformat()}))
    works = Works(settings)
    works.drain("account:1")
    with Session(works.engine) as session:
        states = {one.purpose: (one.state, one.reason) for one in session.query(Delivery).filter_by(edition_id=int(edition["id"]))}
    assert states[Purpose.MASS_SEND][0] in (State.ACCEPTED, State.SENT), states


def test_every_field_of_an_article_and_a_mass_send_reaches_the_request(
    programs: dict[str, Program], settings: Settings, platform: Recorder
) -> None:
    cover = brought(programs, 900)
    written = done(programs["contributor"].post("/articles", {
        "title": "七十二小时的试车台", "body": "第一次连续运转满七十二小时。", "origin_group": "assembly",
        "digest": "试车台连续运转。", "author": "周小满", "source_url": SOURCE, "theme": "default",
        "kind": "news", "comments_open": True, "comments_fans_only": False,
    }))
    crops = {"wide": [0.0, 0.2, 1.0, 0.838298], "square": [0.0, 0.0, 0.666667, 1.0]}
    done(programs["desk_editor"]("PATCH", f"/articles/{written['id']}", {
        "revision": 1, "title": "改过的标题", "body": "改过的正文，**七十二小时**。", "digest": "改过的摘要。",
        "author": "周小满 林晓雯",
        "cover": cover["id"], "cover_crops": crops, "source_url": f"{SOURCE}?b", "theme": "ink", "comments_open": True,
        "comments_fans_only": True, "kind": "news",
    }))
    signed(programs | {"desk_editor": programs["second"]}, written["id"])
    sent(programs, settings, written["id"], tag=TAG, despite_reprint=True)

    (article,) = platform.only(ADD)["articles"]
    assert set(article) == set(OF_AN_ARTICLE.values())
    content, material = article.pop("content"), article.pop("thumb_media_id")
    assert article == {
        "article_type": "news", "title": "改过的标题", "author": "周小满 林晓雯", "digest": "改过的摘要。",
        "content_source_url": f"{SOURCE}?b", "need_open_comment": 1, "only_fans_can_comment": 1,
        "pic_crop_235_1": "0_0.2_1_0.838298", "pic_crop_1_1": "0_0_0.666667_1",
    }
    assert "改过的正文" in content and "style=" in content and material
    send = platform.only(SEND)
    assert set(send) == set(OF_A_MASS_SEND.values()) | OURS_ALONE
    assert len(send.pop("clientmsgid")) == 32
    assert send.pop("mpnews")["media_id"]
    assert send == {"filter": {"is_to_all": False, "tag_id": TAG}, "msgtype": "mpnews", "send_ignore_reprint": 1}


def test_every_field_of_a_picture_post_reaches_the_request(
    programs: dict[str, Program], settings: Settings, platform: Recorder
) -> None:
    first, second = brought(programs, 900), brought(programs, 901)
    body = f"清晨七点半。\n\n# 不是标题 & <b>\n\n![一]({first['url']})\n![二]({second['url']})"
    post = done(programs["contributor"].post("/articles", {
        "title": "班前会的两张照片", "body": body, "origin_group": "assembly", "kind": "newspic", "comments_open": True,
    }))
    done(programs["desk_editor"]("PATCH", f"/articles/{post['id']}", {
        "revision": 1, "cover": first["id"], "comments_fans_only": True,
        "cover_crops": {"wide": [0.0, 0.2, 1.0, 0.838298], "square": [0.0, 0.0, 0.666667, 1.0]},
    }))
    signed(programs | {"desk_editor": programs["second"]}, post["id"])
    sent(programs, settings, post["id"])

    (article,) = platform.only(ADD)["articles"]
    assert set(article) == set(OF_A_POST.values())
    pictures = [one["image_media_id"] for one in article.pop("image_info")["image_list"]]
    assert len(set(pictures)) == 2
    assert article == {
        "article_type": "newspic", "title": "班前会的两张照片", "content": "清晨七点半。\n\n# 不是标题 & <b>",
        "need_open_comment": 1, "only_fans_can_comment": 1,
        "cover_info": {"crop_percent_list": [
            {"ratio": "2.35_1", "x1": "0", "y1": "0.2", "x2": "1", "y2": "0.838298"},
            {"ratio": "1_1", "x1": "0", "y1": "0", "x2": "0.666667", "y2": "1"},
        ]},
    }
    assert platform.only(SEND)["filter"] == {"is_to_all": True}


def test_the_maps_name_every_field_of_the_api() -> None:
    crops = {f"cover_crops.{name}" for name in Crops.model_fields}
    for body in (NewArticle, Patch):
        offered = {name for name in body.model_fields if name != "cover_crops"} | crops
        assert offered - NOT_FOR_WECHAT == set(OF_AN_ARTICLE), body
    assert set(NewEdition.model_fields) - NOT_FOR_WECHAT == set(OF_A_MASS_SEND)


def test_the_pages_offer_the_same_fields(
    app: Flask, programs: dict[str, Program], session: Session, people: dict[str, Person]
) -> None:
    made = factories.article(session, people["contributor"])
    session.commit()
    desk = Browser(app, people["desk_editor"])
    offered = names(desk.look(f"/articles/{made.id}"), "article") | {"cover_asset", "cover_crops.wide", "cover_crops.square"}
    assert offered - FORM_ALONE - {"cover_asset"} | {"kind", "cover"} == set(OF_AN_ARTICLE)
    picture = names(desk.look("/picture-posts/new"), "post")
    assert {"title", "words", "comments_open", "comments_fans_only"} == picture - FORM_ALONE
    planned = done(programs["publisher"].post("/editions", {"account": "1", "mode": "mass_send", "articles": [str(made.id)]}))
    page = Browser(app, people["publisher"]).look(f"/editions/{planned['id']}")
    assert names(page, "audience-form") - FORM_ALONE == {"tag", "despite_reprint"}


def names(page: str, form: str) -> set[str]:
    """The names of the fields of one form of a page."""
    (found,) = re.findall(rf'<form\b[^>]*\bid="{form}".*?</form>', page, re.DOTALL)
    return set(re.findall(r'<(?:input|textarea|select)\b[^>]*\bname="([^"]+)"', found))


@pytest.fixture(autouse=True)
def second_editor(programs: dict[str, Program], app: Flask, session: Session) -> None:
    """Another desk editor, for the first review of what the first one changed."""
    person = factories.person(session, "desk_editor", "罗一帆", email="luo@chengjiang.example")
    programs["second"] = Program(app, credentials.create_token(session, person))
    session.commit()
