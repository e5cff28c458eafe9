"""The full pass over a typeset article, once before it is signed off: a flaw of the renderer stops there and goes nowhere.

It knows nothing of how the article came about. The whole of it is parsed as a browser would, everything that is not in
`allowed` is taken out, and if anything was, the article is not what may be sent.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, cast

from publishers.rendering import allowed
from publishers.rendering.findings import Finding
from publishers.rendering.urls import is_video_player, is_wechat_article, is_wechat_picture, picture_address

if TYPE_CHECKING:
    from bleach.css_sanitizer import CSSSanitizer
    from bleach.sanitizer import Cleaner

NOT_PROVEN = "The typeset article holds {piece}, which may not go out. Nothing is sent; tell whoever looks after Qunsheng."
_PLAIN = re.compile(
    r"""(?:[^<>\0]++|<[a-z][a-z0-9-]*+(?:[ ][A-Za-z_-]++="[^"<>\0]*+")*+/?>|</[a-z][a-z0-9-]*+>)*+"""
)
"""The one way in which we write HTML; on it all parsers agree where a tag begins and ends."""

_VOID = frozenset(["br", "hr", "img"])
_Token = tuple[str, ...]


@lru_cache(maxsize=64)
def flaws(html: str) -> tuple[Finding, ...]:
    """What may not stand in an article's HTML, as blockers; empty when a browser's parse leaves it exactly as it is."""
    written, kept = _tokens(html), _tokens(_cleaner().clean(html))
    if written == kept and _PLAIN.fullmatch(html):
        return ()
    common = min(len(written), len(kept))
    at = next((at for at in range(common) if written[at] != kept[at]), common)
    piece = " ".join(written[at])[:60] if at < len(written) else _first_odd(html)
    return (Finding("not_proven", "blocker", piece, NOT_PROVEN, params={"piece": piece}),)


def _first_odd(html: str) -> str:
    plain = _PLAIN.match(html)
    return html[plain.end() if plain else 0 :][:60]


def messages() -> list[str]:
    """Every msgid of this module."""
    return [NOT_PROVEN]


class _Styles:
    """What bleach asks about `style`: the declarations that may stay."""

    def sanitize_css(self, style: str) -> str:
        """The style itself when all of it may stand, else what is left of it."""
        bad = set(allowed.bad_declarations(style))
        return ";".join(part for part in style.split(";") if part not in bad) if bad else style


_local = threading.local()


def _cleaner() -> Cleaner:
    if not hasattr(_local, "cleaner"):
        from bleach.sanitizer import Cleaner

        _local.cleaner = Cleaner(
            allowed.ARTICLE.keys(), _may_stay, protocols=["http", "https"], strip=True,
            css_sanitizer=cast("CSSSanitizer", _Styles()),
        )
        _local.cleaner.serializer.use_best_quote_char = False
    cleaner: Cleaner = _local.cleaner
    return cleaner


def _may_stay(tag: str, name: str, value: str) -> bool:
    if name == "style":
        return True
    if name.lower() not in allowed.ARTICLE.get(tag, ()):
        return False
    if name in ("fill", "stroke"):
        return allowed.COLOUR.fullmatch(value) is not None
    return name not in _ADDRESSES or _ADDRESSES[name](value)


def _is_picture(url: str) -> bool:
    return picture_address(url) == url


_ADDRESSES = {
    "href": is_wechat_article, "src": _is_picture, "data-headimg": is_wechat_picture,
    "data-miniprogram-imageurl": is_wechat_picture, "data-src": is_video_player,
}


def _tokens(html: str) -> list[_Token]:
    reader = _Tokens()
    reader.feed(html)
    reader.close()
    return reader.found


class _Tokens(HTMLParser):
    """HTML as tags with their attributes in order of name, and runs of words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[_Token] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag with its attributes."""
        if tag == "tbody" and not attrs:
            return
        self.found.append(("<" + tag, *(f'{name}="{value}"' for name, value in sorted(attrs, key=lambda attr: attr[0]))))

    def handle_endtag(self, tag: str) -> None:
        """A closing tag; of `<br/>` there is none, and a table's body is opened and closed by every parser itself."""
        if tag not in _VOID and tag != "tbody":
            self.found.append(("</" + tag,))

    def handle_data(self, data: str) -> None:
        """Words, joined to those before."""
        if self.found and self.found[-1][0] == "":
            data = self.found.pop()[1] + data
        self.found.append(("", data))

    def handle_comment(self, data: str) -> None:
        """A comment, which bleach takes out."""
        self.found.append(("<!--", data))

    def handle_decl(self, decl: str) -> None:
        """A declaration, likewise."""
        self.found.append(("<!", decl))

    def handle_pi(self, data: str) -> None:
        """A processing instruction, likewise."""
        self.found.append(("<?", data))

    def unknown_decl(self, data: str) -> None:
        """A marked section, likewise."""
        self.found.append(("<![", data))
