"""What the documents promise exists: links, pictures, commands, and both languages of every page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from app.cli import main
from tests.rules.house import ROOT, name

LINK = re.compile(r"""!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)="([^"]+)\"""")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#+) ", re.MULTILINE)
CHINESE = ".zh-CN.md"
LONGEST_PAGE = 120
LARGEST_PICTURE = 300_000


def test_every_link_and_picture_is_there() -> None:
    broken = [
        f"{name(page)}: {target}" for page in pages() for target in local_links(page)
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_anchor_is_a_heading() -> None:
    lost = [
        f"{name(page)}: {link}" for page in pages() for link in links(page)
        if "#" in link and "://" not in link and not _has_heading(page, link)
    ]
    assert lost == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_command_is_named(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert [command for command in commands(main) if f"qunsheng {command}" not in text] == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_page_can_be_found_from_the_readme(readme: str) -> None:
    linked = {(ROOT / link).resolve() for link in local_links(ROOT / readme)}
    ending = CHINESE if readme.endswith(CHINESE) else ".md"
    wanted = [page for page in pages() if page.parent.name == "docs" and page.name.endswith(ending)]
    ours = [page for page in wanted if ending == CHINESE or not page.name.endswith(CHINESE)]
    assert [name(page) for page in ours if page.resolve() not in linked] == []


def test_chinese_pages_have_an_english_twin_of_the_same_shape() -> None:
    chinese = [page for page in pages() if page.name.endswith(CHINESE)]
    assert chinese
    for page in chinese:
        twin = page.with_name(page.name.removesuffix(CHINESE) + ".md")
        assert twin.exists(), f"{name(page)} has no English twin"
        assert _shape(page) == _shape(twin), f"{name(page)} and {name(twin)} have different headings"


def test_pages_stay_short_and_pictures_light() -> None:
    long = [name(page) for page in pages() if page.parent.name == "docs" and len(_text(page).splitlines()) > LONGEST_PAGE]
    heavy = [name(file) for file in (ROOT / "docs/pictures").glob("*") if file.stat().st_size > LARGEST_PICTURE]
    assert (long, heavy) == ([], [])


def pages() -> list[Path]:
    """The documents for people."""
    return [*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def links(page: Path) -> list[str]:
    """Targets of the links and pictures of a page, code left out."""
    return [markdown or html for markdown, html in LINK.findall(FENCE.sub("", _text(page)))]


def local_links(page: Path) -> list[str]:
    """Paths of the files a page links to, relative to it."""
    paths = (unquote(link.partition("#")[0]) for link in links(page) if "://" not in link)
    return [path for path in paths if path]


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    """Every command a person may call, as it is typed after `qunsheng`."""
    for title, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{title} ")
        elif not command.hidden:
            yield f"{before}{title}"


def _has_heading(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / unquote(path) if path else page
    if target.suffix != ".md" or not target.exists():
        return False
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", _text(target)), re.MULTILINE)
    return unquote(anchor) in {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _shape(page: Path) -> list[int]:
    return [len(marks) for marks in HEADING.findall(FENCE.sub("", _text(page)))]


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")
