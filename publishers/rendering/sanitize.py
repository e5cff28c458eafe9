"""Authors' own HTML: bleach with a list of what may pass, then written anew with our styles.

Nothing of an author's tag is copied: after bleach the allowed elements are rebuilt from their names, and pictures and
links go through the same two functions as those of Markdown.
"""

from __future__ import annotations

import re
import threading
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from publishers.rendering import allowed, elements
from publishers.rendering.draft import Draft
from publishers.rendering.urls import is_wechat_picture

if TYPE_CHECKING:
    from bleach.sanitizer import Cleaner

_WITH_CONTENT = (
    "script|style|textarea|title|iframe|noscript|noembed|noframes|xmp|template|svg|math|select|object|video|audio|canvas|head"
)
_REMOVED_WHOLE = re.compile(rf"<({_WITH_CONTENT})\b[^>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[|<[!?][^>]*>", re.DOTALL)
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)[^<>]*>")
_SHALLOW = frozenset(["p", "li", "td", "th", "tr", "thead", "tbody", "br", "hr", "img"])
_MOST_TAGS, _DEEPEST = 3_000, 24
_RENAMED = {"div": "section", "center": "section", "b": "strong", "i": "em", "del": "s", "figure": "section"}
_STYLED_AS = {"section": "", "span": "", "thead": "", "tbody": "", "tr": "", "figcaption": "figcaption", "b": "strong"}
_SMALL_NUMBER = re.compile(r"[0-9]{1,4}")
_INLINE_ONLY = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "strong", "b", "em", "i", "u", "s", "a"])
_BLOCKS = frozenset(["p", "div", "section", "center", "figure", "figcaption", "blockquote", "h1", "h2", "h3", "h4"])
_NO_LOOSE_TEXT = frozenset(["ul", "ol", "table", "thead", "tbody", "tr"])


def clean(html: str) -> str:
    """HTML with only the elements and attributes that may pass, and no style; cleaning again changes nothing."""
    return _cleaner().clean(_COMMENT.sub("", _REMOVED_WHOLE.sub("", html)))


def html_block(draft: Draft, html: str) -> str:
    """An author's HTML as WeChat HTML in the article's theme."""
    for tag in sorted({match[2].lower() for match in _ANY_TAG.finditer(html)} - allowed.AUTHORS.keys()):
        draft.remark("html_removed", f"<{tag}>", tag=tag)
    if _is_extreme(html):
        draft.remark("html_removed", html[:40], tag="html")
        return f"<p{draft.attr('p')}>{elements.text(_ANY_TAG.sub('', html).strip())}</p>"
    writer = _Writer(draft)
    writer.feed(clean(html))
    writer.close()
    return writer.html()


def _is_extreme(html: str) -> bool:
    depth = deepest = tags = 0
    for match in _ANY_TAG.finditer(html):
        tags += 1
        if match[2].lower() not in _SHALLOW:
            depth += -1 if match[1] else 1
            deepest = max(deepest, depth)
    return deepest > _DEEPEST or tags > _MOST_TAGS or html.count("<") > _MOST_TAGS


_local = threading.local()


def _cleaner() -> Cleaner:
    """One per thread: it takes longer to make than to use, and holds the state of its parser."""
    if not hasattr(_local, "cleaner"):
        from bleach.sanitizer import Cleaner

        attributes = {tag: list(names) for tag, names in allowed.AUTHORS.items()}
        _local.cleaner = Cleaner(allowed.AUTHORS.keys(), attributes, protocols=["http", "https", "mailto"], strip=True)
    cleaner: Cleaner = _local.cleaner
    return cleaner


class _Writer(HTMLParser):
    """Writes the elements of cleaned, hence well-formed, HTML with the theme's styles."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(convert_charrefs=True)
        self.draft = draft
        self.pieces: list[str] = []
        self.open: list[tuple[str, str]] = []

    def html(self) -> str:
        """What was written, with everything closed."""
        while self.open:
            self.pieces.append(self.open.pop()[1])
        return "".join(self.pieces).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write an opening tag."""
        given = {name: value or "" for name, value in attrs}
        if tag == "br":
            self.pieces.append("<br>")
        elif tag == "hr":
            self.pieces.append(f"<hr{self.draft.attr('hr')}>")
        elif tag == "img":
            src, alt, title = given.get("src", ""), given.get("alt", ""), given.get("title", "")
            self.pieces.append(elements.picture(self.draft, src, alt, title, given.get("width", "")))
        elif tag == "a":
            before, after = elements.link(self.draft, given["href"], "") if given.get("href") else ("", "")
            self._open(tag, before, after)
        elif tag.startswith("mp-"):
            self._open(tag, f"<section><{tag}{_card_attributes(tag, given)}>", f"</{tag}></section>")
        elif tag == "li":
            self._open(tag, f"<li{self.draft.attr('li')}><section>", "</section></li>")
        elif tag == "table":
            self._open(tag, self._table_start(), "</table></section>")
        elif tag == "pre":
            self._open(tag, f"<pre{self.draft.attr('pre')}>", "</pre>")
        else:
            self._plain(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """Write closing tags up to the one named."""
        if any(name == tag for name, _ in self.open):
            while self.open:
                name, closing = self.open.pop()
                self.pieces.append(closing)
                if name == tag:
                    break

    def handle_data(self, data: str) -> None:
        """Write words; white space between items and cells goes (quirk 7)."""
        if any(name == "pre" for name, _ in self.open):
            self.pieces.append(elements.text(data.expandtabs(4)).replace(" ", "&nbsp;").replace("\n", "<br>"))
        elif data.strip() or not (self.open and self.open[-1][0] in _NO_LOOSE_TEXT):
            self.pieces.append(elements.text(re.sub(r"[ \t\r\n]+", " ", data)))

    def _table_start(self) -> str:
        return f"<section{self.draft.attr('table_box')}><table{self.draft.attr('table')}>"

    def _plain(self, tag: str, given: dict[str, str]) -> None:
        name = _RENAMED.get(tag, tag)
        style = "quote_p" if tag == "p" and any(opened == "blockquote" for opened, _ in self.open) else tag
        if tag == "p" and any(opened == "li" for opened, _ in self.open):
            name, style = "section", ""
        key = _STYLED_AS.get(style, style)
        if tag in _BLOCKS and any(opened in _INLINE_ONLY for opened, _ in self.open):
            self._open(tag, "", "")
            return
        numbers = {part: given[part] for part in ("colspan", "rowspan", "start") if part in given}
        spans = "".join(f' {part}="{number}"' for part, number in numbers.items() if _SMALL_NUMBER.fullmatch(number))
        self._open(tag, f"<{name}{spans}{self.draft.attr(key)}>", f"</{name}>")

    def _open(self, tag: str, before: str, after: str) -> None:
        self.pieces.append(before)
        self.open.append((tag, after))


def _card_attributes(tag: str, given: dict[str, str]) -> str:
    kept = {name: given[name] for name in allowed.AUTHORS[tag] if name in given}
    pictures = ("data-headimg", "data-miniprogram-imageurl")
    return "".join(
        f' {name}="{elements.attribute(value)}"'
        for name, value in kept.items() if name not in pictures or is_wechat_picture(value)
    )
