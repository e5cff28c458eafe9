"""Welcome messages: written for a kind of group, kept by WeCom within its limits, every change in the log, nothing made twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from editorial import platform_applications
from editorial.audit import AuditEntry
from editorial.groups.welcome_messages import WelcomeMessage
from editorial.people import credentials
from publishers.applications.application import Application
from publishers.net import Base, Line
from publishers.tokens import TokensInMemory
from publishers.wecom.api import Api
from publishers.wecom.welcome_templates import Template, Welcome
from tests import factories
from tests.app.browser import Browser
from tests.conftest import make_settings

WORDS = {"text": "欢迎 %NICKNAME%！有故事就交来。", "page": "hand_in", "title": "我要投稿", "description": "两百字就够。"}


@pytest.fixture
def settings(sqlite_url, tmp_path, sandbox):
    """An instance whose WeCom is the simulated one."""
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def address(session):
    """The page of the messages for groups of training."""
    found = factories.application(session, "wecom")
    factories.group(session)
    session.commit()
    return f"/welcome-messages/{found.id}/training"


@pytest.fixture
def operator(app, people, address):
    return Browser(app, people["operator"])


def made(sandbox) -> dict[str, dict]:
    """The templates at WeCom, by id."""
    last = {one["template_id"]: one["body"] for one in sandbox.effects("welcome_template")}
    return {template: body for template, body in last.items() if body}


def row(session) -> WelcomeMessage | None:
    session.rollback()
    found = session.scalar(select(WelcomeMessage))
    if found is not None:
        session.refresh(found)
        session.expunge(found)
    session.rollback()
    return found


def wecom(sandbox, secret: str = "right") -> Api:
    """An application of the company, as somebody else's program holds it."""
    application = Application("elsewhere", secret, corp_id="ww1234567890abcdef", agent_id="1000002")
    return Api(application, Line(Base(sandbox.url), call_seconds=5), TokensInMemory())


def adds(sandbox) -> int:
    return sum(call["path"].endswith("group_welcome_template/add") for call in sandbox.calls())


def test_a_message_goes_to_wecom_is_changed_there_and_taken_away(operator, session, sandbox, address):
    assert operator.send(address, **WORDS).status_code == 303
    [(template, body)] = made(sandbox).items()
    assert body["text"]["content"] == WORDS["text"] and body["agentid"] == 1000002 and body["notify"] == 0
    assert body["link"]["title"] == "我要投稿" and body["link"]["url"].endswith("/hand-in")
    assert operator.send(address, **(WORDS | {"text": "请先看群规。", "page": "joining", "group": "1"})).status_code == 303
    [(again, body)] = made(sandbox).items()
    assert again == template and body["text"]["content"] == "请先看群规。"
    assert body["link"]["url"].endswith("/groups/assembly/joining")
    page = operator.look(address)
    assert "企业微信已保存" in page and "企业微信不会自动发送" in page and "请先看群规。" in page
    assert operator.send(f"{address}/removal").status_code == 303
    assert made(sandbox) == {} and row(session) is None


def test_every_change_is_logged_with_the_old_and_the_new_words(operator, session, address):
    operator.send(address, **WORDS)
    operator.send(address, **(WORDS | {"text": "第二版"}))
    operator.send(f"{address}/removal")
    entries = session.scalars(select(AuditEntry).where(AuditEntry.verb.like("%welcome")).order_by(AuditEntry.id))
    found = [(one.verb, one.details["before"].get("text"), one.details["after"].get("text")) for one in entries]
    session.rollback()
    assert found == [
        ("write_welcome", None, WORDS["text"]), ("write_welcome", WORDS["text"], "第二版"), ("remove_welcome", "第二版", None),
    ]


def test_at_the_companys_limit_wecom_refuses_and_nothing_typed_is_lost(operator, session, sandbox, address):
    another = wecom(sandbox, "another")
    for number in range(100):
        Template(another, Welcome(f"第 {number} 条")).add()
    answer = operator.send(address, **WORDS)
    assert answer.status_code == 422 and "最多为一个企业保存 100 条入群欢迎语" in answer.text and WORDS["text"] in answer.text
    assert row(session).text == WORDS["text"] and row(session).remote_id == ""
    assert "未保存到企业微信" in operator.look(address) and WORDS["text"] in operator.look(address)
    assert len(made(sandbox)) == 100


def test_what_we_made_counts_against_the_limit_too(operator, session, sandbox, address, monkeypatch):
    monkeypatch.setattr("editorial.groups.welcome_messages.MOST", 1)
    assert operator.send(address, **WORDS).status_code == 303
    answer = operator.send(address.replace("training", "culture"), **WORDS)
    assert answer.status_code == 422 and "企业已有 1 条入群欢迎语" in answer.text and WORDS["text"] in answer.text
    assert operator.send(address, **WORDS).status_code == 303 and adds(sandbox) == 1


@pytest.mark.parametrize(("wrong", "said"), [
    ({"text": "欢" * 1001}, "最多 3000 字节"), ({"title": "题" * 43}, "最多 128 字节"),
    ({"description": "说" * 171}, "最多 512 字节"),
    ({"text": " "}, "请写新成员要看到的内容"), ({"title": ""}, "卡片需要标题"), ({"page": "joining"}, "请选卡片要打开哪个群"),
    ({"group": "77"}, "请选一个这类、且未关闭的群"),
])
def test_what_cannot_be_kept_is_said_at_its_field(operator, session, sandbox, address, wrong, said):
    answer = operator.send(address, **(WORDS | wrong))
    assert answer.status_code == 422 and said in answer.text
    assert row(session) is None and adds(sandbox) == 0


def test_an_answer_that_was_lost_is_never_asked_for_again(operator, session, sandbox, address):
    sandbox.fault("/cgi-bin/externalcontact/group_welcome_template/add", "drop_after")
    assert operator.send(address, **WORDS).status_code == 200
    assert row(session).standing == "unknown" and len(made(sandbox)) == 1
    page = operator.look(address)
    assert "不清楚企业微信有没有创建这条欢迎语" in page and WORDS["text"] in page
    assert operator.send(address, **WORDS).status_code == 409 and adds(sandbox) == 1
    assert operator.send(f"{address}/removal").status_code == 409
    operator.send(f"{address}/resolution", outcome="there")
    assert "编号没有收到" in operator.look(address) and operator.send(address, **WORDS).status_code == 409
    operator.send(f"{address}/resolution", outcome="not_there")
    assert operator.send(address, **WORDS).status_code == 303 and adds(sandbox) == 2


@pytest.mark.parametrize(("fault", "text"), [("drop_after", "第二版"), ("drop_before", WORDS["text"])])
def test_wecom_itself_says_what_became_of_a_change(operator, session, sandbox, address, fault, text):
    operator.send(address, **WORDS)
    sandbox.fault("/cgi-bin/externalcontact/group_welcome_template/edit", fault)
    operator.send(address, **(WORDS | {"text": "第二版"}))
    assert row(session).standing == "unknown"
    operator.send(f"{address}/resolution", outcome="ask")
    kept = row(session)
    [body] = made(sandbox).values()
    assert body["text"]["content"] == text
    assert (kept.standing, kept.text) == ("kept" if fault == "drop_after" else "refused", "第二版")


def test_a_lost_removal_is_found_out_too(operator, session, sandbox, address):
    operator.send(address, **WORDS)
    sandbox.fault("/cgi-bin/externalcontact/group_welcome_template/del", "drop_after")
    operator.send(f"{address}/removal")
    assert row(session).standing == "unknown"
    operator.send(f"{address}/resolution", outcome="ask")
    assert row(session) is None


def test_what_was_deleted_in_wecom_can_be_made_anew(operator, session, sandbox, address):
    operator.send(address, **WORDS)
    Template(wecom(sandbox), Welcome("")).remove(row(session).remote_id)
    answer = operator.send(address, **(WORDS | {"text": "第二版"}))
    assert answer.status_code == 422 and "已经没有这条欢迎语了" in answer.text and "第二版" in answer.text
    assert operator.send(address, **WORDS).status_code == 303 and len(made(sandbox)) == 1


def test_a_program_does_the_same(app, people, session, sandbox, address):
    token = credentials.create_token(session, people["operator"], "test")
    session.commit()
    client = app.test_client()
    here = "/api/v1/applications/1/welcome-messages"
    headers = {"Authorization": f"Bearer {token}"}
    said = client.put(f"{here}/training", json={"text": "欢迎", "group": "1", "page": "hand_in", "title": "投稿"}, headers=headers)
    assert said.status_code == 200 and said.json["standing"] == "kept" and len(made(sandbox)) == 1
    assert client.get(here, headers=headers).json["items"] == [said.json]
    assert client.put(f"{here}/training", json={"text": ""}, headers=headers).json["errors"][0]["field"] == "text"
    assert client.post(f"{here}/training/resolution", json={"outcome": "ask"}, headers=headers).status_code == 409
    assert client.delete(f"{here}/training", headers=headers).json == {"items": []} and made(sandbox) == {}


def test_lacking_customer_contact_stops_nothing_else_of_the_application(operator, session, sandbox, address):
    sandbox.fault("/cgi-bin/externalcontact/group_welcome_template/add", "refuse", errcode=48002)
    answer = operator.send(address, **WORDS)
    assert answer.status_code == 422
    [application] = platform_applications.everyone(session)
    assert application.trouble == ""
    session.rollback()
