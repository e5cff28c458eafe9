"""The desk's list, the article's page, and two who save at once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from editorial.articles import articles
from editorial.articles.articles import Article
from editorial.articles.revisions import Revision
from editorial.articles.workflow import State
from publishers.rendering import render
from tests import factories
from tests.app.browser import Browser


@pytest.fixture
def article(session, people):
    made = factories.article(session, people["contributor"])
    session.commit()
    return made.id


@pytest.fixture
def editor(app, people, article):
    return Browser(app, people["desk_editor"])


def save(browser, article, base, **changes):
    fields = {"title": "七十二小时的试车台", "body": "改过的正文。", "author": "周小满", "base": base}
    return browser.send(f"/articles/{article}", **{**fields, **changes})


def test_the_list_finds_words_of_two_characters(editor):
    assert "七十二小时的试车台" in editor.look("/articles?q=新人")
    assert "七十二小时的试车台" not in editor.look("/articles?q=老人")


def test_the_list_is_narrowed_by_state_kind_group_and_editor(editor):
    for address, there in {
        "/articles": True, "/articles?state=drafting": True, "/articles?state=published": False, "/articles?kind=training": True,
        "/articles?kind=sales": False, "/articles?group=assembly": True, "/articles?mine=1": False,
        "/articles?state=nonsense": True, "/articles?after=nonsense": True,
    }.items():
        assert ("七十二小时的试车台" in editor.look(address)) is there, address


def test_pages_of_the_list_follow_each_other(editor, session, people):
    for number in range(52):
        factories.article(session, people["contributor"], title=f"第{number:03}号来稿")
    session.commit()
    first = editor.look("/articles")
    further = first.split('rel="next"')[0].rpartition('href="')[2].split('"')[0].replace("&amp;", "&")
    second = editor.look(further)
    titles = ["七十二小时的试车台", *(f"第{number:03}号来稿" for number in range(52))]
    assert [title in first for title in titles] == [True] * 50 + [False] * 3
    assert [title in second for title in titles] == [False] * 50 + [True] * 3


def test_a_saved_change_is_the_next_version(editor, article, session):
    answer = save(editor, article, 1)
    assert answer.status_code == 303
    assert "改过的正文。" in editor.look(f"/articles/{article}")
    assert session.scalar(select(func.count()).select_from(Revision)) == 2


def test_saving_nothing_new_makes_no_version(editor, article, session):
    save(editor, article, 1)
    save(editor, article, 2)
    assert session.scalar(select(func.count()).select_from(Revision)) == 2


def test_of_two_who_save_the_second_sees_both_texts_and_loses_nothing(app, people, editor, article, session):
    writer = Browser(app, people["contributor"])
    save(editor, article, 1, body="编辑改的一句。")
    second = save(writer, article, 1, body="作者改的一句。")
    assert second.status_code == 409
    assert "编辑改的一句。" in second.text and "作者改的一句。" in second.text
    assert save(writer, article, 2, body="编辑改的一句。作者改的一句。").status_code == 303
    assert session.scalar(select(func.count()).select_from(Revision)) == 3


@pytest.mark.parametrize(("changes", "said"), [
    ({"title": " "}, "请填写标题"), ({"source_url": "ftp://x"}, "http://"), ({"author": "长" * 81}, "80"),
    ({"cover": "nonsense"}, "没有这张图片"),
])
def test_what_is_wrong_is_named_and_what_was_typed_stays(editor, article, changes, said):
    answer = save(editor, article, 1, body="打了很久的一段话。", **changes)
    assert answer.status_code == 422
    assert said in answer.text and "打了很久的一段话。" in answer.text


def test_saving_and_sending_for_review_is_one_press(editor, article, session):
    assert save(editor, article, 1, act="submit").status_code == 303
    shown = session.get(Article, article)
    assert (shown.state, shown.revision, shown.stage) == (State.IN_REVIEW, 2, "review_1")


def test_what_the_platform_refuses_is_not_sent_for_review(editor, article):
    answer = save(editor, article, 1, title="字" * 65, act="submit")
    assert answer.status_code == 422
    assert "字" * 65 in answer.text


def test_a_change_under_review_starts_the_review_again(editor, article, session):
    editor.send(f"/articles/{article}/submission")
    answer = save(editor, article, 1)
    assert "审核从初审重新开始" in editor.client.get(answer.location).text
    assert session.get(Article, article).round == 2


def test_the_preview_runs_no_script_and_keeps_nothing(editor, article, session):
    answer = editor.send("/articles/preview", title="<script>alert(1)</script>", body="正文<script>alert(2)</script>")
    assert answer.status_code == 200
    assert "正文" in answer.json["page"]
    assert not any("<script" in said for said in (answer.json["page"], answer.json["findings"]))
    policy = editor.client.get(f"/articles/{article}/preview").headers["Content-Security-Policy"]
    assert policy.startswith("sandbox") and "allow-scripts" not in policy and "default-src 'none'" in policy
    assert session.scalar(select(func.count()).select_from(Revision)) == 1


def test_the_preview_says_what_is_found_and_how_long_the_text_is(editor):
    answer = editor.send("/articles/preview", title="题", body=f"{'字' * 900}\n\n![](/assets/{'a' * 64}.png)")
    assert "900 字 · 约 3 分钟读完" in answer.json["count"]
    assert [one["severity"] for one in answer.json["found"]] == ["advice"]
    assert answer.json["found"][0]["where"].startswith("/assets/aaa")
    assert "data-jump" in answer.json["findings"]


def test_what_is_copied_is_what_would_be_sent(editor):
    body = f"**粗体**与链接\n\n![图](/assets/{'a' * 64}.png)"
    answer = editor.send("/articles/preview", title="题", body=body, copy="1")
    assert answer.json["html"] == render(body).html
    assert (answer.json["plain"], answer.json["pictures"]) == (render(body).plain, 1)


def test_the_drawing_board_can_load_nothing(editor):
    policy = editor.client.get("/articles/drawing-board").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "connect-src" not in policy and "frame-ancestors 'self'" in policy


def test_versions_can_be_compared(editor, article):
    save(editor, article, 1, body="十月十二日，试车台连续运转满八十小时。", title="八十小时的试车台")
    page = editor.look(f"/articles/{article}/comparison?from=1&to=2")
    assert "<del>" in page and "<ins>" in page and "八十小时的试车台" in page
    assert editor.status(f"/articles/{article}/comparison?from=1&to=9") == 404


def test_a_scheduled_article_is_not_changed(app, session, people):
    edition = factories.scheduled(session, people)
    article = edition.places[0].article_id
    session.commit()
    editor = Browser(app, people["desk_editor"])
    assert "先撤下所在一期的排期" in editor.look(f"/articles/{article}")
    assert save(editor, article, 1).status_code == 409


def test_an_article_is_begun_with_its_number(editor, session):
    fields = {"origin_group": "assembly", "title": "食堂窗口后面的那本账", "body": "早上五点半。", "author": "林晓雯"}
    answer = editor.send("/articles/new", **fields)
    assert answer.status_code == 303
    number = articles.get(session, 2).number
    session.rollback()
    assert number in editor.look(answer.location)
    assert editor.send("/articles/new", **{**fields, "title": ""}).status_code == 422


def test_withdrawing_keeps_the_text(editor, article):
    assert editor.send(f"/articles/{article}/withdrawal").status_code == 303
    assert "已撤稿" in editor.look(f"/articles/{article}")


def test_other_contributors_do_not_see_it(app, people, article):
    other = Browser(app, people["other"])
    for address in (f"/articles/{article}", f"/articles/{article}/preview", f"/articles/{article}/comparison"):
        assert other.status(address) == 404
    assert save(other, article, 1).status_code == 404
    assert other.status("/articles") == 403
