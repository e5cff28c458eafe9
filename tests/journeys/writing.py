"""A desk editor at an article in a real browser: the editor, its field, what it wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Browser, Page
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from app.engine import open_engine
from app.extensions import db
from app.factory import create_app
from editorial.articles import articles
from editorial.articles.revisions import Revision
from editorial.vault import vault
from tests import browsers, factories
from tests.conftest import SECRET, make_settings
from tests.journeys.pages import Noise


class House:
    """A server that can be killed and come back, and whose disk can be full."""

    def __init__(self, folder: Path, article: int, persons: dict[str, tuple[int, int]]) -> None:
        self.app = create_app(make_settings(folder))
        self.app.config.update(RATELIMIT_ENABLED=False)
        self.article = article
        self.cookies = {role: self._cookie(*person) for role, person in persons.items()}
        self._port = 0
        self.come_back()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def die(self) -> None:
        """Nobody answers on the port any more."""
        self._server.shutdown()
        self._server.server_close()

    def come_back(self) -> None:
        """Answer again, on the same port."""
        self._server = make_server("127.0.0.1", self._port, self.app, threaded=True)
        self._port = self._server.port
        Thread(target=self._server.serve_forever, daemon=True).start()

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """SQLite may not grow for a while, as on a disk without room."""
        with self.app.app_context():
            engine = db.engine

        def limit(connection: Any, *_: Any) -> None:
            connection.execute("PRAGMA max_page_count = 1")

        def lift(connection: Any, *_: Any) -> None:
            connection.execute("PRAGMA max_page_count = 1073741823")

        event.listen(engine, "checkout", limit)
        yield
        event.remove(engine, "checkout", limit)
        event.listen(engine, "checkout", lift)

    def newest(self) -> Revision:
        """The article's newest version."""
        with self.app.app_context():
            session: Session = db.session()
            return articles.newest(session, articles.get(session, self.article))

    def _cookie(self, person: int, epoch: int) -> str:
        client = self.app.test_client()
        with client.session_transaction() as kept:
            kept["person"], kept["epoch"] = person, epoch
        cookie = client.get_cookie("session")
        assert cookie is not None
        return cookie.value


class Writing:
    """One article of a house of its own. `noise` hears what the browser of the newest window complains about."""

    def __init__(self, browser: Browser, house: House) -> None:
        self._browser, self.house = browser, house
        self.page = self.window()

    def window(
        self, width: int = 1440, height: int = 900, *, touch: bool = False, role: str = "desk_editor", path: str = ""
    ) -> Page:
        """A window of a browser of its own, at the article unless `path` says otherwise, its editor ready."""
        context = self._browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", has_touch=touch)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.add_cookies([{"name": "session", "value": self.house.cookies[role], "url": self.house.url}])
        return self.opened(context.new_page(), path)

    def opened(self, page: Page, path: str = "") -> Page:
        """A page at the article, its editor ready."""
        page.set_default_timeout(20_000)
        self.noise = Noise(page)
        page.goto(self.house.url + (path or f"/articles/{self.house.article}"))
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
    vault.open_with(SECRET)
    engine = open_engine(make_settings(folder))
    with Session(engine) as session:
        people = factories.one_of_each(session)
        people["second"] = factories.person(session, "desk_editor", "罗一帆", email="second@chengjiang.example")
        article = factories.article(session, people["contributor"]).id
        persons = {role: (person.id, person.session_epoch) for role, person in people.items()}
        session.commit()
    engine.dispose()
    house = House(folder, article, persons)
    with browsers.chromium() as browser:
        yield Writing(browser, house)
    house.die()
