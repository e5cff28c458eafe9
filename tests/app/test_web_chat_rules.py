"""Rules against spam: only through WeCom's own interface, off until switched on, never made twice; outsiders stay with people."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import connecting
from editorial import platform_applications
from editorial.audit import AuditEntry
from editorial.groups.anti_harassment import AntiHarassmentRule, domain
from editorial.people import credentials
from editorial.review.checks import rulebook
from tests import factories
from tests.app.browser import Browser
from tests.conftest import make_settings

SAID = {
    "name": "广告", "words": "代开发票\n刷单\n刷单", "links": "https://spam.example.com/a?b=1\nbad.example.net", "sorts": ["phone"],
    "stops": "1", "suggestion": "remove", "users": "zhang，li", "departments": "2",
}
HERE = "/cgi-bin/externalcontact"


@pytest.fixture
def settings(sqlite_url, tmp_path, sandbox):
    """An instance whose WeCom is the simulated one."""
    return make_settings(tmp_path, database_url=sqlite_url, platform=sandbox.url)


@pytest.fixture
def application(session, people):
    """A WeCom application through which rules may be made."""
    made = factories.application(session, "wecom")
    platform_applications.switch_chat_rules(session, made, on=True, by=people["admin"])
    session.commit()
    return made.id


@pytest.fixture
def operator(app, people, application):
    return Browser(app, people["operator"])


@pytest.fixture
def new(application):
    return f"/chat-rules/{application}/new"


def at_wecom(sandbox) -> dict[str, dict]:
    last = {one["rule_id"]: one["rule"] for one in sandbox.effects("intercept_rule")}
    return {rule_id: rule for rule_id, rule in last.items() if rule}


def row(session) -> AntiHarassmentRule | None:
    session.rollback()
    found = session.scalar(select(AntiHarassmentRule))
    if found is not None:
        session.refresh(found)
        session.expunge(found)
    session.rollback()
    return found


def adds(sandbox) -> int:
    return sum(call["path"].endswith("add_intercept_rule") for call in sandbox.calls())


def test_a_rule_goes_to_wecom_is_changed_there_and_taken_away(operator, session, sandbox, new):
    assert operator.send(new, **SAID).status_code == 303
    [(rule_id, rule)] = at_wecom(sandbox).items()
    assert rule == {
        "rule_name": "广告", "word_list": ["代开发票", "刷单", "spam.example.com", "bad.example.net"], "intercept_type": 1,
        "extra_rule": {"semantics_list": [1]}, "applicable_range": {"user_list": ["zhang", "li"], "department_list": [2]},
    }
    page = operator.look("/chat-rules/rules/1")
    assert "移出群聊" in page and "群声不读聊天内容" in page
    assert operator.send("/chat-rules/rules/1", **(SAID | {"users": "li, wang", "departments": "", "stops": ""})).status_code == 303
    [(again, rule)] = at_wecom(sandbox).items()
    assert again == rule_id and rule["intercept_type"] == 2
    assert rule["applicable_range"] == {"user_list": ["li", "wang"], "department_list": []}
    assert "移出群" in operator.look("/chat-rules")
    assert operator.send("/chat-rules/rules/1/removal").status_code == 303
    assert at_wecom(sandbox) == {} and row(session) is None


def test_every_call_is_one_of_the_rule_interface_and_none_reads_a_chat(operator, sandbox, new):
    operator.send(new, **SAID)
    operator.send("/chat-rules/rules/1", **SAID)
    operator.send("/chat-rules/rules/1/removal")
    paths = {call["path"].rpartition("/")[2] for call in sandbox.calls() if call["path"].startswith(HERE)}
    assert paths == {
        "add_intercept_rule", "get_intercept_rule_list", "get_intercept_rule", "update_intercept_rule", "del_intercept_rule"}


def test_off_until_an_administrator_switches_it_on(app, people, session, sandbox, application):
    admin = Browser(app, people["admin"])
    operator = Browser(app, people["operator"])
    admin.send(f"/chat-rules/{application}/switch")
    assert operator.send(f"/chat-rules/{application}/new", **SAID).status_code == 409 and at_wecom(sandbox) == {}
    assert "还没有在真实企业里试过" in operator.look("/chat-rules")
    admin.send(f"/chat-rules/{application}/switch", on="1")
    assert operator.send(f"/chat-rules/{application}/new", **SAID).status_code == 303
    verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.verb.like("%chat_rule%")).order_by(AuditEntry.id)).all()
    session.rollback()
    assert verbs == ["allow_chat_rules", "end_chat_rules", "allow_chat_rules", "write_chat_rule"]


def test_a_new_application_has_them_off(session):
    assert factories.application(session, "wecom").chat_rules is False


def test_the_log_has_the_rule_before_and_after(operator, session, new):
    operator.send(new, **SAID)
    operator.send("/chat-rules/rules/1", **(SAID | {"words": "贷款"}))
    last = session.scalars(select(AuditEntry).where(AuditEntry.verb == "write_chat_rule").order_by(AuditEntry.id.desc())).first()
    assert last.details["before"]["words"] == ["代开发票", "刷单"] and last.details["after"]["words"] == ["贷款"]
    session.rollback()


@pytest.mark.parametrize(("wrong", "said"), [
    ({"name": ""}, "请填写名称"), ({"name": "一" * 21}, "最多 20"), ({"words": "字" * 33}, "超过 32 个字"),
    ({"words": "", "links": "", "sorts": []}, "请填敏感词或链接"), ({"links": "没有点"}, "请填网址或域名"),
    ({"words": "\n".join(f"词{number}" for number in range(301))}, "合计最多 300 个"),
    ({"users": "", "departments": ""}, "请填成员或部门"), ({"users": "张 三"}, "请填企业微信里的成员账号"),
    ({"departments": "研发"}, "请填企业微信里的部门编号"),
])
def test_what_wecom_would_not_take_is_said_at_its_field(operator, session, sandbox, new, wrong, said):
    answer = operator.send(new, **(SAID | wrong))
    assert answer.status_code == 422 and said in answer.text and "spam.example.com" in answer.text + SAID["links"]
    assert row(session) is None and adds(sandbox) == 0


def test_what_wecom_refuses_is_kept_with_its_reason(operator, session, sandbox, new):
    answer = operator.send(new, **(SAID | {"users": "gone1"}))
    assert answer.status_code == 422 and "代开发票" in answer.text
    assert row(session).standing == "refused" and row(session).code == "60011"
    assert operator.send("/chat-rules/rules/1", **SAID).status_code == 303 and len(at_wecom(sandbox)) == 1


@pytest.mark.parametrize(("fault", "standing"), [("drop_after", "kept"), ("drop_before", "refused")])
def test_wecoms_list_says_what_became_of_a_lost_answer(operator, session, sandbox, new, fault, standing):
    sandbox.fault(f"{HERE}/add_intercept_rule", fault)
    operator.send(new, **SAID)
    assert row(session).standing == "unknown" and operator.send("/chat-rules/rules/1", **SAID).status_code == 409
    operator.send("/chat-rules/rules/1/resolution", outcome="ask")
    found = row(session)
    assert found.standing == standing and bool(found.remote_id) == (fault == "drop_after") and adds(sandbox) == 1
    assert operator.send("/chat-rules/rules/1", **SAID).status_code == 303 and len(at_wecom(sandbox)) == 1


def test_words_of_the_house_are_taken_over_with_one_press(operator, session, new):
    page = operator.send(new, **(SAID | {"act": "take", "from": "gambling"}))
    assert page.status_code == 200 and "代开发票" in page.text
    words = [wrong for wrong, _right in rulebook.get(session, "gambling").pairs if len(wrong) <= 32]
    session.rollback()
    assert words and words[0] in page.text and row(session) is None


def test_a_new_rule_begins_with_the_owners_of_the_customer_groups(operator, session, people, new, application):
    group = factories.group(session, "customers")
    said = {"application": str(application), "sender": "bai", "chats": "wr1"}
    connecting.set_connector(session, group, "wecom_customer_group", said, by=people["operator"])
    session.commit()
    assert 'value="bai"' in operator.look(new)


def test_a_program_does_the_same(app, people, session, sandbox, application):
    token = credentials.create_token(session, people["operator"], "test")
    session.commit()
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    here = f"/api/v1/applications/{application}/chat-rules"
    made = client.post(here, json={"name": "广告", "links": ["http://spam.example.com/x"], "users": ["zhang"]}, headers=headers)
    assert made.status_code == 201 and made.json["standing"] == "kept" and made.json["links"] == ["spam.example.com"]
    assert client.get(here, headers=headers).json["items"] == [made.json]
    one = f"/api/v1/chat-rules/{made.json['id']}"
    assert client.put(one, json={"name": "", "users": ["zhang"]}, headers=headers).json["errors"][0]["field"] == "name"
    assert client.put(one, json={"name": "广告", "words": ["贷款"], "users": ["zhang"]}, headers=headers).json["words"] == ["贷款"]
    assert client.delete(one, headers=headers).json == {"items": []} and at_wecom(sandbox) == {}


@pytest.mark.parametrize(("link", "expected"), [
    ("https://Spam.example.com:8443/a?b", "spam.example.com"), ("spam.example.com/x", "spam.example.com"), ("[::1", "[::1"),
])
def test_of_a_link_the_domain_counts(link, expected):
    assert domain(link) == expected
