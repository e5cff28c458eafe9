"""Mass sends and picture posts on their pages: audience, quota, the button, the half hour, the outcome, a look on a phone."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.config import Settings
from app.factory import create_app
from app.jobs import Works
from editorial import accounts, clock
from editorial.articles import articles, assets
from editorial.articles.articles import Article
from editorial.calendar import editions
from editorial.calendar.editions import Edition
from editorial.outbox.deliveries import Delivery, Purpose, State
from editorial.people import credentials
from editorial.people.people import Person
from editorial.release import events, releases
from publishers.sandbox.running import Running
from tests import factories
from tests.app.api.conftest import Program, fields_of
from tests.app.browser import Browser
from tests.conftest import make_settings

APP_ID = "wx0123456789abcdef"
TAGS = [{"id": 7, "name": "班组长", "count": 12}]


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Any, sandbox: Running) -> Settings:
    sandbox.account(APP_ID, name="澄江机电", secret="right", tags=TAGS)
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def app(settings: Settings) -> Flask:
    return create_app(settings)


@pytest.fixture
def signed(session: Session, people: dict[str, Person]) -> list[str]:
    """Three signed-off articles, and an account with 12 345 followers and one tag."""
    session.expire_on_commit = False
    account = factories.account(session, APP_ID)
    account.followers = 12345
    accounts.record_tags(account, TAGS)
    made = [str(factories.signed_off(session, people, title=title).id) for title in ("江边的泵", "夜班日记", "三号炉")]
    session.commit()
    return made


@pytest.fixture
def at(app: Flask, people: dict[str, Person]) -> Callable[[str], Browser]:
    return lambda role: Browser(app, people[role])


def plan(browser: Browser, article: str, mode: str = "mass_send") -> str:
    answer = browser.send("/editions/new", account="1", mode=mode, articles=[article], share="all")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def day(days: int) -> str:
    return clock.to_wall(clock.now() + timedelta(days=days)).strftime("%Y-%m-%d")


def test_the_button_says_what_it_will_do(at: Callable[[str], Browser], signed: list[str]) -> None:
    publisher = at("publisher")
    address = plan(publisher, signed[0])
    page = publisher.look(address)
    assert 'data-deed="群发给全部 12\u202f345 位关注者，发出后不能撤回"' in page
    assert "不通知关注者；群发：通知关注者，占用一次群发次数" in page
    assert "每天 1 次群发，已占 0 次" in page
    assert publisher.send(f"{address}/audience", tag="7", despite_reprint="1").status_code == 303
    page = publisher.look(address)
    assert 'data-deed="群发给标签“班组长”的 12 位关注者，发出后不能撤回"' in page
    assert 'value="7" selected' in page and "checked" in page
    assert publisher.send(f"{address}/audience", tag="8").status_code == 422
    release = publisher.look(plan(publisher, signed[1], "release"))
    assert "data-deed" not in release and "发给谁" not in release


def test_one_send_too_many_is_not_scheduled(at: Callable[[str], Browser], signed: list[str], session: Session) -> None:
    publisher = at("publisher")
    first, second = plan(publisher, signed[0]), plan(publisher, signed[1])
    assert publisher.send(f"{first}/slot", day=day(2), time="09:00").status_code == 303
    refused = publisher.send(f"{second}/slot", day=day(2), time="18:00")
    assert refused.status_code == 422 and "群发次数已排满" in refused.text and "江边的泵" in refused.text
    assert publisher.send(f"{second}/slot", day=day(3), time="00:00").status_code == 303
    assert "已占 1 次" in publisher.look(second)
    month = datetime.strptime(day(2), "%Y-%m-%d").strftime("%Y-%m")
    assert "群发次数" in publisher.look(f"/calendar?month={month}")


def test_the_api_says_what_is_left(app: Flask, at: Callable[[str], Browser], signed: list[str], session: Session,
                                   people: dict[str, Person]) -> None:
    token = credentials.create_token(session, people["publisher"])
    session.commit()
    program = Program(app, token)
    edition = {"account": "1", "mode": "mass_send", "articles": [signed[0]], "tag": 7, "despite_reprint": True}
    made = program.post("/editions", edition).get_json()
    assert (made["tag"], made["despite_reprint"], made["mass_send"]) == (7, True, None)
    other = {**edition, "articles": [signed[1]]}
    assert fields_of(program.post("/editions", {**other, "tag": 9})) == ["tag"]
    assert fields_of(program.post("/editions", {**other, "mode": "release"})) == ["tag", "despite_reprint"]
    instant = f"{day(2)}T09:00:00+08:00"
    assert program("PUT", f"/editions/{made['id']}/slot", {"publish_at": instant}).status_code == 200
    said = program.get(f"/accounts/1/quota?at={instant.replace('+', '%2B')}").get_json()
    assert (said["period"], said["most"], said["left"], said["editions"]) == (day(2), 1, 0, [made["id"]])
    second = program.post("/editions", {"account": "1", "mode": "mass_send", "articles": [signed[1]]}).get_json()
    assert fields_of(program("PUT", f"/editions/{second['id']}/slot", {"publish_at": instant})) == ["publish_at"]


def scheduled(session: Session, signed: list[str], people: dict[str, Person], **memory: str) -> tuple[Edition, Delivery]:
    """A mass send that the platform has taken."""
    edition = editions.plan(session, account="1", mode="mass_send", article_ids=signed[:1], by=people["publisher"])
    releases.schedule(session, edition, clock.now(), by=people["publisher"])
    delivery = next(one for one in releases.deliveries_of(session, edition) if one.purpose == Purpose.MASS_SEND)
    delivery.state, delivery.memory, delivery.remote_id = State.ACCEPTED, memory, memory.get("msg_id", "")
    session.commit()
    return edition, delivery


@pytest.mark.parametrize("page", ["edition", "delivery"])
def test_the_administrators_half_hour_is_counted_down(
    at: Callable[[str], Browser], signed: list[str], session: Session, people: dict[str, Person], page: str
) -> None:
    now = int(time.time())
    edition, delivery = scheduled(session, signed, people, mass_asked_at=str(now), admin_until=str(now + 1800), msg_id="5")
    delivery.awaiting = "admin"
    session.commit()
    address = f"/editions/{edition.id}" if page == "edition" else f"/deliveries/{delivery.id}"
    shown = at("publisher").look(address)
    until = clock.to_wall(datetime.fromtimestamp(now + 1800, clock.now().tzinfo))
    assert "data-until=" in shown and f"账号管理员须在 {until:%H:%M:%S} 前" in shown


def test_a_send_whose_answer_named_nobody_is_told_with_an_if(
    at: Callable[[str], Browser], signed: list[str], session: Session, people: dict[str, Person]
) -> None:
    edition, _ = scheduled(session, signed, people, mass_asked_at=str(int(time.time())), msg_id="5")
    assert "如果账号开启了群发保护" in at("publisher").look(f"/editions/{edition.id}")


def test_what_wechat_says_of_it_stands_on_its_page(
    at: Callable[[str], Browser], signed: list[str], session: Session, people: dict[str, Person]
) -> None:
    edition, _ = scheduled(session, signed, people, mass_asked_at="1", msg_id="5")
    account = edition.account
    events.receive(session, account, key="mass_send:5:send success", kind="mass_send_finished", fields={
        "status": "send success", "total": 12345, "filtered": 12000, "sent": 11990, "failed": None, "check_state": 2,
        "originality": [
            {"position": 1, "audit": 2, "original_url": "http://mp.weixin.qq.com/s/x", "can_reprint": True, "replaced": True},
        ],
    })
    events.receive(session, account, key="mass_send:55:send success", kind="mass_send_finished", fields={"total": 1})
    session.commit()
    page = at("operator").look(f"/editions/{edition.id}")
    assert "12\u202f345" in page and "11\u202f990" in page and "–" in page
    assert "原文允许转载" in page and "读者看到的是原文内容" in page and "http://mp.weixin.qq.com/s/x" in page


def test_a_look_on_one_phone(at: Callable[[str], Browser], signed: list[str], sandbox: Running, session: Session,
                             people: dict[str, Person]) -> None:
    publisher = at("publisher")
    address = plan(publisher, signed[0])
    assert publisher.send(f"{address}/preview", wechat_id=" ").status_code == 422
    assert publisher.send(f"{address}/preview", wechat_id="lin_xw").status_code == 303
    assert len(sandbox.effects("mass_preview")) == 1 and len(sandbox.effects("draft_deleted")) == 1
    sandbox.fault("/cgi-bin/message/mass/preview", "refuse", errcode=45009)
    refused = publisher.send(f"{address}/preview", wechat_id="lin_xw")
    assert refused.status_code == 422 and "lin_xw" in refused.text
    session.rollback()
    unsigned = factories.article(session, people["contributor"], title="还没签发")
    session.commit()
    assert publisher.send(f"{plan(publisher, str(unsigned.id))}/preview", wechat_id="lin_xw").status_code == 409
    assert len(sandbox.effects("mass_preview")) == 1


def test_the_platform_is_asked_again_when_the_half_hour_ends(
    settings: Settings, signed: list[str], sandbox: Running, session: Session, people: dict[str, Person]
) -> None:
    sandbox.account(APP_ID, admin_confirms=True)
    edition = editions.plan(session, account="1", mode="mass_send", article_ids=signed[:1], by=people["publisher"])
    releases.schedule(session, edition, clock.now(), by=people["publisher"])
    session.commit()
    works = Works(settings)
    works.drain("account:1")
    with Session(works.engine) as fresh:
        delivery = next(one for one in releases.deliveries_of(fresh, edition) if one.purpose == Purpose.MASS_SEND)
        assert (delivery.state, delivery.awaiting) == (State.ACCEPTED, "admin")
        delivery.reads, delivery.read_at = 20, clock.now()
        until = datetime.fromtimestamp(int(delivery.memory["admin_until"]), clock.now().tzinfo)
        fresh.commit()
        works.settings = replace(settings, poll_seconds=3600.0)
        works.drain("account:1")
        fresh.refresh(delivery)
        assert delivery.awaiting == "admin" and delivery.read_at == until + timedelta(seconds=5)


@pytest.fixture
def pictures(session: Session, people: dict[str, Person]) -> list[str]:
    """Three pictures of the contributor, by their ids."""
    factories.group(session, "safety")
    made = []
    for number in range(3):
        sha256 = hashlib.sha256(bytes([number])).hexdigest()
        made.append(str(assets.keep(session, sha256=sha256, content_type="image/png", width=900, height=600, size=9,
                                    alt_text=f"第{number}张", by=people["contributor"]).id))
    session.commit()
    return made


def test_a_picture_post_is_begun_ordered_and_changed(
    at: Callable[[str], Browser], pictures: list[str], session: Session
) -> None:
    author = at("contributor")
    began = author.send("/picture-posts/new", origin_group="safety", title="三张照片", words="清晨。\r\n\r\n# 七点半",
                        pictures=[pictures[1], pictures[0]], switches="1", comments_open="1")
    assert began.status_code == 303, began.text
    content = newest(session, began.location)
    assert content.kind == "newspic" and content.comments_open and not content.comments_fans_only
    assert assets.shown_in(content.body)[0] == content.cover and content.cover_wide
    assert "# 七点半" in author.look(began.location) and content.body.startswith("清晨。\n\n# 七点半\n\n![第1张](")
    chosen = [pictures[2], pictures[1]]
    saved = author.send(began.location, base="1", title="三张照片", words="清晨。", pictures=chosen, switches="1")
    assert saved.status_code == 303
    later = newest(session, began.location)
    assert later.cover == assets.shown_in(later.body)[0] != content.cover
    assert not later.comments_open and later.cover_wide


def test_a_picture_post_takes_no_picture_of_others_and_no_field_that_would_be_lost(
    app: Flask, at: Callable[[str], Browser], pictures: list[str], session: Session, people: dict[str, Person]
) -> None:
    strange = at("other").send("/picture-posts/new", origin_group="safety", title="别人的", words="", pictures=pictures)
    assert strange.status_code == 422
    program = Program(app, credentials.create_token(session, people["contributor"]))
    session.commit()
    body = {"title": "三张", "body": "清晨。", "origin_group": "safety", "kind": "newspic"}
    lost = program.post("/articles", {**body, "author": "周", "digest": "摘要", "source_url": "https://example.com/a"})
    assert fields_of(lost) == ["author", "digest", "source_url"]
    assert fields_of(program.post("/articles", {**body, "cover": pictures[0]})) == ["cover"]
    bare = program.post("/articles", body).get_json()
    assert fields_of(program.post(f"/articles/{bare['id']}/submission")) == ["body"]


def newest(session: Session, address: str) -> Any:
    session.rollback()
    article = session.get_one(Article, int(address.rpartition("/")[2]))
    session.refresh(article)
    content = articles.newest(session, article).content
    session.rollback()
    return content
