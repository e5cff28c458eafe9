"""Plain text and Markdown as people save them."""

from __future__ import annotations

import re
from collections.abc import Callable

from publishers.importing.pieces import Block, Break, Paragraph, Piece, Run, Text
from publishers.importing.results import Losses
from publishers.importing.sources import Pictures, told

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ue000-\uf8ff]")
_FRONT = re.compile(r"\ufeff?---[ \t]*\n((?:.*\n){0,60}?)---[ \t]*(?:\n|$)")
_TITLE = re.compile(r"^title[ \t]*:[ \t]*[\"']?(.*?)[\"']?[ \t]*$", re.MULTILINE | re.IGNORECASE)
_HEADING = re.compile(r"#[ \t]+(.+?)[ \t#]*(?:\n|$)")
_PICTURE = re.compile(
    r"!\[((?:[^\[\]\\]|\\.){0,400}+)\]\([ \t]*(?:<([^<>\n]{1,2000})>"
    r"|(data:[^\s()<>]+|[^\s()<>]{1,2000}(?:\([^\s()]{0,200}\)[^\s()]{0,200})?))"
    r"((?:[ \t]+(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'))?[^()\n]{0,20})\)"
)
_HTML_PICTURE = re.compile(r"<img\b[^<>]{0,2000}>", re.IGNORECASE)
_WIKI_PICTURE = re.compile(r"!\[\[([^\[\]|\n]{1,300})(?:\|[^\[\]\n]{0,60})?\]\]")
_SOURCE = re.compile(r"(\ssrc\s*=\s*)(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_ALT = re.compile(r"\salt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_REFERENCE = re.compile(
    r"^ {0,3}\[([^\[\]\n^]{1,100})\]:[ \t]*<?([^\s<>]{1,2000})>?(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'))?[ \t]*$", re.MULTILINE
)
_BY_REFERENCE = re.compile(r"!\[([^\[\]\n]{0,400})\]\[([^\[\]\n]{0,100})\]")
_FENCED = re.compile(r"(^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}\2[`~]*[ \t]*$|\Z))", re.MULTILINE | re.DOTALL)


def plain(text: str) -> Text:
    """Plain text: an empty line ends a paragraph; without any, every line is one, as Chinese texts are saved."""
    text = _tidy(text)
    chunks = [chunk for chunk in re.split(r"\n[ \t\u3000]*\n+", text) if chunk.strip()]
    if len(chunks) <= 1:
        chunks = [line for line in text.split("\n") if line.strip()]
    blocks: list[Block] = [Paragraph(_lines(chunk)) for chunk in chunks]
    return Text(blocks)


def markdown(text: str, pictures: Pictures, losses: Losses) -> tuple[str, str]:
    """Markdown as it is, with its pictures taken up; and its title, from the front matter or a first heading."""
    text = _tidy(text)
    title, text = _title(text)
    addresses = {name.lower(): address for name, address in _REFERENCE.findall(text) if "![" in text}

    def take(source: str, alt: str) -> str:
        return pictures.named(source, alt.replace("\\", ""), alt)

    parts = _FENCED.split(text)
    written: list[str] = []
    for number, part in enumerate(parts):
        kind = number % 3
        if kind == 1:
            written.append(part)
        elif kind == 0:
            written.append(_with_pictures(part, take, addresses))
    return "".join(written).strip() + "\n", title


def _with_pictures(text: str, take: Callable[[str, str], str], addresses: dict[str, str]) -> str:
    if "[" not in text and "<" not in text:
        return text
    text = _WIKI_PICTURE.sub(lambda found: f"![]({found[1].strip().replace(' ', '%20')})", text)
    text = _BY_REFERENCE.sub(lambda found: _by_name(found, addresses), text)

    def replaced(found: re.Match[str]) -> str:
        ref = take(found[2] or found[3], found[1])
        return f"![{told(found[1]) and found[1]}]({ref}{found[4]})" if ref else ""

    def retagged(found: re.Match[str]) -> str:
        source = _SOURCE.search(found[0])
        alt = _ALT.search(found[0])
        said = (alt[1] or alt[2] or "") if alt else ""
        ref = take(source[2] or source[3] or source[4] or "", said) if source else ""
        return _SOURCE.sub(lambda one: f'{one[1]}"{ref}"', found[0], count=1) if ref else ""

    return _in_order(text, replaced, retagged)


def _in_order(text: str, replaced: Callable[[re.Match[str]], str], retagged: Callable[[re.Match[str]], str]) -> str:
    """Both ways of writing a picture in one pass, so that pictures are numbered as they stand."""
    either = re.compile(f"(?P<markdown>{_PICTURE.pattern})|(?P<html>{_HTML_PICTURE.pattern})", re.IGNORECASE)

    def one(found: re.Match[str]) -> str:
        if found["html"]:
            match = _HTML_PICTURE.match(found["html"])
            return retagged(match) if match else found[0]
        match = _PICTURE.match(found[0])
        done = match is None or match[2] is None and match[3].startswith(("asset:", "outside:"))
        return found[0] if match is None or done else replaced(match)

    return either.sub(one, text)


def _by_name(found: re.Match[str], addresses: dict[str, str]) -> str:
    address = addresses.get((found[2] or found[1]).lower())
    return f"![{found[1]}](<{address}>)" if address else found[0]


def _title(text: str) -> tuple[str, str]:
    front = _FRONT.match(text)
    named = _TITLE.search(front[1]) if front else None
    if named and named[1]:
        return named[1].strip()[:200], text
    heading = _HEADING.match(text.lstrip("\n")) if not front else None
    if heading and not re.search(r"^#[ \t]", text.lstrip("\n")[heading.end() :], re.MULTILINE):
        return heading[1].strip()[:200], text.lstrip("\n")[heading.end() :]
    return "", text


def _lines(chunk: str) -> list[Piece]:
    pieces: list[Piece] = []
    for line in chunk.split("\n"):
        bare = line.strip(" \t\u3000")
        if bare:
            pieces += [Break(), Run(bare)] if pieces else [Run(bare)]
    return pieces


def _tidy(text: str) -> str:
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
