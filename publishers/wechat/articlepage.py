"""A published article's page as WeChat shows it to a stranger: whose it is, its headline, its words. Pure: no network.

The page is no interface and changes without notice, so every mark may be missing; a missing mark proves nothing.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urlsplit

from publishers.wechat.readback import visible_words


class Standing(StrEnum):
    """What a page is, compared with one article of one account."""

    OURS = "ours"
    UNREAD = "unread"
    GONE = "gone"
    NO_ARTICLE = "no_article"
    OTHER_ARTICLE = "other_article"
    OTHER_TEXT = "other_text"
    OTHER_HEADLINE = "other_headline"
    OTHER_ACCOUNT = "other_account"
    OTHER_NAME = "other_name"


@dataclass(frozen=True)
class ArticlePage:
    """What could be read. Empty: not told by the page. `biz` is WeChat's number of the account."""

    headlines: tuple[str, ...] = ()
    account: str = ""
    biz: str = ""
    words: str = ""
    gone: bool = False
    closed: bool = False
    """WeChat asked the visitor to prove that he is a person, or showed something that is no page."""

    @property
    def headline(self) -> str:
        return self.headlines[0] if self.headlines else ""


@dataclass(frozen=True)
class Expected:
    """The article that should be there: its headline, its HTML as signed off, its account's name and known numbers."""

    title: str
    html: str
    account: str
    bizes: frozenset[str] = frozenset()
    other_names: frozenset[str] = frozenset()
    """Names of the house's other accounts."""


@dataclass(frozen=True)
class Comparison:
    """What a page is, and how much of our text stands on it, in per cent; None: too little to compare."""

    standing: Standing
    likeness: int | None = None


SAME_TEXT = 80
"""Per cent of our text that must be there when the headline is another."""

OTHER_TEXT = 50
"""Below this the text is another one, whatever the headline says: a person changes words in the console, not halves."""

_SHINGLE = 4
_COMPARABLE = 12
_CLOSED = ("wappoc_appmsgcaptcha", "环境异常", "secitptpage/verify", "请在微信客户端打开链接")
_GONE = (
    "该内容已被发布者删除", "已被发布者删除", "此内容因违规无法查看", "该内容暂时无法查看", "链接已过期", "此帐号已被屏蔽",
    "此账号已被屏蔽", "This content has been deleted", "was deleted by its publisher",
)
_MOST_WORDS_OF_A_NOTE = 400
_NICKNAME = re.compile(r"""\bnickname\s*[=:]\s*(?:htmlDecode\(|JsDecode\()?\s*(['"])(.*?)\1""")
_TITLE = re.compile(r"""\bmsg_title\s*[=:]\s*(?:htmlDecode\(|JsDecode\()?\s*(['"])(.*?)\1""")
_BIZ = re.compile(r"""\b(?:biz|__biz|appuin)\s*[=:]\s*["']([A-Za-z0-9+/=]{8,})["']""")
_BLANK = re.compile(r"[\s\u200b\ufeff]+")


def read(text: str) -> ArticlePage:
    """The page in `text`; anything that is not HTML is a closed one."""
    if "<" not in text or text.lstrip()[:1] in ("{", "["):
        return ArticlePage(closed=True)
    marks = _Marks()
    marks.feed(text)
    marks.close()
    said = " ".join(marks.all_words)
    short = len(_squeezed(said)) < _MOST_WORDS_OF_A_NOTE
    return ArticlePage(
        headlines=tuple(dict.fromkeys(found for found in (*marks.headlines, *_of(_TITLE, text), *marks.lesser) if found)),
        account=next(iter((*marks.accounts, *_of(_NICKNAME, text))), ""), biz=_biz_in(text) or biz_of(marks.address),
        words=_squeezed("".join(marks.body or marks.all_words)),
        gone=short and any(note in said for note in _GONE), closed=any(note in text for note in _CLOSED),
    )


def compare(page: ArticlePage, expected: Expected) -> Comparison:
    """Whether `page` shows the expected article."""
    if page.closed:
        return Comparison(Standing.UNREAD)
    if page.gone:
        return Comparison(Standing.GONE)
    likeness = _likeness(visible_words(expected.html), page, expected.title)
    titled = has_headline(page, expected.title)
    if not titled and (likeness is None or likeness < SAME_TEXT):
        return Comparison(Standing.OTHER_ARTICLE if page.headlines else Standing.NO_ARTICLE, likeness)
    if likeness is not None and likeness < OTHER_TEXT:
        return Comparison(Standing.OTHER_TEXT, likeness)
    return Comparison(_account_standing(page, expected, titled), likeness)


def has_headline(page: ArticlePage, title: str) -> bool:
    """Whether the page's headline is this title."""
    return _squeezed(title) in {_squeezed(one) for one in page.headlines}


def biz_of(url: str) -> str:
    """The account's number in an article's address, when it stands there."""
    found = parse_qs(urlsplit(url).query).get("__biz", [""])[0]
    return unquote(found).replace(" ", "+").rstrip("=")


def _account_standing(page: ArticlePage, expected: Expected, titled: bool) -> Standing:
    known = {biz.rstrip("=") for biz in expected.bizes}
    if page.biz and known:
        if page.biz not in known:
            return Standing.OTHER_ACCOUNT
    elif page.account and _name(page.account) != _name(expected.account):
        others = {_name(one) for one in expected.other_names}
        return Standing.OTHER_ACCOUNT if _name(page.account) in others else Standing.OTHER_NAME
    return Standing.OURS if titled or not page.headlines else Standing.OTHER_HEADLINE


def _likeness(ours: str, page: ArticlePage, title: str) -> int | None:
    """How much of our text stands on the page; None when either is too short to tell."""
    there = page.words.replace(_squeezed(title), "", 1)
    if len(ours) < _COMPARABLE or len(there) < len(ours) // 2:
        return None
    wanted, found = set(_shingles(ours)), set(_shingles(there))
    return round(100 * len(wanted & found) / len(wanted))


def _shingles(text: str) -> Iterator[str]:
    return (text[begin:begin + _SHINGLE] for begin in range(len(text) - _SHINGLE + 1))


def _of(pattern: re.Pattern[str], text: str) -> list[str]:
    found = pattern.search(text)
    return [html.unescape(html.unescape(found[2])).strip()] if found else []


def _biz_in(text: str) -> str:
    found = _BIZ.search(text)
    return found[1].rstrip("=") if found else ""


def _squeezed(text: str) -> str:
    return _BLANK.sub("", text)


def _name(text: str) -> str:
    return _squeezed(text).casefold()


@dataclass
class _Open:
    """An element that is open, and where its words go."""

    tag: str
    heap: list[str] | None = None
    kept: list[str] = field(default_factory=list)


class _Marks(HTMLParser):
    """Collects headlines, the account's name, the address, the words of the body and of everything."""

    _SILENT = frozenset({"script", "style", "template", "noscript"})
    _VOID = frozenset({"br", "img", "hr", "meta", "link", "input", "source", "wbr", "col", "base", "embed", "area", "track"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.headlines: list[str] = []
        self.lesser: list[str] = []
        """Headlines that a page may fill with more than the article's own."""
        self.accounts: list[str] = []
        self.body: list[str] = []
        self.all_words: list[str] = []
        self.address = ""
        self._open: list[_Open] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self._note(said)
        if tag in self._VOID:
            return
        self._open.append(_Open(tag, self._heap_of(tag, said)))

    def handle_endtag(self, tag: str) -> None:
        if not any(one.tag == tag for one in self._open):
            return
        while self._open:
            closed = self._open.pop()
            if closed.heap is not None and closed.heap is not self.body:
                closed.heap.append(" ".join("".join(closed.kept).split()))
            if closed.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if any(one.tag in self._SILENT for one in self._open):
            return
        for one in self._open:
            if one.heap is not None:
                one.kept.append(data)
        if any(one.heap is self.body for one in self._open):
            self.body.append(data)
        if not any(one.tag in ("title", "head") for one in self._open):
            self.all_words.append(data)

    def _heap_of(self, tag: str, said: dict[str, str]) -> list[str] | None:
        names = {said.get("id", ""), *said.get("class", "").split()}
        if "js_content" in names:
            return self.body
        if names & {"activity-name", "rich_media_title"}:
            return self.headlines
        if names & {"js_name", "profile_nickname", "nickname", "account"}:
            return self.accounts
        return self.lesser if tag in ("h1", "title") else None

    def _note(self, said: dict[str, str]) -> None:
        name, content = said.get("property") or said.get("name") or "", said.get("content", "").strip()
        if name in ("og:title", "twitter:title") and content:
            self.headlines.insert(0, content)
        elif name == "og:url":
            self.address = content
