"""What WeChat left out of a draft, and where in ours it stood: words, pictures, links, and the forms of blocks.

Offsets count the visible characters of our HTML without white space, which rewriting does not touch.
"""

from __future__ import annotations

import html as markup
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from html.parser import HTMLParser

MOST = 60
"""Losses that are kept of one article; more than that is a draft that nobody should publish."""

_BLOCKS = frozenset("p section div li h1 h2 h3 h4 h5 h6 blockquote pre tr td th ul ol table figure figcaption".split())
_FORMS = frozenset("table tr ul ol li blockquote pre svg h1 h2 h3 h4 h5 h6".split())
_VOID = frozenset("br img hr input meta link col source wbr".split())
_INVISIBLE = re.compile(r"[\s\u200b\ufeff]+")
_SIZE = re.compile(r"/\d{1,4}$")
_GRAM = 3
_JOIN = 4
"""Lost runs that stand closer than this are one: what lies between them is there by chance."""


@dataclass(frozen=True)
class Loss:
    """One thing that is missing. `place`: of a text its first character, of a picture or link its number from 0.

    A picture of which nobody can say which one it was has the place -1.
    """

    kind: str
    place: int
    words: str = ""
    length: int = 0

    @property
    def blocks(self) -> bool:
        """Whether a reader misses something that was signed off; a link or a form changes only how it is set."""
        return self.kind in ("text", "picture")


def losses(sent: str, kept: str) -> list[Loss]:
    """What of `sent` is not in `kept`, in the order of `sent`. Nothing is said of a body that was not given back."""
    if not kept.strip():
        return []
    ours, theirs = _read(sent), _read(kept)
    found = [*_texts(ours, theirs), *_pictures(ours, theirs), *_links(ours, theirs), *_forms(ours, theirs)]
    return found[:MOST]


def written(found: Sequence[Sequence[Loss]]) -> str:
    """The losses of each article as a line to be remembered; empty when there are none."""
    return json.dumps([[asdict(one) for one in article] for article in found], ensure_ascii=False) if any(found) else ""


def remembered(line: str) -> list[list[Loss]]:
    """The losses of each article out of such a line."""
    return [[Loss(**one) for one in article] for article in json.loads(line)] if line else []


def marked(html: str, found: Sequence[Loss]) -> str:
    """Our HTML with a mark around everything that is missing."""
    marker = _Marker(found)
    marker.feed(html)
    marker.close()
    return "".join(marker.out)


@dataclass
class _Body:
    """What a reader sees of one body."""

    blocks: list[tuple[int, str]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    forms: Counter[str] = field(default_factory=Counter)


def _read(html: str) -> _Body:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    return reader.body


def _texts(ours: _Body, theirs: _Body) -> Iterator[Loss]:
    left, right = [text for _, text in ours.blocks], [text for _, text in theirs.blocks]
    if "".join(left) == "".join(right):
        return
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "delete":
            yield from (Loss("text", start, text, len(text)) for start, text in ours.blocks[a:b])
        elif tag == "replace":
            yield from _runs(ours.blocks[a:b], "".join(right[c:d]))


def _runs(blocks: list[tuple[int, str]], there: str) -> Iterator[Loss]:
    """Runs of characters that no piece of the other side covers."""
    known = {there[begin:begin + _GRAM] for begin in range(len(there) - _GRAM + 1)}
    text, start = "".join(one for _, one in blocks), blocks[0][0]
    if text in there:
        return
    covered = bytearray(len(text))
    for begin in range(len(text) - _GRAM + 1):
        if text[begin:begin + _GRAM] in known:
            covered[begin:begin + _GRAM] = b"\x01" * _GRAM
    begin = -1
    for place, is_there in enumerate([*covered, 1]):
        if not is_there and begin < 0:
            begin = place
        elif is_there and begin >= 0 and not any(not one for one in covered[place:place + _JOIN]):
            yield Loss("text", start + begin, text[begin:place], place - begin)
            begin = -1


def _pictures(ours: _Body, theirs: _Body) -> Iterator[Loss]:
    missing = len(ours.pictures) - len(theirs.pictures)
    if set(ours.pictures) & set(theirs.pictures) or not theirs.pictures:
        there = Counter(theirs.pictures)
        for number, picture in enumerate(ours.pictures):
            if there[picture] > 0:
                there[picture] -= 1
            elif missing > 0:
                missing -= 1
                yield Loss("picture", number)
    yield from (Loss("picture", -1) for _ in range(max(missing, 0)))


def _links(ours: _Body, theirs: _Body) -> Iterator[Loss]:
    there = {address for address, _ in theirs.links}
    for number, (address, words) in enumerate(ours.links):
        if address not in there:
            yield Loss("link", number, words or address)


def _forms(ours: _Body, theirs: _Body) -> Iterator[Loss]:
    for tag in sorted(ours.forms):
        if theirs.forms[tag] < ours.forms[tag]:
            yield Loss("form", -1, tag, ours.forms[tag] - theirs.forms[tag])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.body = _Body()
        self._words: list[str] = []
        self._seen = 0
        self._link: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in _BLOCKS:
            self.end_block()
        if tag in _FORMS:
            self.body.forms[tag] += 1
        if tag == "img" and (source := said.get("data-src") or said.get("src")):
            self.body.pictures.append(_SIZE.sub("", source.partition("?")[0].partition("://")[2] or source))
        if tag == "a" and said.get("href"):
            self.body.links.append((str(said["href"]), ""))
            self._link = []

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.end_block()
        if tag == "a" and self._link is not None:
            self.body.links[-1] = (self.body.links[-1][0], "".join(self._link))
            self._link = None

    def handle_data(self, data: str) -> None:
        words = _INVISIBLE.sub("", data)
        self._words.append(words)
        if self._link is not None:
            self._link.append(words)

    def end_block(self) -> None:
        """What was said since the last block is one block."""
        text = "".join(self._words)
        if text:
            self.body.blocks.append((self._seen, text))
            self._seen += len(text)
        self._words.clear()


class _Marker(HTMLParser):
    """Writes the HTML again, with `<mark>` around lost words and links and a frame around lost pictures."""

    def __init__(self, found: Sequence[Loss]) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._lost = {place for one in found if one.kind == "text" for place in range(one.place, one.place + one.length)}
        self._pictures = {one.place for one in found if one.kind == "picture"}
        self._links = {one.place for one in found if one.kind == "link"}
        self._seen = self._picture = self._link = 0
        self._in_link = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag(tag, attrs)
        if tag not in _VOID:
            self.out.append(f"</{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._in_link:
            self.out.append("</mark>")
            self._in_link = False
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        inside = False
        for sign in data:
            visible = not _INVISIBLE.fullmatch(sign)
            lost = visible and self._seen in self._lost
            if visible and lost != inside:
                self.out.append("<mark class=lost>" if lost else "</mark>")
                inside = lost
            self.out.append(markup.escape(sign, quote=False))
            self._seen += visible
        if inside:
            self.out.append("</mark>")

    def _tag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raw = self.get_starttag_text() or ""
        said = dict(attrs)
        if tag == "img" and (said.get("src") or said.get("data-src")):
            lost = self._picture in self._pictures
            self._picture += 1
            self.out.append(f"<span class=lost-picture>{raw}</span>" if lost else raw)
            return
        self.out.append(raw)
        if tag == "a" and said.get("href"):
            if self._link in self._links:
                self.out.append("<mark class=lost>")
                self._in_link = True
            self._link += 1
