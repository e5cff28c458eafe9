"""The desk's pages: answers in the inbox, the bank, joining, undoing; the figures and the rules behind them."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import select

from editorial import house
from editorial.articles import articles
from editorial.articles.articles import Article
from editorial.intake.submissions import Submission
from tests import factories
from tests.app.browser import Browser

BODY = "十月十二日，试车台第一次连续运转满七十二小时。\n班长陈立带着三名新人守在台前，每半小时记一次振动值。"


@pytest.fixture
def group(session, people):
    made = factories.group(session)
    session.commit()
    return made


@pytest.fixture
def contributor(app, people, group):
    return Browser(app, people["contributor"])


@pytest.fixture
def editor(app, people, group):
    return Browser(app, people["desk_editor"])


def hand_in(browser: Browser, nonce: str = "n1", **changes: str) -> str:
    fields = {"origin_group": "assembly", "title": "七十二小时的试车台", "body": BODY, "byline": "real_name", "nonce": nonce}
    return browser.send("/hand-in", **{**fields, **changes}).location.split("/")[2]


def state_of(session, number: str) -> str:
    state = session.scalar(select(Submission.state).where(Submission.number == number))
    # What is read holds SQLite's one writer until it is let go.
    session.rollback()
    return state


def test_the_inbox_shows_the_original_beside_the_cleaned_text_with_clock_and_twins(contributor, editor):
    hand_in(contributor)
    number = hand_in(contributor, "n2", title="试车台七十二小时", body=BODY + "\n又及。")
    page = editor.look(f"/inbox?at={number}")
    for said in ("整理后的正文", "原稿（未改动）", "前首次答复", "可能写的是同一件事", "疑似重复"):
        assert said in page
    part = editor.look(f"/inbox?at={number}&part=1")
    assert f'data-reading="{number}"' in part and "<html" not in part


def test_an_answer_at_the_desk_leads_to_the_next_one(contributor, editor, session):
    first, second = hand_in(contributor), hand_in(contributor, "n2", title="第二篇")
    answer = editor.send(f"/submissions/{first}/banking", desk="1")
    assert answer.location == f"/inbox?at={second}"
    assert state_of(session, first) == "banked"
    answer = editor.send(f"/submissions/{second}/return", desk="1", chosen="请补一张照片。", reason="")
    assert answer.location == "/inbox"
    assert "请补一张照片。" in contributor.look("/my-submissions")


def test_own_words_come_before_the_chosen_ones(contributor, editor, session):
    number = hand_in(contributor)
    editor.send(f"/submissions/{number}/decline", desk="1", chosen="时效已过。", reason="写得好，但已经发过了。")
    assert session.scalar(select(Submission.reason)) == "写得好，但已经发过了。"


def test_the_last_answer_is_offered_to_be_taken_back(contributor, editor, session):
    number = hand_in(contributor)
    editor.send(f"/submissions/{number}/acceptance", desk="1")
    assert f"/submissions/{number}/undo" in editor.look("/inbox")
    assert editor.send(f"/submissions/{number}/undo").location == f"/inbox?at={number}"
    assert state_of(session, number) == "received"
    assert session.scalar(select(Article.id)) is None
    session.rollback()
    assert editor.send(f"/submissions/{number}/undo").status_code == 409


def test_the_bank_gives_a_story_back_to_work(contributor, editor, session):
    number = hand_in(contributor)
    editor.send(f"/submissions/{number}/banking", desk="1")
    assert number in editor.look("/story-bank") and number in editor.look("/story-bank?group=assembly")
    assert number not in editor.look("/story-bank?group=nowhere")
    assert "稿库" in contributor.look("/my-submissions")
    assert editor.send(f"/submissions/{number}/acceptance").location == "/articles/1"
    assert state_of(session, number) == "in_article"


def test_joining_by_number_and_what_is_wrong_with_it(app, people, contributor, editor, session):
    main = hand_in(contributor, byline="pen_name", pen_name="江边客")
    other = Browser(app, people["other"])
    twin = hand_in(other, title="我也写了试车台")
    assert "没有这个稿号" in editor.send(f"/submissions/{twin}/joining", number="2020-0001").text
    assert editor.send(f"/submissions/{twin}/joining", desk="1", number=f" {main} ", named="1").status_code == 303
    editor.send(f"/submissions/{main}/acceptance", desk="1")
    article = session.scalars(select(Article)).one()
    assert articles.newest(session, article).author == f"江边客、{people['other'].name}"
    session.rollback()
    page = other.look("/my-submissions")
    assert f"已与 {main} 合并" in page and "责编正在编辑" in page
    assert other.status("/articles/1") == 404, "the article is the other contributor's own"
    assert other.status(f"/submissions/{twin}") == 200


@pytest.mark.parametrize(("byline", "pen_name", "named"), [
    ("real_name", "", "周小满"), ("pen_name", "江边客", "江边客"), ("department", "", "制造部"),
])
def test_the_chosen_name_reaches_the_article_and_its_trail(contributor, editor, session, byline, pen_name, named):
    number = hand_in(contributor, byline=byline, pen_name=pen_name)
    editor.send(f"/submissions/{number}/acceptance")
    article = session.scalars(select(Article)).one()
    assert articles.newest(session, article).author == named
    session.rollback()
    assert named in contributor.look("/my-credit")


def test_a_story_handed_in_again_says_so_on_both(contributor, editor, session):
    number = hand_in(contributor, byline="pen_name", pen_name="江边客")
    editor.send(f"/submissions/{number}/return", desk="1", reason="请补时间。")
    page = contributor.look(f"/hand-in?again={number}")
    assert f'name="again" value="{number}"' in page and "江边客" in page
    again = hand_in(contributor, "n2", again=number)
    assert f"新稿号 {again}" in contributor.look("/my-submissions")


def test_the_rules_of_the_inbox_can_be_changed(app, people, group, session):
    chief = Browser(app, people["editor_in_chief"])
    reasons = "请补时间。\n\n请补时间。\n请补地点。"
    fields = {"first_answer_hours": "4", "share_back_hours": "3", "remind_hours": "12", "silent_days": "45",
              "return_reasons": reasons, "decline_reasons": ""}
    assert chief.send("/settings/triage", **fields).status_code == 303
    assert house.setting(session, "return_reasons") == ["请补时间。", "请补地点。"]
    assert house.setting(session, "first_answer_hours") == 4
    assert house.settings(session, "remind_hours", "silent_days") == {"remind_hours": 12, "silent_days": 45}
    session.rollback()
    wrong = chief.send("/settings/triage", **{**fields, "first_answer_hours": "0", "share_back_hours": "半天"})
    assert wrong.status_code == 422 and "半天" in wrong.text
    wrong = chief.send("/settings/triage", **{**fields, "remind_hours": "721", "silent_days": "3651"})
    assert wrong.status_code == 422 and "1 到 720" in wrong.text and "1 到 3650" in wrong.text


def test_new_hours_move_what_waits(app, people, contributor, session):
    hand_in(contributor)
    before = session.scalar(select(Submission.answer_due_at))
    session.rollback()
    chief = Browser(app, people["editor_in_chief"])
    hours = {"first_answer_hours": "1", "share_back_hours": "2", "remind_hours": "24", "silent_days": "60"}
    chief.send("/settings/triage", **hours, return_reasons="", decline_reasons="")
    assert session.scalar(select(Submission.answer_due_at)) < before


def test_tables_are_safe_for_spreadsheets(contributor, editor):
    hand_in(contributor, title="=cmd()", body=BODY)
    rows = list(csv.DictReader(io.StringIO(editor.look("/figures/funnel/csv").lstrip("\ufeff"))))
    assert [row["submitted"] for row in rows] == ["1"]
    events = list(csv.DictReader(io.StringIO(editor.look("/figures/funnel/events").lstrip("\ufeff"))))
    assert [(row["node"], row["actor"], row["thing"]) for row in events] == [("submitted", "contributor", "submission")]
    assert "level" in editor.look("/figures/service-levels/csv")
    assert editor.status("/figures/funnel?group=nowhere") == 404
