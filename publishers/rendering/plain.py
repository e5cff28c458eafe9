"""From rendered HTML back to its words: what a reader sees, without layout."""

from __future__ import annotations

import re
from html import unescape

from publishers.rendering import limits

_BLOCK_END = re.compile(r"<br>|</(?:p|h[1-6]|li|section|tr|blockquote|pre|figcaption)>|<hr[ >]")
_CELL_END = re.compile(r"</t[dh]>")
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"[ \t\xa0]*\n\s*")
_BLANK = re.compile(r"\s+")
_NUMBER = re.compile(r"\[\d{1,3}\]")
_SENTENCE_ENDS = "。！？!?；;"


def plain_text(html: str) -> str:
    """The words of HTML that this package wrote, one line per block. Needs `>` escaped in attributes, as we do."""
    text = _BLOCK_END.sub("\n<", html)
    text = _CELL_END.sub(" ", text)
    return _SPACES.sub("\n", unescape(_TAG.sub("", text.replace("\n<", "\n<>")))).strip()


def visible_characters(plain: str) -> int:
    """How many characters a reader sees; white space does not count."""
    return len(_BLANK.sub("", plain))


def digest_of(plain: str) -> str:
    """The beginning of the text in one line: whole sentences within 120 characters if they fill WeChat's 54."""
    line = _BLANK.sub(" ", _NUMBER.sub("", plain)).strip()
    if len(line) <= limits.DIGEST_CHARACTERS:
        return line
    head = line[: limits.DIGEST_CHARACTERS]
    end = max(head.rfind(sign) for sign in _SENTENCE_ENDS)
    return head[: end + 1] if end >= 53 else head[:-1].rstrip() + "…"
