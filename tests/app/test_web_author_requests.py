"""The ladder of authors: what the next step asks for, asking, a decision with its reason, and no dead end for a visitor."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from editorial import clock, house, notices
from editorial.audit import AuditEntry
from editorial.joining import author_requests, identities, ways
from editorial.joining.author_requests import AuthorRequest, RequestState
from editorial.people import people as persons
from editorial.people.people import Role
from tests.app.browser import Browser

TEXT = "我在装配二车间，每周都有试车，想写写大家的办法。"


@pytest.fixture
def visitor(session):
    """Somebody who can sign in and has no role."""
    made = persons.add(session, email="visitor@chengjiang.example", name="新来的", roles=[])
    session.commit()
    return made


def decide(app: Flask, admin, request_id: int, **said: str):
    browser = Browser(app, admin)
    assert "申请" in browser.look("/settings/requests")
    return browser.send(f"/settings/requests/{request_id}/decision", **said)


def asked(session) -> AuthorRequest:
    row = session.scalars(select(AuthorRequest).order_by(AuthorRequest.id.desc())).first()
    assert row is not None
    return row


def test_a_visitor_who_wants_to_hand_in_is_led_on(app, visitor, people, session):
    browser = Browser(app, visitor)
    refused = browser.client.get("/hand-in")
    assert refused.status_code == 403 and "/author-status" in refused.text
    page = browser.look("/author-status")
    assert "愿意署名" in page, "the criteria are read beforehand"
    assert browser.send("/author-status", text=TEXT).status_code == 303
    assert "等待审批" in browser.look("/author-status")
    row_id = asked(session).id
    assert any("新来的" in str(notice.params) for notice in notices.latest(session, people["admin"]))
    session.rollback()
    assert decide(app, people["admin"], row_id, decision="grant").status_code == 303
    made = persons.get(session, visitor.id)
    assert made.roles == {Role.CONTRIBUTOR}
    session.refresh(made)
    assert Browser(app, made).status("/hand-in") == 200


def test_a_contributor_may_ask_to_be_a_correspondent_and_is_told_what_is_not_met(app, people, session):
    browser = Browser(app, people["contributor"])
    browser.send("/author-status", text=TEXT)
    row_id = asked(session).id
    criterion = house.setting(session, "correspondent_criteria")[0]
    session.rollback()
    assert decide(app, people["admin"], row_id, decision="refuse", criterion="我不喜欢", reason="").status_code == 422
    assert decide(app, people["admin"], row_id, decision="refuse", criterion=criterion, reason="现在有一篇。").status_code == 303
    page = browser.look("/author-status")
    assert criterion in page and "现在有一篇。" in page and "提交申请" in page, "one may ask again"
    entry = session.scalar(select(AuditEntry).where(AuditEntry.verb == "refuse_author_status"))
    assert entry.person_id == people["admin"].id and criterion in entry.details["reason"]
    assert persons.get(session, people["contributor"].id).roles == {Role.CONTRIBUTOR}


def test_one_request_at_a_time_and_one_decision(app, people, session):
    browser = Browser(app, people["contributor"])
    assert browser.send("/author-status", text="").status_code == 422
    assert browser.send("/author-status", text=TEXT).status_code == 303
    assert browser.send("/author-status", text=TEXT).status_code == 409
    row_id = asked(session).id
    session.rollback()
    assert decide(app, people["admin"], row_id, decision="grant").status_code == 303
    assert decide(app, people["admin"], row_id, decision="grant").status_code == 409
    assert persons.get(session, people["contributor"].id).roles == {Role.CONTRIBUTOR, Role.CORRESPONDENT}


def test_editors_have_no_further_step(app, people):
    browser = Browser(app, people["desk_editor"])
    assert "编辑由单位任命" in browser.look("/author-status")
    assert browser.send("/author-status", text=TEXT).status_code == 409


def test_a_stranger_whom_a_provider_vouched_for_asks_for_an_account(app, people, session):
    said = {"kind": "oidc", "name": "统一登录", "issuer": "http://127.0.0.1:9", "client_id": "q"}
    way_id = ways.add(session, said, by=people["admin"]).id
    session.commit()
    browser = Browser(app)
    assert browser.client.get("/sign-in/request").location == "/sign-in"
    with browser.client.session_transaction() as kept:
        since = int(clock.now().timestamp())
        kept["stranger"] = {"way": way_id, "subject": "10377", "name": "新同事", "email": "", "label": "新同事", "since": since}
    assert browser.send("/sign-in/request", name="新同事", email="坏", text=TEXT).status_code == 422
    assert browser.send("/sign-in/request", name="新同事", email="new@chengjiang.example", text=TEXT).status_code == 303
    assert "等待审批" in browser.look("/sign-in/request")
    row_id = asked(session).id
    session.rollback()
    assert decide(app, people["admin"], row_id, decision="grant").status_code == 303
    made = persons.by_email(session, "new@chengjiang.example")
    assert made.roles == {Role.CONTRIBUTOR}
    assert identities.arrive(session, ways.get(session, way_id), subject="10377") == made
    assert author_requests.get(session, row_id).state == RequestState.GRANTED


def test_an_address_of_somebody_else_is_not_handed_out(app, people, session):
    said = {"kind": "oidc", "name": "统一登录", "issuer": "http://127.0.0.1:9", "client_id": "q"}
    way = ways.add(session, said, by=people["admin"])
    email = people["editor_in_chief"].email
    row_id = author_requests.ask_as_stranger(session, way, "x-2", name="冒名者", email=email, text=TEXT).id
    session.commit()
    answer = decide(app, people["admin"], row_id, decision="grant")
    assert answer.status_code == 422 and "这个邮箱" in answer.text
    assert identities.find(session, ways.everyone(session)[0], "x-2") is None
    assert author_requests.get(session, row_id).state == RequestState.WAITING


def test_the_criteria_are_the_house_s_own(app, people, session):
    admin = Browser(app, people["admin"])
    said = {"contributor": "在本公司工作\n\n", "correspondent": "写过三篇", "days": "3"}
    assert admin.send("/settings/requests/criteria", **said).status_code == 303
    assert house.setting(session, "contributor_criteria") == ["在本公司工作"]
    session.rollback()
    for wrong in ({"contributor": " "}, {"days": "0"}, {"correspondent": "x" * 301}):
        assert admin.send("/settings/requests/criteria", **said | wrong).status_code == 422
