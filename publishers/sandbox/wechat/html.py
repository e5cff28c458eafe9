"""What WeChat makes of an article's HTML: scripts, ids, links and foreign pictures go, `src` becomes `data-src`."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import escape
from html.parser import HTMLParser

_DROPPED_WHOLE = {
    "script", "style", "form", "button", "select", "textarea", "object", "audio", "video", "canvas", "dialog",
}
_DROPPED_TAGS = {"link", "meta", "base", "input", "embed", "html", "head", "body", "details", "summary", "iframe", "a"}
_VOID = {"br", "img", "hr", "wbr", "col", "source", "link", "meta", "base", "input", "embed"}
_RENAMED = {"div": "section"}
_POSITION = re.compile(r"(?:^|;)\s*(?:position|top|left|right|bottom|z-index)\s*:[^;]*", re.IGNORECASE)
_PICTURE = re.compile(r"/mmbiz_\w+/([0-9a-f]+)/")
_SPACE = re.compile(r"\s+")

Attributes = list[tuple[str, str | None]]


def rewrite(content: str, slugs: Collection[str], also_dropped: str = "") -> str:
    """The HTML as it is read back; `slugs` are the pictures that were uploaded by `uploadimg` or as material.

    `also_dropped` is one more element that goes while its words stay, as after a change of the rules.
    """
    rewriter = _Rewriter(slugs, _DROPPED_TAGS | {also_dropped})
    rewriter.feed(content)
    rewriter.close()
    return "".join(rewriter.out)


def visible_text(content: str) -> str:
    """The words of the HTML in one line."""
    return _SPACE.sub(" ", _text(content)).strip()


def for_reader(content: str) -> str:
    """Stored HTML as a browser shows it: pictures by path on this server, loaded at once."""
    return re.sub(r'data-src="[^"]*?(/mmbiz_\w+/[0-9a-f]+/)[^"]*"', r'src="\g<1>640"', content)


def picture_slug(url: str) -> str:
    """The name inside a picture address of ours, or an empty string."""
    found = _PICTURE.search(url)
    return found[1] if found else ""


class _Rewriter(HTMLParser):
    def __init__(self, slugs: Collection[str], dropped: Collection[str]) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._dropped = dropped
        self._slugs = slugs
        self._dropping: list[str] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if self._dropping or tag in _DROPPED_WHOLE:
            if tag not in _VOID:
                self._dropping.append(tag)
            return
        if tag == "img":
            self._picture(attrs)
        elif tag == "br":
            self.out.append("<br  />")
        elif tag not in self._dropped:
            self.out.append(f"<{_RENAMED.get(tag, tag)}{_attributes(attrs)}>")

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        if self._dropping or tag in _DROPPED_WHOLE:
            return
        self.handle_starttag(tag, attrs)
        if tag not in _VOID and tag not in self._dropped:
            self.out.append(f"</{_RENAMED.get(tag, tag)}>")

    def handle_endtag(self, tag: str) -> None:
        if self._dropping:
            if tag in self._dropping:
                del self._dropping[self._dropping.index(tag) :]
            return
        if tag not in self._dropped and tag not in _DROPPED_WHOLE and tag not in _VOID:
            self.out.append(f"</{_RENAMED.get(tag, tag)}>")

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            self.out.append(data.replace("<", "&lt;"))

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def _picture(self, attrs: Attributes) -> None:
        values = dict(attrs)
        source = values.get("src") or values.get("data-src") or ""
        if picture_slug(source) not in self._slugs:
            return
        address = f"{source.partition('?')[0].rpartition('/')[0]}/640?from=appmsg"
        others = [(name, value) for name, value in attrs if name not in ("src", "data-src")]
        self.out.append(f'<img data-src="{escape(address)}"{_attributes(others)}>')


def _attributes(attrs: Attributes) -> str:
    kept = []
    for name, value in attrs:
        if name in ("id", "class", "srcdoc", "href", "xlink:href", "action") or name.startswith("on"):
            continue
        if name == "style":
            value = _POSITION.sub("", value or "").strip("; ") + ";"
        kept.append(f' {name}="{escape(value or "")}"')
    return "".join(kept)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []

    def handle_data(self, data: str) -> None:
        self.out.append(data)


def _text(content: str) -> str:
    words = _Words()
    words.feed(content)
    words.close()
    return "".join(words.out)
