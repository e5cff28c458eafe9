"""Findings beside the article: what stops it, who lets it pass, facts with their sources; and the rules' own pages."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from editorial.articles.articles import Article
from editorial.articles.workflow import State
from editorial.audit import AuditEntry
from editorial.review import checks
from editorial.review.checks import rulebook
from editorial.review.checks.records import CheckFinding
from tests import factories
from tests.app.browser import Browser

BODY = "全厂的人都来看试车。\n\n联系人：刘志强 138-1234-5678，欢迎来看。"


@pytest.fixture
def article(session, people):
    made = factories.article(session, people["contributor"], body=BODY)
    session.commit()
    return made.id


@pytest.fixture
def at(app, people):
    """The browser of a role."""
    return lambda role: Browser(app, people[role])


def place_in(page: str) -> str:
    return re.search(r'name="place" value="(\w{64})"', page)[1]


def stops(session, article):
    """The rules whose blockers are open. On SQLite only one can write, so the reading transaction ends."""
    found = [one.rule.code for one in checks.open_blockers(session, session.get(Article, article))]
    session.rollback()
    return found


def rule_now(session, code):
    found = rulebook.get(session, code)
    session.rollback()
    return found


def test_a_blocker_stops_until_a_second_person_lets_it_pass(at, article, session):
    author, editor = at("contributor"), at("desk_editor")
    page = author.look(f"/articles/{article}")
    assert "138-1234-5678”是旁边提到的人的手机号" in page and "1.10 侮辱诽谤他人" in page
    stopped = author.send(f"/articles/{article}/submission")
    assert stopped.status_code == 422 and "138-1234-5678" in stopped.text
    author.send(f"/articles/{article}/waivers", place=place_in(page), reason="本人同意公开，书面材料在行政部。")
    own = author.look(f"/articles/{article}")
    assert "由责任编辑、部门负责人或主编决定" in own and 'value="grant"' not in own
    waiver = re.search(r"/waivers/(\d+)/decision", editor.look(f"/articles/{article}"))[1]
    assert author.send(f"/waivers/{waiver}/decision", decision="grant").status_code == 403
    editor.send(f"/waivers/{waiver}/decision", decision="grant")
    assert author.send(f"/articles/{article}/submission").status_code == 303
    assert session.get(Article, article).state == State.IN_REVIEW
    kept = session.scalars(select(CheckFinding).where(CheckFinding.article_id == article)).all()
    assert [(row.rule, row.version, row.waiver_id) for row in kept if row.severity == "blocker"] == [
        ("mobile_of_person", "1", int(waiver)),
    ]
    verbs = session.scalars(select(AuditEntry.verb).where(AuditEntry.thing_id == article, AuditEntry.thing == "article")).all()
    assert {"ask_waiver", "grant_waiver"} <= set(verbs)


def test_whoever_asked_or_wrote_decides_no_waiver(at, article, people, session):
    editor, head = at("desk_editor"), at("department_head")
    page = editor.look(f"/articles/{article}")
    editor.send(f"/articles/{article}/waivers", place=place_in(page), reason="机主同意。")
    assert "须由另一人决定" in editor.look(f"/articles/{article}")
    waiver = re.search(r"/waivers/(\d+)/decision", head.look(f"/articles/{article}"))[1]
    assert "须由另一人决定" in editor.client.post(
        f"/waivers/{waiver}/decision", data={"decision": "grant", "csrf_token": editor.token()}, follow_redirects=True,
    ).text
    assert stops(session, article) == ["mobile_of_person"]


def test_a_waiver_falls_with_its_sentence(at, article, session):
    editor, head = at("desk_editor"), at("department_head")
    editor.send(f"/articles/{article}/waivers", place=place_in(editor.look(f"/articles/{article}")), reason="机主同意。")
    waiver = re.search(r"/waivers/(\d+)/decision", head.look(f"/articles/{article}"))[1]
    head.send(f"/waivers/{waiver}/decision", decision="grant")
    assert stops(session, article) == []
    editor.send(f"/articles/{article}", title="七十二小时的试车台", base=1, body="第一段改了。\n\n" + BODY.split("\n\n")[1])
    assert stops(session, article) == []
    editor.send(f"/articles/{article}", title="七十二小时的试车台", base=2, body=BODY.replace("欢迎", "随时欢迎"))
    assert stops(session, article) == ["mobile_of_person"]


def test_facts_stop_until_they_have_a_source(at, session, people):
    made = factories.article(session, people["contributor"], body="全年节电 31.5 万度。")
    session.commit()
    number = made.id
    editor, author = at("desk_editor"), at("contributor")
    assert "31.5 万度" in editor.look(f"/articles/{number}")
    editor.send(f"/articles/{number}/facts", quote="31.5 万度")
    assert author.send(f"/articles/{number}/submission").status_code == 422
    fact = re.search(r"/facts/(\d+)/source", author.look(f"/articles/{number}"))[1]
    author.send(f"/facts/{fact}/source", source="设备部能耗月报，12 月")
    assert author.send(f"/articles/{number}/submission").status_code == 303


def test_a_rule_is_tried_changed_and_switched(at, article, session):
    chief = at("editor_in_chief")
    page = chief.look("/settings/rules")
    assert "标题党" in page and "广告绝对化用语" in page
    form = {
        "base": "1", "name": "本单位禁用词", "message": "“{quote}”不用。", "source": "家规", "item": "", "severity": "blocker",
        "enabled": "1", "terms": "试车台=>试车平台\n全厂", "finds": "全厂大会。", "leaves": "车间大会。",
    }
    tried = chief.send("/settings/rules/house_blocked", **form, act="trial").text
    assert "最近 1 篇里有 1 篇命中，共 2 处" in tried
    assert rule_now(session, "house_blocked").version == "1"
    wrong = chief.send("/settings/rules/house_blocked", **{**form, "leaves": "全厂停电。"})
    assert wrong.status_code == 422 and "误报：“全厂停电。”" in wrong.text
    assert chief.send("/settings/rules/house_blocked", **form, note="编务会定").status_code == 303
    now = rule_now(session, "house_blocked")
    assert (now.version, now.pairs) == ("1.1", [("试车台", "试车平台"), ("全厂", "")])
    assert "编务会定" in chief.look("/settings/rules/house_blocked")
    assert chief.send("/settings/rules/house_blocked", **form).status_code == 409
    assert "全厂" in at("contributor").send(f"/articles/{article}/submission").text
    chief.send("/settings/rules/house_blocked/switch", enabled="")
    assert not rule_now(session, "house_blocked").enabled
    assert at("desk_editor").send("/settings/rules/house_blocked/switch", enabled="1").status_code == 403


def test_word_lists_go_out_and_in_as_files(at, session):
    chief = at("editor_in_chief")
    file = (io.BytesIO("词,规范\n澄江机械,澄江机电\n=cmd,\n".encode("gb18030")), "words.csv")
    sent = chief.client.post("/settings/rules/house_brands/words", data={"file": file, "how": "add", "csrf_token": chief.token()})
    assert sent.status_code == 303
    out = chief.look("/settings/rules/house_brands/words.csv")
    assert out.splitlines()[1:] == ["澄江机械,澄江机电", "'=cmd,"]


def test_programs_are_told_of_findings(app, article, people, session):
    from editorial.people import credentials

    token = credentials.create_token(session, people["desk_editor"])
    session.commit()
    answer = app.test_client().get(f"/api/v1/articles/{article}/rendering", headers={"Authorization": f"Bearer {token}"})
    found = [one for one in answer.json["findings"] if one["rule"] == "mobile_of_person"]
    assert [(one["severity"], one["where"]) for one in found] == [("blocker", "138-1234-5678")]
    assert found[0]["message"] and found[0]["suggestion"]
