"""Writes what the round trip reads: `python -m tests.publishers.importing.make_fixtures`, with LibreOffice and Chromium installed.

LibreOffice opens what python-docx and a page hold and saves it its own way; Chromium copies pages to its clipboard.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.publishers.importing import stories

FIXTURES = Path(__file__).with_name("fixtures")


def main() -> None:
    """Make every file anew."""
    FIXTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _by_office(folder)
    _by_browser()


def _by_office(folder: Path) -> None:
    """Twenty documents from two kinds of sources, and pages of ten of them."""
    for story in stories.stories():
        source = folder / f"office-{story.number:02}.{'docx' if story.number % 2 else 'html'}"
        if story.number % 2:
            source.write_bytes(stories.as_docx(story))
        else:
            source.write_text(stories.as_html(story), encoding="utf-8")
    (folder / "out").mkdir()
    _office("docx:MS Word 2007 XML", sorted(folder.glob("office-*.html")), folder / "out", ["--infilter=HTML (StarWriter)"])
    _office("docx:MS Word 2007 XML", sorted(folder.glob("office-*.docx")), folder / "out", [])
    for made in (folder / "out").glob("*.docx"):
        shutil.copy(made, FIXTURES / made.name)
    _office("html:HTML (StarWriter):EmbedImages", sorted((folder / "out").glob("office-*.docx"))[:14], folder / "pages", [])
    for made in (folder / "pages").glob("*.html"):
        shutil.copy(made, FIXTURES / made.name)


def _office(kind: str, files: list[Path], out: Path, more: list[str]) -> None:
    profile = f"-env:UserInstallation=file://{out.parent / 'profile'}"
    subprocess.run(
        ["soffice", profile, "--headless", *more, "--convert-to", kind, "--outdir", str(out), *map(str, files)],
        check=True, capture_output=True, timeout=300,
    )


def _by_browser() -> None:
    """Fourteen pages as Chromium's clipboard holds them."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.route("**/*", lambda route: route.fulfill(status=200, content_type="text/html", body="<p></p>"))
        page.goto("https://clipboard.example/")
        for story in stories.stories()[:14]:
            (FIXTURES / f"browser-{story.number:02}.html").write_text(_copied(page, story), encoding="utf-8")
        browser.close()


def _copied(page: Page, story: stories.Story) -> str:
    page.set_content(stories.as_html(story, story.number % 3))
    page.evaluate("getSelection().selectAllChildren(document.body); document.execCommand('copy')")
    copied: str = page.evaluate(
        "async () => { const [item] = await navigator.clipboard.read(); return (await item.getType('text/html')).text() }"
    )
    return copied


if __name__ == "__main__":
    main()
