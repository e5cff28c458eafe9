"""Writing an article: keys, paste, pictures, Chinese composition, undo, the source, the phone, the clipboard."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from publishers.rendering import render
from tests.journeys import pages
from tests.journeys.writing import Writing, writing
from tests.pictures import photo

pytestmark = [pytest.mark.slow, pytest.mark.browser]

WORD = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style></head><body>'
    "<!--StartFragment--><h2 style='mso-outline-level:2'>一、试车</h2>"
    "<p class=MsoNormal style='text-indent:21pt;font-family:宋体'>"
    "试车台<b style='mso-bidi-font-weight:normal'>连续</b>运转。<o:p></o:p></p>"
    "<table class=MsoTableGrid border=1><tr><td><p>项目</p></td><td><p>数值</p></td></tr>"
    "<tr><td><p>振动</p></td><td><p>1.6</p></td></tr></table><!--EndFragment--></body></html>"
)
PASTE = """([html, plain]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  data.setData("text/plain", plain);
  const target = document.querySelector(".article-text");
  target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
DROP = """([content, kind, name]) => {
  const bytes = Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type: kind }));
  const target = document.querySelector(".article-text p");
  const { left, top } = target.getBoundingClientRect();
  const at = { clientX: left + 20, clientY: top + 5, dataTransfer: data, bubbles: true, cancelable: true };
  target.dispatchEvent(new DragEvent("drop", at));
}"""
# The time from a key to the phone showing what it wrote.
UNTIL_SHOWN = """(mark) => new Promise((resolve) => {
  const frame = document.getElementById("preview");
  const began = performance.now();
  const there = () => frame.contentDocument.body.textContent.includes(mark) || performance.now() - began > 5000;
  const look = () => there() ? resolve(performance.now() - began) : requestAnimationFrame(look);
  document.execCommand("insertText", false, mark);
  look();
})"""
# The time from a key to the next paint, for each of some keys.
PAINTS = """async (count) => {
  const taken = [];
  for (let key = 0; key < count; key += 1) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    const began = performance.now();
    document.execCommand("insertText", false, "字");
    await new Promise((resolve) => requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = resolve;
      after.port2.postMessage(0);
    }));
    taken.push(performance.now() - began);
  }
  return taken.sort((a, b) => a - b);
}"""


@pytest.fixture(scope="module")
def house(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writing]:
    """A house with an article."""
    with writing(migrated_sqlite, tmp_path_factory.mktemp("editor")) as ready:
        yield ready


@pytest.fixture
def desk(house: Writing) -> Iterator[Writing]:
    """The editor, its text empty; the browser had nothing to complain about in the end."""
    house.load("")
    house.noise.take()
    yield house
    assert house.noise.take() == []


def write(desk: Writing, words: str) -> None:
    desk.page.click(".article-text")
    desk.page.keyboard.type(words)


def paste(desk: Writing, plain: str, html: str = "") -> None:
    desk.page.focus(".article-text")
    desk.page.evaluate(PASTE, [html, plain])


def saved(desk: Writing, words: str) -> None:
    """Wait until the field holds the words."""
    desk.page.wait_for_function("(words) => document.querySelector('textarea[data-editor]').value.includes(words)", arg=words)


def test_keys_become_markdown(desk: Writing) -> None:
    write(desk, "## 标题\n正文有**粗体**字\n\n- 一\n二\n\n> 引用")
    assert desk.markdown == "## 标题\n\n正文有**粗体**字\n\n- 一\n- 二\n\n> 引用"


def test_tools_do_what_they_say(desk: Writing) -> None:
    write(desk, "试车台")
    desk.page.keyboard.press("Control+a")
    desk.page.click("[data-do=bold]")
    expect(desk.page.locator("[data-do=bold]")).to_have_attribute("aria-pressed", "true")
    desk.page.click("[data-do=h2]")
    assert desk.markdown == "## **试车台**"
    desk.page.keyboard.press("End")
    desk.page.keyboard.press("Enter")
    desk.page.click(".tools summary")
    desk.page.click("[data-do=table]")
    desk.page.keyboard.type("项目")
    assert desk.markdown.endswith("| 项目 | | |\n|---|---|---|\n| | | |\n| | | |")
    desk.page.click("[data-do=dropColumn]")
    assert desk.markdown.endswith("| | |\n|---|---|\n| | |\n| | |")


def test_undo_and_redo(desk: Writing) -> None:
    write(desk, "第一句。")
    desk.page.keyboard.press("Enter")
    desk.page.keyboard.type("第二句。")
    desk.page.keyboard.press("Control+z")
    desk.page.keyboard.press("Control+z")
    assert "第二句" not in desk.markdown
    desk.page.keyboard.press("Control+Shift+z")
    desk.page.keyboard.press("Control+Shift+z")
    assert desk.markdown == "第一句。\n\n第二句。"


def test_a_link_by_its_shortcut(desk: Writing) -> None:
    write(desk, "见官网")
    for _ in range(2):
        desk.page.keyboard.press("Shift+ArrowLeft")
    desk.chosen("官网")
    desk.page.keyboard.press("Control+k")
    desk.page.fill("#ask-link-address", "example.com/a")
    desk.page.keyboard.press("Enter")
    assert desk.markdown == "见[官网](https://example.com/a)"


def test_a_word_text_is_pasted_clean(desk: Writing) -> None:
    paste(desk, "一、试车\n试车台连续运转。", WORD)
    saved(desk, "1.6")
    assert "## 一、试车" in desk.markdown and "试车台**连续**运转。" in desk.markdown
    assert "| 振动 | 1.6 |" in desk.markdown
    assert not [word for word in ("mso", "Mso", "<", "style", "宋体") if word in desk.markdown]


def test_plain_text_stays_plain_and_markdown_is_read(desk: Writing) -> None:
    paste(desk, "第一行\n第二行 <b>不是粗体</b> & 3 * 4")
    assert desk.page.locator(".article-text strong, .article-text b").count() == 0
    assert "第二行 &lt;b>不是粗体&lt;/b> & 3 * 4" in desk.markdown
    desk.load("")
    paste(desk, "## 小标题\n\n::: tip\n盒\n:::\n\n- 项")
    assert desk.markdown == "## 小标题\n\n::: tip\n盒\n:::\n\n- 项"


def test_a_pasted_script_is_nothing(desk: Writing) -> None:
    paste(desk, "字", '<p onclick="alert(1)">字<img src=x onerror="top.ran=1"><script>top.ran=1</script></p>')
    saved(desk, "字")
    assert desk.page.evaluate("() => window.ran") is None
    assert "script" not in desk.markdown and "onerror" not in desk.markdown
    desk.noise.take()


def test_a_picture_is_dropped_where_it_belongs(desk: Writing) -> None:
    desk.load("第一段。\n\n第二段。")
    desk.page.evaluate(DROP, [base64.b64encode(photo()).decode(), "image/jpeg", "photo.jpg"])
    saved(desk, "/assets/")
    first, picture, second = desk.markdown.split("\n\n")
    assert (first, second) == ("第一段。", "第二段。")
    assert picture.startswith("![](/assets/")


def test_a_picture_from_the_camera(desk: Writing) -> None:
    write(desk, "现场。")
    desk.page.set_input_files("[data-camera]", {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": photo(300, 200)})
    saved(desk, "/assets/")
    desk.page.click(".article-text .picture img")
    desk.page.fill("#ask-picture-alt", "试车台 [近景]")
    desk.page.fill("#ask-picture-caption", "七十二小时")
    desk.page.select_option("#ask-picture-width", "{width=50%}")
    desk.page.click("#ask-picture button[value=done]")
    assert "![试车台 \\[近景\\]](/assets/" in desk.markdown and ' "七十二小时"){width=50%}' in desk.markdown


def test_what_is_no_picture_is_refused_in_words(desk: Writing) -> None:
    write(desk, "字")
    desk.page.set_input_files("[data-pictures]", {"name": "a.png", "mimeType": "image/png", "buffer": b"nothing"})
    expect(desk.page.locator(".toast-line.bad").last).to_contain_text("a.png")
    assert desk.page.locator(".arriving").count() == 0
    assert desk.markdown == "字"
    desk.noise.take()


def test_chinese_composition_is_never_broken(desk: Writing) -> None:
    write(desk, "前")
    wire = desk.page.context.new_cdp_session(desk.page)
    for letters in ("s", "sh", "shi", "shi'", "shi'c", "shi'che"):
        wire.send("Input.imeSetComposition", {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)})
        # The answer of the phone, and with it the findings, arrive while the word is being composed.
        desk.page.wait_for_timeout(120)
    wire.send("Input.insertText", {"text": "试车"})
    desk.page.keyboard.type("，后")
    assert desk.page.inner_text(".article-text").strip() == "前试车，后"
    assert desk.markdown == "前试车，后"
    wire.send("Input.imeSetComposition", {"text": "tai", "selectionStart": 3, "selectionEnd": 3})
    wire.send("Input.imeSetComposition", {"text": "", "selectionStart": 0, "selectionEnd": 0})
    assert desk.markdown == "前试车，后"


def test_composition_inside_bold_and_at_a_finding(desk: Writing) -> None:
    desk.load("**粗体**在此，脚注[^没有]。")
    expect(desk.page.locator(".article-text .found")).to_have_count(1)
    wire = desk.page.context.new_cdp_session(desk.page)
    for words in ("粗体", "脚注"):
        desk.cursor_after(words)
        wire.send("Input.imeSetComposition", {"text": "zi", "selectionStart": 2, "selectionEnd": 2})
        wire.send("Input.insertText", {"text": "字"})
    assert desk.markdown == "**粗体字**在此，脚注字[^没有]。"


def test_the_source_is_the_same_text(desk: Writing) -> None:
    text = "* 星\n\n::: tip\n盒\n:::\n\n正文"
    desk.load(text)
    desk.page.click("[data-ask=source]")
    expect(desk.page.locator(".cm-content")).to_contain_text("::: tip")
    assert desk.markdown == text
    desk.page.click(".cm-content")
    desk.page.keyboard.press("Control+End")
    desk.page.keyboard.type("，又写")
    desk.page.click("[data-ask=source]")
    expect(desk.page.locator(".article-text")).to_contain_text("正文，又写")
    assert desk.markdown == text + "，又写"
    assert desk.written() == text + "，又写"


def test_findings_stand_where_they_are_and_lead_there(desk: Writing) -> None:
    desk.load("段落。\n\n" * 30 + "这里有脚注[^没有]。")
    marked = desk.page.locator(".article-text .found")
    expect(marked).to_have_text("[^没有]")
    desk.page.evaluate("() => scrollTo(0, 0)")
    desk.page.click("#findings [data-jump]")
    expect(marked).to_be_in_viewport()
    assert desk.page.evaluate("() => getSelection().toString()") == "[^没有]"


def test_the_phone_follows_without_flicker_and_keeps_its_place(desk: Writing) -> None:
    desk.load("\n\n".join(f"第 {number} 段，说一些话。" for number in range(80)))
    frame = desk.page.frame_locator("#preview")
    expect(frame.locator("body")).to_contain_text("第 79 段")
    desk.page.evaluate(
        """() => {
          const page = document.getElementById("preview").contentDocument;
          page.scrollingElement.scrollTop = 900;
          window.kept = page.body.querySelector("p:nth-of-type(20)");
        }"""
    )
    desk.cursor_after("第 3 段")
    desk.page.evaluate(UNTIL_SHOWN, "，新写的")
    place, kept = desk.page.evaluate(
        "() => [document.getElementById('preview').contentDocument.scrollingElement.scrollTop, window.kept.isConnected]"
    )
    assert (round(place), kept) == (900, True)


def test_the_phone_in_four_ways(desk: Writing) -> None:
    desk.load("正文")
    width = "() => document.getElementById('preview').clientWidth"
    ground = "() => getComputedStyle(document.getElementById('preview').contentDocument.body).backgroundColor"
    desk.page.check("input[name=phone-width][value='414']")
    assert desk.page.evaluate(width) == 414
    desk.page.check("input[name=phone-width][value='375']")
    assert desk.page.evaluate(width) == 375
    assert desk.page.evaluate(ground) == "rgb(255, 255, 255)"
    desk.page.check("input[name=phone-look][value=dark]")
    desk.page.wait_for_function(f"() => ({ground})() === 'rgb(25, 25, 25)'")
    desk.page.check("input[name=phone-look][value=light]")
    desk.page.wait_for_function(f"() => ({ground})() === 'rgb(255, 255, 255)'")


def test_the_copy_is_what_would_be_sent(desk: Writing) -> None:
    desk.load("## 标题\n\n正文**粗体**。\n")
    desk.page.click("[data-copy-article]")
    expect(desk.page.locator(".toast-line").last).to_contain_text("已按将要发出的样子复制")
    copied = desk.page.evaluate(
        """async () => {
          const [item] = await navigator.clipboard.read();
          const text = async (type) => (await item.getType(type)).text();
          return [await text("text/html"), await text("text/plain")];
        }"""
    )
    desk.noise.take()  # Reading the clipboard, which only this test does, takes its HTML apart under the page's policy.
    sent = render("## 标题\n\n正文**粗体**。\n")
    assert sent.html in copied[0].replace("\r\n", "\n")
    assert copied[1].strip() == sent.plain.strip()


def test_the_copy_works_without_the_new_clipboard(desk: Writing) -> None:
    desk.load("正文**粗体**。")
    copied = desk.page.evaluate(
        """() => new Promise((resolve) => {
          Object.defineProperty(navigator, "clipboard", { value: undefined, configurable: true });
          const seen = (event) => setTimeout(() => {
            document.removeEventListener("copy", seen);
            resolve([event.clipboardData.getData("text/html"), event.clipboardData.getData("text/plain")]);
          });
          document.addEventListener("copy", (event) => {
            const data = event.clipboardData, kept = {};
            const put = data.setData.bind(data);
            data.setData = (type, text) => { kept[type] = text; put(type, text); };
            setTimeout(() => resolve([kept["text/html"], kept["text/plain"]]));
          }, { once: true, capture: true });
          document.querySelector("[data-copy-article]").click();
        })"""
    )
    assert copied == [render("正文**粗体**。").html, render("正文**粗体**。").plain]
    desk.page.reload()
    desk.page.wait_for_selector(".article-text")


def test_a_diagram_becomes_a_picture_and_can_be_drawn_anew(desk: Writing) -> None:
    write(desk, "前文")
    desk.page.click(".tools summary")
    desk.page.click("[data-ask=diagram]")
    desk.page.fill("#ask-diagram-source", "graph LR\n  A[投稿] --> B[三审]")
    desk.page.fill("#ask-diagram-alt", "从投稿到三审")
    expect(desk.page.locator("#ask-diagram button[value=done]")).to_be_enabled()
    desk.page.wait_for_function("() => document.querySelector('#ask-diagram img').naturalWidth > 200")
    desk.page.click("#ask-diagram button[value=done]")
    saved(desk, "/assets/")
    assert "<!-- mermaid\ngraph LR\n  A[投稿] --&gt; B[三审]\n-->\n\n![从投稿到三审](/assets/" in desk.markdown
    assert render(desk.markdown).images and "mermaid" not in render(desk.markdown).html
    desk.cursor_after("graph LR")
    desk.page.click(".tools summary")
    desk.page.click("[data-ask=diagram]")
    assert desk.page.input_value("#ask-diagram-source") == "graph LR\n  A[投稿] --> B[三审]"
    desk.page.fill("#ask-diagram-source", "graph LR\n  A[")
    expect(desk.page.locator("[data-diagram-said]")).not_to_be_empty()
    desk.page.click("#ask-diagram [data-ask-close]")
    assert desk.markdown.count("/assets/") == 1


def test_a_formula_is_seen_before_it_is_inserted(desk: Writing) -> None:
    write(desk, "前文")
    desk.page.keyboard.press("Control+Shift+m")
    desk.page.fill("#ask-formula-tex", "\\frac{Q}{H}")
    expect(desk.page.frame_locator("#ask-formula iframe").locator("svg")).to_be_visible()
    desk.page.click("#ask-formula button[value=done]")
    assert desk.markdown == "前文$\\frac{Q}{H}$"
    assert desk.page.locator(".article-text .literal").inner_text() == "$\\frac{Q}{H}$"


def test_twenty_thousand_characters_are_written_without_waiting(desk: Writing) -> None:
    paragraph = "十月十二日，装配二车间的试车台**第一次**连续运转满七十二小时，班长陈立带着三名新人守在台前。"
    text = "\n\n".join(paragraph for _ in range(20_000 // len(paragraph) + 1))
    assert len(text) > 20_000
    desk.load(text)
    desk.cursor_after("十月十二日")
    taken: list[float] = desk.page.evaluate(PAINTS, 40)
    shown = desk.page.evaluate(UNTIL_SHOWN, "记号")
    print(f"\n20,000 characters: key to paint median {taken[20]:.0f} ms, p95 {taken[37]:.0f} ms; key to phone {shown:.0f} ms")
    # The budget, 50 ms for p95 on an idle machine, is the benchmark's; here only what no busy machine explains is caught.
    assert taken[20] < 300


def test_the_phone_shows_a_key_at_once(desk: Writing) -> None:
    desk.load("正文\n\n" * 40)
    desk.cursor_after("正文")
    times: list[float] = sorted(desk.page.evaluate(UNTIL_SHOWN, f"第{number}次") for number in range(9))
    print(f"\n1,000 characters: key to phone median {times[4]:.0f} ms, worst {times[-1]:.0f} ms")
    assert times[4] < 450


def test_what_is_not_saved_is_asked_about_and_put_back(house: Writing) -> None:
    house.load("没有保存的话")
    expect(house.page.locator("[data-save-state]")).to_have_text("还没保存；已存在这台设备上")
    house.page.wait_for_function("() => Object.keys(localStorage).some((key) => localStorage[key].includes('没有保存的话'))")
    asked: list[Any] = []
    house.page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    house.page.click(".article-text")
    house.page.reload()
    expect(house.page.locator(".article-text")).to_contain_text("没有保存的话")
    assert asked == ["beforeunload"]
    house.load("")


@pytest.mark.parametrize("size", [(360, 780), (768, 1024), (1440, 900)])
def test_it_is_for_everybody_at_every_size(house: Writing, size: tuple[int, int]) -> None:
    page = house.window(*size, touch=size[0] < 500)
    noise, wrong = house.noise, []
    for theme in ("light", "dark"):
        pages.theme(page, theme)
        wrong += pages.violations(page) + pages.sticking_out(page) + pages.leaks(page)
        page.evaluate("() => document.querySelector('textarea[data-editor]').desk.asked('keys')")
        wrong += pages.violations(page)
        page.keyboard.press("Escape")
    if size[0] < 500:
        wrong += pages.small_targets(page)
    page.context.close()
    assert wrong + noise.take() == []
