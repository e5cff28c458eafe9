"""Notices outside the product: mails and chat messages as they arrive, the pages that govern them, and what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue import words
from app.engine import WRITES
from app.factory import create_app
from app.jobs import Works
from editorial import clock
from editorial.articles.articles import Article, ArticleSource
from editorial.intake import triage
from editorial.notices import channels, choices, latest, tell, unseen
from editorial.notices.kinds import KINDS, ORIGINS, Channel
from editorial.outbox import holds
from editorial.outbox.attempts import lanes_with_work
from editorial.outbox.deliveries import Delivery, State
from editorial.people.people import Person
from editorial.vault import vault
from publishers.sandbox.running import Running
from tests import factories
from tests.app.browser import Browser
from tests.conftest import SECRET, make_settings

ROBOT = "693a91f6-7abc-4bc4-97a0-0ec2sifa5aaa"


@pytest.fixture
def house(sqlite_url: str, tmp_path: Any, sandbox: Running) -> Iterator[Any]:
    """A house whose mail server and robots are the sandbox; `work()` lets the worker do what is due."""
    settings = make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)
    vault.open_with(SECRET)
    works = Works(settings)
    with Session(works.engine.execution_options(**WRITES)) as session:
        people = factories.one_of_each(session)
        channels.change(session, Channel.MAIL, "smtp", {
            "host": "127.0.0.1", "port": sandbox.mail_port(), "security": "none", "username": "desk", "password": "s3cret-word",
            "sender": "desk@cj.example", "sender_name": "群声",
        }, "desk@cj.example", by=people["admin"])
        session.commit()

        def work() -> None:
            session.commit()
            with Session(works.engine) as looking:
                lanes = lanes_with_work(looking)
            for lane in lanes:
                works.drain(lane)

        yield SimpleNamespace(session=session, people=people, work=work, settings=settings, sandbox=sandbox)
    works.engine.dispose()


@pytest.fixture
def application(house: Any) -> Flask:
    return create_app(house.settings)


def publish(house: Any, article: Article, who: str = "contributor", cause: str = "published:1:1") -> None:
    tell(house.session, house.people[who], "“{title}” is published.", cause=cause, thing="article", thing_id=article.id,
         title=article.title)


def letters(house: Any) -> list[dict[str, str]]:
    return [effect["letter"] for effect in house.sandbox.effects("letter")]


def delivery_of(house: Any) -> Delivery:
    house.session.expire_all()
    return house.session.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(1)).one()


def test_a_mail_says_what_happened_why_and_where_and_loads_nothing(house: Any) -> None:
    publish(house, factories.article(house.session, house.people["contributor"]))
    house.work()
    mail = letters(house)[0]
    assert mail["subject"] == "群声：“七十二小时的试车台”已发布。" and mail["recipient"] == "contributor@chengjiang.example"
    for part in (mail["text"], mail["html"]):
        assert "“七十二小时的试车台”已发布" in part and "因为这是您投的稿" in part
        assert re.search(r"http://127\.0\.0\.1:8000/notices/\d+", part) and "/notices/preferences" in part
    assert not re.search(r"<img|<link|<script|url\(|src=", mail["html"])
    assert mail["unsubscribe"].startswith("http://127.0.0.1:8000/unsubscribe/")
    assert delivery_of(house).state == State.SENT


def test_gathered_notices_come_as_one_mail(house: Any) -> None:
    person, article = house.people["contributor"], factories.article(house.session, house.people["contributor"])
    choices.set_habit(house.session, person, "hourly", "", "", clock.DEFAULT_ZONE)
    with clock.at((clock.real() - timedelta(hours=2)).replace(minute=30)):
        for number in range(3):
            publish(house, article, cause=f"published:{number}:1")
    house.work()
    assert [mail["subject"] for mail in letters(house)] == ["群声：3 条通知"]
    assert letters(house)[0]["text"].count("已发布") == 3


def test_a_mail_speaks_the_language_of_its_reader(house: Any) -> None:
    house.people["contributor"].language = "en"
    publish(house, factories.article(house.session, house.people["contributor"]))
    house.work()
    assert letters(house)[0]["subject"].endswith(": “七十二小时的试车台” is published.")


def test_nothing_of_an_embargoed_article_is_written_outside(house: Any) -> None:
    article = factories.article(house.session, house.people["contributor"], title="绝密的并购")
    article.embargo_until = clock.now() + timedelta(days=1)
    tell(house.session, house.people["contributor"], "“{title}” came back from review: {reason}", cause="return:1:1",
         thing="article", thing_id=article.id, title=article.title, reason="并购金额不能写")
    house.work()
    said = str(letters(house))
    assert "并购" not in said and "一篇禁发期内的稿件" in said
    assert "绝密的并购" in Browser(create_app(house.settings), house.people["contributor"]).look("/notices")


@pytest.mark.parametrize("channel", ["mail", "chat", "digest"])
def test_a_story_under_embargo_is_veiled_on_every_way_out(house: Any, channel: str) -> None:
    session, person = house.session, house.people["contributor"]
    article = factories.article(session, person, title="绝密的并购")
    submission = session.scalars(select(ArticleSource.submission_id).where(ArticleSource.article_id == article.id)).one()
    article.embargo_until = clock.real() + timedelta(days=1)
    began = clock.real()
    if channel == "chat":
        choices.set_robot(session, person, "wecom_robot", {"key": ROBOT}, "", alone=True)
        choices.choose(session, person, {("own_story", Channel.CHAT): True, ("own_story", Channel.MAIL): False})
        house.sandbox.chat("wecom", ROBOT, name="我的群")
    elif channel == "digest":
        choices.set_habit(session, person, "hourly", "", "", clock.DEFAULT_ZONE)
        began = (clock.real() - timedelta(hours=2)).replace(minute=30)
    with clock.at(began):
        for number in range(2 if channel == "digest" else 1):
            tell(session, person, triage.DECLINED, cause=f"declined:{submission}:{number}", thing="submission", thing_id=submission,
                 title=article.title, number=article.number, name="罗一帆", reason="并购金额不能写")
    house.work()
    told = [effect["bubble"]["text"] for effect in house.sandbox.effects("robot_message")] if channel == "chat" else letters(house)
    assert len(told) == 1 and "一篇禁发期内的稿件" in str(told) and "并购" not in str(told)
    assert "绝密的并购" in Browser(create_app(house.settings), person).look("/notices"), "in the house it has its name"


@pytest.mark.parametrize(("act", "arrived"), [("drop_after", 1), ("drop_before", 0)])
def test_a_lost_answer_is_never_sent_a_second_time(house: Any, act: str, arrived: int) -> None:
    house.sandbox.fault("/smtp/data", act)
    publish(house, factories.article(house.session, house.people["contributor"]))
    for _ in range(3):
        house.work()
    delivery = delivery_of(house)
    assert len(letters(house)) == arrived and delivery.state == State.CALLED_OFF
    assert "不再重发" in words("zh")(delivery.reason)
    assert unseen(house.session, house.people["contributor"]) == 1


def test_a_refused_address_troubles_nobody_at_the_desk(house: Any, application: Flask) -> None:
    house.sandbox.fault("/smtp/rcpt", "refuse")
    publish(house, factories.article(house.session, house.people["contributor"]))
    house.work()
    assert delivery_of(house).state == State.REFUSED
    page = Browser(application, house.people["publisher"]).look("/deliveries?state=refused")
    assert "周小满" not in page
    assert "邮件服务器不收寄往这个地址的信" in Browser(application, house.people["contributor"]).look("/notices/sent")


def test_a_mail_server_that_refuses_us_stops_the_line_and_the_administrators_know(house: Any, application: Flask) -> None:
    house.sandbox.fault("/smtp/mail", "refuse")
    article = factories.article(house.session, house.people["contributor"])
    publish(house, article)
    house.work()
    publish(house, article, cause="published:2:1")
    house.work()
    assert letters(house) == []
    assert holds.holding(house.session, "notices:mail") is not None
    assert latest(house.session, house.people["admin"])[0].sentence == "No notice goes out by mail: {reason}"
    admin = Browser(application, house.people["admin"])
    assert "现在不通" in admin.look("/settings/notices")
    admin.send("/settings/notices/trial", channel="mail")
    house.session.rollback()
    assert holds.holding(house.session, "notices:mail") is None
    house.work()
    assert {mail["recipient"] for mail in letters(house)} >= {"contributor@chengjiang.example", "admin@chengjiang.example"}


def test_a_busy_mail_server_is_asked_again_later(house: Any) -> None:
    house.sandbox.fault("/smtp/data", "busy")
    publish(house, factories.article(house.session, house.people["contributor"]))
    house.work()
    delivery = delivery_of(house)
    assert (delivery.state, delivery.tries) == (State.WAITING, 1)
    delivery.due_at = clock.now()
    house.work()
    assert len(letters(house)) == 1 and delivery_of(house).state == State.SENT


def test_the_desk_robot_calls_by_name_and_keeps_private_things_to_itself(house: Any) -> None:
    house.sandbox.chat("wecom", ROBOT, name="编辑部")
    channels.change(house.session, Channel.CHAT, "wecom_robot", {"key": ROBOT}, "", by=house.people["admin"])
    everything = {(kind, Channel.CHAT): True for kind in KINDS}
    for who in ("contributor", "department_head"):
        choices.choose(house.session, house.people[who], everything)
    article = factories.article(house.session, house.people["contributor"])
    publish(house, article)
    tell(house.session, house.people["department_head"], "“{title}” waits for you: {stage}.", cause="stage:1", thing="article",
         thing_id=article.id, title=article.title, stage="review_2")
    house.work()
    said = [effect["bubble"]["text"] for effect in house.sandbox.effects("robot_message")]
    assert any("@赵国强" in one and "复审" in one and "七十二小时" in one for one in said)
    assert any("@周小满" in one and "七十二小时" not in one and "有新消息" in one for one in said)


def test_ones_own_robot_that_fails_is_told_to_its_owner_only(house: Any) -> None:
    person = house.people["contributor"]
    choices.set_robot(house.session, person, "wecom_robot", {"key": ROBOT}, "", alone=True)
    choices.choose(house.session, person, {("own_story", Channel.CHAT): True, ("own_story", Channel.MAIL): False})
    house.sandbox.chat("wecom", ROBOT, name="我的群", state="removed")
    publish(house, factories.article(house.session, person))
    house.work()
    assert choices.habit_of(house.session, person).robot_reason
    assert latest(house.session, person)[0].sentence == "Your own robot is silent: {reason}"
    assert latest(house.session, house.people["admin"]) == []


def test_preferences_are_kept_and_shown(house: Any, application: Flask) -> None:
    person = house.people["contributor"]
    browser = Browser(application, person)
    page = browser.look("/notices/preferences")
    assert 'name="own_story.mail" value="1" checked' in page and 'name="inbox.mail" value="1" checked' not in page
    typed = {"inbox.mail": "1", "rhythm": "daily", "quiet_from": "22:00", "quiet_until": "07:30"}
    answer = browser.send("/notices/preferences", **typed)
    assert answer.status_code == 303
    page = browser.look("/notices/preferences")
    assert 'name="inbox.mail" value="1" checked' in page and 'name="own_story.mail" value="1" checked' not in page
    assert 'value="22:00"' in page and 'value="daily" checked' in page
    wrong = browser.send("/notices/preferences", rhythm="daily", quiet_from="22:00", quiet_until="")
    assert wrong.status_code == 422 and "免打扰时段" in wrong.text


def test_an_article_is_muted_and_heard_of_again(house: Any, application: Flask) -> None:
    article = factories.article(house.session, house.people["contributor"])
    publish(house, article)
    number = article.id
    house.session.commit()
    browser = Browser(application, house.people["contributor"])
    assert "静音这篇稿件" in browser.look("/notices")
    browser.send("/notices/mutes", thing="article", thing_id=number)
    assert "七十二小时的试车台" in browser.look("/notices/preferences")
    browser.send("/notices/mutes", thing="article", thing_id=number, again="1")
    assert "没有静音任何内容" in browser.look("/notices/preferences")
    assert browser.send("/notices/mutes", thing="person", thing_id="1").status_code == 404


def test_a_notice_leads_to_its_thing_and_counts_as_seen(house: Any, application: Flask) -> None:
    article = factories.article(house.session, house.people["contributor"])
    publish(house, article)
    house.session.commit()
    notice, number = latest(house.session, house.people["contributor"])[0].id, article.id
    browser = Browser(application, house.people["contributor"])
    answer = browser.client.get(f"/notices/{notice}")
    assert answer.location == f"/articles/{number}"
    house.session.rollback()
    assert unseen(house.session, house.people["contributor"]) == 0
    assert Browser(application, house.people["other"]).status(f"/notices/{notice}") == 404


def test_the_password_of_the_mail_server_is_shown_nowhere(house: Any, application: Flask) -> None:
    admin = Browser(application, house.people["admin"])
    assert "s3cret-word" not in admin.look("/settings/notices") + admin.look("/settings/audit")
    same = {"channel": "mail", "host": "127.0.0.1", "port": str(house.sandbox.mail_port()), "security": "none", "username": "desk",
            "password": "", "sender": "new@cj.example", "sender_name": "群声"}
    assert admin.send("/settings/notices", **same).status_code == 303
    house.session.rollback()
    row = channels.of(house.session, Channel.MAIL)
    assert row is not None and (row.settings["password"], row.settings["sender"]) == ("s3cret-word", "new@cj.example")
    house.session.rollback()
    assert admin.send("/settings/notices", **{**same, "host": "mail.elsewhere.example", "security": "tls"}).status_code == 303
    house.session.rollback()
    row = channels.of(house.session, Channel.MAIL)
    assert row is not None and row.settings["password"] == ""


@pytest.mark.parametrize(("field", "value"), [
    ("host", "not a host"), ("sender", "nobody"), ("port", "99999"), ("security", "none"),
])
def test_mail_settings_that_cannot_work_are_refused_by_name(application: Flask, house: Any, field: str, value: str) -> None:
    typed = {"channel": "mail", "host": "smtp.cj.example", "security": "tls", "sender": "desk@cj.example", field: value}
    answer = Browser(application, house.people["admin"]).send("/settings/notices", **typed)
    assert answer.status_code == 422 and f'href="#f-{field}"' in answer.text


def test_the_log_says_who_was_told_what_where_and_with_what_result(house: Any, application: Flask) -> None:
    article = factories.article(house.session, house.people["contributor"])
    tell(house.session, house.people["contributor"], "“{title}” came back from review: {reason}", cause="return:1:1",
         thing="article", thing_id=article.id, title=article.title, reason="请补充来源")
    house.work()
    admin = Browser(application, house.people["admin"])
    page = admin.look("/settings/notices/log")
    assert "周小满" in page and "七十二小时的试车台" in page and 'data-state="sent"' in page
    assert "请补充来源" not in page
    assert "请补充来源" in Browser(application, house.people["contributor"]).look("/notices/sent")
    assert "七十二小时" not in Browser(application, house.people["other"]).look("/notices/sent")


def test_mails_are_ended_from_the_mail_but_not_by_looking(house: Any, application: Flask) -> None:
    person = house.people["contributor"]
    article = factories.article(house.session, person)
    publish(house, article)
    house.work()
    address = letters(house)[0]["unsubscribe"].removeprefix("http://127.0.0.1:8000")
    stranger = application.test_client()
    assert stranger.get(address).status_code == 200
    house.session.rollback()
    assert choices.wishes_of(house.session, [person.id]).wants(person.id, KINDS["own_story"], Channel.MAIL)
    house.session.rollback()
    assert stranger.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    house.session.rollback()
    assert not choices.wishes_of(house.session, [person.id]).wants(person.id, KINDS["own_story"], Channel.MAIL)
    assert choices.wishes_of(house.session, [person.id]).wants(person.id, KINDS["review"], Channel.MAIL)
    assert stranger.post(address[:-1] + ("0" if address[-1] != "0" else "1")).status_code == 404
    assert stranger.get(address.replace("own_story", "review")).status_code == 404


def test_every_kind_and_every_reason_has_its_chinese() -> None:
    said = [kind.words for kind in KINDS.values()] + [origin.why for origin in ORIGINS.values()]
    gettext = words("zh")
    assert [one for one in said if gettext(one, stage="复审") == one.format(stage="复审")] == []


def test_a_person_without_access_gets_no_mail(house: Any) -> None:
    person: Person = house.people["contributor"]
    publish(house, factories.article(house.session, person))
    person.active = False
    house.work()
    assert letters(house) == [] and delivery_of(house).state == State.REFUSED


def test_a_letter_that_comes_too_late_is_not_sent(house: Any) -> None:
    with clock.at(clock.real() - timedelta(hours=5)):
        publish(house, factories.article(house.session, house.people["contributor"]))
    house.work()
    assert letters(house) == [] and delivery_of(house).state == State.REFUSED
