"""Comparing a draft with what was sent: WeChat drops pictures and words without saying so.

It also rewrites markup (`src` becomes `data-src`, slashes and anchors go), so only pictures and visible words count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

_MARKUP = re.compile(r"\s+|\u200b|\ufeff")


def difference(sent: Sequence[Mapping[str, object]], kept: Sequence[Mapping[str, object]]) -> str:
    """What differs, for the record (`article 1: 2 of 3 pictures; article 2: text`), or an empty string."""
    if len(sent) != len(kept):
        return f"{len(kept)} of {len(sent)} articles"
    return "; ".join(
        f"article {position}: {what}"
        for position, (ours, theirs) in enumerate(zip(sent, kept, strict=True), start=1)
        for what in _differences(str(ours.get("content", "")), str(theirs.get("content", "")))
    )


def _differences(sent: str, kept: str) -> list[str]:
    ours, theirs = _seen(sent), _seen(kept)
    found = []
    if ours.pictures != theirs.pictures:
        found.append(f"{theirs.pictures} of {ours.pictures} pictures")
    if ours.words != theirs.words:
        found.append("text")
    return found


def visible_words(html: str) -> str:
    """The words that a reader sees, without white space."""
    return _seen(html).words


def _seen(html: str) -> _Seen:
    seen = _Seen()
    seen.feed(html)
    seen.close()
    return seen


class _Seen(HTMLParser):
    """Counts pictures that have an address and collects the words between the tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pictures = 0
        self._pieces: list[str] = []

    @property
    def words(self) -> str:
        return _MARKUP.sub("", "".join(self._pieces))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img" and any(name in ("src", "data-src") and value for name, value in attrs):
            self.pictures += 1

    def handle_data(self, data: str) -> None:
        self._pieces.append(data)
