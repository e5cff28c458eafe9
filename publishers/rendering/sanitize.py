"""Authors' own HTML: bleach with a list of what may pass, then written anew with our styles.

Nothing of an author's tag is copied: after bleach the allowed elements are rebuilt from their names, and pictures and
links go through the same two functions as those of Markdown.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import TYPE_CHECKING

from publishers.rendering import allowed, elements
from publishers.rendering.draft import Draft
from publishers.rendering.rewriting import Writer
from publishers.rendering.tags import remark_lost

if TYPE_CHECKING:
    from bleach.sanitizer import Cleaner

_WITH_CONTENT = (
    "script|style|textarea|title|iframe|noscript|noembed|noframes|xmp|template|svg|math|select|object|video|audio|canvas|head"
)
_REMOVED_WHOLE = re.compile(rf"<({_WITH_CONTENT})\b[^>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[|<[!?][^>]*>", re.DOTALL)
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)[^<>]*>")
_SHALLOW = frozenset(["p", "li", "td", "th", "tr", "thead", "tbody", "br", "hr", "img"])
_MOST_TAGS, _DEEPEST, _MOST_ROUNDS = 3_000, 24, 6


@lru_cache(maxsize=64)
def clean(html: str) -> str:
    """HTML with only the elements and attributes that may pass, and no style; cleaning again changes nothing.

    A browser may parse again what was written from a parsed tree and get another tree; so it is cleaned until it stays.
    """
    cleaner = _cleaner()
    before, after = "", html
    for _ in range(_MOST_ROUNDS):
        before, after = after, cleaner.clean(_COMMENT.sub("", _REMOVED_WHOLE.sub("", after)))
        if after == before:
            return after
    return elements.text(_ANY_TAG.sub("", after))


def html_block(draft: Draft, html: str) -> str:
    """An author's HTML as WeChat HTML in the article's theme."""
    for match in _ANY_TAG.finditer(html):
        remark_lost(draft, match[2].lower(), match[0])
    for tag in sorted({match[2].lower() for match in _ANY_TAG.finditer(html)} - allowed.AUTHORS.keys()):
        draft.remark("html_removed", f"<{tag}>", tag=tag)
    if _is_extreme(html):
        draft.remark("html_removed", html[:40], tag="html")
        return f"<p{draft.attr('p')}>{elements.text(_ANY_TAG.sub('', html).strip())}</p>"
    writer = Writer(draft)
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
        # Between single quotes bleach escapes every ampersand once more each time.
        _local.cleaner.serializer.use_best_quote_char = False
    cleaner: Cleaner = _local.cleaner
    return cleaner
