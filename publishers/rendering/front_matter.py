"""What stands between `---` lines at the head of a text: title, author, digest, cover and the like, as `name: value`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

FRONT_MATTER = re.compile(
    r"---[ \t]*\n((?:[\w-]+[ \t]*[:：].*\n|[ \t]+\S.*\n|-[ \t].*\n|[ \t]*\n|#.*\n){0,100})---[ \t]*(?:\n|$)"
)
_LINE = re.compile(r"([\w-]+)[ \t]*[:：][ \t]*(.*)")
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^']|'')*)'")
_NAMES = {
    "title": "title", "标题": "title", "author": "author", "作者": "author", "digest": "digest", "摘要": "digest",
    "description": "digest", "summary": "digest", "cover": "cover", "封面": "cover", "image": "cover",
    "source_url": "source_url", "sourceurl": "source_url", "content_source_url": "source_url", "原文链接": "source_url",
    "theme": "theme", "主题": "theme", "ai": "ai",
}
_TRUE = frozenset(["true", "yes", "on", "1", "是"])


@dataclass(frozen=True)
class FrontMatter:
    """What a text says about itself; empty where it says nothing. `body` is the text without it."""

    title: str = ""
    author: str = ""
    digest: str = ""
    cover: str = ""
    source_url: str = ""
    theme: str = ""
    ai: bool = False
    body: str = ""


def front_matter(markdown: str) -> FrontMatter:
    """Read the head of a text. Values are taken as they are written: no address is followed and none is checked."""
    text = markdown.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    match = FRONT_MATTER.match(text) if text.startswith("---") else None
    if not match:
        return FrontMatter(body=text)
    given = {_NAMES[name.lower()]: value for name, value in _entries(match[1].split("\n")) if name.lower() in _NAMES}
    ai = given.pop("ai", "").lower() in _TRUE
    return FrontMatter(**given, ai=ai, body=text[match.end() :])


def _entries(lines: list[str]) -> Iterator[tuple[str, str]]:
    """The names with their values; lines that are moved in go on with the value above, as YAML's folded texts do."""
    name, parts = "", [""]
    for line in [*lines, "end:"]:
        match = _LINE.match(line)
        if match:
            if name:
                yield name, _value(" ".join(part for part in parts if part))
            name, parts = match[1], ["" if match[2].strip() in (">", "|", ">-", "|-") else match[2].strip()]
        elif line[:1].isspace():
            parts.append(line.strip())


def _value(written: str) -> str:
    quoted = _QUOTED.match(written)
    if not quoted:
        return re.sub(r"[ \t]#.*$", "", written).strip()
    if quoted[1] is not None:
        return re.sub(r"\\(.)", r"\1", quoted[1])
    return quoted[2].replace("''", "'")
