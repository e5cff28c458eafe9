"""HTML that authors write within a line: a few elements mean something, the others go and their words stay."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from publishers.rendering import elements

if TYPE_CHECKING:
    from publishers.rendering.draft import Draft
    from publishers.rendering.inline import Reader

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s[^<>]*)?)/?>")
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>`]+))")
_LOST = re.compile(r"\s(class|id|style|on[a-z]+)\s*=", re.IGNORECASE)
_RAW_TAGS = frozenset(
    ["script", "style", "textarea", "title", "iframe", "noscript", "xmp", "template", "svg", "math", "select", "object"]
)
_PLAIN_TAGS = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "u": "u", "s": "s", "del": "s", "strike": "s",
    "sub": "sub", "sup": "sup", "ruby": "ruby", "rt": "rt", "rp": "rp",
}


def write_tag(reader: Reader, closing: bool, tag: str, attributes: str) -> None:
    """Write what an author's tag means; what stands in it is read on as Markdown."""
    remark_lost(reader.draft, tag, attributes)
    if tag == "br":
        reader.pieces.append("<br>")
    elif tag in _PLAIN_TAGS:
        _plain_tag(reader, closing, _PLAIN_TAGS[tag])
    elif tag == "img" and not closing:
        given = _attributes(attributes)
        src, alt, title = given.get("src", ""), given.get("alt", ""), given.get("title", "")
        reader.pieces.append(elements.picture(reader.draft, src, alt, title, given.get("width", "")))
    elif tag == "a":
        _anchor(reader, closing, attributes)
    elif tag not in ("span", "font", "small", "big", "mark", "kbd", "center", "p", "div", "section"):
        reader.draft.remark("html_removed", f"<{tag}>", tag=tag)
        if tag in _RAW_TAGS and not closing:
            _skip_raw(reader, tag)


def remark_lost(draft: Draft, tag: str, attributes: str) -> None:
    """Say that an author's style, class, id or handler goes: WeChat keeps none, and looks come from the theme alone."""
    names = sorted({name.lower() for name in _LOST.findall(attributes)})
    if names:
        draft.remark("attributes_removed", f"<{tag} {' '.join(names)}>", names=", ".join(names), tag=f"<{tag}>")


def balanced(html: str) -> str:
    """HTML whose elements close in the order in which browsers would close them; authors' tags may cross our own."""
    pieces: list[str] = []
    open_tags: list[str] = []
    for piece in re.split(r"(<[^>]*>)", html):
        tag = TAG.fullmatch(piece) if piece[:1] == "<" else None
        if tag is None or tag[2] in ("br", "img"):
            pieces.append(piece)
        elif not tag[1]:
            pieces.append(piece if len(open_tags) < 8 else "")
            open_tags += [tag[2]] if len(open_tags) < 8 else []
        elif tag[2] in open_tags:
            while (inner := open_tags.pop()) != tag[2]:
                pieces.append(f"</{inner}>")
            pieces.append(piece)
    return "".join(pieces) + "".join(f"</{tag}>" for tag in reversed(open_tags))


def _plain_tag(reader: Reader, closing: bool, tag: str) -> None:
    reader.has_tags = True
    reader.pieces.append(f"</{tag}>" if closing else f"<{tag}{reader.draft.attr(tag)}>")


def _anchor(reader: Reader, closing: bool, attributes: str) -> None:
    if closing:
        return
    end = reader.source.lower().find("</a", reader.position) if reader.position else -1
    words = re.sub(r"<[^>]*>", "", reader.source[reader.position : end]) if 0 < end < reader.position + 400 else ""
    href = _attributes(attributes).get("href", "")
    if href and words:
        reader.self_naming(href, words)
        reader.position = end


def _skip_raw(reader: Reader, tag: str) -> None:
    end = re.compile(f"</{tag}", re.IGNORECASE).search(reader.source, reader.position)
    reader.position = end.start() if end else len(reader.source)


def _attributes(source: str) -> dict[str, str]:
    return {match[1].lower(): unescape(match[2] or match[3] or match[4] or "") for match in _ATTRIBUTE.finditer(source)}
