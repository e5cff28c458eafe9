"""Bringing a text in, in a real browser: a file on the article's page, a rich paste on the plain one, what pictures show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import pages
from tests.journeys.writing import Writing, writing
from tests.publishers.importing import stories
from tests.publishers.importing.pastes import PASTES

pytestmark = [pytest.mark.slow, pytest.mark.browser]

STORY = stories.stories()[3]
PASTE = """([html, plain]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", plain);
  const field = document.querySelector("textarea[name=body]");
  field.focus();
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def desk(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    with writing(migrated_sqlite, tmp_path_factory.mktemp("importing")) as made:
        yield made


def document(folder: Path) -> Path:
    file = folder / "机组.docx"
    file.write_bytes(stories.as_docx(STORY))
    return file


def test_a_file_lands_in_the_editor_and_its_pictures_are_asked_about(desk: Writing, tmp_path: Path) -> None:
    page = desk.window()
    before = page.input_value("textarea[data-editor]").strip()
    page.click("details.import summary")
    page.set_input_files("details.import input[type=file]", document(tmp_path))
    fields = page.locator(".import-pictures input")
    expect(fields).to_have_count(len(STORY.pictures))
    expect(page.locator(".import-title")).to_contain_text(STORY.title)
    fields.first.fill("试车台全景")
    fields.first.blur()
    field = page.locator("textarea[data-editor]")
    page.wait_for_function("() => document.querySelector('textarea[data-editor]').value.includes('![试车台全景](/assets/')")
    text = field.input_value()
    assert before in text and all(words in text for words in STORY.paragraphs[:1])
    assert pages.violations(page) == [] and desk.noise.take() == []


def test_a_rich_paste_into_a_plain_field_keeps_its_lists_and_can_be_undone(desk: Writing) -> None:
    page = desk.window()
    page.goto(page.url.partition("/articles")[0] + "/hand-in")
    word = next(paste for paste in PASTES if paste.name == "word-lists")
    page.evaluate(PASTE, [word.html, "plain"])
    field = page.locator("textarea[name=body]")
    expect(field).to_have_value(word.markdown.strip())
    page.keyboard.press("Control+z")
    expect(field).to_have_value("")
    page.evaluate(PASTE, ["<meta charset=utf-8><span>只有字</span>", "只有字"])
    expect(field).to_have_value("")
    page.click("details.import summary")
    assert pages.violations(page) == []


def test_a_refused_file_says_why_and_changes_nothing(desk: Writing, tmp_path: Path) -> None:
    page = desk.window()
    page.goto(page.url.partition("/articles")[0] + "/hand-in")
    page.fill("textarea[name=body]", "已经写下的话")
    old = tmp_path / "旧.doc"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    page.click("details.import summary")
    page.set_input_files("details.import input[type=file]", old)
    expect(page.locator("[data-import-state]")).to_contain_text(".docx")
    expect(page.locator("textarea[name=body]")).to_have_value("已经写下的话")


def test_a_contributor_reads_names_of_pictures_and_sends_the_pictures(desk: Writing, tmp_path: Path) -> None:
    page = desk.window()
    page.goto(page.url.partition("/articles")[0] + "/hand-in")
    page.click("details.import summary")
    page.set_input_files("details.import input[type=file]", document(tmp_path))
    expect(page.locator(".import-pictures input")).to_have_count(len(STORY.pictures))
    text = page.get_by_label("正文")
    assert "【图片 1" in text.input_value() and "/assets/" not in text.input_value()
    page.locator(".import-pictures input").first.fill("试车台全景")
    page.locator(".import-pictures input").first.blur()
    page.wait_for_function("() => document.querySelector('textarea[name=body]').value.includes('![试车台全景](/assets/')")
    text.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\n到此为止。")
    sent = page.locator("textarea[name=body]").input_value()
    assert sent.endswith("到此为止。") and sent.count("](/assets/") == len(STORY.pictures)
    page.reload()
    expect(page.get_by_label("正文")).to_have_value(re.compile("【图片 1.*到此为止。", re.DOTALL))
    assert page.locator("textarea[name=body]").input_value() == sent
    assert pages.violations(page) == []
