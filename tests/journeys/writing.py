"""A desk editor at an article in a real browser: the editor, its field, what it wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from app.engine import open_engine
from app.factory import create_app
from editorial.vault import vault
from tests import browsers, factories
from tests.conftest import SECRET, make_settings
from tests.journeys.pages import Noise


class Writing:
    """One article of a house of its own. `noise` hears what the browser complains about."""

    def __init__(self, browser: Browser, base: str, cookie: str, article: int) -> None:
        self._browser, self._base, self._cookie, self._article = browser, base, cookie, article
        self.page = self.window()

    def window(self, width: int = 1440, height: int = 900, *, touch: bool = False) -> Page:
        """A window at the article, its editor ready."""
        context = self._browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", has_touch=touch)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.add_cookies([{"name": "session", "value": self._cookie, "url": self._base}])
        page = context.new_page()
        page.set_default_timeout(8_000)
        self.noise = Noise(page)
        page.goto(f"{self._base}/articles/{self._article}")
        page.wait_for_selector(".article-text")
        return page

    def load(self, markdown: str) -> None:
        """Put a text into the editor as the draft keeper would, with nothing to undo."""
        self.page.evaluate(
            """(text) => {
              const field = document.querySelector("textarea[data-editor]");
              field.value = text;
              field.dispatchEvent(new Event("input", { bubbles: true }));
            }""", markdown,
        )

    @property
    def markdown(self) -> str:
        """What would be saved."""
        text: str = self.page.evaluate("() => document.querySelector('textarea[data-editor]').value")
        return text

    def written(self) -> str:
        """The document as the rich view writes it, asked anew."""
        text: str = self.page.evaluate("() => document.querySelector('textarea[data-editor]').desk.rich.markdown()")
        return text

    def kinds(self) -> list[str]:
        """The kinds of the top-level blocks."""
        found: list[str] = self.page.evaluate(
            """() => {
              const { editor } = document.querySelector("textarea[data-editor]").desk.rich;
              return editor.state.doc.content.content.map((node) => node.type.name);
            }"""
        )
        return found

    def chosen(self, words: str) -> None:
        """Wait until the editor knows that these words are selected; the browser tells it a moment later."""
        self.page.wait_for_function(
            """(words) => {
              const { doc, selection } = document.querySelector("textarea[data-editor]").desk.rich.editor.state;
              return doc.textBetween(selection.from, selection.to) === words;
            }""", arg=words,
        )

    def cursor_after(self, words: str) -> None:
        """Put the cursor right behind some words of the text."""
        self.page.evaluate(
            """(words) => {
              const editor = document.querySelector("textarea[data-editor]").desk.rich.editor;
              editor.state.doc.descendants((node, at) => {
                const found = node.isText ? node.text.indexOf(words) : -1;
                if (found >= 0) editor.commands.setTextSelection(at + found + words.length);
              });
              editor.view.focus();
            }""", words,
        )


@contextmanager
def writing(migrated: Path, folder: Path) -> Iterator[Writing]:
    """A house with one article, behind a real server, and a browser at it."""
    (folder / "qunsheng.sqlite").write_bytes(migrated.read_bytes())
    settings = make_settings(folder)
    vault.open_with(SECRET)
    engine = open_engine(settings)
    with Session(engine) as session:
        people = factories.one_of_each(session)
        article = factories.article(session, people["contributor"]).id
        person, epoch = people["desk_editor"].id, people["desk_editor"].session_epoch
        session.commit()
    engine.dispose()
    app = create_app(settings)
    app.config.update(RATELIMIT_ENABLED=False)
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["person"], kept["epoch"] = person, epoch
    cookie = client.get_cookie("session")
    assert cookie is not None
    server = make_server("127.0.0.1", 0, app, threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    with browsers.chromium() as browser:
        yield Writing(browser, f"http://127.0.0.1:{server.port}", cookie.value, article)
    server.shutdown()
