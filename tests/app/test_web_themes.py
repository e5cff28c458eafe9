"""The gallery and the making of themes: what is shown is what is rendered, and every error names its field."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest
from click.testing import CliRunner

from app.cli import main
from app.extensions import db
from app.typesetting import preview_document, rendering, theme_of
from editorial import house
from editorial.articles import articles, themes
from editorial.articles.revisions import Content
from publishers.rendering import THEMES, render
from publishers.rendering.recipe import Recipe
from publishers.rendering.sample import SAMPLE
from tests import factories
from tests.app.browser import Browser

FORM = {**asdict(Recipe(accent="#1c447a", heading="bar")), "label": "春天", "name": "spring"}


@pytest.fixture
def editor(app, people):
    return Browser(app, people["desk_editor"])


@pytest.fixture
def spring(editor):
    assert editor.send("/themes/new", **FORM).status_code == 303


def test_the_gallery_shows_every_theme_by_day_and_in_the_dark(editor):
    page = editor.look("/themes")
    for name in THEMES:
        assert f"theme={name}&amp;dark=1" in page and f"theme={name}\"" in page, name
    light, dark = (editor.look(f"/themes/sample?theme=business&dark={dark}") for dark in (0, 1))
    assert render(SAMPLE, "business").html in light
    assert render(SAMPLE, "business").html not in dark and "background:#191919" in dark
    assert editor.status("/themes/sample?theme=nothing") == 404 == editor.status("/themes/sample?theme=spring@1")


def test_the_sample_can_run_nothing(editor):
    answer = editor.client.get("/themes/sample?theme=default")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_those_who_only_look_find_nothing_to_press(app, people):
    page = Browser(app, people["publisher"]).look("/themes")
    assert "以它为底新建" not in page and "设为新稿默认" not in page


def test_new_articles_begin_in_the_chosen_theme(app, people, session, editor):
    factories.group(session, "assembly")
    session.commit()
    assert editor.send("/themes/default", theme="ink").status_code == 303
    assert house.setting(session, "theme") == "ink"
    session.rollback()
    assert "新稿默认" in editor.look("/themes")
    sent = editor.send("/articles/new", title="题", body="文", origin_group="assembly", nonce="n")
    assert sent.status_code == 303
    assert editor.send("/themes/default", theme="nothing").status_code == 404


def test_a_theme_is_made_changed_and_chosen(editor, session, spring):
    page = editor.look("/themes/spring")
    assert "#1c447a" in page and 'value="bar" selected' in page
    changed = {**FORM, "base": "1", "heading": "label", "own-hr": "margin:3em 0; border:0"}
    assert editor.send("/themes/spring", **changed).status_code == 303
    newest = themes.newest_of(session, "spring")
    assert newest.reference == "spring@2" and newest.styles["hr"] == "margin:3em 0;border:0"
    session.rollback()
    assert editor.send("/themes/spring", **changed).status_code == 409
    assert "theme=spring@2" in editor.look("/themes")
    assert editor.send("/themes/default", theme="spring").status_code == 303
    assert editor.send("/themes/spring/retirement", retired="1").status_code == 422
    assert editor.send("/themes/default", theme="default").status_code == 303
    assert editor.send("/themes/spring/retirement", retired="1").status_code == 303
    assert "已停用" in editor.look("/themes")
    assert editor.send("/themes/default", theme="spring").status_code == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("accent", "red"), ("soft", "url(x)"), ("line", ""), ("heading", "spiral"), ("size", "99"), ("own-p", "position:fixed"),
        ("own-h2", "color:#fff}body{"), ("own-img", "width:100%"), ("own-td", 'color:#fff"><script>'), ("label", ""), ("name", "Ü"),
        ("name", "business"), ("name", "new"),
    ],
)
def test_every_error_names_its_field_and_keeps_what_was_typed(editor, field, value):
    answer = editor.send("/themes/new", **{**FORM, field: value})
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert re.search(r'id="f-accent" name="accent" value="(#1c447a|red)"', answer.text)
    assert "<script>" not in answer.text.partition('id="f-own-td"')[2].partition(">")[0]


def test_beginning_with_another_theme_takes_its_decisions_and_exceptions(editor, spring):
    page = editor.look("/themes/new?from=nature")
    assert 'value="#28603a"' in page and 'value="max-width:100%;border-radius:8px"' in page
    assert 'value="#1c447a"' in editor.look("/themes/new?from=spring")
    assert editor.status("/themes/new?from=nothing") == 404


def test_a_trial_shows_both_sides_and_keeps_nothing(editor, session):
    told = editor.send("/themes/trial", **FORM).get_json()
    assert 'style="margin:2em 0 1em;padding-left:10px;border-left:5px solid #1c447a' in told["light"]
    assert "#191919" in told["dark"] and told["weak"] == [] and told["count"] > 1000
    assert told["generated"]["h2"].startswith("margin:2em")
    weak = editor.send("/themes/trial", **{**FORM, "accent": "#ffcc00"}).get_json()["weak"]
    assert weak and all("对比度" in sentence for sentence in weak)
    wrong = editor.send("/themes/trial", **{**FORM, "own-p": "position:fixed", "accent": "x"})
    assert wrong.status_code == 422 and set(wrong.get_json()["errors"]) == {"own-p", "accent"}
    assert themes.everyone(session) == []


def test_p1_an_article_keeps_the_version_it_was_set_in(app, session, people, editor, spring):
    article = factories.article(session, people["contributor"])
    content = articles.newest(session, article).content.changed(theme="spring")
    saved = articles.save(session, article, content, base=1, by=people["contributor"]).revision.content
    session.commit()
    with app.test_request_context():
        before = rendering(db.session(), saved).html
    editor.send("/themes/spring", **{**FORM, "base": "1", "accent": "#264"})
    with app.test_request_context():
        assert rendering(db.session(), saved).html == before and "#1c447a" in before
        assert "#264" in rendering(db.session(), saved.changed(theme="spring@2")).html
    assert "春天（第 1 版）" in editor.look(f"/articles/{article.id}")


def test_what_no_theme_is_called_is_rendered_plainly_and_said(app, session):
    with app.test_request_context():
        assert theme_of(db.session(), "spring@1") is None is theme_of(db.session(), "nothing")
        assert rendering(db.session(), Content(title="题", body="文", theme="spring@1")).html == render("文").html


def test_the_preview_in_the_dark_is_recoloured_and_what_is_sent_is_not(app):
    content = Content(title="题", body="## 标题\n\n文", theme="business")
    with app.test_request_context():
        light, dark = preview_document(db.session(), content), preview_document(db.session(), content, dark=True)
        sent = rendering(db.session(), content).html
    assert sent in light and sent not in dark
    assert "color:#1c447a" in light and "color:#1c447a" not in dark


@pytest.mark.parametrize("theme", ["spring", "spring@1"])
def test_the_command_sets_in_a_theme_of_the_house(spring, settings, tmp_path, theme):
    article = tmp_path / "article.md"
    article.write_text("## 夜班\n\n第一段。", encoding="utf-8")
    env = {"QUNSHENG_DATABASE_URL": settings.database_url, "QUNSHENG_INSTANCE": str(tmp_path)}
    said = CliRunner().invoke(main, ["render", str(article), "--theme", theme], env=env)
    assert said.exit_code == 0 and "#1c447a" in said.stdout
    assert "no theme called summer" in CliRunner().invoke(main, ["render", str(article), "--theme", "summer"], env=env).output
