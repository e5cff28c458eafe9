"""Forty documents and forty pastes by real programs: nothing of a story gets lost, and importing again changes nothing."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from publishers.importing import Imported, convert, convert_paste
from publishers.importing.placing import placed, placeholders
from publishers.rendering import render
from tests.publishers.importing import stories
from tests.publishers.importing.pastes import PASTES, Paste

FIXTURES = Path(__file__).with_name("fixtures")
STORIES = stories.stories()
SIGNS = re.compile(r"\\(?=[!-/:-@\[-`{-~])|<[^<>]*>|!\[[^\]]*\]\([^)\s]*|[*#>|_`~]|^\s*(?:-|\d+\.)\s|\s", re.MULTILINE)

DOCUMENTS = [
    *[(f"python-docx-{one.number:02}", one) for one in STORIES], *[(f"office-{one.number:02}.docx", one) for one in STORIES],
]
PAGES = [
    *[(f"office-{one.number:02}.html", one) for one in STORIES[:14]],
    *[(f"browser-{one.number:02}.html", one) for one in STORIES[:14]],
]


def document(name: str, story: stories.Story) -> bytes:
    return stories.as_docx(story) if name.startswith("python") else (FIXTURES / name).read_bytes()


def bare(text: str) -> str:
    """Words without white space and without the signs of Markdown."""
    return SIGNS.sub("", text)


def kept(imported: Imported, paragraphs: list[str]) -> list[str]:
    """The paragraphs that are found again, in their order."""
    text, at, found = bare(imported.title + "\n" + imported.markdown), 0, []
    for paragraph in paragraphs:
        place = text.find(bare(paragraph), at)
        if place >= 0:
            found.append(paragraph)
            at = place
    return found


def widths(imported: Imported) -> list[int]:
    """The pictures in the order of the text, each known by its width."""
    order = [int(name.partition(":")[2]) for name in placeholders(imported.markdown)]
    return [Image.open(io.BytesIO(imported.assets[number].content)).width - 40 for number in order]


def is_whole(imported: Imported, paragraphs: list[str], pictures: list[int]) -> None:
    found = kept(imported, paragraphs)
    assert len(found) >= 0.98 * len(paragraphs), set(paragraphs) - set(found)
    assert widths(imported) == pictures
    assert not re.search(r"<script|javascript:|\son\w+=", imported.markdown, re.IGNORECASE)


def test_there_are_forty_of_each() -> None:
    assert len(DOCUMENTS) == 40
    assert len(PAGES) + len(PASTES) >= 40


@pytest.mark.parametrize(("name", "story"), DOCUMENTS, ids=[name for name, _ in DOCUMENTS])
def test_a_document_keeps_its_paragraphs_and_pictures(name: str, story: stories.Story) -> None:
    imported = convert(document(name, story), "story.docx")
    assert imported.title == story.title
    is_whole(imported, story.paragraphs, story.pictures)
    assert {one.rule for one in imported.lost} <= {"colour"}


@pytest.mark.parametrize(("name", "story"), PAGES, ids=[name for name, _ in PAGES])
def test_a_page_keeps_its_paragraphs_and_pictures(name: str, story: stories.Story) -> None:
    content = (FIXTURES / name).read_text(encoding="utf-8")
    imported = convert(content.encode(), "page.html") if name.startswith("office") else convert_paste(content)
    is_whole(imported, story.paragraphs, story.pictures)
    assert {one.rule for one in imported.lost} <= {"colour"}


@pytest.mark.parametrize("paste", PASTES, ids=lambda paste: paste.name)
def test_a_paste_becomes_what_its_author_saw(paste: Paste) -> None:
    imported = convert_paste(paste.html)
    assert imported.markdown == paste.markdown
    assert {one.rule: one.count for one in imported.lost} == paste.lost


@pytest.mark.parametrize(("name", "story"), [*DOCUMENTS[::3], *PAGES[::4]], ids=lambda one: one if isinstance(one, str) else "")
def test_importing_what_was_rendered_from_an_import_is_stable(name: str, story: stories.Story) -> None:
    first = convert(document(name, story) if "docx" in name else (FIXTURES / name).read_bytes(), name if "." in name else "a.docx")
    markdown = placed(first.markdown, {f"asset:{number}": f"https://pictures.example/{number}.png" for number in range(100)})
    second = again(markdown)
    assert bare(second) == bare(markdown)
    assert again(second) == second


def again(markdown: str) -> str:
    """What comes back of a text that was typeset and copied from the phone's page."""
    imported = convert_paste(render(markdown).html)
    return placed(imported.markdown, {f"outside:{number}": address for number, address in enumerate(imported.outside)})
