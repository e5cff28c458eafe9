"""Authors' cleaned HTML written anew in the theme's styles, in an order that every browser and WeChat leave as it is.

Lists hold items and nothing else, rows cells, paragraphs only words; a wrapper around blocks is left out (quirk 37).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from publishers.rendering import allowed, elements
from publishers.rendering.draft import Draft
from publishers.rendering.urls import is_wechat_picture

_RENAMED = {
    "div": "section", "center": "section", "figure": "section", "b": "strong", "i": "em", "del": "s", "h5": "h4", "h6": "h4",
}
_BLOCKS = frozenset("section div center figure p figcaption blockquote h1 h2 h3 h4 h5 h6".split())
_WRAPPERS = frozenset("section div center figure".split())
_WORDS_ONLY = frozenset(
    "p h1 h2 h3 h4 h5 h6 figcaption span strong b em i u s del a sub sup ruby rt rp code pre".split()
)
_ROOMS = {
    "li": ("ul", "ol"), "tr": ("table", "thead", "tbody"), "td": ("tr",), "th": ("tr",), "thead": ("table",), "tbody": ("table",),
}
_WALLS = {"li": ("td", "th")}
_LIST_WALLS = ("ul", "ol", "li")
_HOLDS_PARTS = frozenset("ul ol table thead tbody tr".split())
_CARD_NEEDS = {"mp-common-profile": "data-id", "mp-common-miniprogram": "data-miniprogram-appid"}
_SMALL_NUMBER = re.compile(r"[0-9]{1,4}")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_MOST_LEVELS, _LAST_LIST = 8, 4
"""Of the 15 levels that WeChat counts, quotes and lists around an author's HTML may take five; a table takes four more."""


@dataclass(slots=True)
class _Open:
    """An element that is open. `waiting` is its tag as long as nothing that needs it has come."""

    tag: str
    closing: str = ""
    levels: int = 0
    waiting: str = ""
    implied: bool = False


class Writer(HTMLParser):
    """Feed it what `sanitize.clean` gave, then ask for `html()`."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(convert_charrefs=True)
        self.draft = draft
        self._pieces: list[str] = []
        self._open: list[_Open] = []

    def html(self) -> str:
        """What was written, with everything closed."""
        self._close_to(0)
        return "".join(self._pieces).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write an opening tag where it may stand."""
        given = {name: value or "" for name, value in attrs}
        if tag in _ROOMS:
            self._part(tag, given)
        elif tag in ("ul", "ol", "table", "pre", "hr") or tag.startswith("mp-"):
            self._structure(tag, given)
        elif tag in _BLOCKS:
            self._block(tag)
        elif tag == "br":
            if not (self._open and self._open[-1].tag in _HOLDS_PARTS):
                self._write("<br>")
        else:
            self._phrase(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """Write closing tags up to the one named."""
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].tag == tag and not self._open[at].implied:
                self._close_to(at)
                break

    def handle_data(self, data: str) -> None:
        """Write words; white space between blocks, items and cells goes (quirk 7)."""
        if self._in_pre():
            self._pieces.append(_fixed_spaces(elements.text(data.expandtabs(4))))
            return
        words = elements.text(_SPACE.sub(" ", data))
        if self._pieces and self._pieces[-1].endswith(" "):
            words = words.removeprefix(" ")
        if words.strip():
            self._write(words)
        elif words and self._open and not self._open[-1].waiting and self._open[-1].tag not in _HOLDS_PARTS:
            self._pieces.append(words)

    def _part(self, tag: str, given: dict[str, str]) -> None:
        """An item, row or cell: only in its list or table; whatever stands open there is closed."""
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at].tag in _ROOMS[tag]:
                self._close_to(at + 1)
                self._open_part(tag, given)
                return
            if self._open[at].tag in _WALLS.get(tag, _LIST_WALLS):
                break
        if tag == "li":
            self._block("section", called=tag)
        else:
            self._open.append(_Open(tag))

    def _open_part(self, tag: str, given: dict[str, str]) -> None:
        attr = self.draft.attr(tag)
        if tag == "li":
            self._enter(tag, f"<li{attr}><section>", "</section></li>", 2)
        else:
            self._enter(tag, f"<{tag}{_numbers(given, 'colspan', 'rowspan')}{attr}>", f"</{tag}>")

    def _structure(self, tag: str, given: dict[str, str]) -> None:
        """What no words may be around: those that are open are closed first."""
        self._leave_words()
        if tag == "hr":
            self._write_block(f"<hr{self.draft.attr('hr')}>")
            return
        self._make_room()
        if self._depth() > _LAST_LIST:
            self._open.append(_Open(f"{tag} too deep"))
        elif tag == "table":
            box = f"<section{self.draft.attr('table_box')}><table{self.draft.attr('table')}>"
            self._enter(tag, box, "</table></section>", 2)
        elif tag.startswith("mp-"):
            if not given.get(_CARD_NEEDS[tag]):
                self.draft.remark("card_incomplete", f"<{tag}>", kind=tag)
            self._enter(tag, f"<section><{tag}{_card_attributes(tag, given)}>", f"</{tag}></section>", 2)
        else:
            self._enter(tag, f"<{tag}{_numbers(given, 'start')}{self.draft.attr(tag)}>", f"</{tag}>")

    def _block(self, tag: str, called: str = "") -> None:
        if self._open and self._open[-1].implied and self._open[-1].tag == "p":
            self._close_to(len(self._open) - 1)
        self._make_room()
        if self._depth() >= _MOST_LEVELS or any(one.tag in _WORDS_ONLY for one in self._open):
            self._open.append(_Open(called or tag))
            return
        name, style = self._as_written(tag)
        opening = f"<{name}{self.draft.attr(style)}>"
        if tag in _WRAPPERS:
            self._open.append(_Open(called or tag, f"</{name}>", 1, opening))
        else:
            self._enter(tag, opening, f"</{name}>")

    def _as_written(self, tag: str) -> tuple[str, str]:
        """A block's element and its key in the theme; a `p` inside an item would add its margin (quirk 6)."""
        if tag in _WRAPPERS:
            return "section", ""
        if tag not in ("p", "figcaption"):
            name = _RENAMED.get(tag, tag)
            return name, name
        if any(one.tag == "li" for one in self._open):
            return "section", "" if tag == "p" else tag
        quoted = tag == "p" and any(one.tag == "blockquote" for one in self._open)
        return "p", "quote_p" if quoted else tag

    def _phrase(self, tag: str, given: dict[str, str]) -> None:
        if tag == "img":
            src, alt, title = given.get("src", ""), given.get("alt", ""), given.get("title", "")
            picture = elements.picture(self.draft, src, alt, title, given.get("width", ""))
            if picture:
                refused = not picture.startswith("<img ")
                self._write(_fixed_spaces(picture) if refused and self._in_pre() else picture)
            return
        if self._depth() >= _MOST_LEVELS + 2:
            self._open.append(_Open(tag))
            return
        before, after = self._tags(tag, given)
        self._write(before)
        self._open.append(_Open(tag, after, 1))

    def _tags(self, tag: str, given: dict[str, str]) -> tuple[str, str]:
        if tag == "a":
            return elements.link(self.draft, given["href"], "") if given.get("href") else ("", "")
        name = _RENAMED.get(tag, tag)
        key = "pre_code" if tag == "code" and self._in_pre() else name
        return f"<{name}{self.draft.attr(key)}>", f"</{name}>"

    def _in_pre(self) -> bool:
        return any(one.tag == "pre" for one in self._open)

    def _write(self, words: str) -> None:
        """Words or a picture: in a paragraph of their own where nothing else holds them."""
        self._make_room()
        if not self._open:
            self._enter("p", f"<p{self.draft.attr('p')}>", "</p>")
            self._open[-1].implied = True
        self._settle()
        self._pieces.append(words)

    def _write_block(self, html: str) -> None:
        self._make_room()
        self._pieces.append(html)

    def _make_room(self) -> None:
        """Where only items or cells may stand, begin one."""
        holder = self._open[-1].tag if self._open else ""
        if holder in ("ul", "ol"):
            self._open_part("li", {})
            self._open[-1].implied = True
        elif holder in ("table", "thead", "tbody"):
            self._open_part("tr", {})
            self._open[-1].implied = True
            self._make_room()
        elif holder == "tr":
            self._open_part("td", {})
            self._open[-1].implied = True

    def _settle(self) -> None:
        """The innermost wrapper is needed now, if it waits and nothing else holds the words."""
        for one in reversed(self._open):
            if one.waiting:
                self._pieces.append(one.waiting)
                one.waiting = ""
            if one.levels:
                return

    def _leave_words(self) -> None:
        for at, one in enumerate(self._open):
            if one.tag in _WORDS_ONLY:
                self._close_to(at)
                return

    def _enter(self, tag: str, before: str, after: str, levels: int = 1) -> None:
        self._pieces.append(before)
        self._open.append(_Open(tag, after, levels))

    def _close_to(self, at: int) -> None:
        while len(self._open) > at:
            one = self._open.pop()
            if not one.waiting:
                self._pieces.append(one.closing)

    def _depth(self) -> int:
        return sum(one.levels for one in self._open if not one.waiting)


def _fixed_spaces(code: str) -> str:
    return code.replace(" ", "&nbsp;").replace("\n", "<br>")


def _numbers(given: dict[str, str], *names: str) -> str:
    return "".join(f' {name}="{given[name]}"' for name in names if _SMALL_NUMBER.fullmatch(given.get(name, "")))


def _card_attributes(tag: str, given: dict[str, str]) -> str:
    kept = {name: given[name] for name in allowed.AUTHORS[tag] if name in given}
    pictures = ("data-headimg", "data-miniprogram-imageurl")
    return "".join(
        f' {name}="{elements.attribute(value)}"'
        for name, value in kept.items() if name not in pictures or is_wechat_picture(value)
    )
