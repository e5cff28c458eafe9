"""Writing together, losing nothing: notes, suggestions, two editors, two windows, a dead line, a killed server, a full disk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import pages
from tests.journeys.writing import Writing, writing
from tests.publishers.importing.pastes import PASTES

pytestmark = [pytest.mark.slow, pytest.mark.browser]

BODY = (
    "第一段：试车台转了七十二小时。\n\n班长陈立带着**三名新人**守在台前，每半小时记录一次振动值。\n\n"
    "- 振动 1.6\n- 温度 41\n\n最后一段：见[说明](https://example.com/a)，感谢各位。"
)
SELECT = """(words) => {
  const editor = document.querySelector("textarea[data-editor]").desk.rich.editor;
  editor.state.doc.descendants((node, at) => {
    const found = node.isTextblock ? node.textContent.indexOf(words) : -1;
    if (found >= 0) editor.commands.setTextSelection({ from: at + 1 + found, to: at + 1 + found + words.length });
  });
  editor.view.focus();
}"""
PASTE = """([html, plain]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", plain);
  const target = document.querySelector(".article-text");
  target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
PASTED = """(letters) => {
  const { value } = document.querySelector("textarea[data-editor]");
  const read = value.replace(/\\]\\((?:[^()\\n]|\\([^()\\n]*\\))*\\)/g, "");
  return [...read].filter((sign) => /[\\p{L}\\p{N}]/u.test(sign)).join("") === letters;
}"""
KEPT = "(words) => Object.keys(localStorage).some((key) => key.startsWith('keep:') && localStorage[key].includes(words))"


@pytest.fixture(scope="module")
def desk(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    """A house with an article."""
    with writing(migrated_sqlite, tmp_path_factory.mktemp("writing")) as ready:
        yield ready


@pytest.fixture
def page(desk: Writing) -> Iterator[Page]:
    """The first editor's window, the article's text as above."""
    desk.page = desk.window()
    desk.load(BODY)
    save(desk.page)
    yield desk.page
    desk.page.context.close()


def save(page: Page) -> None:
    """Save, and wait for the page that says so."""
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    page.wait_for_selector(".article-text")


def write_at_end(page: Page, words: str) -> None:
    page.click(".article-text")
    page.keyboard.press("Control+End")
    page.keyboard.type(words)
    page.wait_for_function("(words) => document.querySelector('textarea[data-editor]').value.includes(words)", arg=words)


def write_first(page: Page, words: str) -> None:
    page.click(".article-text")
    page.keyboard.press("Control+Home")
    page.keyboard.type(words)


def annotate(page: Page, words: str, said: str) -> None:
    page.evaluate(SELECT, words)
    page.click("[data-ask=annotate]")
    page.fill("#note-new-text", said)
    with page.expect_response(lambda answer: answer.url.endswith("/annotations")) as told:
        page.click("[data-note-new] .act-main")
    assert told.value.status == 200
    expect(page.locator(".note-words").filter(has_text=said).last).to_be_visible()


def test_an_annotation_stays_at_its_words_through_edits_above_and_saves_by_others(desk: Writing, page: Page) -> None:
    annotate(page, "三名新人守在台前", "是三名还是四名？@沈知远")
    mark = page.locator(".note-mark")
    assert "".join(mark.all_inner_texts()) == "三名新人守在台前"
    write_first(page, "新写的导语。")
    assert "".join(mark.all_inner_texts()) == "三名新人守在台前"
    save(page)
    assert "".join(mark.all_inner_texts()) == "三名新人守在台前"
    other = desk.window(role="second")
    write_first(other, "罗一帆又加了一句。")
    save(other)
    page.reload()
    page.wait_for_selector(".note-mark")
    assert "".join(mark.all_inner_texts()) == "三名新人守在台前"
    page.click("[data-ask=source]")
    assert page.locator(".cm-content .note-mark").first.inner_text().startswith("三名新人")
    page.click("[data-ask=source]")
    assert "".join(mark.all_inner_texts()) == "三名新人守在台前"
    other.context.close()


def test_a_thread_is_answered_by_another_and_resolved(desk: Writing, page: Page) -> None:
    annotate(page, "振动 1.6", "单位是什么？")
    other = desk.window(role="second")
    thread = other.locator(".note", has_text="单位是什么？")
    other.check("[data-beside-notes]")
    thread.locator("summary").click()
    thread.locator("textarea").fill("毫米每秒。@林晓雯")
    expect(thread.locator("[data-note-told]")).to_have_text("将通知：林晓雯")
    thread.locator("form .act").first.click()
    expect(other.locator(".note-words", has_text="毫米每秒")).to_be_visible()
    # The first editor hears of it without loading the page anew.
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".note-words", has_text="毫米每秒")).to_be_visible()
    page.locator(".note", has_text="单位是什么？").locator(".note-resolve button").click()
    expect(page.locator(".notes-resolved")).to_contain_text("1")
    expect(page.locator(".note-list > .note:not(.note-done)", has_text="单位是什么？")).to_have_count(0)
    other.context.close()


def test_suggestions_are_seen_in_the_text_and_taken_one_by_one(desk: Writing, page: Page) -> None:
    before = desk.house.newest().number
    reader = desk.window(role="editor_in_chief", path=f"/articles/{desk.house.article}/suggesting")
    reader.evaluate(SELECT, "七十二")
    reader.keyboard.type("九十六")
    expect(reader.locator(".article-text del")).to_have_text("七十二")
    expect(reader.locator(".article-text .suggest-add")).to_have_text("九十六")
    write_at_end(reader, "另有补充。")
    reader.fill("#suggesting input[name=title]", "九十六小时的试车台")
    with reader.expect_navigation():
        reader.click("[form=suggesting]")
    assert desk.house.newest().number == before and "九十六" not in desk.house.newest().body
    reader.context.close()
    page.reload()
    page.wait_for_selector(".article-text .suggest-add")
    assert page.locator(".article-text .suggest-drop").inner_text() == "七十二"
    write_first(page, "没存的话。")
    page.check("[data-beside-notes]")
    with page.expect_navigation():
        page.locator(".note-suggestion[data-note]", has_text="九十六").get_by_role("button", name="采纳", exact=True).click()
    newest = desk.house.newest()
    assert newest.body.startswith("没存的话。第一段：试车台转了九十六小时") and "另有补充" not in newest.body
    expect(page.locator("[data-beside-notes]")).to_be_checked()
    with page.expect_navigation():
        page.locator(".note-suggestion", has_text="另有补充").get_by_role("button", name="不采纳", exact=True).click()
    assert desk.house.newest().title != "九十六小时的试车台"
    expect(page.locator("[data-beside-notes]")).to_be_checked()
    with page.expect_navigation():
        page.locator(".note-suggestion", has_text="九十六小时的试车台").get_by_role("button", name="采纳", exact=True).click()
    assert desk.house.newest().title == "九十六小时的试车台"
    expect(page.locator(".note-suggestion")).to_have_count(0)


def test_two_editors_are_put_together_and_asked_only_where_both_changed(desk: Writing, page: Page) -> None:
    other = desk.window(role="second")
    expect(other.locator("[data-presence-line]")).to_contain_text("林晓雯")
    for one, words in ((page, "九十六"), (other, "一百")):
        one.evaluate(SELECT, "七十二")
        one.keyboard.type(words)
    write_at_end(other, "罗一帆的尾巴。")
    write_at_end(page, "林晓雯的尾巴。")
    save(page)
    with other.expect_navigation():
        other.keyboard.press("Control+s")
    expect(other.locator("[data-merge-part]").first).to_contain_text("九十六")
    other.locator("[data-merge-part]", has_text="九十六").get_by_text("林晓雯").first.click()
    last = other.locator("[data-merge-part]", has_text="罗一帆的尾巴")
    last.get_by_text("两个都要").click()
    body = other.input_value("[data-merge-result]")
    assert "九十六小时" in body and "一百" not in body
    assert "罗一帆的尾巴" in body and "林晓雯的尾巴" in body
    with other.expect_navigation():
        other.get_by_role("button", name="存为新一版").click()
    assert desk.house.newest().body == body.replace("\r\n", "\n")
    other.context.close()


def test_two_windows_of_one_person_do_not_write_over_each_other(desk: Writing, page: Page) -> None:
    other = desk.opened(page.context.new_page())
    write_at_end(page, "甲窗口的话")
    write_at_end(other, "乙窗口的话")
    for words in ("甲窗口的话", "乙窗口的话"):
        page.wait_for_function(KEPT, arg=words)
    save(page)
    other.close()
    page.wait_for_function(KEPT, arg="乙窗口的话")
    fresh = desk.opened(page.context.new_page())
    expect(fresh.locator("[data-kept-note]")).to_be_visible()
    fresh.locator("[data-kept-note] button").first.click()
    expect(fresh.locator(".article-text")).to_contain_text("乙窗口的话")
    assert "甲窗口的话" in desk.house.newest().body


def test_a_lost_connection_loses_nothing_and_saves_when_it_is_back(desk: Writing, page: Page) -> None:
    page.context.set_offline(True)
    write_at_end(page, "断网时写的话")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-not-saved]")).to_contain_text("没有")
    page.keyboard.type("，又写了一句")
    page.wait_for_function(KEPT, arg="，又写了一句")
    with page.expect_navigation():
        page.context.set_offline(False)
    assert "断网时写的话，又写了一句" in desk.house.newest().body


def test_a_killed_server_loses_nothing(desk: Writing, page: Page) -> None:
    write_at_end(page, "服务器没了时写的话")
    desk.house.die()
    page.keyboard.press("Control+s")
    expect(page.locator("[data-not-saved]")).to_contain_text("服务器没有回应")
    expect(page.locator(".article-text")).to_contain_text("服务器没了时写的话")
    with page.expect_navigation(timeout=30_000):
        desk.house.come_back()
    assert "服务器没了时写的话" in desk.house.newest().body


def test_a_full_disk_keeps_the_text_on_the_page_and_the_device(desk: Writing, page: Page) -> None:
    words = "磁盘满了时写的话" * 900
    desk.load(BODY + words)
    with desk.house.full_disk():
        page.keyboard.press("Control+s")
        expect(page.locator("[data-not-saved]")).to_contain_text("磁盘满了")
        page.wait_for_function(KEPT, arg="磁盘满了时写的话")
        assert words in desk.markdown
        saved = page.expect_navigation(timeout=30_000)
        saved.__enter__()
    saved.__exit__(None, None, None)
    assert words in desk.house.newest().body


def test_a_killed_window_is_put_back_on_this_device_and_on_another(desk: Writing, page: Page) -> None:
    with page.expect_response(lambda answer: answer.url.endswith("/autosave")) as kept:
        write_at_end(page, "崩溃前写的话")
    assert kept.value.status == 204
    context = page.context
    page.close(run_before_unload=False)
    again = desk.opened(context.new_page())
    expect(again.locator(".article-text")).to_contain_text("崩溃前写的话")
    again.close(run_before_unload=False)
    elsewhere = desk.window()
    elsewhere.get_by_role("link", name="放回").click()
    expect(elsewhere.locator(".article-text")).to_contain_text("崩溃前写的话")
    elsewhere.context.close()


@pytest.mark.parametrize("program", ["word", "wps", "feishu", "web"])
def test_what_four_programs_put_on_the_clipboard_is_pasted_clean(desk: Writing, page: Page, program: str) -> None:
    chosen = [one for one in PASTES if one.name.startswith(program) and "asset:" not in one.markdown]
    assert chosen
    for one in chosen:
        desk.load("")
        page.focus(".article-text")
        page.evaluate(PASTE, [one.html, "字"])
        page.wait_for_function(PASTED, arg=letters(one.markdown))
        assert not [word for word in ("mso", "Mso", "style=", "<o:", "data-lark", "class=") if word in desk.markdown]


def letters(markdown: str) -> str:
    """What a reader reads of it: no marks, addresses and spaces, no pictures of elsewhere, which nobody here can fetch."""
    markdown = re.sub(r"!\[[^\]]*\]\(outside:[^)]*\)", "", markdown)
    return "".join(sign for sign in re.sub(r"\]\((?:[^()\n]|\([^()\n]*\))*\)", "", markdown) if sign.isalnum())


@pytest.mark.parametrize("size", [(360, 780), (768, 1024), (1440, 900)])
def test_notes_and_two_versions_are_for_everybody_at_every_size(desk: Writing, page: Page, size: tuple[int, int]) -> None:
    annotate(page, "三名新人守在台前", "几名？")
    wrong = []
    reader = desk.window(*size, touch=size[0] < 500, role="operator", path=f"/articles/{desk.house.article}/suggesting")
    for theme in ("light", "dark"):
        pages.theme(reader, theme)
        wrong += pages.violations(reader) + pages.sticking_out(reader)
    other = desk.window(*size, touch=size[0] < 500, role="second")
    other.evaluate("() => document.querySelector('[data-beside-notes]').click()")
    wrong += pages.violations(other) + pages.sticking_out(other) + (pages.small_targets(other) if size[0] < 500 else [])
    for one, words in ((page, "九十六"), (other, "一百")):
        one.evaluate(SELECT, "七十二")
        one.keyboard.type(words)
        one.keyboard.press("Control+s")
        one.wait_for_selector(".flash, [data-merge-part]")
    for theme in ("light", "dark"):
        pages.theme(other, theme)
        wrong += pages.violations(other) + pages.sticking_out(other)
    reader.context.close()
    other.context.close()
    assert wrong == []
