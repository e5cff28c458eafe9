"""Three people, one after the other, on exactly one revision; and what each of them finds on their page of today."""

from __future__ import annotations

import re

import pytest

from editorial.articles.articles import Article
from editorial.articles.workflow import State
from tests import factories
from tests.app.browser import Browser

STAGES = (("review_1", "desk_editor"), ("review_2", "department_head"), ("review_3", "editor_in_chief"))


@pytest.fixture
def article(session, people):
    made = factories.in_review(session, people)
    session.commit()
    return made.id


@pytest.fixture
def at(app, people, article):
    """The browser of a role."""
    return lambda role: Browser(app, people[role])


def decide(browser, article, stage, decision="approve", revision=1, text=""):
    return browser.send(f"/articles/{article}/opinions", stage=stage, decision=decision, revision=revision, text=text)


def test_three_people_sign_it_off(at, article, session):
    for stage, role in STAGES:
        browser = at(role)
        assert "七十二小时的试车台" in browser.look("/today")
        assert 'value="approve"' in browser.look(f"/articles/{article}/review")
        assert decide(browser, article, stage).status_code == 303
    assert session.get(Article, article).state == State.SIGNED_OFF


@pytest.mark.parametrize(("role", "why"), [
    ("contributor", "由其他人审定"), ("department_head", "初审由其他人审定"), ("publisher", "由其他人审定"),
])
def test_who_may_not_decide_is_told_before_instead_of_being_shown_buttons(at, article, role, why):
    page = at(role).look(f"/articles/{article}/review")
    assert why in page and 'value="approve"' not in page


def test_nobody_decides_their_own_text(app, at, article, people, session):
    editor = at("desk_editor")
    editor.send(f"/articles/{article}", title="改过的题", body="改过的正文。", base=1)
    page = editor.look(f"/articles/{article}/review")
    assert "要由别人来审" in page and 'value="approve"' not in page
    assert decide(editor, article, "review_1", revision=2).status_code == 403
    assert "改过的题" not in editor.look("/today")


def test_returning_needs_a_reason_and_keeps_what_was_typed(at, article, session):
    editor = at("desk_editor")
    assert decide(editor, article, "review_1", "return").status_code == 422
    assert decide(editor, article, "review_1", "return", text="第三段的数字请核对。").status_code == 303
    assert session.get(Article, article).state == State.RETURNED
    session.rollback()
    assert "第三段的数字请核对。" in at("contributor").look(f"/articles/{article}")


def test_an_approval_with_words_is_one_with_a_comment(at, article):
    decide(at("desk_editor"), article, "review_1", text="标题可以再短一点。")
    page = at("department_head").look(f"/articles/{article}/review")
    assert "附意见通过" in page and "标题可以再短一点。" in page


def test_an_opinion_on_an_older_revision_is_refused(at, article):
    at("contributor").send(f"/articles/{article}", title="新题", body="新的正文。", base=1)
    assert decide(at("desk_editor"), article, "review_1", revision=1).status_code == 409


def test_what_changed_since_the_last_decision_is_shown(at, article):
    decide(at("desk_editor"), article, "review_1", "return", text="请核对。")
    writer = at("contributor")
    writer.send(f"/articles/{article}", title="七十二小时的试车台", body="核对过的正文。", base=1, act="submit")
    page = at("desk_editor").look(f"/articles/{article}/review")
    assert "与上次审定的第 1 版相比" in page and "<ins>" in page


def test_the_others_see_who_is_on_it(at, article):
    assert at("desk_editor").send(f"/articles/{article}/claim").status_code == 303
    assert "林晓雯" in at("publisher").look(f"/articles/{article}/review")
    assert at("publisher").send(f"/articles/{article}/claim").status_code == 403


def test_an_empty_day_is_said_in_a_good_sentence(at, article):
    assert "没有等您处理的事" in at("operator").look("/today")


def test_notices_lead_to_their_thing_and_can_be_seen(at, article):
    editor = at("desk_editor")
    page = editor.look("/notices")
    assert "等您初审" in page
    followed = [editor.client.get(link).headers["Location"] for link in re.findall(r'href="(/notices/\d+)"', page)]
    assert any(place.endswith(f"/articles/{article}") for place in followed)
    assert editor.send("/notices/seen").status_code == 303
    assert "全部已读" in editor.look("/notices")
