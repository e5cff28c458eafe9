"""From rendered HTML back to its words: what a reader sees, without layout."""

from __future__ import annotations

import re
from html import unescape

from publishers.rendering import limits

_TAG = re.compile(r"<([^>]*)>")
_BREAKS = {
    **dict.fromkeys("/p /h1 /h2 /h3 /h4 /h5 /h6 /li /se /tr /bl /pr /fi br hr".split(), "\n"), "hr ": "\n", "/td": " ", "/th": " ",
}
"""What stands for a tag between words, by the first three characters of the tag: enough to tell ours apart."""
_BLANK = re.compile(r"\s+")
_NUMBER = re.compile(r"\[\d{1,3}\]")
_SENTENCE_ENDS = "。！？!?；;"
_BEGINNING = 2_000
"""Characters of the text within which a digest is always found; an article is often ten times as long."""


def plain_text(html: str) -> str:
    """The words of HTML that this package wrote, one line per block. Needs `>` escaped in attributes, as we do."""
    pieces = _TAG.split(html)
    pieces[1::2] = [_BREAKS.get(tag[:3], "") for tag in pieces[1::2]]
    text = unescape("".join(pieces).replace("&nbsp;", "\xa0"))
    return "\n".join(line for spaced in text.split("\n") if (line := spaced.strip()))


def visible_characters(plain: str) -> int:
    """How many characters a reader sees; white space does not count."""
    return len("".join(plain.split()))


def digest_of(plain: str) -> str:
    """The beginning of the text in one line: whole sentences within 120 characters if they fill WeChat's 54."""
    line = _BLANK.sub(" ", _NUMBER.sub("", plain[:_BEGINNING])).strip()
    if len(line) <= limits.DIGEST_CHARACTERS:
        return line
    head = line[: limits.DIGEST_CHARACTERS]
    end = max(head.rfind(sign) for sign in _SENTENCE_ENDS)
    return head[: end + 1] if end >= 53 else head[:-1].rstrip() + "…"
