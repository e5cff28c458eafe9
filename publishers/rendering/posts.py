"""A picture post: pictures in a row above a plain text. Its source is lines of words and lines of Markdown pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from publishers.rendering import elements, limits
from publishers.rendering.article import UNSEEN, Rendered, summed_up
from publishers.rendering.draft import Draft
from publishers.rendering.fences import Lifted
from publishers.rendering.themes import theme_named

_PICTURE = re.compile(r"!\[([^\]\n]*)\]\(([^)\s]+)(?:\s[^)\n]*)?\)")
_NOT_IN_ALT = re.compile(r"[\[\]\s]+")
_LINE = re.compile(r"<p>(.*?)</p>")


@dataclass(frozen=True)
class Post:
    """The parts of a picture post: its words as typed, and its pictures as (address, description), in order."""

    words: str
    pictures: tuple[tuple[str, str], ...]


def taken_apart(source: str) -> Post:
    """The parts that a source names; each picture once."""
    clean = UNSEEN.sub("", source.replace("\r\n", "\n").replace("\r", "\n"))[: limits.MARKDOWN_CHARACTERS]
    pictures: dict[str, str] = {}
    for alt, address in _PICTURE.findall(clean):
        pictures.setdefault(address, alt)
    words = "\n".join(line.rstrip() for line in _PICTURE.sub("", clean).split("\n"))
    return Post(re.sub(r"\n{3,}", "\n\n", words).strip("\n"), tuple(pictures.items()))


def put_together(words: str, pictures: Sequence[tuple[str, str]]) -> str:
    """The source with these parts."""
    lines = [f"![{_NOT_IN_ALT.sub(' ', alt).strip()}]({address})" for address, alt in pictures]
    return "\n\n".join(part for part in (words.strip("\n"), "\n".join(lines)) if part)


@lru_cache(maxsize=64)
def render_post(source: str, taken: limits.Limits = limits.DOCUMENTED) -> Rendered:
    """Render a picture post as its reader sees it: the pictures, then each line of the text as a paragraph."""
    post = taken_apart(source)
    draft = Draft(theme_named("default"), Lifted())
    shown = [f"<section>{elements.picture(draft, address, alt)}</section>" for address, alt in post.pictures]
    lines = [f"<p>{elements.text(line) or '<br>'}</p>" for line in post.words.split("\n")] if post.words else []
    # WeChat's picture posts carry no descriptions, so none is missed.
    draft.findings = {place: one for place, one in draft.findings.items() if one.rule != "picture_without_alt"}
    return summed_up(draft, "".join([*shown, *lines]), taken)


def post_text(html: str) -> str:
    """The plain text of what `render_post` wrote, line by line as it was typed."""
    return "\n".join("" if line == "<br>" else unescape(line) for line in _LINE.findall(html))
