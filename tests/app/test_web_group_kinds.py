"""What a kind of group asks: set in the settings, asked on the hand-in page, shown to the desk, over the API as well."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from editorial.groups import groups, kinds
from editorial.groups.groups import Kind
from editorial.groups.kinds import FieldKind, FormField
from editorial.intake.submissions import Submission
from editorial.review import plans, routes
from editorial.topics import columns
from tests import factories
from tests.app.browser import Browser

LESSON = [
    FormField("时间", FieldKind.DATE, required=True), FormField("讲师", required=True), FormField("参加 人数", FieldKind.NUMBER),
]
STORY = {"title": "新员工第一课", "body": "两百字。", "byline": "real_name", "nonce": "n1"}
ANSWERED = {"answer.training.时间": "2026-03-13", "answer.training.讲师": "祝师傅", "answer.training.参加 人数": "37"}


@pytest.fixture
def world(session, people):
    factories.group(session).kind = Kind.TRAINING
    groups.add(session, name="职工活动群", slug="sport", kind="activity")
    groups.add(session, name="销售群", slug="sales", kind="sales")
    kinds.change(session, Kind.TRAINING, LESSON, by=people["admin"])
    kinds.change(session, Kind.ACTIVITY, [FormField("时间", FieldKind.DATE), FormField("地点")], by=people["admin"])
    session.commit()
    return session


@pytest.fixture
def contributor(app, people, world):
    return Browser(app, people["contributor"])


def kept(session):
    session.rollback()
    found = session.scalar(select(Submission).order_by(Submission.id.desc()))
    answers = found and {one["label"]: one["answer"] for one in found.answers}
    session.rollback()
    return answers


def test_the_form_of_the_groups_kind_is_shown_and_kept(contributor, world, app, people):
    page = contributor.look("/hand-in?group=assembly")
    shown = re.search(r'<fieldset class="questions" data-questions="training">.*?</fieldset>', page, re.S)
    assert shown is not None
    assert 'name="answer.training.讲师"' in shown[0] and 'type="date"' in shown[0]
    assert re.search(r'data-questions="activity" hidden disabled', page)
    known = json.loads(re.search(r'id="kinds-of-groups"[^>]*>(.*?)</script>', page)[1])
    assert known == {"assembly": "training", "sport": "activity"}
    answer = contributor.send("/hand-in", origin_group="assembly", **STORY, **ANSWERED)
    assert answer.status_code == 303
    assert kept(world) == {"时间": "2026-03-13", "讲师": "祝师傅", "参加 人数": "37"}
    number = answer.location.split("/")[2]
    editor = Browser(app, people["desk_editor"])
    for address in (f"/submissions/{number}", f"/inbox?at={number}&part=1"):
        assert "祝师傅" in editor.look(address)
    article = editor.send(f"/submissions/{number}/acceptance").location
    assert "参加 人数" in editor.look(article) and "祝师傅" in editor.look(article)


def test_what_is_missing_is_named_at_its_field_and_the_rest_stays(contributor, world):
    answer = contributor.send("/hand-in", origin_group="assembly", **STORY, **{**ANSWERED, "answer.training.讲师": ""})
    assert answer.status_code == 422
    assert "“讲师”还没有填。" in answer.text and 'href="#f-answer-training-1"' in answer.text
    assert 'id="f-answer-training-1"' in answer.text and 'value="2026-03-13"' in answer.text
    assert kept(world) is None


def test_another_group_keeps_what_was_typed_for_the_first(contributor, world):
    """Without a script: the button shows the other form, what was typed into the first goes along, and comes back."""
    answer = contributor.send("/hand-in", origin_group="sport", act="questions", **STORY, **ANSWERED)
    assert answer.status_code == 200
    assert re.search(r'data-questions="activity">', answer.text) and kept(world) is None
    assert 'name="kept.training.讲师" value="祝师傅"' in answer.text
    carried = {name.replace("answer.", "kept."): text for name, text in ANSWERED.items()}
    back = contributor.send("/hand-in", origin_group="assembly", act="questions", **STORY, **carried)
    shown = re.search(r'data-questions="training">.*?</fieldset>', back.text, re.S)
    assert shown is not None and 'value="祝师傅"' in shown[0]
    done = contributor.send("/hand-in", origin_group="sport", **STORY, **carried, **{"answer.activity.地点": "操场"})
    assert done.status_code == 303 and kept(world) == {"地点": "操场"}


def test_a_group_whose_kind_asks_nothing_takes_the_story_as_before(contributor, world):
    assert contributor.send("/hand-in", origin_group="sales", **STORY).status_code == 303
    assert kept(world) == {}


def test_a_draft_keeps_the_answers_for_another_device(contributor, app, people):
    draft = {"origin_group": "assembly", "title": "第一课", "answers": {"training.讲师": "祝师傅", "training.旧问题": "旧答案"}}
    answer = contributor.client.put("/hand-in/draft", json=draft, headers={"X-CSRFToken": contributor.token()})
    assert answer.status_code == 204
    page = Browser(app, people["contributor"]).look("/hand-in")
    shown = re.search(r'data-questions="training">.*?</fieldset>', page, re.S)
    assert shown is not None
    assert 'value="祝师傅"' in shown[0] and "旧答案" in shown[0]


def test_a_returned_story_brings_its_answers_back(contributor, app, people):
    number = contributor.send("/hand-in", origin_group="assembly", **STORY, **ANSWERED).location.split("/")[2]
    Browser(app, people["desk_editor"]).send(f"/submissions/{number}/return", reason="请补照片。")
    assert 'value="祝师傅"' in contributor.look(f"/hand-in?again={number}")


def test_the_settings_move_add_and_take_away_questions_and_keep_them(app, people, world):
    admin = Browser(app, people["admin"])
    rows = {"row": ["0", "1"], "label-0": "时间", "kind-0": "date", "required-0": "1", "label-1": "讲师", "kind-1": "short_text"}
    moved = admin.send("/settings/group-kinds/training", **rows, act="up:1")
    assert moved.text.index('value="讲师"') < moved.text.index('value="时间"')
    assert "新问题" in admin.send("/settings/group-kinds/training", **rows, act="add").text
    assert 'value="讲师"' not in admin.send("/settings/group-kinds/training", **rows, act="remove:1").text
    assert [field.label for field in kinds.of(world, Kind.TRAINING).form] == ["时间", "讲师", "参加 人数"]
    world.rollback()
    column = columns.add(world, name="学徒笔记", by=people["admin"])
    route = routes.add(world, "加一校", plans.serial([*plans.REVIEWS, "proof_1"]), by=people["admin"])
    world.commit()
    column_id, route_id = column.id, route.id
    world.rollback()
    twice = admin.send("/settings/group-kinds/training", **{**rows, "label-1": "时间"}, act="save", theme="warm")
    assert twice.status_code == 422 and "表单里已有同名的问题。" in twice.text
    chosen = {"columns": [column_id], "route": route_id, "theme": "default"}
    assert admin.send("/settings/group-kinds/training", **rows, **chosen, act="save").status_code == 303
    assert [field.label for field in kinds.of(world, Kind.TRAINING).form] == ["时间", "讲师"]
    assert kinds.of(world, Kind.TRAINING).theme == "default"
    index = admin.look("/settings/group-kinds")
    assert "学徒笔记" in index and "加一校" in index and "时间、讲师" in index
    world.rollback()
    assert admin.send("/settings/group-kinds/training", **rows, theme="nowhere", act="save").status_code == 422


def test_the_usual_columns_are_offered_first_at_the_article(app, people, session):
    article = factories.article(session, people["contributor"])
    for name in ("甲", "乙"):
        columns.add(session, name=name, by=people["admin"])
    usual = next(one for one in columns.everyone(session) if one.name == "乙")
    columns.set_usual(session, article.group.kind, {usual.id}, by=people["admin"])
    address = f"/articles/{article.id}"
    session.commit()
    page = Browser(app, people["desk_editor"]).look(address)
    assert page.index("乙（这类群常用）") < page.index(">甲<")
