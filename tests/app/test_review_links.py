"""Signed links: one version, one person, one decision; looking decides nothing, and whatever is not good any more says so."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.engine import WRITES
from app.factory import create_app
from app.jobs import Works
from editorial import clock
from editorial.articles import articles, embargo
from editorial.articles.workflow import State
from editorial.errors import Invalid, NotAllowed, OwnText, SecondStage, UnderEmbargo, WrongState
from editorial.notices import channels, choices, latest
from editorial.notices.kinds import Channel
from editorial.outbox.attempts import lanes_with_work
from editorial.people.people import Role
from editorial.review import invitations, revising, stages
from editorial.review.invitations import Invitation, InvitationUse
from editorial.vault import vault
from publishers.sandbox.running import Running
from tests import factories
from tests.app.browser import Browser
from tests.conftest import SECRET, make_settings

PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 wxwork/4.1.30"}
ROBOT = "693a91f6-7abc-4bc4-97a0-0ec2sifa5aaa"


@pytest.fixture
def house(sqlite_url: str, tmp_path: Any, sandbox: Running) -> Iterator[Any]:
    """A house with a mail server, and an article at its first stage."""
    settings = make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)
    vault.open_with(SECRET)
    works = Works(settings)
    with Session(works.engine.execution_options(**WRITES)) as session:
        people = factories.one_of_each(session)
        channels.change(session, Channel.MAIL, "smtp", {
            "host": "127.0.0.1", "port": sandbox.mail_port(), "security": "none", "username": "", "password": "",
            "sender": "desk@cj.example", "sender_name": "",
        }, "", by=people["admin"])
        article = factories.in_review(session, people)
        session.commit()
        application = create_app(settings)

        def work() -> None:
            session.commit()
            with Session(works.engine) as looking:
                lanes = lanes_with_work(looking)
            for lane in lanes:
                works.drain(lane)

        yield SimpleNamespace(
            session=session, people=people, article=article, app=application, work=work, sandbox=sandbox,
            number=article.id, settings=settings,
        )
    works.engine.dispose()


class Phone:
    """Somebody with a link and no account."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def look(self, address: str) -> TestResponse:
        return self.client.get(address, headers=PHONE)

    def decide(self, address: str, **words: str) -> TestResponse:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.look(address).text)
        token = found[1] if found else ""
        return self.client.post(address, data={**words, "csrf_token": token}, headers=PHONE)


def link(house: Any, who: str = "desk_editor", stage: str = "review_1", by: str = "department_head", **words: Any) -> str:
    """A link for a colleague; its address."""
    made = invitations.invite(house.session, house.article, stage, house.people[who], by=house.people[by], **words)
    address = f"/r/{invitations.token_of(made)}"
    house.session.commit()
    return address


def state_of(house: Any) -> tuple[str, str]:
    house.session.rollback()
    fresh = articles.get(house.session, house.number)
    found = (str(fresh.state), fresh.stage)
    house.session.rollback()
    return found


def uses(house: Any) -> list[tuple[str, str]]:
    house.session.rollback()
    found = [(row.act, row.program) for row in house.session.scalars(select(InvitationUse).order_by(InvitationUse.id))]
    house.session.rollback()
    return found


def test_a_link_comes_by_mail_and_opens_the_version_without_signing_in(house: Any) -> None:
    link(house)
    house.work()
    mail = [effect["letter"] for effect in house.sandbox.effects("letter") if "/r/" in effect["letter"]["text"]][0]
    assert mail["recipient"] == "desk_editor@chengjiang.example" and "等您审：初审" in mail["subject"]
    address = re.search(r"http://127\.0\.0\.1:8000(/r/[0-9a-f]{48})", mail["text"])
    assert address is not None and address[1] in mail["html"]
    page = Phone(house.app).look(address[1])
    assert page.status_code == 200 and "七十二小时的试车台" in page.text and "林晓雯 审稿：初审" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer" and page.headers["Cache-Control"] == "no-store"
    preview = Phone(house.app).look(address[1] + "/preview")
    assert "振动值" in preview.text and "script" not in preview.text


def test_approving_decides_exactly_that_stage_as_that_person(house: Any) -> None:
    address = link(house)
    answer = Phone(house.app).decide(address, decision="approve")
    assert answer.status_code == 303 and state_of(house) == ("in_review", "review_2")
    row = stages.sheet(house.session, house.number)[0]
    assert (row.decided_by_id, row.decision, row.revision) == (house.people["desk_editor"].id, "approve", 1)
    house.session.rollback()
    assert "已完成，谢谢" in Phone(house.app).look(address).text
    assert uses(house)[-1] == ("opened", "WeCom") and ("approve", "WeCom") in uses(house)


def test_returning_needs_words_and_they_reach_the_contributor(house: Any) -> None:
    address = link(house)
    assert Phone(house.app).decide(address, decision="return").status_code == 422
    assert state_of(house) == ("in_review", "review_1")
    assert Phone(house.app).decide(address, decision="return", text="请补充数据来源").status_code == 303
    assert state_of(house)[0] == "returned"
    assert latest(house.session, house.people["contributor"])[0].params["reason"] == "请补充数据来源"


def test_looking_never_decides_whoever_looks(house: Any) -> None:
    address = link(house)
    robot = house.app.test_client()
    for agent in ("facebookexternalhit/1.1", "Mozilla/5.0 (compatible; bingbot/2.0)", "DingTalkBot-LinkService/1.0"):
        for method in ("GET", "HEAD"):
            assert robot.open(address, method=method, headers={"User-Agent": agent}).status_code == 200
        robot.get(f"{address}?decision=approve", headers={"User-Agent": agent})
    assert state_of(house) == ("in_review", "review_1")
    assert {program for _act, program in uses(house)} == {"preview"}


def test_a_form_from_elsewhere_decides_nothing(house: Any) -> None:
    address = link(house)
    assert house.app.test_client().post(address, data={"decision": "approve"}).status_code == 400
    assert state_of(house) == ("in_review", "review_1")


def test_a_link_decides_once_also_in_two_hands(house: Any) -> None:
    address = link(house)
    first, second = Phone(house.app), Phone(house.app)
    second.look(address)
    first.decide(address, decision="approve")
    again = second.decide(address, decision="return", text="不，退回")
    assert again.status_code in (400, 409) and state_of(house) == ("in_review", "review_2")
    assert "用过" in second.look(address).text


@pytest.mark.parametrize("address", ["/r/" + "0" * 48, "/r/short", "/r/" + "z" * 48])
def test_a_forged_link_is_unknown(house: Any, address: str) -> None:
    link(house)
    page = Phone(house.app).look(address)
    assert page.status_code == 404 and "不是我们发出的链接" in page.text
    assert Phone(house.app).look(address + "/preview").status_code == 404


def test_a_link_that_ran_out_says_so(house: Any) -> None:
    with clock.at(clock.real() - timedelta(hours=73)):
        address = link(house)
    page = Phone(house.app).look(address)
    assert page.status_code == 409 and "已过期" in page.text and "七十二小时" not in page.text
    assert Phone(house.app).look(address + "/preview").status_code == 409


def test_a_link_that_was_taken_back_says_so(house: Any) -> None:
    address = link(house)
    browser = Browser(house.app, house.people["publisher"])
    house.session.rollback()
    made = house.session.scalars(select(Invitation.id)).one()
    house.session.rollback()
    assert browser.send(f"/articles/{house.number}/review-links/{made}/revocation").status_code == 303
    page = Phone(house.app).look(address)
    assert page.status_code == 409 and "已收回" in page.text
    assert state_of(house) == ("in_review", "review_1")
    assert browser.send(f"/articles/{house.number}/review-links/{made}/revocation").status_code == 409


def test_a_link_to_a_version_that_was_changed_says_so(house: Any) -> None:
    address = link(house)
    newest = articles.newest(house.session, house.article).content
    revising.revise(house.session, house.article, newest.changed(title="改过的标题"), base=1, by=house.people["contributor"])
    house.session.commit()
    page = Phone(house.app).look(address)
    assert page.status_code == 409 and "稿件改过" in page.text and "改过的标题" not in page.text


def test_a_link_to_a_stage_that_somebody_else_decided_says_so(house: Any) -> None:
    other = factories.person(house.session, "desk_editor", "另一位", email="other.desk@chengjiang.example")
    address = link(house)
    factories.approve(house.session, house.article, "review_1", other)
    house.session.commit()
    assert Phone(house.app).look(address).status_code == 409
    assert state_of(house) == ("in_review", "review_2")


def test_a_person_who_lost_the_right_or_the_access_decides_nothing(house: Any) -> None:
    address = link(house)
    person = house.people["desk_editor"]
    person.active = False
    house.session.commit()
    assert Phone(house.app).decide(address, decision="approve").status_code in (400, 403, 409)
    assert state_of(house) == ("in_review", "review_1")


def test_nobody_gets_a_link_to_what_they_may_not_decide(house: Any) -> None:
    session, people = house.session, house.people
    for who, error in (("contributor", NotAllowed), ("department_head", NotAllowed)):
        with pytest.raises(error):
            invitations.invite(session, house.article, "review_1", people[who], by=people["publisher"])
    writer = factories.person(session, "desk_editor", "又写又审", email="both@chengjiang.example")
    newest = articles.newest(session, house.article).content
    revising.revise(session, house.article, newest.changed(title="编辑改题"), base=1, by=writer)
    with pytest.raises(OwnText):
        invitations.invite(session, house.article, "review_1", writer, by=people["publisher"])
    factories.approve(session, house.article, "review_1", people["desk_editor"])
    two = people["desk_editor"]
    two.role_rows.append(type(two.role_rows[0])(role=Role.DEPARTMENT_HEAD))
    session.flush()
    with pytest.raises(SecondStage):
        invitations.invite(session, house.article, "review_2", two, by=people["publisher"])


def test_a_link_rejects_nothing(house: Any) -> None:
    address = link(house)
    assert Phone(house.app).decide(address, decision="reject", text="不行").status_code == 422
    assert state_of(house) == ("in_review", "review_1")


def test_by_chat_only_where_nobody_else_reads(house: Any) -> None:
    person = house.people["desk_editor"]
    with pytest.raises(Invalid):
        link(house, channel=Channel.CHAT)
    house.session.rollback()
    choices.set_robot(house.session, person, "wecom_robot", {"key": ROBOT}, "", alone=False)
    with pytest.raises(Invalid):
        link(house, channel=Channel.CHAT)
    house.session.rollback()
    choices.set_robot(house.session, person, "wecom_robot", {"key": ROBOT}, "", alone=True)
    house.sandbox.chat("wecom", ROBOT, name="只有我的群")
    address = link(house, channel=Channel.CHAT)
    house.work()
    assert any(address in effect["bubble"]["text"] for effect in house.sandbox.effects("robot_message"))


def test_an_expert_outside_gives_advice_that_is_no_review(house: Any) -> None:
    made = invitations.invite_expert(
        house.session, house.article, name="陈工", address="chen@example.org", by=house.people["desk_editor"])
    address = f"/r/{invitations.token_of(made)}"
    house.work()
    assert any(effect["letter"]["recipient"] == "chen@example.org" for effect in house.sandbox.effects("letter"))
    page = Phone(house.app).look(address).text
    assert "请您提意见" in page and "初审" not in page
    assert Phone(house.app).decide(address, decision="return", text="第三段的转速写反了").status_code == 303
    assert state_of(house) == ("in_review", "review_1")
    assert {row.decision for row in stages.sheet(house.session, house.number)} == {None}
    assert latest(house.session, house.people["desk_editor"])[0].params["name"] == "陈工"
    house.session.rollback()
    assert "第三段的转速写反了" in Browser(house.app, house.people["desk_editor"]).look(f"/articles/{house.number}/review")


def test_nothing_under_embargo_is_shown_to_somebody_outside(house: Any) -> None:
    made = invitations.invite_expert(
        house.session, house.article, name="陈工", address="chen@example.org", by=house.people["desk_editor"])
    address = f"/r/{invitations.token_of(made)}"
    ends = clock.now() + timedelta(days=2)
    embargo.put(house.session, house.article, ends, zone=clock.DEFAULT_ZONE, by=house.people["desk_editor"])
    house.work()
    assert not any(effect["letter"]["recipient"] == "chen@example.org" for effect in house.sandbox.effects("letter"))
    page = Phone(house.app).look(address)
    assert page.status_code == 409 and "七十二小时" not in page.text
    assert Phone(house.app).look(address + "/preview").status_code == 409
    with pytest.raises(UnderEmbargo):
        invitations.invite_expert(house.session, house.article, name="陈工", address="c@example.org", by=house.people["publisher"])


@pytest.mark.parametrize(("words", "field"), [
    ({"name": " ", "address": "a@b.cn"}, "name"), ({"name": "陈", "address": "nobody"}, "address"),
    ({"name": "陈", "address": "a@b.cn, c@d.cn"}, "address"), ({"name": "陈", "address": "a@b.cn", "hours": 5}, "hours"),
])
def test_an_expert_needs_a_name_an_address_and_a_term(house: Any, words: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        invitations.invite_expert(house.session, house.article, by=house.people["desk_editor"], **words)
    assert refusal.value.problems[0].field == field


def test_no_link_to_what_is_not_under_review(house: Any) -> None:
    draft = factories.article(house.session, house.people["contributor"], title="还没送审")
    with pytest.raises(WrongState):
        invitations.invite_expert(house.session, draft, name="陈", address="a@b.cn", by=house.people["desk_editor"])
    assert draft.state == State.DRAFTING


def test_the_token_stands_nowhere_but_in_the_one_message(house: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    address = link(house)
    token = address.removeprefix("/r/")
    house.work()
    Phone(house.app).decide(address, decision="return")
    Phone(house.app).decide(address, decision="approve")
    assert token not in caplog.text
    house.session.rollback()
    dump = "".join(house.session.connection().connection.dbapi_connection.iterdump())  # type: ignore[union-attr]
    assert token not in dump
    house.session.rollback()
    assert token not in Browser(house.app, house.people["desk_editor"]).look(f"/articles/{house.number}/review")
    assert "127.0.0.1" not in "".join(line for line in dump.split("INSERT INTO ") if line.startswith('"review_invitation_use"'))


def test_the_review_page_sends_shows_and_counts_links(house: Any) -> None:
    browser = Browser(house.app, house.people["publisher"])
    address = f"/articles/{house.number}/review"
    page = browser.look(address)
    assert "发到手机" in page and "林晓雯" in page
    whom = re.search(r'value="(review_1:\d+)"', page)
    assert whom is not None
    browser.send(f"/articles/{house.number}/review-links", whom=whom[1], channel="mail", hours="24")
    house.work()
    assert "待用" in browser.look(address)
    publisher = house.people["publisher"].id
    house.session.rollback()
    refused = browser.send(f"/articles/{house.number}/review-links", whom=f"review_1:{publisher}", hours="24")
    assert refused.status_code == 403
    assert browser.send(f"/articles/{house.number}/review-links", whom="review_1:x", hours="24").status_code == 404


def test_too_many_looks_are_slowed_down(house: Any) -> None:
    address = link(house)
    phone = Phone(house.app)
    statuses = [phone.look(address).status_code for _ in range(70)]
    assert statuses[0] == 200 and statuses[-1] == 429
